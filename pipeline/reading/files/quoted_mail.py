"""The mail that is quoted in a file: a reply that was saved or printed, with last time's form
below what its writer says.

For: read_file. Trusts nothing. Never reads a form out of quoted mail: one that stands
nowhere else is held with the line that begins the quote.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.model.document import Document, Grid
from pipeline.model.form import Form, FormSpec
from pipeline.model.values.frozen import frozen
from pipeline.reading.form.extract import extract
from pipeline.reading.mail import quoting

# What is in every line that begins a quote: looked for first, which is fast
_MAY_BEGIN = re.compile(
    "[件信]人|邮件|郵件|写[道到于]|原文|来自|地址|写信|wrote|from|messag|mail",
    re.IGNORECASE,
)


# Stands for a table among the lines: something, and no line of a mail's header
_TABLE = "（表）"


@frozen
class _Line:
    """A line, _TABLE for a table, and the number of its block."""

    text: str
    block: int


def without_quoted(
    forms: tuple[Form, ...], document: Document, spec: FormSpec, name: str
) -> tuple[Form, ...]:
    """The forms of a document that stand above the mail which it quotes; all of them,
    held, where none does."""
    begins = _begins(document) if forms else None
    if begins is None:
        return forms
    above = replace(document, blocks=document.blocks[: begins.block])
    own = extract(above, spec, name)
    if own:
        return own
    held: list[Form] = []
    for form in forms:
        held.append(form.contradicted(begins.text.strip()))
    return tuple(held)


def _begins(document: Document) -> _Line | None:
    """The line at which quoted mail begins. The header of a mail that was saved whole
    stands above all else, and quotes nothing."""
    lines = list(_lines(document))
    texts = [line.text for line in lines]
    if not any(map(_MAY_BEGIN.search, texts)):
        return None
    at = quoting.separator(texts)
    if at == 0:
        at += 1 + quoting.separator(texts[at + 1 :])
    if at >= len(lines):
        return None
    return lines[at]


def _lines(document: Document) -> Iterator[_Line]:
    for number, block in enumerate(document.blocks):
        if isinstance(block, Grid):
            yield _Line(_TABLE, number)
            continue
        for line in block.text.split("\n"):
            if line.strip():
                yield _Line(line, number)
