"""What follows a bulletin that went: corrected figures, told once and to exactly those who
had it; a withdrawal; and a bulletin that waits for held reports."""

from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from campaign_maker import form_mail, moment
from made_folders import MadeFolders, made_folders
from test_replies import ONE, Office

from pipeline.cli.bulletin_order import BulletinOrder
from pipeline.flows.compose import send_letter
from pipeline.flows.notify import notify
from pipeline.flows.review.corrections import Corrections, Ordered
from pipeline.judging.progress.printed import published
from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.notice import Action, NoticeKind
from pipeline.model.outgoing import DeliveryEvent, DeliveryState
from pipeline.model.review.reply_token import Token, code_for

__all__ = ["made_folders"]  # a fixture

MONTH = "2015-09"
HAD = ("jia@example.cn", "yi@example.cn")  # the others' copies failed


class Publishing(Office):
    """An office whose September bulletin went, to two of its recipients alone."""

    def work(self, now: str) -> None:
        worker = self.at(now)
        notify(worker.clock.now(), worker.desk(), mailbox_read=True)

    def post(self, now: str) -> None:
        """The post takes the copies of two addresses for good, and refuses the rest."""
        worker = self.at(now)
        for delivery in worker.outbox.open_deliveries():
            taken = delivery.recipient in HAD
            state = DeliveryState.SENT if taken else DeliveryState.FAILED
            worker.outbox.record(DeliveryEvent(delivery.id, moment(now), state))

    def said(self, figure: int, received: str, subject: str) -> None:
        self.take(
            form_mail(
                "jia@example.cn",
                "甲县",
                "2015年9月10日",
                figure,
                received,
                subject=subject,
            ),
            received,
        )

    def planned(self, kind: str) -> list[EmailMessage]:
        return [letter for _, letter in self.letters(kind)]

    def to(self, kind: str) -> set[str]:
        return {who for who, _ in self.letters(kind)}

    def bulletin(self) -> Bulletin:
        found = self.at("2015-12-31 08:00").store.bulletin(
            MONTH, NoticeKind.MONTHLY_BULLETIN
        )
        assert found is not None
        return found


def office(folder: Path, more: dict[str, str] | None = None) -> Publishing:
    found = Publishing(folder)
    found.begin(more)
    found.said(700, "2015-09-10 10:00", "报送旬报表")
    found.work("2015-10-01 09:30")
    found.work("2015-10-01 15:00")
    return found


REQUIRED = {'approval = "none"': 'approval = "required"'}


def published_office(
    folder: Path, more: dict[str, str] | None = None
) -> Publishing:
    found = office(folder, more)
    if "required" in "".join((more or {}).values()):
        store = found.at("2015-10-01 15:05").store
        version = Token(f"tb-{MONTH}", 1, date(2015, 10, 31))
        code = code_for(store.secret(), version, ONE)
        found.reply("同意发布", code, when="2015-10-01 15:10")
        found.work("2015-10-01 15:15")
    found.post("2015-10-01 15:20")
    return found


@pytest.fixture
def found(tmp_path: Path, made_folders: MadeFolders) -> Publishing:
    """One whose bulletin went by itself."""
    made_folders.copied(tmp_path, "published", published_office)
    return Publishing(tmp_path)


@pytest.fixture
def released(tmp_path: Path, made_folders: MadeFolders) -> Publishing:
    """One whose bulletins and corrections wait for a reviewer, who released this one."""
    made_folders.copied(
        tmp_path, "released", lambda at: published_office(at, REQUIRED)
    )
    return Publishing(tmp_path)


def text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_corrected_figure_is_told_once_to_exactly_those_who_had_it(
    found,
) -> None:
    found.said(720, "2015-10-02 10:00", "9月10日旬报更正")
    found.work("2015-10-02 10:05")
    found.work("2015-10-02 16:00")
    letters = found.planned("erratum")
    assert found.to("erratum") == set(HAD)
    assert len(letters) == len(HAD)
    assert letters[0]["Subject"] == (
        "【更正】2015年9月通报：甲县累计由700名更正为720名"
    )
    assert "700名→720名" in text(letters[0])
    assert "原列数有误，已更正" in text(letters[0])


def test_the_same_state_of_the_figures_is_told_once_a_new_one_again(
    found,
) -> None:
    for figure, day in ((720, 2), (730, 3)):
        found.said(figure, f"2015-10-0{day} 10:00", "9月10日旬报更正")
        found.work(f"2015-10-0{day} 10:05")
    subjects = {letter["Subject"] for letter in found.planned("erratum")}
    assert [s.rpartition("为")[2] for s in sorted(subjects)] == [
        "720名",
        "730名",
    ]


def test_a_late_report_beside_the_printed_figure_is_not_sent_by_itself(
    found,
) -> None:
    """Where nothing needs a release, it stands in the next bulletin; by command it is
    sent."""
    late = form_mail(
        "jia@example.cn", "甲县", "2015年9月30日", 760, "2015-10-02 10:00"
    )
    found.take(late, "2015-10-02 10:00")
    found.work("2015-10-02 10:05")
    assert found.planned("erratum") == []
    worker = found.at("2015-10-02 11:00")
    done = Corrections(worker.facts(), worker.desk()).correct(
        found.bulletin(), ""
    )
    assert done is Ordered.PLANNED
    assert found.to("erratum") == set(HAD)
    assert "补报后计入" in text(found.planned("erratum")[0])


def test_nothing_moved_is_no_correction(found) -> None:
    found.work("2015-10-02 10:05")
    worker = found.at("2015-10-02 11:00")
    done = Corrections(worker.facts(), worker.desk()).correct(
        found.bulletin(), ""
    )
    assert done is Ordered.NOTHING_MOVED
    assert found.planned("erratum") == []


def erratum_code(found: Publishing) -> str:
    (draft,) = [m for to, m in found.letters("erratum_draft") if to == ONE]
    return str(draft["Subject"]).rpartition("[")[2].rstrip("]")


@pytest.mark.parametrize(
    ("words", "done", "sent"),
    [
        ("同意发布", "更正即将发出", True),
        ("不发更正", "不发", False),
        ("再想想", "没有改动", None),
    ],
)
def test_where_bulletins_need_a_release_a_correction_does(
    released, words, done, sent
) -> None:
    found = released
    late = form_mail(
        "jia@example.cn", "甲县", "2015年9月30日", 760, "2015-10-02 10:00"
    )
    found.take(late, "2015-10-02 10:00")
    found.work("2015-10-02 10:05")
    assert found.planned("erratum") == []
    said = found.reply(words, erratum_code(found), when="2015-10-02 11:00")
    assert done in said
    found.work("2015-10-02 11:05")
    assert (found.to("erratum") == set(HAD)) is bool(sent)
    drafts = [to for to, _ in found.letters("erratum_draft") if to == ONE]
    assert len(drafts) == 1


def test_an_answer_to_an_older_state_releases_nothing(released) -> None:
    found = released
    found.said(720, "2015-10-02 10:00", "9月10日旬报更正")
    found.work("2015-10-02 10:05")
    code = erratum_code(found)
    found.said(730, "2015-10-02 10:30", "9月10日旬报更正")
    said = found.reply("同意发布", code, when="2015-10-02 11:00")
    assert "又有变动" in said
    found.work("2015-10-02 11:05")
    assert found.planned("erratum") == []


def test_a_withdrawal_goes_once_to_exactly_those_who_had_it(found) -> None:
    for expected in (Ordered.PLANNED, Ordered.DONE_BEFORE):
        worker = found.at("2015-10-02 11:00")
        corrections = Corrections(worker.facts(), worker.desk())
        done = corrections.withdraw(found.bulletin(), "附件列错了单位次序")
        assert done is expected
    assert found.to("erratum") == set(HAD)
    (first, *_) = found.planned("erratum")
    assert first["Subject"].startswith("【撤回】2015年9月通报撤回")
    assert "附件列错了单位次序" in text(first)
    # What was withdrawn was never published: the next one compares with no printed figure.
    assert published(found.at("2015-10-02 12:00").store.ledger()) == []
    found.said(720, "2015-10-02 13:00", "9月10日旬报更正")
    found.work("2015-10-02 13:05")
    assert len(found.planned("erratum")) == len(HAD)


def test_a_bulletin_nobody_had_cannot_be_withdrawn(tmp_path) -> None:
    found = office(tmp_path)
    worker = found.at("2015-10-01 15:05")
    corrections = Corrections(worker.facts(), worker.desk())
    done = corrections.withdraw(found.bulletin(), "写错了")
    assert done is Ordered.NOT_SENT


def test_a_bulletin_that_waits_for_a_held_report_tells_the_reviewers(
    tmp_path,
) -> None:
    waits = {'approval = "none"': 'approval = "none"\nheld = "wait"'}
    found = Publishing(tmp_path)
    found.begin(waits)
    found.held()
    found.work("2015-10-01 15:00")
    found.work("2015-10-01 16:00")
    assert found.planned("monthly_bulletin") == []
    letters = [m for to, m in found.letters("bulletin_waits") if to == ONE]
    assert len(letters) == 1
    assert "丙公司" in text(letters[0])
    assert "xunbao bulletin --month 2015-09 --send" in text(letters[0])
    found.reply(
        "作废",
        found.code(ONE, expires=date(2015, 10, 10)),
        when="2015-10-02 09:00",
    )
    found.work("2015-10-02 09:05")
    assert found.planned("monthly_bulletin") != []


def digest_text(found: Publishing) -> str:
    (body,) = {
        text(m)
        for to, m in found.letters("period_digest")
        if to == ONE and "【旬进度简报】10月10日" in str(m["Subject"])
    }
    return body


def late_after_the_bulletin(found: Publishing, figure: int, when: str) -> None:
    late = form_mail("jia@example.cn", "甲县", "2015年9月30日", figure, when)
    found.take(late, when)


def test_a_late_report_is_put_before_staff_in_their_digest_and_goes_if_they_say(
    found,
) -> None:
    late_after_the_bulletin(found, 760, "2015-10-02 10:00")
    found.work("2015-10-11 09:30")
    said = digest_text(found)
    assert "2015年9月通报印发后有补报：甲县累计由700名变为760名" in said
    assert "回复本邮件写：发布更正" in said
    assert found.planned("erratum") == []
    (digest,) = [
        m
        for to, m in found.letters("period_digest")
        if to == ONE and "10月10日" in str(m["Subject"])
    ]
    code = str(digest["Subject"]).rpartition("[")[2].rstrip("]")
    done = found.reply("发布更正", code, when="2015-10-11 10:00")
    assert "更正即将发出" in done
    found.work("2015-10-11 10:05")
    assert found.to("erratum") == set(HAD)
    again = found.reply("发布更正", code, when="2015-10-11 11:00")
    assert "没有更正可发" in again


def test_a_digest_speaks_of_no_change_where_there_is_none(found) -> None:
    found.work("2015-10-11 09:30")
    assert "通报印发后" not in digest_text(found)


TOLD_TOO = {'approval = "none"': 'approval = "none"\nlate_reports = "erratum"'}


def test_late_reports_are_corrected_by_themselves_where_the_config_says_so(
    tmp_path,
) -> None:
    """At once, and then no oftener than reminders: twenty late reports are no twenty
    letters to everybody."""
    found = published_office(tmp_path, TOLD_TOO)
    late_after_the_bulletin(found, 760, "2015-10-02 10:00")
    found.work("2015-10-02 10:05")
    assert found.to("erratum") == set(HAD)
    found.post("2015-10-02 10:06")
    late_after_the_bulletin(found, 765, "2015-10-02 11:00")
    found.work("2015-10-02 11:05")
    assert found.planned("erratum") == []
    found.work("2015-10-03 11:05")
    assert found.to("erratum") == set(HAD)
    assert "765名" in found.planned("erratum")[0]["Subject"]


def beside(found: Publishing, now: str, to: tuple[str, ...] = HAD) -> Bulletin:
    """An ad-hoc bulletin of September that went to whom a person chose."""
    worker = found.at(now)
    order = BulletinOrder(
        month=MONTH, to=to, title="", note="", praise=None, early=True
    )
    drawn = order.draw(worker)
    action = Action(
        order.kind,
        order.key(drawn, worker.store.ledger()),
        moment(now),
        month=MONTH,
        to=to,
    )
    assert send_letter(drawn, (action,), moment(now), worker.desk())
    found.post(now)
    return drawn


def before_the_bulletin(
    folder: Path, more: dict[str, str] | None = None
) -> Publishing:
    """Mid-September, with an ad-hoc bulletin that printed 700 of 甲县."""
    found = Publishing(folder)
    found.begin(more)
    found.said(700, "2015-09-10 10:00", "报送旬报表")
    beside(found, "2015-09-15 10:00")
    return found


@pytest.fixture
def early(
    tmp_path: Path, made_folders: MadeFolders, more: dict[str, str] | None
) -> Publishing:
    made_folders.copied(
        tmp_path, str(more), lambda at: before_the_bulletin(at, more)
    )
    return Publishing(tmp_path)


@pytest.mark.parametrize("more", [None])
def test_a_corrected_figure_of_an_ad_hoc_bulletin_is_told_to_those_who_had_it(
    early,
) -> None:
    found = early
    found.said(720, "2015-09-16 10:00", "9月10日旬报更正")
    for hour in ("10:05", "16:00"):
        found.work(f"2015-09-16 {hour}")
    letters = found.planned("erratum")
    assert found.to("erratum") == set(HAD)
    assert len(letters) == len(HAD), "once"
    assert letters[0]["Subject"] == (
        "【更正】2015年9月不定期通报：甲县累计由700名更正为720名"
    )


@pytest.mark.parametrize("more", [REQUIRED])
def test_a_release_by_reply_sends_the_correction_of_an_ad_hoc_bulletin(
    early,
) -> None:
    found = early
    found.said(720, "2015-09-16 10:00", "9月10日旬报更正")
    found.work("2015-09-16 10:05")
    assert found.planned("erratum") == []
    (draft,) = [m for to, m in found.letters("erratum_draft") if to == ONE]
    assert "发给收到过该通报的2个邮箱" in text(draft)
    assert "下一期通报" not in text(draft), "no other follows it"
    code = erratum_code(found)
    said = found.reply("同意发布", code, when="2015-09-16 11:00")
    assert "已批准，2015年9月的不定期通报的更正即将发出" in said
    found.work("2015-09-16 11:05")
    assert found.to("erratum") == set(HAD)
    assert "700名→720名" in text(found.planned("erratum")[0])
    again = found.reply("同意发布", code, when="2015-09-16 11:10")
    assert "已经处理过" in again


@pytest.mark.parametrize("more", [None, REQUIRED])
def test_what_only_comes_later_corrects_no_ad_hoc_bulletin(
    early,
) -> None:
    """A late report of a unit that had none: only by command."""
    found = early
    late = form_mail(
        "yi@example.cn", "乙县", "2015年9月10日", 90, "2015-09-16 10:00"
    )
    found.take(late, "2015-09-16 10:00")
    found.work("2015-09-16 10:05")
    assert found.planned("erratum") == []
    assert found.planned("erratum_draft") == []
    worker = found.at("2015-09-16 11:00")
    (record,) = worker.store.ledger().adhoc
    drawn = worker.store.snapshot(record.snapshot_id)
    assert drawn is not None
    corrections = Corrections(worker.facts(), worker.desk())
    assert corrections.correct(drawn, "") is Ordered.PLANNED
    assert found.to("erratum") == set(HAD)


def test_both_bulletins_that_printed_a_wrong_figure_are_corrected(
    found,
) -> None:
    beside(found, "2015-10-02 09:00", ("jia@example.cn",))
    found.said(720, "2015-10-02 10:00", "9月10日旬报更正")
    found.work("2015-10-02 10:05")
    told = sorted(
        (who, str(letter["Subject"]).partition("：")[0])
        for who, letter in found.letters("erratum")
    )
    assert told == [
        ("jia@example.cn", "【更正】2015年9月不定期通报"),
        ("jia@example.cn", "【更正】2015年9月通报"),
        ("yi@example.cn", "【更正】2015年9月通报"),
    ]


@pytest.mark.parametrize("more", [REQUIRED])
def test_a_withdrawn_ad_hoc_bulletin_is_not_corrected(early) -> None:
    found = early
    found.said(720, "2015-09-16 10:00", "9月10日旬报更正")
    found.work("2015-09-16 10:05")
    code = erratum_code(found)
    worker = found.at("2015-09-16 10:30")
    (record,) = worker.store.ledger().adhoc
    drawn = worker.store.snapshot(record.snapshot_id)
    assert drawn is not None
    corrections = Corrections(worker.facts(), worker.desk())
    assert corrections.withdraw(drawn, "写错了") is Ordered.PLANNED
    said = found.reply("同意发布", code, when="2015-09-16 11:00")
    assert "这份通报已经撤回，没有更正可发" in said
    found.work("2015-09-16 11:05")
    subjects = {str(m["Subject"])[:4] for m in found.planned("erratum")}
    assert subjects == {"【撤回】"}
