"""Forms with a known figure, by independent writers, decorated at random: read right or held, never wrong.

The generator is scripts/fuzz/true_forms.py; scripts/fuzz/with_truth.py runs it over many more.
"""

import pytest
from fuzz.form_writers import WRITERS
from fuzz.true_forms import CLEAR, DECORATIONS, DOUBTED
from fuzz.with_truth import accepted, drawn, is_wrong, made
from long_rows import long_rows

BATCH = 25
# More of the same from here on
ENOUGH = 75


@pytest.mark.parametrize(
    "first",
    [
        *range(0, ENOUGH, BATCH),
        *long_rows(*range(ENOUGH, 300, BATCH)),
    ],
)
def test_a_known_figure_is_read_right_or_held(first: int) -> None:
    forms = [made(seed) for seed in range(first, first + BATCH)]
    answers = [(one, accepted(one)) for one in forms]
    assert [(o.name, a, o.form) for o, a in answers if is_wrong(o, a)] == []
    needless = [o.name for o, a in answers if a is None and o.form.clear]
    assert len(needless) <= 1, needless


def test_the_forms_reach_every_writer_way_and_decoration() -> None:
    forms = [drawn(seed) for seed in range(900)]
    said = {word for form, _ in forms for word in form.said}
    assert {w.ending for w in WRITERS} <= {writer.ending for _, writer in forms}
    assert set(DECORATIONS) <= said
    assert len({*CLEAR, *DOUBTED} - said) <= 3
