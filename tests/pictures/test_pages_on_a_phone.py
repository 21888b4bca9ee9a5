"""What `xunbao demo` and `xunbao preview` lay out, opened in a browser as wide as a phone: no
page is wider than it, no picture is broken."""

import json
import subprocess
import sys
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import html as lxml_html
from neighbour import ROOT

from pipeline.writing.preview.preview_pages import write_previews
from pipeline.writing.sample_month import SENDER
from pipeline.writing.templates import Renderer
from tests.pictures.office import chromium, needs_chromium

pytestmark = [pytest.mark.pictures, needs_chromium]
PHONE = 360
_LOOK = """
onload = () => { for (const frame of document.querySelectorAll('iframe')) {
  const page = frame.contentDocument, pictures = [...page.images];
  frame.title = JSON.stringify([page.documentElement.scrollWidth, pictures.length,
    pictures.filter(p => !p.naturalWidth).map(p => p.getAttribute('src'))]) } }
"""


class Seen(NamedTuple):
    """A page's width in CSS pixels, how many pictures it has, and the broken ones."""

    width: int
    pictures: int
    broken: list[str]


def seen_on_a_phone(pages: Sequence[Path], folder: Path) -> dict[str, Seen]:
    frames = "".join(
        f'<iframe id="{page.name}" width="{PHONE}" src="{page.as_uri()}"></iframe>'
        for page in pages
    )
    looking = folder / "looking.html"
    looking.write_text(
        f'<meta charset="utf-8">{frames}<script>{_LOOK}</script>',
        encoding="utf-8",
    )
    run = subprocess.run(
        [*chromium(folder), "--allow-file-access-from-files", "--dump-dom", looking.as_uri()],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    found = {}
    for frame in lxml_html.document_fromstring(run.stdout).iter("iframe"):
        told = json.loads(unescape(frame.get("title", "[0, 0, []]")))
        found[frame.get("id", "")] = Seen(*told)
    return found


def whole(pages: Sequence[Path], folder: Path) -> dict[str, Seen]:
    """The pages that are not whole on a phone."""
    found = seen_on_a_phone(pages, folder)
    assert set(found) == {page.name for page in pages}
    return {
        name: seen
        for name, seen in found.items()
        if seen.width != PHONE or seen.broken
    }


def test_the_measure_sees_a_wide_page_and_a_broken_picture(
    tmp_path: Path,
) -> None:
    page = tmp_path / "bad.html"
    page.write_text(
        '<body><img src="none.png"><div style="width:900px">字</div></body>',
        encoding="utf-8",
    )
    ((_, seen),) = seen_on_a_phone([page], tmp_path).items()
    assert seen.width >= 900
    assert seen.broken == ["none.png"]


def test_the_previews_are_whole_on_a_phone(tmp_path: Path) -> None:
    written = write_previews(tmp_path / "out", SENDER, Renderer())
    pages = [path for path in written if path.suffix == ".html"]
    assert len(pages) > 20
    assert whole(pages, tmp_path) == {}


# Its letters are made as the previews above are, and tests/live/test_demo.py plays it
@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_demo_is_whole_on_a_phone(tmp_path: Path) -> None:
    """The real demo, with its letters and the pictures of held cases."""
    out = tmp_path / "out"
    subprocess.run(
        [sys.executable, "-m", "pipeline", "demo", "--out", str(out)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=500,
    )
    pages = [out / "index.html", *sorted((out / "mails").glob("*.html"))]
    assert len(pages) > 20
    assert whole(pages, tmp_path) == {}
