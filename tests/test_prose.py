"""Comments and docstrings are in today's English, which a Chinese engineer reads without a dictionary."""

import re
import tokenize
from io import BytesIO
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "pipeline").rglob("*.py"))
# And who decides is named by office: no she, no her
OF_YESTERDAY = re.compile(
    r"\b(?:[Nn]ought|[Aa]new|[Ii]n vain|[Ss]he|[Hh]ers?|[Hh]erself|[Ww]hence"
    r"|[Tt]hereby|[Ff]orthwith)\b"
)


def prose(source: bytes) -> list[str]:
    """The comments and the strings that stand over several lines or begin a block."""
    found = []
    for token in tokenize.tokenize(BytesIO(source).readline):
        if token.type == tokenize.COMMENT or token.string.startswith('"""'):
            found.append(token.string)
    return found


@pytest.mark.parametrize(
    "path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_no_word_of_yesterday(path: Path) -> None:
    source = path.read_bytes()
    # Most have no such word anywhere
    told = prose(source) if OF_YESTERDAY.search(source.decode()) else []
    assert OF_YESTERDAY.findall("\n".join(told)) == []


def test_a_word_of_yesterday_is_found() -> None:
    said = b'"""Made anew."""\nx = 1  # what she says\n'
    assert OF_YESTERDAY.findall("\n".join(prose(said))) == ["anew", "she"]
