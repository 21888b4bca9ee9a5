"""Forms as offices make them: Word and Excel files, their conversions by LibreOffice, pages, plain text; in many layouts."""

import html
import io
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from docx import Document
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Side
from openpyxl.worksheet.properties import PageSetupProperties

WORD = {
    "doc": "doc:MS Word 97",
    "wps": "doc:MS Word 97",
    "rtf": "rtf",
    "odt": "odt",
    "pdf": "pdf",
    "fodt": "fodt",
}
SHEET = {
    "xls": "xls:MS Excel 97",
    "et": "xls:MS Excel 97",
    "ods": "ods",
    "sheetpdf": "pdf",
}
MARKS = (
    "{}、",
    "（{}）",
    "{}.",
    "{}、#",
    "（{}）#",
    "①",
    "第{}，",
    "· ",
    "• ",
    "- ",
    "",
)
_HAN = "一二三四五六七八九"


@dataclass(frozen=True)
class Sheet:
    """What stands on one form. `typed`: the figure and the day are typed cells where the format has them."""

    title: str
    labels: tuple[str, str, str, str]
    unit: str
    day: str
    blank: str  # what follows the figure's label: （新增   名农民工入会）
    value: str
    clauses: tuple[str, ...]
    mark: str = "{}、#"
    typed_value: int | None = None
    typed_day: date | None = None

    @property
    def measures(self) -> str:
        return "\n".join(
            _marked(self.mark, i, c) for i, c in enumerate(self.clauses, 1)
        )


def _marked(mark: str, number: int, clause: str) -> str:
    if mark == "①":
        return chr(ord("①") + number - 1) + clause
    if mark.endswith("#"):
        return mark[:-1].format(number) + clause
    if mark == "{}.":
        return f"{number}.{clause}"
    return mark.format(_HAN[number - 1]) + clause


_THIN = Side(style="thin")
_BOX = Border(_THIN, _THIN, _THIN, _THIN)

LAYOUTS = (
    "plain",
    "split",
    "swapped",
    "head_line",
    "paragraphs",
    "inline",
    "extra",
    "tall",
)


def rows(sheet: Sheet, layout: str) -> tuple[list[str], list[list[str]]]:
    """Paragraphs above the table, and the table's rows; a "<" cell belongs to the one left of it."""
    unit, day, done, work = sheet.labels
    figure, what = done + sheet.blank, work + "（300字左右）"
    head = [[f"{unit}：", sheet.unit, f"{day}：", sheet.day]]
    body = [[figure, "<", sheet.value, "<"], [what, sheet.measures, "<", "<"]]
    foot = [
        ["说明：报送日期按通知执行，工作举措以条款方式列举。", "<", "<", "<"]
    ]
    top = [sheet.title]
    match layout:
        case "plain":
            return top, [*head, *body, *foot]
        case "split":
            return top, [
                [unit[:2], unit[2:] + "：", sheet.unit, "<", day, sheet.day],
                [figure, "<", sheet.value, "<", "<", "<"],
                [what, "<", sheet.measures, "<", "<", "<"],
            ]
        case "swapped":
            return top, [
                [day, sheet.day],
                [unit, sheet.unit],
                [what, sheet.measures],
                [figure, sheet.value],
            ]
        case "head_line":
            return [*top, f"{unit}：{sheet.unit}        {day}：{sheet.day}"], [
                [figure, sheet.value],
                [what, sheet.measures],
            ]
        case "paragraphs":
            lines = [
                f"{unit}：{sheet.unit}",
                f"{day}：{sheet.day}",
                f"{figure}：{sheet.value}",
                f"{what}：",
                sheet.measures,
            ]
            return [*top, *lines], []
        case "inline":
            return top, [
                [f"{unit}：{sheet.unit}", f"{day}：{sheet.day}"],
                [figure, sheet.value],
                [what, sheet.measures],
            ]
        case "extra":
            return top, [
                [f"{unit}：", sheet.unit, f"{day}：", sheet.day],
                ["联系人：", "办公室", "联系电话：", "0830-2345678"],
                *body,
                ["审核人：", "组宣科", "填表人：", "内勤"],
            ]
        case "tall":
            return top, [
                [unit, sheet.unit],
                [day, sheet.day],
                [figure, sheet.value],
                [what, sheet.measures],
                ["备注", ""],
            ]
    raise ValueError(layout)


def docx(sheets: list[tuple[Sheet, str]]) -> bytes:
    paper = Document()
    for sheet, layout in sheets:
        lines, table = rows(sheet, layout)
        for line in lines:
            for part in line.split("\n"):
                paper.add_paragraph(part)
        if table:
            _word_table(paper, table)
        paper.add_paragraph("")
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _word_table(paper, table: list[list[str]]) -> None:
    grid = paper.add_table(len(table), max(map(len, table)), style="Table Grid")
    for r, line in enumerate(table):
        for c, text in enumerate(line):
            if text == "<":
                grid.cell(r, c - 1).merge(grid.cell(r, c))
                continue
            parts = text.split("\n")
            grid.cell(r, c).paragraphs[0].text = parts[0]
        for c, text in enumerate(line):
            for part in [] if text == "<" else text.split("\n")[1:]:
                grid.cell(r, c).add_paragraph(part)


def xlsx(
    sheets: list[tuple[Sheet, str]],
    names: list[str] | None = None,
    one_below_another: bool = False,
) -> bytes:
    book = Workbook()
    book.remove(book.active)
    page, top = None, 1
    for i, (sheet, layout) in enumerate(sheets):
        if page is None or not one_below_another:
            page, top = (
                book.create_sheet(names[i] if names else f"Sheet{i + 1}"),
                1,
            )
        for column in "ABCDEF":
            page.column_dimensions[column].width = 22
        page.page_setup.orientation, page.page_setup.fitToHeight = (
            "landscape",
            0,
        )
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        top = _excel_table(page, top, sheet, layout) + 2
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _excel_table(page, top: int, sheet: Sheet, layout: str) -> int:
    lines, table = rows(sheet, layout)
    for line in lines:
        for part in line.split("\n"):
            page.cell(top, 1, part)
            top += 1
    for line in table:
        start = 1
        page.row_dimensions[top].height = (
            16
            * max(1 + len(part) // 10 for part in line)
            * max(1 + text.count("\n") for text in line)
        )
        for c, text in enumerate(line, 1):
            if text == "<":
                continue
            start = end = c
            while end < len(line) and line[end] == "<":
                end += 1
            cell = page.cell(top, start, _typed(sheet, text))
            # From the top: what a page cannot hold is cut below, where a person expects it.
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            for column in range(start, end + 1):
                page.cell(top, column).border = _BOX
            if isinstance(cell.value, date):
                cell.number_format = "yyyy\\年m\\月d\\日"
            if end > start:
                page.merge_cells(
                    start_row=top,
                    start_column=start,
                    end_row=top,
                    end_column=end,
                )
        top += 1
    return top


def _typed(sheet: Sheet, text: str):
    if sheet.typed_value is not None and text == sheet.value:
        return sheet.typed_value
    return (
        sheet.typed_day
        if sheet.typed_day is not None and text == sheet.day
        else text or None
    )


def page(sheets: list[tuple[Sheet, str]], charset: str = "gb2312") -> bytes:
    """A page that Word or a webmail saved: a table of HTML."""
    return f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head><body>{fragment(sheets)}</body></html>'.encode(
        "gb18030" if charset == "gb2312" else charset
    )


def fragment(sheets: list[tuple[Sheet, str]]) -> str:
    parts = []
    for sheet, layout in sheets:
        lines, table = rows(sheet, layout)
        parts += [
            f"<p>{html.escape(t)}</p>"
            for line in lines
            for t in line.split("\n")
        ]
        parts.append(
            "<table border=1>"
            + "".join(_html_row(r) for r in table)
            + "</table>"
            if table
            else ""
        )
    return "".join(parts)


def _html_row(line: list[str]) -> str:
    cells: list[list] = []
    for text in line:
        if text == "<":
            cells[-1][1] += 1
        else:
            cells.append([html.escape(text).replace("\n", "<br>"), 1])
    return (
        "<tr>"
        + "".join(f'<td colspan="{n}">{t}</td>' for t, n in cells)
        + "</tr>"
    )


def csv(sheet: Sheet, layout: str) -> bytes:
    import csv as writer

    out = io.StringIO()
    lines, table = rows(sheet, layout)
    sink = writer.writer(out)
    sink.writerows([[line] for line in lines])
    sink.writerows([["" if c == "<" else c for c in line] for line in table])
    return out.getvalue().encode("gb18030")


def text(sheet: Sheet) -> str:
    return "\n".join(rows(sheet, "paragraphs")[0])


def listing(
    title: str,
    labels: tuple[str, str, str, str],
    entries: list[tuple[str, str, str, str]],
) -> bytes:
    """One sheet that lists several units, a row each."""
    book = Workbook()
    page = book.active
    page.append([title])
    page.append(["序号", *labels])
    for i, entry in enumerate(entries, 1):
        page.append([i, *entry])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def convert(jobs: dict[str, tuple[str, bytes]]) -> dict[str, bytes]:
    """`jobs`: key -> (format, docx or xlsx bytes); all that become the same in one run of LibreOffice, whose start takes
    longer than what it converts."""
    done: dict[str, bytes] = {}
    for target in sorted({_target(form) for form, _ in jobs.values()}):
        mine = {k: job for k, job in jobs.items() if _target(job[0]) == target}
        with tempfile.TemporaryDirectory() as name:
            done |= _converted(target, mine, Path(name))
    return done


def _target(form: str) -> str:
    return WORD.get(form) or SHEET[form]


def _converted(
    target: str, jobs: dict[str, tuple[str, bytes]], folder: Path
) -> dict[str, bytes]:
    files = [
        folder / f"{key}.{'docx' if form in WORD else 'xlsx'}"
        for key, (form, _) in jobs.items()
    ]
    for file, (_, content) in zip(files, jobs.values(), strict=True):
        file.write_bytes(content)
    command = [
        "soffice",
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--convert-to",
        target,
        "--outdir",
        str(folder / "out"),
        *map(str, files),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    ending = target.split(":", maxsplit=1)[0]
    return {
        key: (folder / "out" / f"{key}.{ending}").read_bytes() for key in jobs
    }
