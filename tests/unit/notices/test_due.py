"""What is owed when (rules.md 9): the ladder hour by hour, catching up, growing old, and what an outbox is asked once more."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from judging_makers import (
    CALENDAR,
    CAMPAIGN,
    OCT10,
    SEP10,
    SEP20,
    SEP30,
    at,
    ledger,
    report,
    seen,
)

from pipeline.judging.progress.agenda import agenda, next_wake
from pipeline.judging.progress.campaign import Campaign
from pipeline.model.ledger import Ledger, TalkRecord
from pipeline.model.notice import (
    Action,
    NoticeKind,
)
from pipeline.model.notice_key import approval_key, bulletin_key
from pipeline.model.report import Report, ReportState
from pipeline.model.roster import Roster, Unit
from pipeline.notices.due import Plan, due_actions, still_true
from pipeline.writing.operation.agenda_words import agenda_words

BORN = at("09-01 08:00")
K = NoticeKind
REMINDED = (
    "甲县",
    "乙县",
    "丙区",
    "丁市",
    "嘉阳集团",
    "市直机关工会",
    "西风公司",
)  # 东风公司 is not expected to report


def plan(when: str, known: Ledger, campaign: Campaign = CAMPAIGN) -> Plan:
    return due_actions(at(when), campaign, known)


def settled(known: Ledger, done: Plan) -> Ledger:
    """The ledger once a plan was carried out."""
    return replace(
        known,
        settled=known.settled
        | {a.key for a in done.actions}
        | set(done.rounds),
    )


def sent(done: Plan) -> list[Action]:
    return [a for a in done.actions if not a.drop_reason]


def units(done: Plan, kind: NoticeKind) -> set[str | None]:
    return {a.unit for a in sent(done) if a.kind is kind}


def kinds(actions: Iterable[Action]) -> set[NoticeKind]:
    return {a.kind for a in actions}


def fresh(*reports: Report) -> Ledger:
    return ledger(*reports, born_at=BORN)


# ---------------------------------------------------------------------- the ladder

# (hour, who is due-reminded, overdue, second, lag, digest), of one worker awake at all these hours. 甲县 reports in time,
# 乙县 (lagging) at 19:00 on the day, 丙区 at noon two days later; 丁市 is held; the others never report.
NOBODY: set[str] = set()
SILENT = {"嘉阳集团", "市直机关工会", "西风公司"}
LADDER = [
    ("09-09 08:59", NOBODY, NOBODY, NOBODY, NOBODY, False),
    ("09-09 09:00", set(REMINDED), NOBODY, NOBODY, NOBODY, False),
    ("09-09 12:00", NOBODY, NOBODY, NOBODY, NOBODY, False),
    ("09-10 18:05", NOBODY, NOBODY, NOBODY, NOBODY, False),
    ("09-11 08:59", NOBODY, NOBODY, NOBODY, NOBODY, False),
    ("09-11 09:00", NOBODY, {"丙区", *SILENT}, NOBODY, {"乙县"}, False),
    ("09-11 09:30", NOBODY, NOBODY, NOBODY, NOBODY, True),
    ("09-12 09:00", NOBODY, NOBODY, NOBODY, NOBODY, False),
    ("09-13 08:59", NOBODY, NOBODY, NOBODY, NOBODY, False),
    ("09-13 09:00", NOBODY, NOBODY, SILENT, NOBODY, False),
    ("09-14 09:00", NOBODY, NOBODY, NOBODY, NOBODY, False),
    ("09-19 09:00", set(REMINDED), NOBODY, NOBODY, NOBODY, False),
]
ARRIVING = (
    report("甲县", SEP10, 900, "09-10 10:00"),
    report("丁市", SEP10, 100, "09-10 11:00", state=ReportState.HELD),
    report("乙县", SEP10, 200, "09-10 19:00"),
    report("丙区", SEP10, 100, "09-12 12:00"),
)
TIMED = (
    K.DUE_REMINDER,
    K.OVERDUE_REMINDER,
    K.SECOND_OVERDUE_REMINDER,
    K.LAG_NOTICE,
    K.PERIOD_DIGEST,
)


def test_the_ladder_hour_by_hour() -> None:
    done: frozenset[str] = frozenset()
    assert LADDER
    for when, due, overdue, second, lag, digest in LADDER:
        known = replace(
            fresh(*(r for r in ARRIVING if r.received_at <= at(when))),
            settled=done,
        )
        now = plan(when, known)
        assert units(now, K.DUE_REMINDER) == due, when
        assert units(now, K.OVERDUE_REMINDER) == overdue, when
        assert units(now, K.SECOND_OVERDUE_REMINDER) == second, when
        assert units(now, K.LAG_NOTICE) == lag, when
        assert (K.PERIOD_DIGEST in kinds(sent(now))) is digest, when
        assert not [
            a for a in now.actions if a.kind in TIMED and a.drop_reason
        ], when
        done = settled(known, now).settled


def test_a_due_reminder_goes_to_units_with_nothing_yet() -> None:
    early = report("甲县", SEP10, 10, "09-08 10:00")
    held = report("乙县", SEP10, 10, "09-08 10:00", state=ReportState.HELD)
    rejected = report(
        "丙区", SEP10, 10, "09-08 10:00", state=ReportState.REJECTED
    )
    found = plan("09-09 09:00", fresh(early, held, rejected))
    assert units(found, K.DUE_REMINDER) == set(REMINDED) - {"甲县", "乙县"}


def test_reminders_go_to_all_of_a_units_addresses_and_the_second_to_its_groups() -> (
    None
):
    first = {
        a.unit: a
        for a in sent(plan("09-11 09:00", fresh()))
        if a.kind is K.OVERDUE_REMINDER
    }
    assert (first["丙区"].to, first["丙区"].cc) == (
        ("bing@example.cn", "shared@example.cn"),
        (),
    )
    second = {
        a.unit: a
        for a in sent(plan("09-13 09:00", fresh()))
        if a.kind is K.SECOND_OVERDUE_REMINDER
    }
    # Each group has several silent units, and is told of them by one mail.
    assert {a.cc for a in second.values()} == {()}
    copies = [a for a in sent(plan("09-13 09:00", fresh())) if a.again]
    assert [a.to for a in copies] == [
        ("group1@example.cn",),
        ("group2@example.cn",),
    ]
    assert second["丁市"].cc == ()


def test_the_digest_goes_to_its_staff_alone() -> None:
    digests = [
        a
        for a in sent(plan("09-11 09:30", fresh()))
        if a.kind is K.PERIOD_DIGEST
    ]
    (digest,) = (a for a in digests if a.group is None)
    # Each guidance group has its own units' beside it.
    assert {a.group for a in digests if a.group} == {
        g.name for g in CAMPAIGN.roster.groups if g.emails
    }
    assert (digest.to, digest.period, digest.due_at) == (
        ("staff@example.cn",),
        SEP10,
        at("09-11 09:30"),
    )


def test_a_lagging_unit_hears_of_it_with_the_overdue_reminders_and_once() -> (
    None
):
    known = fresh(report("甲县", SEP10, 100))
    now = plan("09-11 09:00", known)
    assert units(now, K.LAG_NOTICE) == {"甲县"}
    assert now.rounds == ("round:lag_notice:2015-09-10",)
    later = settled(known, now).with_reports(
        (report("乙县", SEP10, 1, "09-11 10:00"),)
    )
    assert units(plan("09-12 09:00", later), K.LAG_NOTICE) == set(), (
        "who comes to lag later is told next time"
    )


# ---------------------------------------------------------------------- catching up


@pytest.mark.parametrize(
    ("when", "kind"),
    [
        ("09-10 17:59", K.DUE_REMINDER),
        ("09-11 08:00", None),  # after the deadline and before the 催报
        ("09-12 10:00", K.OVERDUE_REMINDER),
        ("09-14 10:00", K.SECOND_OVERDUE_REMINDER),
        ("09-15 09:00", K.SECOND_OVERDUE_REMINDER),  # two days overdue
        ("09-15 09:01", None),
    ],
)
def test_a_worker_that_slept_sends_the_gravest_that_is_not_too_old(
    when: str, kind: NoticeKind | None
) -> None:
    found = plan(when, fresh())
    reminders = {a.kind for a in sent(found) if a.unit == "甲县"}
    assert reminders == ({kind} if kind else set())


def test_what_was_overtaken_or_grew_old_is_settled_with_its_reason() -> None:
    found = plan("09-16 09:00", fresh())
    assert kinds(a for a in found.actions if a.drop_reason) == {
        K.DUE_REMINDER,
        K.OVERDUE_REMINDER,
        K.SECOND_OVERDUE_REMINDER,
        K.PERIOD_DIGEST,
    }
    after = settled(fresh(), found)
    assert plan("09-16 09:00", after).actions == ()


@pytest.mark.parametrize("when", ["09-30 18:05", "10-03 15:01", "11-20 08:00"])
def test_a_moved_deadline_brings_no_milder_reminder_after_the_graver(
    when: str,
) -> None:
    known = settled(fresh(), plan("09-16 09:00", fresh()))
    assert not [a for a in sent(plan(when, known)) if a.period == SEP10]


def test_a_fresh_program_with_a_full_mailbox_answers_nothing_old() -> None:
    old, new = (
        report("甲县", SEP10, 100, "09-10 10:00"),
        report("乙县", SEP30, 100, "09-30 10:00"),
    )
    held = report("丙区", SEP10, 100, "09-10 11:00", state=ReportState.HELD)
    known = replace(ledger(old, held, new), born_at=at("10-01 08:00"))
    answers = [
        a
        for a in plan("10-01 08:05", known).actions
        if a.kind in (K.RECEIPT, K.REVIEW_REQUEST)
    ]
    assert {(a.unit, bool(a.drop_reason)) for a in answers} == {
        ("甲县", True),
        ("丙区", True),
        ("乙县", False),
    }


def test_reports_that_came_early_for_an_open_period_are_answered_by_a_fresh_program() -> (
    None
):
    early = report("甲县", SEP30, 100, "09-25 10:00")
    held = report("丙区", SEP30, 100, "09-25 11:00", state=ReportState.HELD)
    known = replace(ledger(early, held), born_at=at("09-29 09:00"))
    answers = [
        a
        for a in plan("09-29 09:00", known).actions
        if a.kind in (K.RECEIPT, K.REVIEW_REQUEST)
    ]
    assert {(a.kind, a.unit, a.drop_reason) for a in answers} == {
        (K.RECEIPT, "甲县", None),
        (K.RECEIPT, "丙区", None),
        (K.REVIEW_REQUEST, "丙区", None),
    }


@pytest.mark.parametrize(
    ("born", "owed"),
    [("10-03 15:00", True), ("10-03 15:01", False), ("12-01 00:00", False)],
)
def test_a_bulletin_from_before_the_program_is_none_of_its_business(
    born: str, owed: bool
) -> None:
    known = replace(ledger(), born_at=at(born))
    found = plan("12-01 00:00", known)
    assert (bulletin_key("2015-09") in {a.key for a in found.actions}) is owed


def test_a_bulletin_stays_owed_however_late() -> None:
    (one,) = (
        a
        for a in sent(plan("10-29 09:00", fresh()))
        if a.kind is K.MONTHLY_BULLETIN
    )
    assert (one.month, one.due_at) == ("2015-09", at("10-01 15:00"))
    assert one.to == (
        "jia@example.cn", "yi@example.cn", "bing@example.cn", "shared@example.cn", "ding@example.cn", "jiayang@example.cn",
        "jiguan@example.cn", "staff@example.cn", "group1@example.cn", "group2@example.cn",
    )  # fmt: skip


def test_the_year_goes_on_after_the_last_period() -> None:
    found = plan("2016-01-02 09:00", fresh())
    assert {a.period for a in sent(found) if a.unit == "甲县"} == {
        date(2015, 12, 30)
    }
    assert {a.month for a in sent(found) if a.kind is K.MONTHLY_BULLETIN} == {
        "2015-09",
        "2015-10",
        "2015-11",
        "2015-12",
    }


# ---------------------------------------------------------------------- answers to mails


@pytest.mark.parametrize(
    ("outcome", "unit", "kind"),
    [
        ("reported", "甲县", K.RECEIPT),
        ("unreadable", "甲县", K.UNREADABLE),
        ("ignored", "甲县", None),
        ("duplicate", "甲县", None),  # the same mail again
        ("set_aside", "甲县", None),
        ("reported", None, None),  # an unknown sender
    ],
)
def test_who_is_answered(
    outcome: str, unit: str | None, kind: NoticeKind | None
) -> None:
    mail = seen("k1", at("09-10 12:00"), unit, SEP10, outcome)
    found = plan("09-10 12:00", replace(Ledger(messages=(mail,)), born_at=BORN))
    assert [
        (a.kind, a.to, a.message_key) for a in found.actions if a.message_key
    ] == ([(kind, ("jia@example.cn",), "k1")] if kind else [])


def test_each_held_report_is_put_before_the_reviewers_once() -> None:
    held = report("甲县", SEP10, 100, state=ReportState.HELD)
    known = fresh(held)
    (one,) = (
        a
        for a in plan("09-10 12:05", known).actions
        if a.kind is K.REVIEW_REQUEST
    )
    assert (one.report_id, one.to) == (
        held.id,
        ("staff@example.cn", "reviewer@example.cn"),
    )
    again = plan("09-10 16:00", settled(known, plan("09-10 12:05", known)))
    assert K.REVIEW_REQUEST not in kinds(again.actions)


def test_an_address_that_a_server_refused_is_written_to_no_more() -> None:
    known = replace(
        fresh(),
        undeliverable=frozenset({"jia@example.cn", "shared@example.cn"}),
    )
    actions = [
        a
        for a in plan("09-11 09:00", known).actions
        if a.kind is K.OVERDUE_REMINDER
    ]
    found = {a.unit: a for a in actions if ">" not in a.key}
    assert (found["甲县"].to, bool(found["甲县"].drop_reason)) == ((), True)
    assert (found["丙区"].to, found["丙区"].drop_reason) == (
        ("bing@example.cn",),
        None,
    )


def test_a_unit_without_an_address_is_settled_and_not_asked_again() -> None:
    campaign = replace(
        CAMPAIGN,
        rulebook=replace(
            CAMPAIGN.rulebook,
            book=type(CAMPAIGN.rulebook.book)(
                Roster((Unit("甲县", "county", 10),))
            ),
        ),
    )
    found = plan("09-11 09:00", fresh(), campaign)
    assert all(
        a.drop_reason for a in found.actions if a.kind is K.OVERDUE_REMINDER
    )


# ---------------------------------------------------------------------- still true?


def action(
    kind: NoticeKind,
    unit: str = "甲县",
    due: date = SEP10,
    when: str = "09-11 09:00",
) -> Action:
    return Action(kind, f"{kind}:{unit}:{due}", at(when), unit=unit, period=due)


DUE, OVERDUE = (
    action(K.DUE_REMINDER, when="09-09 09:00"),
    action(K.OVERDUE_REMINDER),
)
SECOND, LAG = (
    action(K.SECOND_OVERDUE_REMINDER, when="09-13 09:00"),
    action(K.LAG_NOTICE),
)
DIGEST = Action(K.PERIOD_DIGEST, "d", at("09-11 09:30"), period=SEP10)
REPORTED, BEHIND = report("甲县", SEP10, 900), report("甲县", SEP10, 100)
HELD_ONE = report("甲县", SEP10, 100, state=ReportState.HELD)
REJECTED_ONE = report("甲县", SEP10, 100, state=ReportState.REJECTED)


@pytest.mark.parametrize(
    ("what", "when", "reports", "true"),
    [
        (DUE, "09-09 10:00", (), True),
        (DUE, "09-09 10:00", (REPORTED,), False),
        (DUE, "09-09 10:00", (HELD_ONE,), False),
        (DUE, "09-09 10:00", (REJECTED_ONE,), True),
        (DUE, "09-10 18:00", (), False),  # the deadline has passed
        (OVERDUE, "09-11 09:00", (), True),
        (OVERDUE, "09-11 09:00", (REPORTED,), False),
        (OVERDUE, "09-13 09:00", (), False),  # the second one takes its place
        (SECOND, "09-13 09:00", (), True),
        (SECOND, "09-13 09:00", (HELD_ONE,), False),
        (SECOND, "09-15 09:00", (), True),
        (SECOND, "09-15 09:01", (), False),  # more than two days overdue
        (LAG, "09-11 09:00", (BEHIND,), True),
        (LAG, "09-11 09:00", (REPORTED,), False),
        (LAG, "09-13 09:01", (BEHIND,), False),
        (DIGEST, "09-20 09:30", (), True),
    ],
)
def test_what_waited_in_the_outbox_is_asked_once_more(
    what: Action, when: str, reports: tuple[Report, ...], true: bool
) -> None:
    assert still_true(what, at(when), CAMPAIGN, fresh(*reports)) is true


@pytest.mark.parametrize(
    ("state", "true"),
    [
        (ReportState.HELD, True),
        (ReportState.ACCEPTED, False),
        (ReportState.REJECTED, False),
    ],
)
@pytest.mark.parametrize("unit", ["甲县", None])
def test_a_review_request_goes_only_while_the_report_is_held(
    state: ReportState, true: bool, unit: str | None
) -> None:
    one = report(unit, SEP10, 100, state=state)
    what = Action(
        K.REVIEW_REQUEST,
        "r",
        at("09-10 12:00"),
        unit=unit,
        period=SEP10,
        report_id=one.id,
    )
    assert still_true(what, at("09-20 12:00"), CAMPAIGN, fresh(one)) is true


@pytest.mark.parametrize(
    "kind", [K.RECEIPT, K.UNREADABLE, K.MONTHLY_BULLETIN, K.ALERT]
)
def test_answers_and_bulletins_do_not_grow_old(kind: NoticeKind) -> None:
    assert still_true(
        action(kind), at("12-01 12:00"), CAMPAIGN, fresh(REPORTED)
    )


# ---------------------------------------------------------------------- waking


def test_the_agenda_names_every_hour_of_a_period() -> None:
    of_first = {
        (CALENDAR.local(t).strftime("%m-%d %H:%M"), agenda_words(item))
        for t, item in agenda(CAMPAIGN)
        if item.of == "2015-09-10"
    }
    assert of_first == {
        ("09-09 09:00", "9月10日期：报送提醒"),
        ("09-10 08:30", "9月10日期：收信"),
        ("09-10 12:00", "9月10日期：收信"),
        ("09-10 16:00", "9月10日期：收信"),
        ("09-10 18:05", "9月10日期：收信"),
        ("09-10 20:00", "9月10日期：关账"),
        ("09-11 08:30", "9月10日期：收信（补报）"),
        ("09-12 08:30", "9月10日期：收信（补报）"),
        ("09-13 08:30", "9月10日期：收信（补报）"),
        ("09-11 09:00", "9月10日期：催报、进度提醒"),
        ("09-13 09:00", "9月10日期：第二次催报"),
        ("09-11 09:30", "9月10日期：进度简报"),
    }


def test_the_next_wake_is_later_than_now_and_there_is_always_one() -> None:
    assert next_wake(at("09-09 08:59"), CAMPAIGN) == at("09-09 09:00")
    assert next_wake(at("09-09 09:00"), CAMPAIGN) == at("09-10 08:30")
    assert next_wake(at("2016-06-01 09:00"), CAMPAIGN) == at(
        "2016-06-01 09:00"
    ) + timedelta(days=1)


def test_two_periods_owed_at_once_are_told_apart() -> None:
    found = plan("09-20 09:00", fresh(report("甲县", SEP20, 10, "09-19 10:00")))
    assert len({a.key for a in found.actions}) == len(found.actions)
    assert OCT10 not in {a.period for a in found.actions}


# ---------------------------------------------------------------------- approval, talks, replies


def test_a_bulletin_that_needs_approval_goes_to_reviewers_first() -> None:
    careful = replace(
        CAMPAIGN,
        notices=replace(CAMPAIGN.notices, bulletin_needs_approval=True),
    )
    before = plan("10-01 15:00", fresh(), careful)
    assert {(a.kind, a.to) for a in sent(before) if a.month} == {
        (K.BULLETIN_DRAFT, ("staff@example.cn", "reviewer@example.cn"))
    }
    waiting = settled(fresh(), before)
    assert not [
        a for a in plan("10-05 15:00", waiting, careful).actions if a.month
    ]
    approved = replace(
        waiting, settled=waiting.settled | {approval_key("2015-09")}
    )
    assert [
        a.kind for a in sent(plan("10-05 15:00", approved, careful)) if a.month
    ] == [K.MONTHLY_BULLETIN]


def test_open_talk_proposals_go_to_reviewers_once_a_month() -> None:
    talks = (
        TalkRecord("2015-09", "甲县", ()),
        TalkRecord("2015-09", "乙县", ()),
        TalkRecord("2015-10", "乙县", (), state="dropped"),
    )
    known = replace(fresh(), talks=talks)
    found = [
        a for a in sent(plan("11-10 09:00", known)) if a.kind is K.TALK_PROPOSAL
    ]
    assert [(a.month, a.to) for a in found] == [
        ("2015-09", ("staff@example.cn", "reviewer@example.cn"))
    ]


def test_all_reviewers_hear_what_one_of_them_replied() -> None:
    mail = seen("k1", at("09-10 12:00"), None, SEP10, "command")
    (one,) = plan(
        "09-10 12:00", replace(Ledger(messages=(mail,)), born_at=BORN)
    ).actions[-1:]
    assert (one.kind, one.to) == (
        K.REVIEW_ANSWER,
        ("staff@example.cn", "reviewer@example.cn"),
    )
