"""Writes the golden texts that are absent; never overwrites one: delete it first, and look at the difference.

Run as `python -m tests.golden.letters.generate`.
"""

from pathlib import Path

from pipeline.writing.sample_month import SENDER
from pipeline.writing.samples import LETTERS
from pipeline.writing.templates import Renderer

HERE = Path(__file__).parent


def texts() -> dict[str, str]:
    """Subject and text of every sample letter, by the name of its golden file."""
    renderer = Renderer()
    mails = (
        (name, renderer.render(letter, SENDER)) for name, letter in LETTERS
    )
    return {
        f"{name}.txt": f"{mail.subject}\n\n{mail.text}" for name, mail in mails
    }


def main() -> None:
    for name, text in texts().items():
        path = HERE / name
        if not path.exists():
            path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
