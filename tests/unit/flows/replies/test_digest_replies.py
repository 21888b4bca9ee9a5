"""A reviewer puts right what the rule had counted by replying to the period's digest: by the unit's name, once, and never over a colleague's decision."""

from datetime import date
from pathlib import Path

import pytest
from campaign_maker import form_mail, moment
from made_folders import MadeFolders, made_folders
from test_replies import ONE, TWO, Office

from pipeline.flows.notify import notify
from pipeline.model.form import Hold
from pipeline.model.report import ReportState
from pipeline.model.review.reply_token import DIGEST_VERSION, Token, code_for

__all__ = ["made_folders"]  # a fixture

CASE, EXPIRES = "qk-2015-09-10", date(2015, 10, 11)


class WithDigest(Office):
    """The same office; 丙公司's report was counted, and the digest went to staff."""

    def count(self, figure: int = 50) -> None:
        self.take(
            form_mail(
                "bing@example.cn",
                "丙公司",
                "2015年9月10日",
                figure,
                "2015-09-10 10:00",
            ),
            "2015-09-10 10:00",
        )

    def digest_code(self, who: str = ONE) -> str:
        secret = self.at("2015-09-11 09:30").store.secret()
        return code_for(secret, Token(CASE, DIGEST_VERSION, EXPIRES), who)

    def answer(
        self, words: str, who: str = ONE, when: str = "2015-09-11 10:00"
    ) -> str:
        return self.reply(words, self.digest_code(who), who, when)


def counted(folder: Path) -> None:
    office = WithDigest(folder)
    office.begin()
    office.count()


@pytest.fixture
def office(tmp_path: Path, made_folders: MadeFolders) -> WithDigest:
    made_folders.copied(tmp_path, "counted", counted)
    return WithDigest(tmp_path)


def test_the_digest_lets_reviewers_answer_and_says_how(
    office: WithDigest,
) -> None:
    worker = office.at("2015-09-11 09:30")
    worker.store.record_poll(moment("2015-09-11 09:30"), whole=True)
    notify(moment("2015-09-11 09:30"), worker.desk(), mailbox_read=True)
    copies = dict(office.letters("period_digest"))
    body = copies[ONE].get_body(("plain",))
    assert body is not None
    assert office.digest_code() in copies[ONE]["Subject"]
    assert office.digest_code() in body.get_content()
    assert "某单位 改为128" in body.get_content()


@pytest.mark.parametrize(
    "words",
    [
        "丙公司 改为52",
        "丙公司：改为52",
        "丙公司改为52",
        "将丙公司的数改为52",
        "丙公司 改为52：单位来电更正",
    ],
)
def test_a_counted_figure_is_corrected(office: WithDigest, words: str) -> None:
    said = office.answer(words)
    report = office.report()
    assert report.state is ReportState.ACCEPTED
    assert report.completed == 52
    assert report.decided_by == ONE
    assert "52" in said


def test_the_reason_is_kept_as_the_digest_asks_for_it(
    office: WithDigest,
) -> None:
    office.answer("丙公司 改为52：单位来电更正")
    (*_, decision) = office.at("2015-09-11 10:30").store.decisions(
        office.report().id
    )
    assert decision.why == "单位来电更正"


def test_a_counted_report_is_set_back_and_waits_for_staff(
    office: WithDigest,
) -> None:
    office.answer("丙公司 撤销：数字存疑")
    report = office.report()
    assert report.state is ReportState.HELD
    assert report.holds == (Hold.SET_BACK,)
    assert dict(office.letters("review_request"))


def test_a_counted_report_is_given_to_another_unit(office: WithDigest) -> None:
    office.answer("丙公司 归乙县")
    assert office.report().unit == "乙县"


def test_a_counted_report_is_moved_to_another_period(
    office: WithDigest,
) -> None:
    office.answer("丙公司 算9月20日")
    assert office.report().period == date(2015, 9, 20)


def test_what_was_done_can_be_undone_under_the_letter_that_tells_of_it(
    office: WithDigest,
) -> None:
    office.answer("丙公司 改为52")
    copies = dict(office.letters("review_answer"))
    body = copies[ONE].get_body(("plain",))
    assert body is not None
    assert "撤销" in body.get_content()
    office.reply("撤销", office.code(ONE, 2), when="2015-09-11 11:00")
    assert office.report().completed == 50


def test_a_second_reviewer_does_not_overrule_the_first(
    office: WithDigest,
) -> None:
    office.answer("丙公司 改为52")
    said = office.answer("丙公司 改为60", TWO, "2015-09-11 10:30")
    assert "处理过" in said
    assert office.report().completed == 52


def test_a_second_undo_does_not_count_it_again(office: WithDigest) -> None:
    office.answer("丙公司 撤销：数字存疑")
    said = office.answer("丙公司 撤销：数字存疑", TWO, "2015-09-11 10:30")
    assert "待核" in said
    assert office.report().state is ReportState.HELD


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("改为52", "没有看懂要改哪个单位"),
        ("庚公司 改为52", "名单里没有单位"),
        ("乙县 改为52", "没有已计入的报表"),
        ("丙公司 是否改为52？", ""),
        ("丙公司 改为52，乙县 改为30", ""),
    ],
)
def test_what_is_not_clear_changes_nothing_and_is_told(
    office: WithDigest, words: str, why: str
) -> None:
    said = office.answer(words)
    assert said.startswith("没有改动")
    assert why in said
    assert office.report().completed == 50
    assert dict(office.letters("review_answer"))


@pytest.mark.parametrize("words", ["收到，谢谢", "好的", "已阅"])
def test_thanks_are_no_order(office: WithDigest, words: str) -> None:
    office.answer(words)
    assert not dict(office.letters("review_answer"))
    assert office.report().completed == 50


def test_another_units_clerk_cannot_use_the_code(office: WithDigest) -> None:
    office.reply(
        "丙公司 改为52",
        office.digest_code(ONE),
        "jia@example.cn",
        "2015-09-11 10:00",
    )
    assert office.report().completed == 50
