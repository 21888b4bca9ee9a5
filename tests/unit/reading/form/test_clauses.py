"""Measures as clerks mark them, and figures inside them that are no marks."""

import pytest

from pipeline.reading.form.clauses import split

TWO = ("深入工地摸底", "集中办理入会")


@pytest.mark.parametrize(
    "text",
    [
        "一、深入工地摸底\n二、集中办理入会",
        "（一）深入工地摸底\n（二）集中办理入会",
        "(一) 深入工地摸底\n(二) 集中办理入会",
        "1.深入工地摸底\n2.集中办理入会",
        "1．深入工地摸底\n2．集中办理入会",
        "1、深入工地摸底\n2、集中办理入会",
        "１、深入工地摸底\n２、集中办理入会",
        "(1)深入工地摸底\n(2)集中办理入会",
        "（1）深入工地摸底（2）集中办理入会",
        "1)深入工地摸底\n2)集中办理入会",
        "①深入工地摸底②集中办理入会",
        "⑴深入工地摸底⑵集中办理入会",
        "⒈深入工地摸底⒉集中办理入会",
        "第一，深入工地摸底\n第二，集中办理入会",
        "· 深入工地摸底\n· 集中办理入会",
        "•深入工地摸底\n•集中办理入会",
        "- 深入工地摸底\n- 集中办理入会",
        "● 深入工地摸底\n● 集中办理入会",
        "1.深入工地摸底 2.集中办理入会",
        "深入工地摸底\n集中办理入会",
        "深入工地摸底\r\n\r\n集中办理入会\n",
        "一、\t深入工地摸底\n二、\t集中办理入会",
        "1.深入工地\n摸底\n2.集中办理\n入会",
    ],
)
def test_marks(text: str) -> None:
    assert split(text) == TWO


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("一、摸底；二、宣传；", ("摸底；", "宣传；")),
        ("1.摸底。2.宣传。3.培训。", ("摸底。", "宣传。", "培训。")),
        ("摸底。2.宣传。", ("摸底。", "宣传。")),
        (
            "1.摸底。2.宣传。\n3.培训。4.慰问。",
            ("摸底。", "宣传。", "培训。", "慰问。"),
        ),
        ("九、摸底\n十、宣传\n十一、培训", ("摸底", "宣传", "培训")),
        (
            "1.2015年9月开会。\n2.9月10日宣传。",
            ("2015年9月开会。", "9月10日宣传。"),
        ),
        ("第一，摸底。第二，宣传。", ("摸底。", "宣传。")),
    ],
)
def test_marks_within_a_line(text: str, clauses: tuple[str, ...]) -> None:
    assert split(text) == clauses


@pytest.mark.parametrize(
    "text",
    [
        "发展会员1.2万名，占3.5%，投入资金15.6万元。",
        "1.2万名农民工入会。",
        "深入第1、2、3号车间宣传。",
        "每月10、20、30日报送进度。",
        "第一时间成立专班，第一书记负责。",
        "统一思想，一体推进，做好（街道）工作。",
        "开展“会、站、家”一体化建设，惠及1200人次。",
        "农民工（1000人）入会。",
        "项目部阿·木乡工地。",
        "热线0833-12345开通。",
    ],
)
def test_no_mark(text: str) -> None:
    assert split(text) == (text,)


def test_an_enumeration_behind_a_mark() -> None:
    assert split("1、第1、2、3号车间摸底。2、宣传。") == (
        "第1、2、3号车间摸底。",
        "宣传。",
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\u3000",
        "说明：每月10、20、30日报送",
        "报送方式：发至邮箱",
        "1.\n2.",
    ],
)
def test_no_clause(text: str) -> None:
    assert split(text) == ()


@pytest.mark.parametrize(
    "end", ["--", "此致", "敬礼！", "谢谢！", "发自我的iPhone", "________"]
)
def test_what_closes_a_letter_ends_them(end: str) -> None:
    assert split(f"1.摸底。\n2.宣传。\n{end}\n某处 某某") == (
        "摸底。",
        "宣传。",
    )


def test_the_forms_own_print_and_signatures_are_none() -> None:
    text = "1.摸底。\n2.宣传。\n填报人：某某  电话：123\n说明：每月10、20、30日报送，工作举措以条款方式列举。\n报送方式：发至邮箱。"
    assert split(text) == ("摸底。", "宣传。")


@pytest.mark.parametrize(
    "left", ["300字左右）", "（300字左右）", "(300 字左右)", "300字以内"]
)
def test_what_is_left_of_the_label_is_no_clause(left: str) -> None:
    assert split(f"{left}\n1.走访企业12家。\n2.办卡300张。") == (
        "走访企业12家。",
        "办卡300张。",
    )


def test_a_clause_that_speaks_of_length_stays() -> None:
    assert split("1.撰写300字左右的信息5篇。") == ("撰写300字左右的信息5篇。",)
