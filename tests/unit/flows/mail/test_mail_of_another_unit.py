"""A mail whose own words call what it brings another unit's form: nobody is given that unit's figure by whose address it came from."""

import pytest
from mails.judge import judged, says
from mails.makers import reported, said

from pipeline.model.form import Hold

SAID = (
    "附件是五通桥区的表", "以下是五通桥区的旬报，请收", "附件为五通桥区总工会旬报表，请查收", "代五通桥区报送旬报", "现报送五通桥区9月10日旬报表",
    "您好！\n五通桥区的表见附件", "转五通桥区旬报，请收", "这是五通桥区的旬报表。谢谢", "帮五通桥区发一下旬报", "现将五通桥区9月上旬农民工入会情况报上",
)  # fmt: skip
HARMLESS = (
    "附件是市中区的表", "代市中区总工会报送旬报", "请查收。抄送五通桥区总工会", "参照五通桥区的做法，我区旬报见附件", "我区与五通桥区交界，请查收",
    "附件是我区旬报表，五通桥区的由他们自己报", "和五通桥区的格式一样，请查收", "我们按五通桥区的表填的", "附件是全区的表", "现报送9月上旬旬报表",
    "附件是五通桥区代表名单和旬报", "现将我区与五通桥区联合开展活动的情况报上",
)  # fmt: skip
LINES = "\n报送单位：\n报送时间：2015年9月10日\n已完成目标任务数：356\n主要工作举措：1、深入工地摸底。2、集中办理入会。"


@pytest.mark.parametrize("text", SAID)
def test_a_form_that_names_its_unit_is_held_with_the_words(text: str) -> None:
    (report,) = judged(reported(text=text)).reports
    assert (report.unit, report.holds) == ("市中区", (Hold.FIGURE_UNCLEAR,))
    assert report.form is not None
    (words,) = report.form.figure.unexplained
    assert words in text
    assert "五通桥区" in words


@pytest.mark.parametrize("text", SAID)
def test_a_form_that_names_nobody_is_nobodys(text: str) -> None:
    (report,) = judged(said(text + LINES, "旬报")).reports
    assert (report.unit, report.holds) == (None, (Hold.UNIT_UNCLEAR,))


@pytest.mark.parametrize("text", HARMLESS)
def test_words_that_say_no_such_thing_hold_nothing(text: str) -> None:
    assert says(reported(text=text)) == "accepted"
    assert says(said(text + LINES, "旬报")) == "accepted"
