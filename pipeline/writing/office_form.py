"""An office's own form (.docx) with unit and date filled in, found by the config's labels.

Everything else of it stays as the office drew it; what helps to fill it in, and the
number 报表编号, stand in lines of their own at the end. Trusts the file as far as
python-docx opens it: it is the admin's. Import this module late: python-docx takes its
time.
"""

import io
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import date
from typing import Any
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from pipeline.model.letters.letter_sender import Sender
from pipeline.writing.words import full_day, plain

# What stands in a place that is to be filled in: blanks, lines, 年 月 日, a bracket
_EMPTY = re.compile(r"[\s_＿\u3000.．…:：年月日/-]*")
_BEHIND = re.compile(r"\s*(?:[(（][^()（）]{0,12}[)）])?\s*[:：]?")
# And in a line with several such places, until the next word
_BLANKS = re.compile(r"[\s_＿\u3000]*")


class NoForm(Exception):
    """The file is no .docx; or, by `missing`, the fields whose labels it does not hold."""

    def __init__(self, missing: Sequence[str] = ()) -> None:
        super().__init__("、".join(missing))
        self.missing = tuple(missing)


def office_form(
    sender: Sender,
    unit: str = "",
    period: date | None = None,
    hints: Sequence[str] = (),
) -> Any:
    """The form as a document of python-docx; `hints` are lines below it, the last one
    with the form's number. Raises NoForm."""
    document = opened(sender.form_template)
    asked = (
        (sender.unit_labels, plain(unit)),
        (sender.date_labels, full_day(period) if period else ""),
    )
    missing = []
    for labels, value in asked:
        if not fill(document, labels, value):
            missing.append(labels[0])
    if missing:
        raise NoForm(missing)
    for line in hints:
        document.add_paragraph(line)
    return document


def opened(template: bytes) -> Any:
    """Raises NoForm for what is no .docx."""
    try:
        return docx.Document(io.BytesIO(template))
    except (
        BadZipFile,
        PackageNotFoundError,
        KeyError,
        ValueError,
    ) as error:
        raise NoForm from error


def fill(document: Any, labels: Sequence[str], value: str) -> bool:
    """Writes a value into the place of its label; whether there is one."""
    for table in document.tables:
        for row in table.rows:
            cells = list(_cells(row))
            for number, cell in enumerate(cells):
                end = _label_end(cell.text, labels)
                if end is None:
                    continue
                beside = cells[number + 1 : number + 2]
                _write_beside(cell, end, beside, value)
                return True
    lines = document.paragraphs
    return any(_fill_line(line, labels, value) for line in lines)


def _cells(row: Any) -> Iterator[Any]:
    """Each cell of a row once, a merged one where it begins."""
    last = None
    for cell in row.cells:
        if last is None or cell._tc is not last:
            yield cell
        last = cell._tc


def _label_end(text: str, labels: Sequence[str]) -> int | None:
    """Where a label ends, with its bracket and colon, that a text begins with and that
    leaves nothing but an empty place; None where it is none."""
    for label in labels:
        found = re.match(rf"\s*{_spaced(label)}", text)
        if found is None:
            continue
        behind = _BEHIND.match(text, found.end())
        end = behind.end() if behind else found.end()
        if _EMPTY.fullmatch(text, end):
            return end
    return None


def _spaced(label: str) -> str:
    """The pattern of a label with any blanks between its characters."""
    return r"\s*".join(map(re.escape, label))


def _write_beside(
    cell: Any, end: int, beside: Sequence[Any], value: str
) -> None:
    """Into the next cell where that is empty, else, or where the label's own cell shows
    a place for it (__年__月__日), behind the label."""
    if not value:
        return
    own_place = cell.text[end:].strip(" \u3000\n\t")
    if beside and not own_place and _EMPTY.fullmatch(beside[0].text):
        _write(beside[0].paragraphs[0], value, cell.paragraphs[0])
        return
    label = cell.text[:end].rstrip()
    colon = "" if label.endswith((":", "：")) else "："
    _write(cell.paragraphs[0], f"{label}{colon}{value}", cell.paragraphs[0])


def _fill_line(paragraph: Any, labels: Sequence[str], value: str) -> bool:
    """Into the blanks behind a label in a line of its own (填报单位：____ 日期：____)."""
    text = paragraph.text
    for label in labels:
        found = re.search(rf"{_spaced(label)}\s*[:：]", text)
        if found is None:
            continue
        blanks = _BLANKS.match(text, found.end())
        end = blanks.end() if blanks else found.end()
        if value:
            rest = text[end:]
            gap = "\u3000\u3000" if rest else ""
            written = f"{text[: found.end()]}{value}{gap}{rest}"
            _write(paragraph, written, paragraph)
        return True
    return False


def _write(paragraph: Any, text: str, like: Any) -> None:
    """A paragraph's text, in the look of the first characters of another."""
    looks = like.runs[0]._r.find(qn("w:rPr")) if like.runs else None
    for run in list(paragraph.runs):
        run._r.getparent().remove(run._r)
    run = paragraph.add_run(text)
    if looks is not None:
        run._r.insert(0, deepcopy(looks))
