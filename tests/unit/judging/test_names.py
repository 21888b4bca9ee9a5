"""Which unit a name means (rules.md 3): folding, and nothing looser; names in subjects and file names."""

import pytest
from judging_makers import ROSTER

from pipeline.judging.names import NameBook
from pipeline.model.roster import Roster, Unit
from pipeline.model.wording.unit_names import NameAffixes, place_of

BOOK = NameBook(ROSTER)
NEIGHBOURS = NameBook(
    Roster(
        (
            Unit(
                "嘉阳集团",
                "municipal",
                300,
                aliases=("四川嘉阳集团有限责任公司",),
            ),
            Unit("井研县", "county", 1000),
            Unit("峨眉山市", "county", 1000),
            Unit("峨眉山景区管委会", "municipal", 100),
            Unit("和邦集团", "municipal", 100),
            Unit("市建设工会", "municipal", 100),
            Unit("市中区", "county", 100),
        ),
        affixes=NameAffixes(("乐山市",)),
    )
)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("甲县", "甲县"),
        ("甲县总工会", "甲县"),
        ("甲县工会", "甲县"),
        ("乐山市甲县总工会", "甲县"),
        (" 甲 县 总 工 会 ", "甲县"),
        ("“甲县”（总工会）：", "甲县"),
        ("甲县总工会办公室", "甲县"),  # an alias
        ("市直机关", "市直机关工会"),
        ("市直机关工会委员会", "市直机关工会"),
        ("嘉阳集团工会", "嘉阳集团"),
        ("其他", "其他"),
        ("东风公司工会委员会", "东风公司"),
    ],
)
def test_a_name_matches_after_folding(text: str, unit: str) -> None:
    assert BOOK.match(text) == unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("峨眉山景区", "峨眉山景区管委会"),
        ("乐山市峨眉山景区管委会", "峨眉山景区管委会"),
        ("乐山市市中区总工会", "市中区"),
        ("市建设", "市建设工会"),
        ("四川嘉阳集团有限责任公司工会", "嘉阳集团"),
    ],
)
def test_affixes_are_dropped_from_the_roster_too(text: str, unit: str) -> None:
    assert NEIGHBOURS.match(text) == unit


def test_full_width_letters_and_digits_are_one_with_half_width() -> None:
    book = NameBook(Roster((Unit("８０１厂Ａ区", "municipal", 100),)))
    assert book.match("801厂a区工会") == "８０１厂Ａ区"


@pytest.mark.parametrize(
    "text",
    [
        "嘉阳电力公司",
        "嘉阳",
        "嘉阳集团公司",
        "井研联峰盐化公司",
        "井研",
        "峨眉山",
        "恒邦集团公司",
        "和邦",
        "四川和邦集团",
        "总工会",
        "乐山市总工会",
        "乐山市",
        "",
        "？",
    ],
)
def test_a_near_miss_is_never_taken(text: str) -> None:
    assert NEIGHBOURS.match(text) is None


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("嘉阳集团公司", "嘉阳集团"),
        ("井研县县总工会", "井研县"),
        ("峨眉山风景区", "峨眉山景区管委会"),
    ],
)
def test_a_near_miss_is_suggested(text: str, first: str) -> None:
    assert NEIGHBOURS.suggestions(text)[0] == first
    assert len(NEIGHBOURS.suggestions(text)) <= 3


def test_nothing_near_suggests_nothing() -> None:
    assert NEIGHBOURS.suggestions("成都铁路局") == ()


def test_a_folded_name_of_two_units_matches_neither() -> None:
    book = NameBook(
        Roster(
            (Unit("峨山工会", "county", 1), Unit("峨山管委会", "municipal", 1))
        )
    )
    assert book.match("峨山") is None
    assert book.match("峨山总工会") is None
    assert book.match("峨山管委会") == "峨山管委会", "an exact name is clear"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "总工会",
        "县总工会",
        "本单位",
        "\u3000\u3000",
        "市总工会",
        "工会委员会",
    ],
)
def test_words_that_name_nobody(text: str) -> None:
    assert BOOK.is_generic(text)


@pytest.mark.parametrize("text", ["甲县", "戊县总工会", "嘉阳电力公司"])
def test_words_that_name_somebody(text: str) -> None:
    assert not BOOK.is_generic(text)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("嘉阳集团旬报表", "嘉阳集团"),
        ("嘉阳集团工会9月10日旬报表.docx", "嘉阳集团"),
        ("2015年9月上旬旬报表（井研县总工会）.doc", "井研县"),
        ("转发：回复：井研县 农民工入会旬报", "井研县"),
        ("关于报送井研县旬报表的", "井研县"),
        ("20150910-井研县.xls", "井研县"),
        ("旬报表_井研县_盖章扫描件.pdf", "井研县"),
        ("峨眉山景区旬报", "峨眉山景区管委会"),
        ("附件3：峨眉山市.docx", "峨眉山市"),
        ("旬报.zip/井研县.docx", "井研县"),
        ("嘉阳电力公司旬报表", None),
        ("嘉阳电力公司工会9月10日旬报表.docx", None),
        ("井研联峰盐化公司旬报表", None),
        ("恒邦集团公司旬报表", None),
        ("井研县 峨眉山市 旬报表", None),
        ("旬报表.docx", None),
        ("", None),
        ("9月10日", None),
        ("乐山市农民工入会集中行动旬报表.docx", None),
    ],
)
def test_a_unit_named_in_a_subject_or_a_file_name(
    text: str, unit: str | None
) -> None:
    assert NEIGHBOURS.named_in(text) == unit


def test_a_long_foreign_subject_costs_little() -> None:
    assert NEIGHBOURS.named_in("旬" * 100_000 + " 井研县旬报表") is None, (
        "only its beginning is looked at"
    )


def test_the_organizers_own_place_says_nothing_before_a_name() -> None:
    units = (
        Unit("云台区", "county", 1),
        Unit("岚州市", "county", 1),
        Unit("岚州市区", "county", 1),
    )
    book = NameBook(Roster(units, affixes=NameAffixes(("岚州市", "乐山市"))))
    assert book.match("岚州市云台区总工会") == "云台区"
    assert book.match("乐山市云台区总工会") == "云台区"
    assert (
        book.match("岚州市总工会") is None
    )  # the organizer is no unit; what is left of it is no name
    assert book.match("岚州市") == "岚州市"
    assert NameBook(Roster(units)).match("岚州市云台区总工会") is None


@pytest.mark.parametrize(
    ("organizer", "place"),
    [
        ("岚州市总工会", "岚州市"),
        ("清溪县工会", "清溪县"),
        ("岚江集团工会", ""),
        ("总工会", ""),
    ],
)
def test_the_place_is_the_organizers_name_without_the_union(
    organizer: str, place: str
) -> None:
    assert place_of(organizer) == place
