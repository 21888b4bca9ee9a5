"""The board as a desk, a phone and a printer show it: nothing cut off, each row of a bar on one line on paper, nothing of a mail alive."""

import subprocess
from pathlib import Path

import pytest
from long_rows import long_rows
from PIL import Image

from pipeline.writing.board.pages import pages
from tests.pictures import office
from tests.pictures.board_sample import sample_board
from tests.pictures.office import (
    needs_chromium,
    needs_poppler,
    screenshot,
    scroll_widths,
    text_of,
)

pytestmark = [pytest.mark.pictures, needs_chromium]
PHONE, DESK = 360, 1280


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    made = pages(sample_board())
    return {
        name.replace("/", "_").removesuffix(".html"): made[name]
        for name in ("index.html", "units/004.html", "groups/01.html")
    }


@pytest.mark.parametrize("width", [PHONE, *long_rows(DESK)])
def test_no_page_is_wider_than_its_window(
    drawn: dict[str, str], tmp_path: Path, width: int
) -> None:
    assert scroll_widths(drawn, tmp_path, width) == dict.fromkeys(drawn, width)


def test_the_measure_sees_a_page_that_is_too_wide(
    drawn: dict[str, str], tmp_path: Path
) -> None:
    wide = drawn["index"].replace("</main>", f"<pre>{'字' * 200}</pre></main>")
    assert scroll_widths({"wide": wide}, tmp_path, PHONE)["wide"] > PHONE


def test_the_bars_are_seen_in_their_colours(
    drawn: dict[str, str], tmp_path: Path
) -> None:
    """The style's own hash lets it through: a policy that kept it out would leave a bare page."""
    picture = Image.open(
        screenshot(drawn["index"], tmp_path, "index", DESK, 1600)
    ).convert("RGB")
    colours = {c for _, c in picture.getcolors(1 << 20) or []}
    assert {(77, 155, 108), (217, 161, 59), (201, 86, 76)} <= colours


@needs_poppler
def test_on_paper_a_unit_and_its_figures_stand_on_one_line(
    drawn: dict[str, str], tmp_path: Path
) -> None:
    page = tmp_path / "index.html"
    page.write_text(drawn["index"], encoding="utf-8")
    out = tmp_path / "printed.pdf"
    subprocess.run(
        [*office.chromium(tmp_path), "--no-pdf-header-footer", f"--print-to-pdf={out}", page.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    lines = text_of(out.read_bytes(), tmp_path).splitlines()
    (told,) = [line for line in lines if "五通桥区" in line and "%" in line]
    assert "8,223" in told and "97.6%" in told


def test_what_a_mail_wrote_runs_nowhere(tmp_path: Path) -> None:
    """A browser that would run it puts its mark into the page; a page of the same script without the policy does."""
    script = "<script>document.body.id='ran'</script>"
    board = pages(sample_board())["index.html"]
    through = board.replace("<main", f"{script}<main", 1)
    bare = f"<!doctype html><body>{script}</body>"
    assert 'id="ran"' not in _dom(through, tmp_path)
    assert 'id="ran"' in _dom(bare, tmp_path)


def _dom(page: str, folder: Path) -> str:
    path = folder / "dom.html"
    path.write_text(page, encoding="utf-8")
    done = subprocess.run(
        [*office.chromium(folder), "--dump-dom", path.as_uri()],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return done.stdout.decode()
