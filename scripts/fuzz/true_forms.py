"""Forms with a figure that is known: how it is written, and what sets it in doubt or hides a part of it.

For: with_truth.py and the tests, which ask of the reader right or held, never wrong. A way of writing and a decoration are one
line each. Trusts nothing of the program: the truth is what a person sees who opens the file.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

PLAIN, RAISED, LOWERED, STRUCK, HIDDEN, WHITE, TINY = (
    "plain",
    "raised",
    "lowered",
    "struck",
    "hidden",
    "white",
    "tiny",
)
LAYOUTS = (
    "beside",
    "in the blank",
    "heads over columns",
    "township list",
    "in lines",
)
UNIT, DAY = "犍为县总工会", "2015年9月10日"


@dataclass(frozen=True)
class Run:
    text: str
    look: str = PLAIN


@dataclass(frozen=True)
class TrueForm:
    """`figure` is the only number that may be accepted, None where a person would ask; `clear`: it must be accepted.

    `runs` is what stands in the figure's place. `typed` and `shown_as` (a number format) are those of a sheet's cell that holds
    the bare number.
    """

    number: int
    runs: tuple[Run, ...]
    layout: str
    figure: int | None
    clear: bool = True
    typed: float | None = None
    shown_as: str = "General"
    # What is done to the sheet's cell, of CELLS
    cell: str = ""
    # The label's first words
    before: str = ""
    blank: str = "（新增   名农民工入会）"
    # The ways and decorations that made it
    said: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def looks(self) -> frozenset[str]:
        return frozenset(run.look for run in self.runs)


def _wide(text: str) -> str:
    return text.translate(
        str.maketrans("0123456789,", "０１２３４５６７８９，")
    )


def _numerals(number: int) -> str:
    """Digit by digit, as in 一二〇〇."""
    return "".join("〇一二三四五六七八九"[int(c)] for c in str(number))


WAYS: tuple[Callable[[int], str], ...] = (
    str,
    lambda n: f"{n:,}",
    lambda n: _wide(str(n)),
    lambda n: _wide(f"{n:,}"),
    lambda n: f"{n:,}".replace(",", " "),
    _numerals,
)
# {n} is the number, {p} a smaller and {q} a greater one. All of these are read.
CLEAR = (
    "{n}",
    "{n}名",
    "{n} 人",
    "{n}个",
    "共{n}名",
    "累计{n}名",
    "已完成{n}人",
    "新增{n}名农民工入会",
    "累计{n}名，本旬新增{p}名",
    "本旬新增{p}名，累计{n}名",
    "{n}人（含女职工{p}人）",
    "已完成{n}名，还差{p}名",
    "{p}（累计{n}）",
    "本旬无新增，累计{n}",
    "截止9.10 {n}",
    "截至9月10日，累计发展会员{n}人。",
    "{n}人（其中实名登记{p}人）",
    "上期{p}，本期{n}",
    "目标任务{q}名，已完成{n}名",
    "发展会员{n}人，新建工会{p}家",
    "{n}名，完成率98.5%",
    "{n}\n新建工会\n{p}",
    "应完成{q}人，实际完成{n}人",
)
# Nothing of these is the figure, or no rule says that it is.
DOUBTED = (
    "预计{n}",
    "估计{n}名",
    "暂定{n}",
    "拟发展{n}名",
    "争取{n}名",
    "力争达到{n}名",
    "还差{n}名",
    "未完成{n}",
    "应完成{n}名",
    "目标任务{n}名",
    "上期{n}",
    "原报{n}，请更正",
    "会员总数{n}",
    "现有会员{n}人",
    "见附件{n}",
    "第{n}号",
    "{n}号文",
    "排名{n}",
    "≥{n}",
    "<{n}",
    "≈{n}",
    "约{n}名",
    "{n}余名",
    "{n}+",
    "{n}?",
    "{n}**",
    "{n}X",
    "O{n}",
    "{n}‰",
    "{n}%",
    "{n}户",
    "{n}人次",
    "{n}万元",
    "{n}-{q}",
    "{n}/{q}",
    "{n}、{p}",
    "{n}\t{p}",
    "本月新增{n}名",
    "9月份完成{n}名",
    "9月中旬完成{n}名",
    "较上月增加{n}名",
    "8月底累计{n}，本旬{p}",
    "«人数{n}»",
    "{{{{num{n}}}}}",
    "0{n}",
    "{n}.5",
    "-{n}",
    "如{n}",
    "{n}（待核）",
    "{n}（预计）",
    "{n}（上期数）",
    "{n}¹",
    "\u202e{n}",
    "{n}\n更正：应为{q}",
    "{n}名，目标{q}名，其中农民工{p}名",
)


# What a label says of its number besides: before it, or in its bracket.
LABELS_BEFORE = (
    "预计",
    "拟",
    "计划",
    "应",
    "未",
    "还需",
    "争取",
    "力争",
    "上期",
    "上旬",
    "2014年",
    "8月",
    "9月中旬",
    "下旬",
    "其中：",
    "人均",
    "没有",
    "未能",
    "同期",
)
# A label that asks for both: 累计 N in its place says which of the two N is.
TWO_BLANKS = "（本旬新增   名，累计   名）"
BLANKS = (
    "（拟新增   名农民工入会）",
    "（还需新增   名农民工入会）",
    "（未新增   名农民工入会）",
    "（目标新增   名农民工入会）",
    TWO_BLANKS,
    "（万人）",
    "（百人）",
    "（单位：万人）",
    "（家）",
    "（%）",
    "（预计）",
    "（上期）",
    "（截至8月底）",
    "（2014年）",
    "（含拟发展）",
    "（其中女性）",
    "（新增   家企业）",
    "（排名）",
)
CLEAR_BLANKS = ("", "（人）", "（单位：人）", "（累计）", "（填累计数）")
# What is done to a sheet's whole cell; nothing of it may be accepted.
CELLS = (
    "formula not computed",
    "formula left at nought",
    "truth value",
    "error",
    "date",
    "row of no height",
    "row hidden",
    "ink of the ground",
    "conditional strike",
    "font of signs",
    "column too narrow",
    "beside another",
)


def _behind(run: Run) -> Callable[[TrueForm, Random], TrueForm]:
    return lambda form, _: replace(form, runs=(*form.runs, run))


def _before(look: str) -> Callable[[TrueForm, Random], TrueForm]:
    """A number before the figure that is not to be read with it."""
    return lambda form, rng: replace(
        form, runs=(Run(str(rng.randint(1, 99)), look), *form.runs)
    )


def _doubtful(form: TrueForm) -> TrueForm:
    return replace(form, figure=None)


DECORATIONS: dict[str, Callable[[TrueForm, Random], TrueForm]] = {
    "a note's mark, raised": _behind(Run("1", RAISED)),
    "a note's mark, lowered": _behind(Run("2", LOWERED)),
    "digits hidden": _before(HIDDEN),
    "digits in white": _before(WHITE),
    "digits too small to see": _before(TINY),
    "digits struck": lambda form, rng: _doubtful(_before(STRUCK)(form, rng)),
    "all struck": lambda form, _: _doubtful(
        replace(form, runs=tuple(Run(r.text, STRUCK) for r in form.runs))
    ),
    "a zero-width space": lambda form, _: replace(
        form, runs=(Run("\u200b"), *form.runs)
    ),
}
# Of a sheet's cell that holds the bare number.
FORMATS = {
    ";;;": None,
    "yyyy": None,
    "aaa": None,
    '"约"0': None,
    "0.00": 1,
    "#,##0": 1,
    '0"名"': 1,
    "@": 1,
    "0%": None,
}


def true_form(
    rng: Random,
    looks: frozenset[str],
    sheet: bool,
    lines: bool,
    cells: frozenset[str] = frozenset(),
) -> TrueForm:
    """One form. `looks` are those that its writer can give a run, `cells` what it can do to a cell; a `sheet` has no lines, some
    formats have no tables."""
    number = rng.choice(
        (rng.randint(2, 99), rng.randint(100, 999), rng.randint(1000, 9999))
    )
    layouts = [x for x in LAYOUTS if not (sheet and x == "in lines")]
    layout = rng.choice(layouts if lines else layouts[:-1])
    if layout == "in the blank":
        form = TrueForm(
            number, (Run(str(number)),), layout, number, said=(layout,)
        )
    else:
        form = _written(rng, number, layout)
    if sheet and rng.random() < 0.2 and layout != "in the blank":
        return _formatted(rng, number, layout)
    if cells and rng.random() < 0.15 and layout == "beside":
        return _treated(rng, number, layout, cells)
    if layout in ("beside", "heads over columns", "in lines"):
        form = _labelled(rng, form)
    possible = [
        name
        for name, change in DECORATIONS.items()
        if change(form, rng).looks <= looks and layout != "in the blank"
    ]
    for name in rng.sample(
        possible, min(len(possible), rng.choice((0, 0, 1, 1, 2)))
    ):
        form = replace(DECORATIONS[name](form, rng), clear=False)
        form = replace(form, said=(*form.said, name))
    return form


def _written(rng: Random, number: int, layout: str) -> TrueForm:
    clear = rng.random() < 0.5
    pattern = rng.choice(CLEAR if clear else DOUBTED)
    if layout == "in lines":
        pattern = pattern.split("\n", maxsplit=1)[0] if clear else pattern
    way = rng.choice(WAYS) if clear else str
    numbers = {"n": way(number), "p": str(rng.randint(1, number - 1))}
    text = pattern.format(**numbers, q=str(number + rng.randint(1, 900)))
    # A township list's sum is checked against its rows, which hold one number each.
    simple = layout != "township list" or pattern == "{n}"
    return TrueForm(
        number,
        (Run(text),),
        layout,
        number if clear else None,
        clear=clear and simple,
        said=(layout, pattern),
    )


def _formatted(rng: Random, number: int, layout: str) -> TrueForm:
    shown_as = rng.choice(list(FORMATS))
    figure = number if FORMATS[shown_as] else None
    return TrueForm(
        number,
        (Run(str(number)),),
        layout,
        figure,
        clear=False,
        typed=float(number),
        shown_as=shown_as,
        said=(layout, shown_as),
    )


def _treated(
    rng: Random, number: int, layout: str, cells: frozenset[str]
) -> TrueForm:
    how = rng.choice(sorted(cells))
    return TrueForm(
        number,
        (Run(str(number)),),
        layout,
        None,
        clear=False,
        typed=float(number),
        cell=how,
        said=(layout, how),
    )


def _labelled(rng: Random, form: TrueForm) -> TrueForm:
    """The form under a label with words of its own."""
    chance = rng.random()
    if chance < 0.1:
        before = rng.choice(LABELS_BEFORE)
        form = replace(_doubtful(form), before=before, clear=False)
        return replace(form, said=(*form.said, before))
    if chance < 0.2:
        blank = rng.choice(BLANKS)
        told = blank == TWO_BLANKS and "累计" in form.text
        if not told:
            form = _doubtful(form)
        return replace(form, blank=blank, clear=False, said=(*form.said, blank))
    if chance < 0.3:
        return replace(form, blank=rng.choice(CLEAR_BLANKS))
    return form


# A text, or the place of the figure
Cell = str | TrueForm


def rows_of(form: TrueForm) -> list[list[Cell]]:
    """The form as a table, row by row, all rows as wide as the first."""
    head: list[Cell] = ["报送单位：", UNIT, "报送时间：", DAY]
    measures = "1.深入工地摸底。\n2.集中办理入会。"
    if form.layout == "in the blank":
        label = f"已完成目标任务数（新增 {form.text} 名农民工入会）"
        return [head, [label, "", "", ""], ["主要工作举措", measures, "", ""]]
    if form.layout == "heads over columns":
        named = f"{form.before}已完成目标任务数{form.blank}"
        heads: list[Cell] = ["序号", named, "主要工作举措", "备注"]
        return [head, heads, ["1", form, measures, "无"]]
    if form.layout == "township list":
        first = form.number // 2
        return [
            head,
            ["序号", "乡镇", "已完成目标任务数", "主要工作举措"],
            ["1", "甲镇", str(first), "1.深入工地摸底。"],
            ["2", "乙镇", str(form.number - first), "2.集中办理入会。"],
            ["合计", "", form, ""],
        ]
    label = f"{form.before}已完成目标任务数{form.blank}"
    other = str(form.number + 7) if form.cell == "beside another" else ""
    return [head, [label, form, other, ""], ["主要工作举措", measures, "", ""]]


def lines_of(form: TrueForm) -> list[list[Run]]:
    """The form in lines, each a list of runs."""
    return [
        [Run(f"报送单位：{UNIT}")],
        [Run(f"报送时间：{DAY}")],
        [Run(f"{form.before}已完成目标任务数{form.blank}："), *form.runs],
        [Run("主要工作举措：")],
        [Run("1.深入工地摸底。")],
        [Run("2.集中办理入会。")],
    ]
