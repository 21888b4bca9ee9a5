"""Law of layouts: a form whose figure is known, laid out as clerks and other offices do it, with
numbers of something else all around, gives that figure and its part, or is held."""

from dataclasses import dataclass, replace

from form_makers import SPEC, Content, document, grid, lines
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.document import Document, Grid
from pipeline.model.form import Form
from pipeline.reading.form.extract import extract

Rows = list[list[Content]]
Named = tuple[str, Content]

UNIT = "甲县总工会"
LABELS = (
    "已完成目标任务数",
    "已完成目标任务数（新增 名农民工入会）",
    "完成任务数（人）",
)
MEASURES: list[Content] = ["主要工作举措", "1.深入工地摸底。\n2.集中办理入会。"]
ROSTER = replace(SPEC, unit_names=(UNIT, "乙县总工会"))
PART_WORDS = ("本旬", "本旬新增", "本期新增", "本旬完成")
TOTAL_WORDS = ("累计", "累计完成", "累计新增", "合计")


@dataclass(frozen=True)
class Truth:
    total: int
    added: int
    rows: Rows


@st.composite
def amounts(draw: st.DrawFn) -> tuple[int, int]:
    """The total and this period's part of it."""
    added = draw(st.sampled_from((1, 5, 24, 120)))
    return draw(st.sampled_from((0, 87, 332, 1190))) + added, added


def written(draw: st.DrawFn, number: int) -> Content:
    return draw(st.sampled_from((number, str(number), f"{number}名")))


def others(draw: st.DrawFn, total: int, added: int) -> list[Named]:
    """Numbers that are not the figure, by their own names."""
    named: list[Named] = [
        ("目标任务", "5437"),
        ("上期累计", str(total - added)),
        ("完成率", f"{total / 54.37:.1f}%"),
        ("排名", 3),
        ("联系电话", "2441234"),
        ("本月新增", str(added + 11)),
        ("新建工会数", 12),
        ("会员总数", 40321),
        ("完成百分比", "6%"),
        ("备注", ""),
    ]
    return draw(st.lists(st.sampled_from(named), max_size=3))


@st.composite
def told_apart(draw: st.DrawFn) -> Truth:
    """Part and total under or beside one label: as heads over columns, as heads over the
    values of a row, as rows."""
    total, added = draw(amounts())
    label = draw(st.sampled_from(LABELS))
    subs = [
        (draw(st.sampled_from(PART_WORDS)), written(draw, added)),
        (draw(st.sampled_from(TOTAL_WORDS)), written(draw, total)),
        *others(draw, total, added),
    ]
    subs = draw(st.permutations(subs))
    names: list[Content] = [name for name, _ in subs]
    values = [value for _, value in subs]
    blanks: list[Content] = [""] * (len(subs) - 1)
    at = draw(st.integers(0, len(subs) - 1))
    under: Rows = [["", n, v] for n, v in zip(names, values, strict=True)]
    under[at][0] = label
    layouts: list[Rows] = [
        [[label, *blanks], names, values],
        [["单位", label, *blanks], ["", *names], [UNIT, *values]],
        [["序号", label, *blanks], ["", *names], [1, *values]],
        [["指标", *names], [label, *values]],
        [["", *names], ["职工总数", *blanks, "9"], [label, *values]],
        under,
    ]
    return Truth(total, added, draw(st.sampled_from(layouts)))


@st.composite
def among_others(draw: st.DrawFn) -> Truth:
    """The total by itself among pairs and columns of something else."""
    total, added = draw(amounts())
    own: Named = (draw(st.sampled_from(LABELS)), written(draw, total))
    pairs = draw(st.permutations([own, *others(draw, total, added)]))
    names: list[Content] = [name for name, _ in pairs]
    values = [value for _, value in pairs]
    layouts: list[Rows] = [
        [[name, value] for name, value in pairs],
        [[cell for pair in pairs for cell in pair]],
        [names, values],
        [["序号", *names], [1, *values]],
    ]
    return Truth(total, added, draw(st.sampled_from(layouts)))


@st.composite
def in_parts(draw: st.DrawFn) -> Truth:
    """A list of parts, with its sum above, below or nowhere."""
    total, added = draw(amounts())
    first = draw(st.integers(0, total))
    names = st.sampled_from(
        (
            ("甲镇", "乙镇"),
            ("建筑业", "物流业"),
            ("8月", "9月"),
            ("男", "女"),
        )
    )
    one, two = draw(names)
    rows: Rows = [[one, first], [two, str(total - first)]]
    if draw(st.booleans()):
        word = draw(st.sampled_from(("合计", "总计", "全县合计", "小计")))
        rows.insert(draw(st.sampled_from((0, 2))), [word, total])
    head = draw(st.sampled_from(("乡镇", "类别", "", "期别", "单位")))
    rows.insert(0, [head, draw(st.sampled_from(LABELS))])
    if draw(st.booleans()):
        rows = [list(column) for column in zip(*rows, strict=True)]
    return Truth(total, added, rows)


def laid_out(draw: st.DrawFn, rows: Rows) -> Grid:
    """The form's table: an empty row or column more, empty cells there or left out."""
    table: Rows = [["报送单位", UNIT], ["报送时间", "2015年9月20日"]]
    table += [*rows, list(MEASURES)]
    width = max(map(len, table))
    table = [[*row, *[""] * (width - len(row))] for row in table]
    if draw(st.booleans()):
        table.insert(draw(st.integers(2, len(table) - 1)), [""] * width)
    if draw(st.booleans()):
        at = draw(st.integers(0, width))
        table = [[*row[:at], "", *row[at:]] for row in table]
    made = grid(table)
    if draw(st.booleans()):
        filled = [cell for cell in made.cells if cell.text]
        made = replace(made, cells=tuple(filled))
    return made


@st.composite
def forms(draw: st.DrawFn) -> tuple[Truth, Document]:
    truth = draw(st.one_of(told_apart(), among_others(), in_parts()))
    made = laid_out(draw, truth.rows)
    kind = draw(st.sampled_from(("docx", "xlsx")))
    return truth, document(*lines(SPEC.title), made, kind=kind)


@given(drawn=forms())
@settings(max_examples=6 * settings().max_examples)
def test_a_figure_is_the_true_one_or_held(
    drawn: tuple[Truth, Document],
) -> None:
    truth, read = drawn
    wrong = []
    for form in extract(read, ROSTER):
        if counts(form) and not agrees(form, truth):
            wrong.append(form)
    assert not wrong


def agrees(form: Form, truth: Truth) -> bool:
    """Whether a form says the truth, or less."""
    figure = form.figure
    return (
        figure.completed in (truth.total, None)
        and figure.added in (truth.added, None)
        and (figure.nil is None or truth.total == 0)
        and form.unit_text in (UNIT, "")
        and [(m.month, m.day) for m in form.mentions] == [(9, 20)]
    )


def counts(form: Form) -> bool:
    """Whether nothing in the form holds it, nor its unit, which no roster has."""
    known = form.unit_text in ("", *ROSTER.unit_names)
    return known and not form.figure.holds
