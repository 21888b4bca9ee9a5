"""Makes the pictures of the terminal from a demonstration's ledger: `python -m tests.pictures.terminal_images`.

The program runs in a real terminal (a pty of the given width); what it writes there, colours and all, is drawn by headless
Chromium.
"""

import argparse
import html
import io
import subprocess
import sys
import tempfile
from pathlib import Path

import pexpect
from PIL import Image
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "zh" / "images"
NOW = ["--now", "2015-10-13T10:00:00+08:00"]
# Lines of a longer list that are enough to show how it looks
MOST_LINES = 24
SHOWN = {
    80: (["status"], ["notices"], ["health"]),
    120: (["messages"], ["notices"], ["review", "list", "--all"]),
}
CELL = 8
LINE = 21
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #10151c; color: #d8dee6; }}
pre {{ margin: 0; padding: 14px 16px; font: 15px/{line}px "Noto Sans Mono CJK SC", "Noto Sans Mono", monospace;
  font-kerning: none; text-spacing-trim: space-all; }}
b.prompt {{ color: #7fb8e6; font-weight: normal; }}
</style><pre>{text}</pre>
"""


def terminal(words: list[str], width: int, campaign: Path) -> str:
    """What the program writes on a terminal of this width, line ends as a terminal has them."""
    program = Path(sys.executable).with_name("xunbao")
    child = pexpect.spawn(
        str(program),
        [*words, *NOW],
        cwd=str(campaign),
        dimensions=(60, width),
        encoding="utf-8",
        timeout=120,
    )
    child.expect(pexpect.EOF)
    said: str = child.before
    return said.replace("\r\n", "\n")


def folded(line: str, width: int) -> list[str]:
    """A line without colours as a terminal shows it: rows of this many cells, no character cut."""
    rows = [""]
    for character in line:
        if cell_len(rows[-1] + character) > width:
            rows.append("")
        rows[-1] += character
    return rows


def drawn(text: str, width: int) -> str:
    """As HTML: colours and weights as spans."""
    console = Console(record=True, width=width, file=io.StringIO())
    console.print(Text.from_ansi(text), soft_wrap=True)
    return console.export_html(inline_styles=True, code_format="{code}")


def picture(width: int, campaign: Path, target: Path) -> None:
    blocks = []
    height = 2
    for words in SHOWN[width]:
        said = []
        for line in terminal(words, width, campaign).strip("\n").split("\n"):
            if cell_len(Text.from_ansi(line).plain) > width:
                # Tables fit; a sentence the terminal breaks where its row is full
                assert words == ["health"], line
                said += folded(line, width)
            else:
                said.append(line)
        kept = said[:MOST_LINES]
        if len(said) > MOST_LINES:
            kept.append("……")
        height += len(kept) + 2
        prompt = (
            f'<b class="prompt">$ xunbao {html.escape(" ".join(words))}</b>'
        )
        blocks.append(f"{prompt}\n{drawn(chr(10).join(kept), width)}")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(
            PAGE.format(line=LINE, text="\n".join(blocks)), encoding="utf-8"
        )
        subprocess.run(
            [
                "chromium", "--headless", "--no-sandbox", "--hide-scrollbars",
                f"--user-data-dir={folder}/profile",
                f"--screenshot={target}",
                f"--window-size={width * CELL + 32},{height * LINE}",
                page.as_uri(),
            ],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
    # Few colours: a tenth of the bytes
    Image.open(target).convert("RGB").quantize(16).save(target, optimize=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument(
        "--campaign",
        type=Path,
        help="a demonstration's folder campaign; made where none is given",
    )
    asked.add_argument("--to", type=Path, default=IMAGES)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        campaign = given.campaign
        if campaign is None:
            program = Path(sys.executable).with_name("xunbao")
            subprocess.run(
                [program, "demo", "--out", folder],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            campaign = Path(folder) / "campaign"
        for width in SHOWN:
            picture(width, campaign, given.to / f"terminal-{width}.png")


if __name__ == "__main__":
    main()
