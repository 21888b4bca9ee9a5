"""LibreOffice, poppler and Chromium as the tests use them: each call in a profile of its own."""

import shutil
import subprocess
from collections.abc import Mapping
from html import escape
from pathlib import Path

import pytest
from lxml import html as lxml_html

needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed"
)
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftoppm") is None, reason="poppler-utils is not installed"
)
needs_chromium = pytest.mark.skipif(
    shutil.which("chromium") is None, reason="Chromium is not installed"
)


def converted(content: bytes, suffix: str, to: str, folder: Path) -> bytes:
    """`content`, a file of kind `suffix`, converted by LibreOffice to kind `to`."""
    return converted_together({"source": content}, suffix, to, folder)["source"]


def converted_together(
    contents: Mapping[str, bytes], suffix: str, to: str, folder: Path
) -> dict[str, bytes]:
    """Several by name: to start LibreOffice takes ten times as long as one of them."""
    sources = [folder / f"{name}.{suffix}" for name in contents]
    for source, content in zip(sources, contents.values(), strict=True):
        source.write_bytes(content)
    out = folder / f"as_{to}"
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", to,
         "--outdir", str(out), *map(str, sources)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return {name: (out / f"{name}.{to}").read_bytes() for name in contents}


def pages(pdf: bytes, folder: Path, dots_per_inch: int = 60) -> list[Path]:
    """The pages of a PDF as PNG pictures, in order."""
    source = folder / "pages.pdf"
    source.write_bytes(pdf)
    subprocess.run(
        [
            "pdftoppm",
            "-r",
            str(dots_per_inch),
            "-png",
            str(source),
            str(folder / "page"),
        ],
        check=True,
    )
    return sorted(folder.glob("page-*.png"))


def text_of(pdf: bytes, folder: Path) -> str:
    """The text of a PDF as poppler lays it out."""
    source = folder / "text.pdf"
    source.write_bytes(pdf)
    run = subprocess.run(
        ["pdftotext", "-layout", str(source), "-"],
        check=True,
        capture_output=True,
    )
    return run.stdout.decode()


def screenshot(
    html: str,
    folder: Path,
    name: str,
    width: int,
    height: int = 1200,
    dark: bool = False,
) -> Path:
    """A mail as Chromium shows it at a width in CSS pixels; `dark` forces colours dark as some mail clients do."""
    page, picture = folder / f"{name}.html", folder / f"{name}.png"
    page.write_text(html, encoding="utf-8")
    flags = ["--enable-features=WebContentsForceDark"] if dark else []
    subprocess.run(
        [*chromium(folder), *flags, f"--screenshot={picture}", f"--window-size={width},{height}", page.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return picture


def chromium(folder: Path) -> list[str]:
    return [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
        f"--user-data-dir={folder / 'chromium'}",
    ]  # fmt: skip


def scroll_widths(
    mails: Mapping[str, str], folder: Path, width: int
) -> dict[str, int]:
    """How wide each mail really is, in CSS pixels, in a frame of a width: more than that is a horizontal overflow."""
    frames = "".join(
        f'<iframe id="{name}" width="{width}" style="border:0" srcdoc="{escape(html)}"></iframe>'
        for name, html in mails.items()
    )
    script = (
        "onload = () => { for (const frame of document.querySelectorAll('iframe'))"
        " frame.title = frame.contentDocument.documentElement.scrollWidth }"
    )
    page = folder / "measured.html"
    page.write_text(
        f'<meta charset="utf-8">{frames}<script>{script}</script>',
        encoding="utf-8",
    )
    run = subprocess.run(
        [*chromium(folder), "--dump-dom", page.as_uri()],
        check=True,
        capture_output=True,
        timeout=120,
    )
    frames_found = lxml_html.document_fromstring(run.stdout).findall(
        ".//iframe"
    )
    return {
        frame.get("id", ""): int(frame.get("title", "0"))
        for frame in frames_found
    }
