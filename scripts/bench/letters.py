"""Benches of writing: letters and documents against the bare library that writes the same rows."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.pairs import Pair

if TYPE_CHECKING:
    from pipeline.model.letters.bulletins import Bulletin

_COLUMNS = 8


def letters(folder: Path) -> Iterator[Pair]:
    """A receipt, and a bulletin of the target table's 23 rows and of 2,000: mail, workbook, official document."""
    from pipeline.writing.bulletin.official_document import bulletin_document
    from pipeline.writing.bulletin.workbook import bulletin_workbook
    from pipeline.writing.enclosures import bulletin_files
    from pipeline.writing.sample_month import SENDER
    from pipeline.writing.samples import BULLETIN, RECEIPT
    from pipeline.writing.templates import Renderer

    renderer = Renderer()
    bare = _bare_table()
    yield Pair(
        "receipt, subject + text + HTML",
        "jinja2, 8 lines",
        partial(renderer.render, RECEIPT, SENDER),
        partial(bare, 8),
    )
    for rows in (len(BULLETIN.standing.rows), 2_000):
        big = _with_rows(rows)
        slow = rows > 100
        yield Pair(
            f"bulletin of {rows} rows, mail",
            f"jinja2, {rows} rows",
            partial(renderer.render, big, SENDER),
            partial(bare, rows),
            slow=slow,
        )
        yield Pair(
            f"bulletin of {rows} rows, .xlsx",
            f"openpyxl, {rows} rows",
            partial(bulletin_workbook, big, SENDER),
            partial(_bare_workbook, rows),
            slow=slow,
        )
        yield Pair(
            f"bulletin of {rows} rows, .docx",
            "python-docx, empty",
            partial(bulletin_document, big, SENDER),
            _bare_document,
            slow=slow,
        )
    yield Pair(
        "bulletin, both documents", "its mail", partial(bulletin_files, BULLETIN, SENDER),
        partial(renderer.render, BULLETIN, SENDER), slow=True,
    )  # fmt: skip


def _with_rows(number: int) -> "Bulletin":
    """The sample bulletin with its table made longer under made-up names."""
    from pipeline.writing.samples import BULLETIN

    rows, months = BULLETIN.standing.rows, {m.unit: m for m in BULLETIN.months}
    if number == len(rows):
        return BULLETIN
    longer = tuple(
        replace(rows[i % len(rows)], unit=f"第{i + 1}单位")
        for i in range(number)
    )
    told = tuple(
        replace(months[rows[i % len(rows)].unit], unit=f"第{i + 1}单位")
        for i in range(number)
        if rows[i % len(rows)].unit in months
    )
    return replace(
        BULLETIN, standing=replace(BULLETIN.standing, rows=longer), months=told
    )


def _bare_table() -> Callable[[int], str]:
    """jinja2's sandbox with autoescape on a table of that many rows: what any templated mail costs."""
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    text = "<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
    template = ImmutableSandboxedEnvironment(autoescape=True).from_string(text)
    return lambda number: template.render(rows=[["1,234"] * _COLUMNS] * number)


def _bare_workbook(number: int) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.create_sheet()
    for _ in range(number):
        sheet.append([1234] * _COLUMNS)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _bare_document() -> bytes:
    import docx

    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()
