"""Laws of numbers, days, clauses and figures: what is written comes back, in every way of writing."""

import string
from datetime import date

import pytest
from form_makers import COMPLETED, SPEC
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.model.form import Figure, Hold, Note
from pipeline.model.wording.characters import HAN_DIGITS, HAN_UNITS
from pipeline.reading.form.clauses import split
from pipeline.reading.form.counts_to_figure import MOST_PEOPLE
from pipeline.reading.form.dates import mentions
from pipeline.reading.form.figure import read_figure
from pipeline.reading.form.figure_words import VOCABULARY
from pipeline.reading.form.numbers import as_seen

PLAIN, FORMAL = (
    ("零一二三四五六七八九", "十百千万亿"),
    ("零壹贰叁肆伍陆柒捌玖", "拾佰仟萬億"),
)
WIDE = str.maketrans("0123456789,.-/", "０１２３４５６７８９，．－／")


def han(number: int, style: tuple[str, str] = PLAIN) -> str:
    """A number below 10**12 in Chinese numerals, as read aloud: section by section, gaps spoken as 零."""
    digits, units = style
    if number == 0:
        return digits[0]
    text, gap = "", False
    for power in range(11, -1, -1):
        digit = number // 10**power % 10
        place = power % 4
        if digit:
            text += (
                (digits[0] if gap and text else "")
                + digits[digit]
                + (units[place - 1] if place else "")
            )
            gap = False
        else:
            gap = True
        section = number // 10**power % 10**4 if place == 0 else 0
        if place == 0 and power and section:
            text += units[2 + power // 4]
    return text


WAYS = {
    "figures": str,
    "wide figures": lambda n: str(n).translate(WIDE),
    "commas": lambda n: f"{n:,}",
    "wide commas": lambda n: f"{n:,}".translate(WIDE),
    "blanks": lambda n: f"{n:,}".replace(",", " "),
    "numerals": han,
    "formal numerals": lambda n: han(n, FORMAL),
    "numerals one by one": lambda n: "".join(PLAIN[0][int(c)] for c in str(n)),
    "float": lambda n: f"{n}.0",
}
COUNTS = ("", "名", "人", "个", " 名")
people = st.integers(0, 9_999_999)


def _may_be_two(way: str, number: int) -> bool:
    """356 360 may be one figure or two: it is held, not read."""
    return way == "blanks" and 100_000 <= number < 1_000_000


@pytest.mark.parametrize("way", WAYS)
@given(
    number=people,
    count=st.sampled_from(COUNTS),
    blank=st.sampled_from(("", " ", "\u3000", "\n")),
)
def test_a_number_comes_back_from_every_way_of_writing(
    way: str, number: int, count: str, blank: str
) -> None:
    assume(not _may_be_two(way, number))
    text = blank + WAYS[way](number) + count + blank
    read = read_figure(COMPLETED, text, None, SPEC)
    assert (read.completed, read.holds, read.notes) == (number, (), ())


@given(number=st.integers(100_000, 999_999))
def test_groups_of_three_with_a_blank_between_are_never_one_figure(
    number: int,
) -> None:
    text = WAYS["blanks"](number)
    first, second = text.split()
    read = read_figure(COMPLETED, text, None, SPEC)
    assert read.completed != number
    if int(first) != int(second):
        assert read.holds == (Hold.FIGURE_UNCLEAR,)


@given(tens=st.integers(1, 99_999), style=st.sampled_from(("万", "萬")))
def test_tens_of_thousands_come_back_rounded(tens: int, style: str) -> None:
    read = read_figure(COMPLETED, f"{tens / 100:.2f}{style}", None, SPEC)
    if tens * 100 <= MOST_PEOPLE:
        assert read == Figure(tens * 100, notes=(Note.ROUNDED,))
    else:
        assert read.holds == (Hold.FIGURE_UNCLEAR,)


@pytest.mark.parametrize("way", WAYS)
@given(number=st.integers(1, 9_999_999))
def test_label_blank_and_value_cell_are_read_alike(
    way: str, number: int
) -> None:
    assume(not _may_be_two(way, number))
    text = WAYS[way](number)
    blank = COMPLETED.replace("   ", f" {text} ")
    assert read_figure(COMPLETED, text, None, SPEC) == Figure(number)
    assert read_figure(blank, "", None, SPEC) == Figure(number)
    assert read_figure(blank, f"{number}名", None, SPEC) == Figure(number)
    other = read_figure(blank, str(number + 1), None, SPEC)
    assert other.holds == (Hold.FIGURE_UNCLEAR,)


def _writes_numbers(character: str) -> bool:
    """What makes another number of one by right: a digit, a numeral, a separator."""
    seen = as_seen(character)
    return seen in "0123456789,. \n" or seen in {
        *HAN_DIGITS,
        *HAN_UNITS,
        *"廿卅点",
    }


FOREIGN = st.one_of(
    st.characters(codec="utf-8").filter(lambda c: not _writes_numbers(c)),
    st.sampled_from(
        [
            "预计",
            "估计",
            "暂定",
            "拟",
            "争取",
            "力争",
            "还差",
            "未",
            "应",
            "目标",
            "原报",
            "误报",
            "不含",
            "待核",
            "如",
            "例如",
            "见附件",
            "附表",
            "参见",
            "号文",
            "v",
            "版",
            "QQ",
            "第",
            "约",
            "上期",
            "上年",
            "会员总数",
            "排名",
            "意向",
            "初步统计",
            "请填",
            "户",
            "家",
            "元",
            "%",
            "‰",
            "≥",
            "<",
            "*",
            "?",
            "~",
            "-",
        ]
    ),
)
KNOWN = {word for line in VOCABULARY for word in line.words}
PLACES = st.sampled_from(
    (
        "{w}{n}",
        "{n}{w}",
        "{w}{n}名",
        "{n}名{w}",
        "{n}（{w}）",
        "{w}：{n}",
        "{n}，{w}",
    )
)


@given(number=st.integers(2, 999_999), word=FOREIGN, place=PLACES)
def test_whatever_stands_beside_a_number_never_makes_another_one_of_it(
    number: int, word: str, place: str
) -> None:
    read = read_figure(COMPLETED, place.format(w=word, n=number), None, SPEC)
    if not read.holds:
        assert read.completed == number or read.added == number


@given(
    number=st.integers(10, 999_999),
    character=st.characters(codec="utf-8").filter(
        lambda c: not _writes_numbers(c)
    ),
    at=st.integers(1, 5),
)
def test_a_foreign_character_within_a_number_holds_it(
    number: int, character: str, at: int
) -> None:
    digits = str(number)
    assume(at < len(digits) and character not in KNOWN and as_seen(character))
    read = read_figure(
        COMPLETED, digits[:at] + character + digits[at:], None, SPEC
    )
    assert Hold.FIGURE_UNCLEAR in read.holds


@given(
    completed=st.integers(2, 99_999),
    added=st.integers(1, 99_999),
    order=st.booleans(),
    sign=st.sampled_from("，；,\n "),
)
def test_words_settle_two_numbers_in_either_order(
    completed: int, added: int, order: bool, sign: str
) -> None:
    added = min(added, completed)
    parts = [f"累计{completed}名", f"本旬新增{added}名"]
    text = sign.join(parts if order else parts[::-1])
    assert read_figure(COMPLETED, text, None, SPEC) == Figure(completed, added)


DAYS = {
    "年月日": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "padded": lambda d: f"{d.year}年{d.month:02}月{d.day:02}日",
    "spaced": lambda d: f"{d.year} 年 {d.month} 月 {d.day} 日",
    "dots": lambda d: f"{d.year}.{d.month}.{d.day}",
    "hyphens": lambda d: d.isoformat(),
    "slashes": lambda d: f"{d.year}/{d.month}/{d.day}",
    "short": lambda d: f"{d.year % 100}/{d.month}/{d.day}",
    "compact": lambda d: f"{d:%Y%m%d}",
    "wide": lambda d: f"{d.year}.{d.month}.{d.day}".translate(WIDE),
    "numerals": lambda d: (
        f"{''.join('〇一二三四五六七八九'[int(c)] for c in str(d.year))}年{han(d.month).removeprefix('一') if d.month > 9 else han(d.month)}月{han(d.day).removeprefix('一') if 9 < d.day < 20 else han(d.day)}日"
    ),
    "with an hour": lambda d: f"{d.isoformat()} 16:30:00",
}
AROUND = ("", "农民工入会旬报", "截至", "（", "报送时间：")


@pytest.mark.parametrize("way", DAYS)
@given(
    day=st.dates(date(2010, 1, 1), date(2069, 12, 31)),
    before=st.sampled_from(AROUND),
    after=st.sampled_from(("", "止", "旬报.docx", "）")),
)
def test_a_day_comes_back_from_every_way_of_writing(
    way: str, day: date, before: str, after: str
) -> None:
    assert [
        (m.year, m.month, m.day)
        for m in mentions(before + DAYS[way](day) + after)
    ] == [(day.year, day.month, day.day)]


@given(
    number=st.integers(0, 10**12).filter(lambda n: len(str(n)) != 8),
    way=st.sampled_from(("figures", "commas", "wide figures", "numerals")),
)
def test_a_number_names_no_day(number: int, way: str) -> None:
    """Eight figures may be a day: 20150910."""
    assert mentions(f"{WAYS[way](number)}名") == ()


MARKS = {
    "一、": lambda i: (
        f"{han(i).removeprefix('一') if 9 < i < 20 else han(i)}、"
    ),
    "（一）": lambda i: (
        f"（{han(i).removeprefix('一') if 9 < i < 20 else han(i)}）"
    ),
    "1.": lambda i: f"{i}.",
    "1、": lambda i: f"{i}、",
    "(1)": lambda i: f"({i})",
    "（1）": lambda i: f"（{i}）",
    "①": lambda i: chr(0x245F + i),
    "⑴": lambda i: chr(0x2473 + i),
    "•": lambda i: "•",
    "-": lambda i: "- ",
    "": lambda i: "",
}
words = (
    st.text(
        "加强组织领导深入工地宣传会员办理摸底登记，", min_size=3, max_size=30
    )
    .map(lambda t: t.strip("，"))
    .filter(lambda t: len(t) > 2)
)
inside = st.sampled_from(
    (
        "",
        "1.2万人",
        "占3.5%",
        "投入15.6万元",
        "（街道）",
        "第1、2号车间",
        "2015年9月10日",
        "“站、家”",
    )
)
clause = st.tuples(words, inside, words).map("".join)


@pytest.mark.parametrize("mark", MARKS)
@given(
    end=st.sampled_from(("。", "；", "")),
    clauses=st.lists(clause, min_size=1, max_size=9),
    gap=st.sampled_from(("\n", "\r\n", "\n\n", "\n\u3000\u3000")),
)
def test_clauses_come_back_from_lines(
    mark: str, end: str, clauses: list[str], gap: str
) -> None:
    text = gap.join(MARKS[mark](i) + c + end for i, c in enumerate(clauses, 1))
    assert split(text) == tuple(c + end for c in clauses)


@pytest.mark.parametrize("mark", [m for m in MARKS if m not in ("•", "-", "")])
@given(clauses=st.lists(clause, min_size=2, max_size=9))
def test_clauses_come_back_from_one_line(mark: str, clauses: list[str]) -> None:
    text = "".join(MARKS[mark](i) + c + "。" for i, c in enumerate(clauses, 1))
    assert split(text) == tuple(c + "。" for c in clauses)


SEEDS = (
    "1,",
    "1, ",
    "1 ",
    "9" * 50 + ".",
    "一千",
    "一二",
    "1万",
    "2015.",
    "2015年",
    "9月",
    "（一）",
    "1、",
    "报送 ",
    "①",
    "约1多",
    "-1",
    "　",
    "1.",
    "%",
    "千百万亿",
    "( ",
    "（",
    "新增",
)
# Most of the time of all, and found by the patterns that find "（一）" and "千百万亿"
DEAR = ("①", "1、", "1万", "一千", "约1多")


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(seed, marks=pytest.mark.long if seed in DEAR else [])
        for seed in SEEDS
    ],
)
def test_hostile_text_ends(seed: str) -> None:
    """Much of what the patterns look for. A pattern that runs away takes minutes: the timeout is the proof."""
    text = seed * (100_000 // len(seed))
    as_seen(text)
    mentions(text)
    split(text)
    assert isinstance(read_figure(text, text, None, SPEC), Figure)


@given(
    st.text(
        string.digits
        + ",. %年月日万千百十一二〇约余名-/()（）、。累计本旬新增\n①",
        max_size=200,
    )
)
def test_any_text_is_read_without_raising_and_holds_or_settles(
    text: str,
) -> None:
    figure = read_figure(COMPLETED, text, None, SPEC)
    settled = (
        figure.completed is not None
        or figure.added is not None
        or figure.nil is not None
    )
    assert settled or figure.holds
    assert figure.completed is None or figure.completed >= 0
    mentions(text)
    assert all(c.strip() == c and c for c in split(text))
