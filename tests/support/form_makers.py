"""Documents and the form's spec for tests: a table from its rows, lines from their texts."""

from collections.abc import Sequence

from pipeline.model.document import Block, Cell, Document, Grid, Paragraph
from pipeline.model.form import FormSpec

SPEC = FormSpec(
    title="乐山市农民工入会集中行动旬报表",
    unit_labels=("报送单位", "填报单位", "单位名称"),
    date_labels=("报送时间", "报送日期", "填报时间", "填报日期"),
    completed_labels=("已完成目标任务数", "完成目标任务数", "完成任务数"),
    measures_labels=("主要工作举措", "工作举措", "主要举措", "主要措施"),
)
COMPLETED = "已完成目标任务数（新增   名农民工入会）"
MEASURES = "主要工作举措（300字左右）"
FOOTER = "说明：每月10、20、30日报送，工作举措以条款方式列举。报送方式：直接发送至报送邮箱。"

Content = str | float | None


def grid(rows: Sequence[Sequence[Content]], name: str = "表格1") -> Grid:
    """A table: "" is an empty cell, None no cell at all; a number is a typed cell."""
    cells = (
        Cell(
            ""
            if value is None
            else f"{value:g}"
            if isinstance(value, int | float)
            else value,
            row,
            column,
            f"{name} 第{row + 1}行第{column + 1}列",
            number=float(value) if isinstance(value, int | float) else None,
        )
        for row, values in enumerate(rows)
        for column, value in enumerate(values)
        if value is not None
    )
    return Grid(name, tuple(cells))


def lines(*texts: str) -> tuple[Paragraph, ...]:
    return tuple(
        Paragraph(text, f"第{number}段") for number, text in enumerate(texts, 1)
    )


def document(*blocks: Block, kind: str = "docx", **more: object) -> Document:
    return Document(kind, tuple(blocks), **more)  # type: ignore[arg-type]


def plain_rows(
    unit: str = "甲县总工会",
    day: str = "2015年9月10日",
    figure: Content = "356",
) -> list[list[Content]]:
    """The form as issued."""
    return [
        ["报送单位：", unit, "报送时间：", day],
        [COMPLETED, None, figure, None],
        [MEASURES, "1.深入工地摸底。\n2.集中办理入会。", None, None],
        [FOOTER, None, None, None],
    ]
