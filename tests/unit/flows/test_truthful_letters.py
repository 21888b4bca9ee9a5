"""What letters say of a unit is so: what came and could not be read, what went before,
whose case is held; and when they go."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, mail, moment
from test_notify import arrived, at, letters, planned

from pipeline.flows.deliver import deliver
from pipeline.flows.notify import notify
from pipeline.model.ledger import Reminded
from pipeline.model.notice import NoticeKind
from pipeline.model.notice_key import key_of
from pipeline.model.operation.post import Verdict
from pipeline.model.outgoing import DeliveryEvent, DeliveryState
from pipeline.model.report import Decision, DecisionRule, ReportState
from pipeline.model.roster import Extension
from pipeline.model.standing import State
from pipeline.notices.due import due_actions

SEP10 = "2015-09-10"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made(tmp_path)
    return tmp_path


def said(worker, kind: str) -> list[str]:
    """The texts of the waiting letters of a kind."""
    notify(worker.clock.now(), worker.desk(), mailbox_read=True)
    found = []
    for letter in letters(worker):
        if kind in letter["X-Xunbao"].split():
            found.append(letter.get_body(("plain",)).get_content())
    return found


def state_of(worker, unit: str) -> State | None:
    campaign, now = worker.campaign, worker.clock.now()
    period = moment(f"{SEP10} 10:00").date()
    return (
        campaign.standing(period, worker.store.ledger(), now)
        .by_unit[unit]
        .state
    )


def unread(worker) -> None:
    arrived(
        worker,
        mail("jia@example.cn", "9月10日旬报表", "2015-09-10 10:00"),
        "2015-09-10 10:00",
    )


def test_what_came_and_could_not_be_read_is_no_silence(folder: Path) -> None:
    worker = at(folder, "2015-09-11 09:00")
    unread(worker)
    assert state_of(worker, "甲县") is State.UNREADABLE
    (text,) = (t for t in said(worker, "overdue_reminder") if "甲县" in t)
    assert "9月10日10:00的来件没有读出旬报表" in text
    assert "还没有收到" not in text
    # Nor is who wrote told to look whether it was sent.
    assert "如果已经发出" not in text
    totals = worker.campaign.standing(
        moment(f"{SEP10} 10:00").date(),
        worker.store.ledger(),
        worker.clock.now(),
    ).totals
    assert (totals.unreadable, totals.missing) == (1, 2)


def test_a_digest_has_a_line_for_each_thing_that_it_tells(
    tmp_path: Path,
) -> None:
    """The groups' digests too; whose case waits stands in the digest of its group, by
    the address that it came from."""
    made(tmp_path, replaced={'units = ["甲县"]': 'units = ["甲县", "乙县"]'})
    worker = at(tmp_path, "2015-09-11 09:30")
    unread(worker)
    nameless = form_mail(
        "yi@example.cn", "某某县", "2015年9月10日", 120, "2015-09-10 11:00"
    )
    arrived(worker, nameless, "2015-09-10 11:00")
    whole, group = said(worker, "period_digest")
    for text in (whole, group):
        lines = text.splitlines()
        assert any(line.startswith("未能读取：甲县：") for line in lines)
        assert "待核1个" in text
        assert "（）" not in text
        assert not any(line.startswith("。") for line in lines)
    searched = [t for t in whole.splitlines() if t.startswith("漏报查找：")]
    assert len(searched) == 1
    assert "第一组 9月10日旬报" in group


def test_units_that_were_looked_for_alike_share_a_line(tmp_path: Path) -> None:
    made(tmp_path)
    worker = at(tmp_path, "2015-09-11 09:30")
    form = form_mail(
        "jia@example.cn", "甲县", "2015年9月10日", 120, "2015-09-10 11:00"
    )
    arrived(worker, form, "2015-09-10 11:00")
    (whole, *_) = said(worker, "period_digest")
    (line,) = [t for t in whole.splitlines() if t.startswith("漏报查找：")]
    assert line.startswith("漏报查找：乙县、丙公司：")
    assert "没有可能有关的来信" in line


def test_a_case_from_an_address_of_a_pool_and_a_member_is_the_members(
    tmp_path: Path,
) -> None:
    """In the state and in the group's digest alike: a pool writes no form."""
    pooled = (
        'name = "丁公司"\nmember_of = "其他"\nemail = ["bing@example.cn"]\n\n'
        '[[unit]]\nname = "其他"\nkind = "municipal"\npool = true\ntarget = 400\n'
    )
    made(
        tmp_path,
        replaced={
            'units = ["甲县"]': 'units = ["甲县", "丁公司"]',
            'name = "丙公司"\nkind = "municipal"\ntarget = 400\n': pooled,
        },
    )
    worker = at(tmp_path, "2015-09-11 09:30")
    nameless = form_mail(
        "bing@example.cn", "某某公司", "2015年9月10日", 12, "2015-09-10 11:00"
    )
    arrived(worker, nameless, "2015-09-10 11:00")
    whole, group = said(worker, "period_digest")
    assert "待核1个" in whole
    assert "待核1个" in group


def test_no_letter_claims_an_earlier_one_that_did_not_go(folder: Path) -> None:
    worker = at(folder, "2015-09-13 09:00")
    texts = said(worker, "second_overdue_reminder")
    assert texts
    assert not any("已催报" in text for text in texts)


def test_in_the_quiet_hours_only_answers_go(folder: Path) -> None:
    worker = at(folder, "2015-09-11 22:30")
    arrived(
        worker,
        form_mail(
            "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
        ),
        "2015-09-10 10:00",
    )
    assert {kind for kind, _ in planned(worker)} == {"receipt"}
    morning = at(folder, "2015-09-12 07:30")
    assert "overdue_reminder" in {kind for kind, _ in planned(morning)}


def test_what_was_written_in_the_evening_waits_for_the_morning(
    folder: Path,
) -> None:
    evening = at(folder, "2015-09-11 20:59")
    planned(evening)
    night = at(folder, "2015-09-11 21:00")
    shift = night.shift()
    sent = deliver(night.clock.now, shift.dispatch, night.desk().ledger(moment(
        "2015-09-11 21:00"
    )))  # fmt: skip
    assert sent.sent == 0
    assert not sent.spoken


def test_a_decision_on_a_held_report_is_told_to_its_unit(folder: Path) -> None:
    worker = at(folder, "2015-09-10 18:05")
    arrived(
        worker,
        form_mail(
            "bing@example.cn",
            "丙公司",
            "2015年9月10日",
            9000,
            "2015-09-10 10:00",
        ),
        "2015-09-10 10:00",
    )
    (report,) = worker.store.ledger().reports
    assert report.state is ReportState.HELD
    decision = Decision(
        report_id=report.id,
        at=worker.clock.now(),
        by="shenhe@example.cn",
        rule=DecisionRule.CORRECT,
        state=ReportState.ACCEPTED,
        unit=report.unit,
        period=report.period,
        completed=90,
    )
    worker.store.decide(decision)
    (text,) = said(worker, "settled")
    assert "已核实，已计入" in text
    assert "累计90名" in text
    assert "表上读到的是9,000名" in text


def test_a_report_that_was_sent_back_is_no_silence(folder: Path) -> None:
    worker = at(folder, "2015-09-10 18:05")
    raw = form_mail(
        "bing@example.cn", "丙公司", "2015年9月10日", 9000, "2015-09-10 10:00"
    )
    arrived(worker, raw, "2015-09-10 10:00")
    (report,) = worker.store.ledger().reports
    decision = Decision(
        report_id=report.id,
        at=worker.clock.now(),
        by="shenhe@example.cn",
        rule=DecisionRule.REJECT,
        state=ReportState.REJECTED,
        unit=report.unit,
        period=report.period,
        completed=None,
        why="数字有误",
    )
    worker.store.decide(decision)
    for when, kind in (
        ("2015-09-11 09:00", "overdue_reminder"),
        ("2015-09-13 09:00", "second_overdue_reminder"),
    ):
        (text,) = (t for t in said(at(folder, when), kind) if "丙公司" in t)
        assert "已退回，请" in text
        assert "9月10日10:00的来件经审核已退回，还不算已报" in text
        for untrue in ("还没有收到", "仍未收到", "如果已经发出"):
            assert untrue not in text
    # Of who sent nothing the letters say so.
    (text,) = (t for t in said(at(folder, when), kind) if "乙县" in t)
    assert "仍未收到" in text


def test_every_letter_to_a_unit_says_whom_to_ask_and_how_to_answer(
    folder: Path,
) -> None:
    worker = at(folder, "2015-09-09 09:00")
    texts = said(worker, "due_reminder")
    assert texts
    for text in texts:
        assert "直接回复本邮件" in text
        assert "报送单位：" in text
        assert "已完成目标任务数：" in text


def held_in_september(folder: Path, now: str):
    worker = at(folder, now)
    arrived(
        worker,
        form_mail(
            "bing@example.cn",
            "丙公司",
            "2015年9月30日",
            9000,
            "2015-09-30 10:00",
        ),
        "2015-09-30 10:00",
    )
    return worker


def test_a_case_held_lets_the_bulletin_go_with_it_named(folder: Path) -> None:
    worker = held_in_september(folder, "2015-10-01 15:00")
    assert "monthly_bulletin" in {kind for kind, _ in planned(worker)}
    (text,) = said(worker, "monthly_bulletin")
    assert "丙公司（9月30日，目前没有计入的数）所报内容需要核实" in text


def test_or_it_waits_and_the_digest_says_so(tmp_path: Path) -> None:
    waiting = {'approval = "none"': 'approval = "none"\nheld = "wait"'}
    made(tmp_path, replaced=waiting)
    worker = held_in_september(tmp_path, "2015-10-01 15:00")
    assert "monthly_bulletin" not in {kind for kind, _ in planned(worker)}
    digests = said(worker, "period_digest")
    assert any("本月通报等上面的待核报表处理完再发" in text for text in digests)


def test_two_reminders_to_one_unit_are_a_gap_apart(folder: Path) -> None:
    worker = at(folder, "2015-09-11 09:00")
    known = worker.desk().ledger(worker.clock.now())

    def reminded(hours: int) -> set[str]:
        before = worker.clock.now() - timedelta(hours=hours)
        key = key_of(NoticeKind.DUE_REMINDER, "甲县", "x")
        told = replace(known, reminded=(Reminded(key, "甲县", before),))
        plan = due_actions(worker.clock.now(), worker.campaign, told)
        kinds = {"overdue_reminder"}
        return {
            a.unit
            for a in plan.actions
            if a.kind in kinds and not a.drop_reason
        }

    assert "甲县" not in reminded(19)
    assert "甲县" in reminded(21)


def test_a_return_and_a_reminder_of_one_wake_are_one_mail(folder: Path) -> None:
    worker = at(folder, "2015-09-11 09:00")
    unread(worker)
    notify(worker.clock.now(), worker.desk(), mailbox_read=True)
    own = [m for m in letters(worker) if m["To"] == "jia@example.cn"]
    together = [m for m in own if "unreadable" in m["X-Xunbao"].split()]
    (one,) = together
    assert "overdue_reminder" in one["X-Xunbao"].split()
    assert "【请重报】" in one["Subject"]
    text = one.get_body(("plain",)).get_content()
    assert "没有读出来，请重新报送" in text
    assert "截止时间9月10日18:00已过" in text
    forms = [
        p.get_filename() for p in one.iter_attachments() if p.get_filename()
    ]
    assert len(forms) == 1 and "甲县" in forms[0]
    assert not any(
        "overdue_reminder" in m["X-Xunbao"].split() for m in own if m is not one
    )


def test_a_lead_of_several_silent_units_gets_one_mail(folder: Path) -> None:
    made(folder, replaced={'units = ["甲县"]': 'units = ["甲县", "乙县"]'})
    worker = at(folder, "2015-09-13 09:00")
    notify(worker.clock.now(), worker.desk(), mailbox_read=True)
    told = [
        m
        for m in letters(worker)
        if "group@example.cn" in f"{m['To']} {m['Cc']}"
        and "再次催报" in m["Subject"]
    ]
    (one,) = told
    assert "仍未报" in one["Subject"]
    assert "甲县" in one["Subject"]


def test_of_one_silent_unit_the_lead_gets_the_copy(folder: Path) -> None:
    """The control of the one above."""
    worker = at(folder, "2015-09-13 09:00")
    notify(worker.clock.now(), worker.desk(), mailbox_read=True)
    copies = [
        m for m in letters(worker) if "group@example.cn" in (m["Cc"] or "")
    ]
    (one,) = copies
    assert "甲县" in one["Subject"]


def test_after_an_extension_the_letter_names_its_own_end(folder: Path) -> None:
    worker = at(folder, "2015-09-13 09:00")
    worker.store.extend(
        Extension(
            unit="甲县",
            period=moment(f"{SEP10} 10:00").date(),
            until=moment("2015-09-12 12:00"),
            why="停电",
            by="staff@example.cn",
            at=moment(f"{SEP10} 10:00"),
        )
    )
    texts = [t for t in said(worker, "overdue_reminder") if "甲县" in t]
    (text,) = texts
    assert "准予延期的截止时间9月12日12:00已过" in text
    assert "截止时间9月10日18:00" not in text


def test_a_letter_that_catches_up_says_why_it_comes_late(folder: Path) -> None:
    """The control: in time it says nothing of it."""
    late = said(at(folder, "2015-09-12 08:00"), "overdue_reminder")
    assert late
    assert all("因程序当时没有运行，现在补发" in text for text in late)


def test_a_letter_in_time_says_nothing_of_its_hour(folder: Path) -> None:
    texts = said(at(folder, "2015-09-11 09:00"), "overdue_reminder")
    assert texts
    assert not any("现在补发" in text for text in texts)


def refused(folder: Path, when: str, *addresses: str) -> None:
    """The letters of the moment; the server refuses these recipients for good."""
    worker = at(folder, when)
    notify(worker.clock.now(), worker.desk(), mailbox_read=True)
    for delivery in worker.outbox.open_deliveries():
        if delivery.recipient in addresses:
            dead = DeliveryEvent(
                delivery.id,
                worker.clock.now(),
                DeliveryState.FAILED,
                Verdict.REFUSED_RECIPIENT.value,
                550,
                "no such user",
            )
            worker.outbox.record(dead)


@pytest.mark.parametrize(
    ("dead", "subject"),
    [
        (("jia@example.cn",), "【催报】甲县：9月10日旬报"),
        (
            ("jia@example.cn", "yi@example.cn"),
            "【催报】乙县、甲县：9月10日旬报",
        ),
    ],
)
def test_a_group_gets_one_letter_of_all_its_units_that_take_no_mail(
    folder: Path, dead, subject
) -> None:
    """From the first step on, with each unit's own form and words."""
    made(folder, replaced={'units = ["甲县"]': 'units = ["甲县", "乙县"]'})
    refused(folder, "2015-09-09 09:00", *dead)
    later = at(folder, "2015-09-11 09:00")
    notify(later.clock.now(), later.desk(), mailbox_read=True)
    told = {}
    for delivery in later.outbox.open_deliveries():
        if any(a.key.endswith(">groups") for a in delivery.actions):
            told[delivery.mail_id] = (
                delivery.recipient,
                message_from_bytes(
                    later.vault.open(delivery.key), policy=default
                ),
            )
    ((recipient, letter),) = told.values()
    assert recipient == "group@example.cn"
    assert str(letter["Subject"]).startswith(subject)
    text = letter.get_body(("plain",)).get_content()
    assert text.count("登记的邮箱都退信，请推进组帮助转告") == len(dead)
    assert len(list(letter.iter_attachments())) == len(dead)


def test_the_relayed_copy_of_a_unit_in_two_groups_is_one_mail(
    folder: Path,
) -> None:
    second = (
        '[[group]]\nname = "第二组"\nemail = ["group2@example.cn"]\n'
        'units = ["甲县"]\n\n[[group]]\nname = "第一组"'
    )
    made(folder, replaced={'[[group]]\nname = "第一组"': second})
    refused(folder, "2015-09-11 09:00", "jia@example.cn")
    later = at(folder, "2015-09-13 09:00")
    notify(later.clock.now(), later.desk(), mailbox_read=True)
    relayed = {}
    for delivery in later.outbox.open_deliveries():
        for action in delivery.actions:
            if action.unit == "甲县" and action.key.endswith(">groups"):
                relayed.setdefault(delivery.mail_id, set()).add(
                    delivery.recipient
                )
    (recipients,) = relayed.values()
    assert recipients == {"group@example.cn", "group2@example.cn"}


def test_a_mail_without_its_form_after_a_counted_report(folder: Path) -> None:
    """What counts still counts: nobody is told 目前不算已报."""
    worker = at(folder, f"{SEP10} 11:00")
    report = form_mail(
        "jia@example.cn", "甲县", "2015年9月10日", 320, f"{SEP10} 09:00"
    )
    arrived(worker, report, f"{SEP10} 09:00")
    unread(worker)
    (text,) = said(worker, "unreadable")
    assert "此前报送的累计320名仍然有效" in text
    assert "不算已报" not in text
    assert "如果不是要更正，不用再做什么" in text
    (letter,) = (m for m in letters(worker) if "unreadable" in m["X-Xunbao"])
    page = letter.get_body(("html",)).get_content()
    assert "此前报送的累计320名仍然有效" in page
    assert "不算已报" not in page


def test_a_mail_without_its_form_alone(folder: Path) -> None:
    worker = at(folder, f"{SEP10} 11:00")
    unread(worker)
    (text,) = said(worker, "unreadable")
    assert "目前不算已报" in text
