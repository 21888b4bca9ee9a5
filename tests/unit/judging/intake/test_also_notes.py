"""Notes on the figures beside the main one: less registered, more than may be, missing."""

import pytest

from pipeline.judging.intake.settle_figure import also_notes, also_values
from pipeline.model.form import (
    AlsoFigure,
    AlsoSpec,
    Evidence,
    Figure,
    Form,
    Note,
)
from pipeline.model.rules import CheckRules

REGISTERED = AlsoSpec("registered", ("实名登记",), at_most="completed")
MENDED = AlsoSpec("mended", ("已整改",), at_most="completed", needed=True)
GRAVE = AlsoSpec("grave", ("重大",), at_most="mended")


@pytest.mark.parametrize(
    ("specs", "figures", "completed", "notes"),
    [
        ((REGISTERED,), {"registered": 1100}, 1234, (Note.REGISTERED_BELOW,)),
        ((REGISTERED,), {"registered": 1234}, 1234, ()),
        ((REGISTERED,), {"registered": 1300}, 1234, (Note.ALSO_ABOVE,)),
        ((REGISTERED,), {}, 1234, ()),
        ((REGISTERED,), {"registered": None}, 1234, ()),
        ((MENDED,), {}, 100, (Note.ALSO_MISSING,)),
        ((MENDED,), {"mended": None}, 100, (Note.ALSO_MISSING,)),
        ((MENDED,), {"mended": 90}, 100, ()),
        ((MENDED, GRAVE), {"mended": 9, "grave": 10}, 100, (Note.ALSO_ABOVE,)),
        ((MENDED, GRAVE), {"mended": 9, "grave": 9}, None, ()),
    ],
)
def test_the_notes(
    specs: tuple[AlsoSpec, ...],
    figures: dict[str, int | None],
    completed: int | None,
    notes: tuple[Note, ...],
) -> None:
    also = tuple(
        AlsoFigure(name, value, Evidence("", ""))
        for name, value in figures.items()
    )
    form = Form("甲县", (), None, Figure(completed), (), also=also)
    rules = CheckRules(also=specs)
    assert also_notes(also_values(form), completed, rules) == notes
