"""What silence may be taken for (rules.md 7): extensions, polls that were missed, clocks that differ, dead addresses.

Every promise has its control beside it: the same silence without the protection is called 漏报 and reminded of.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from judging_makers import (
    CALENDAR,
    CAMPAIGN,
    CHECKS,
    RULEBOOK,
    SEP10,
    SEP20,
    SEP30,
    arrival,
    at,
    file,
    form,
    ledger,
    report,
    seen,
)

from pipeline.judging.intake.judge import judge
from pipeline.judging.operation.clock_known import is_compared
from pipeline.judging.operation.clock_skew import difference
from pipeline.judging.progress.absence import absence
from pipeline.judging.progress.talk_rules import proposals
from pipeline.judging.review.decide import decide
from pipeline.judging.rulebook import Rulebook
from pipeline.model.form import Figure, Hold, Note
from pipeline.model.ledger import Ledger
from pipeline.model.mail import HandOver
from pipeline.model.notice import NoticeKind
from pipeline.model.operation.clock_evidence import (
    ClockDoubt,
    ClockEvidence,
    ClockSource,
)
from pipeline.model.report import DecisionRule, ReportState, Ruling, Timeliness
from pipeline.model.review.talk import TalkRule
from pipeline.model.roster import Extension
from pipeline.model.rules import TalkRules
from pipeline.model.standing import State
from pipeline.notices.due import due_actions, still_true
from pipeline.writing.absence_words import absence_sentence, near_words

K = NoticeKind
GIVEN = Extension(
    "甲县", SEP10, at("09-12 18:00"), "停电", "组宣部", at("09-09 09:00")
)
DOUBT = ClockDoubt(timedelta(hours=1), ClockSource.POST, at("09-10 19:00"))


def reminders(when: str, known: Ledger, unit: str = "甲县") -> set[NoticeKind]:
    found = due_actions(
        at(when), CAMPAIGN, replace(known, born_at=at("09-01 08:00"))
    ).actions
    return {
        a.kind
        for a in found
        if a.unit == unit and a.period == SEP10 and not a.drop_reason
    }


# (hour, state with the extension until 09-12 18:00, reminders with it, reminders without it)
CASES: list[tuple[str, State | None, set[NoticeKind], set[NoticeKind]]] = [
    ("09-09 09:00", None, set(), {K.DUE_REMINDER}),
    ("09-10 18:00", None, set(), set()),
    ("09-11 09:00", None, set(), {K.OVERDUE_REMINDER}),
    ("09-12 17:59", None, set(), {K.OVERDUE_REMINDER}),
    ("09-12 18:00", State.MISSING, set(), {K.OVERDUE_REMINDER}),
    (
        "09-13 09:00",
        State.MISSING,
        {K.OVERDUE_REMINDER},
        {K.SECOND_OVERDUE_REMINDER},
    ),
    (
        "09-15 09:00",
        State.MISSING,
        {K.SECOND_OVERDUE_REMINDER},
        {K.SECOND_OVERDUE_REMINDER},
    ),
]


@pytest.mark.parametrize(("when", "state", "given", "without"), CASES)
def test_within_its_extension_a_unit_is_neither_reminded_nor_missing(
    when: str,
    state: State | None,
    given: set[NoticeKind],
    without: set[NoticeKind],
) -> None:
    known = ledger(extensions=(GIVEN,))
    row = CAMPAIGN.standing(SEP10, known, at(when)).by_unit["甲县"]
    assert row.state is state
    assert ("extended" in row.notes) == (
        at("09-10 18:00") <= at(when) < GIVEN.until
    )
    assert reminders(when, known) == given
    assert reminders(when, ledger()) == without  # the control
    assert (
        reminders(when, known, "乙县") == without
    )  # given to one unit, and to no other


@pytest.mark.parametrize(
    ("received", "state"),
    [
        ("09-10 18:00", State.ON_TIME),
        ("09-10 18:01", State.ON_TIME),
        ("09-12 18:00", State.ON_TIME),
        ("09-12 18:01", State.LATE),
    ],
)
def test_a_report_within_the_extension_is_on_time_and_says_why(
    received: str, state: State
) -> None:
    known = replace(Ledger(), extensions=(GIVEN,)).with_reports(
        (report(when=received),)
    )
    row = CAMPAIGN.standing(SEP10, known, at("09-20 09:00")).by_unit["甲县"]
    assert row.state is state
    assert ("extended" in row.notes) == (
        at("09-10 18:00") < at(received) <= GIVEN.until
    )
    control = CAMPAIGN.standing(
        SEP10, ledger(report(when=received)), at("09-20 09:00")
    ).by_unit["甲县"]
    assert control.state is (
        State.ON_TIME if received == "09-10 18:00" else State.LATE
    )


def test_a_letter_that_waits_is_withdrawn_when_the_extension_comes() -> None:
    waiting = next(
        a
        for a in due_actions(
            at("09-11 09:00"), CAMPAIGN, ledger(born_at=at("09-01 08:00"))
        ).actions
        if a.kind is K.OVERDUE_REMINDER and a.unit == "甲县"
    )
    assert still_true(waiting, at("09-11 09:05"), CAMPAIGN, ledger())
    assert not still_true(
        waiting, at("09-11 09:05"), CAMPAIGN, ledger(extensions=(GIVEN,))
    )


@pytest.mark.parametrize(
    ("read_until", "state", "note"),
    [
        ("09-10 17:59", None, "not_polled"),
        ("09-10 18:00", State.MISSING, ""),
        ("09-11 08:30", State.MISSING, ""),
        (
            None,
            State.MISSING,
            "",
        ),  # mails come as files: there is no poll to wait for
    ],
)
def test_silence_proves_nothing_until_the_mailbox_was_read_after_the_deadline(
    read_until: str | None, state: State | None, note: str
) -> None:
    known = ledger(read_until=at(read_until) if read_until else None)
    standing = CAMPAIGN.standing(SEP10, known, at("09-11 09:00"))
    row = standing.by_unit["甲县"]
    assert (row.state, row.notes) == (state, (note,) if note else ())
    assert (standing.totals.missing > 0) == (state is not None)
    assert reminders("09-11 09:00", known) == (
        {K.OVERDUE_REMINDER} if state else set()
    )


def test_when_the_poll_comes_a_mail_is_judged_by_the_servers_time() -> None:
    """Our own outage is not the unit's: read a day later, received in time, it is on time."""
    known = ledger(report(when="09-10 17:50"), read_until=at("09-11 20:00"))
    assert (
        CAMPAIGN.standing(SEP10, known, at("09-11 20:00")).by_unit["甲县"].state
        is State.ON_TIME
    )


def test_a_clock_that_differs_says_nothing_of_silence() -> None:
    known = ledger(clock=DOUBT, read_until=at("09-11 09:00"))
    row = CAMPAIGN.standing(SEP10, known, at("09-11 09:00")).by_unit["甲县"]
    assert (row.state, row.notes) == (None, ("clock_doubt",))
    assert reminders("09-11 09:00", known) == set()
    assert reminders("09-11 09:00", replace(known, clock=None)) == {
        K.OVERDUE_REMINDER
    }  # the control


NOW = at("09-10 18:30")
READ = at("09-10 17:00")


def came(*times: str) -> tuple[tuple[datetime, datetime], ...]:
    return tuple((at(time), NOW) for time in times)


@pytest.mark.parametrize(
    ("evidence", "minutes"),
    [
        (ClockEvidence(), None),
        (ClockEvidence(came("09-10 17:30"), READ), None),
        (
            ClockEvidence(came("09-10 18:32"), READ),
            None,
        ),  # two minutes are allowed
        (ClockEvidence(came("09-10 17:30", "09-10 18:33"), READ), -3),
        (ClockEvidence(came("09-10 19:30"), READ), -60),
        # one mail from the future says nothing, two of them do
        (ClockEvidence(came("12-10 19:30"), READ), None),
        (ClockEvidence(came("09-10 18:20", "12-10 19:30"), READ), None),
        (ClockEvidence(came("09-11 19:30", "09-11 19:31"), READ), -1501),
        (
            ClockEvidence(
                came("09-10 16:00", "09-10 16:10", "09-10 16:30"), READ
            ),
            30,
        ),
        (
            ClockEvidence(
                came("09-10 16:00", "09-10 16:10", "09-10 16:59"), READ
            ),
            None,
        ),
        (
            ClockEvidence(came("09-10 16:00"), READ),
            None,
        ),  # one mail may have been moved in
        (
            ClockEvidence(
                came("09-01 09:00", "09-02 09:00", "09-03 09:00"), READ
            ),
            None,
        ),  # an old folder moved in
        (
            ClockEvidence(came("09-01 09:00", "09-02 09:00", "09-03 09:00")),
            None,
        ),  # the first poll
        # three of them were there an hour before, and none has come in that hour
        (
            ClockEvidence(
                came(
                    "09-10 16:30", "09-10 16:40", "09-10 16:50", "09-10 17:20"
                ),
                READ,
            ),
            10,
        ),
        # one has just come: the others were moved in
        (
            ClockEvidence(
                came(
                    "09-10 16:30", "09-10 16:40", "09-10 16:50", "09-10 18:29"
                ),
                READ,
            ),
            None,
        ),
        (ClockEvidence(queued=(at("09-10 18:30"), at("09-10 18:30"))), None),
        (ClockEvidence(queued=(at("09-10 17:30"), at("09-10 18:30"))), 60),
        (ClockEvidence(queued=(at("09-10 18:33"), at("09-10 18:30"))), -3),
        (
            ClockEvidence(queued=(at("09-08 17:00"), at("09-08 18:00"))),
            None,
        ),  # old: the clock may be set since
        # set right since: the newest evidence holds
        (
            ClockEvidence(
                came("09-10 18:20"),
                READ,
                queued=(at("09-10 15:00"), at("09-10 16:00")),
            ),
            None,
        ),
    ],
)
def test_clocks_differ_where_the_newest_evidence_shows_more_than_two_minutes(
    evidence: ClockEvidence, minutes: int | None
) -> None:
    found = difference(evidence, NOW)
    assert (found.ahead if found else None) == (
        None if minutes is None else timedelta(minutes=minutes)
    )


@pytest.mark.parametrize(
    ("evidence", "known"),
    [
        (ClockEvidence(), False),
        # The first reading shows no clock that is ahead.
        (ClockEvidence(came("09-10 16:00")), False),
        (ClockEvidence(came("09-10 18:20"), READ), True),
        (ClockEvidence(came("09-01 09:00"), READ), False),
        (ClockEvidence(queued=(at("09-10 15:30"), at("09-10 18:30"))), True),
        (ClockEvidence(queued=(at("09-08 18:00"), at("09-08 18:00"))), False),
    ],
)
def test_a_clock_is_known_where_something_of_late_would_have_shown_it(
    evidence: ClockEvidence, known: bool
) -> None:
    assert is_compared(evidence, NOW) is known


DEAD = frozenset({"jia@example.cn"})


def test_where_every_address_is_dead_the_groups_get_the_letter_once_each() -> (
    None
):
    known = ledger(undeliverable=DEAD, born_at=at("09-01 08:00"))

    def letters(known: Ledger) -> dict[str, tuple[str, ...]]:
        found = due_actions(at("09-11 09:00"), CAMPAIGN, known).actions
        return {
            a.key: a.to
            for a in found
            if a.unit == "甲县"
            and a.kind is K.OVERDUE_REMINDER
            and not a.drop_reason
        }

    assert letters(known) == {
        "overdue_reminder:甲县:2015-09-10>groups": ("group1@example.cn",)
    }
    assert letters(replace(known, settled=frozenset(letters(known)))) == {}
    assert letters(
        replace(known, undeliverable=frozenset())
    ) == {  # the control
        "overdue_reminder:甲县:2015-09-10": ("jia@example.cn",)
    }


def test_a_unit_that_nobody_can_reach_is_not_proposed_for_a_talk_for_its_silence() -> (
    None
):
    when = at("10-01 15:00")

    def proposed(known: Ledger) -> bool:
        standings = tuple(
            CAMPAIGN.standing(due, known, when) for due in (SEP10, SEP20, SEP30)
        )
        found = proposals("2015-09", standings, None, TalkRules())
        rules = {t.unit: [reason.rule for reason in t.reasons] for t in found}
        return TalkRule.WEAK_EFFORT in rules.get("甲县", [])

    assert proposed(ledger())  # the control
    assert not proposed(ledger(undeliverable=DEAD))
    row = CAMPAIGN.standing(SEP10, ledger(undeliverable=DEAD), when).by_unit[
        "甲县"
    ]
    assert (row.state, row.notes) == (State.MISSING, ("unreachable",))


def test_absence_names_where_was_looked_and_what_came_near() -> None:
    campaign = replace(CAMPAIGN, folders=("INBOX", "垃圾邮件"))
    nameless = report(None, SEP10, 77, "09-10 11:00", state=ReportState.HELD)
    earlier = report("乙县", SEP20, 5, "09-10 12:00")
    polls = (at("09-10 09:00"), at("09-10 18:05"), at("09-11 09:30"))
    found = absence(
        "甲县",
        SEP10,
        campaign,
        ledger(nameless, earlier),
        polls,
        at("09-11 09:30"),
    )
    assert [near_words(near) for near in found.near] == ["待核，单位不明"]
    assert found.after == polls[1:]
    assert absence_sentence(found, CALENDAR.local).startswith(
        "已查收件箱、垃圾邮件；截止后收信2次（最近9月11日09:30）"
    )
    own = absence(
        "乙县",
        SEP10,
        campaign,
        ledger(nameless, earlier),
        polls,
        at("09-11 09:30"),
    )
    assert near_words(own.near[0]) == "该单位来信，报的是9月20日期"
    assert not absence(
        "甲县", SEP10, campaign, ledger(), polls, at("09-11 09:30")
    ).near


def test_the_mail_that_brought_the_report_is_not_said_to_hold_none() -> None:
    """The control: another mail of that address brought none."""
    came = report("甲县", SEP10, 77, "09-10 11:00")
    empty = seen("b" * 64, at("09-10 12:00"), "甲县", None, "ignored")
    known = ledger(came)
    known = replace(known, messages=(*known.messages, empty))
    found = absence(
        "甲县", SEP10, CAMPAIGN, known, (at("09-10 18:05"),), at("09-11 09:30")
    )
    assert [near_words(near) for near in found.near] == [
        "这封来信里有该单位的本期报表",
        "该单位邮箱来信，没有读出本期报表",
    ]


# ---------------------------------------------------------------------- the provider's own delay

MX = HandOver("mx31", at("09-10 17:58"))
OURS = replace(RULEBOOK, checks=replace(CHECKS, authserv=("mx*",)))


def handed(
    taken: HandOver | None, rulebook: Rulebook = OURS, when: str = "09-10 18:40"
) -> tuple[str, tuple[Note, ...]]:
    mail = arrival(file(form("甲县", 356, "2015-9-10")), when=when)
    (one,) = judge(
        replace(mail, message=replace(mail.message, handed_over=taken)),
        rulebook,
        Ledger(),
    ).reports
    return one.timeliness.value, tuple(
        n for n in one.notes if n is Note.PROVIDER_DELAY
    )


@pytest.mark.parametrize(
    ("taken", "rulebook", "when", "expected"),
    [
        (MX, OURS, "09-10 18:40", ("on_time", (Note.PROVIDER_DELAY,))),
        (
            replace(MX, at=at("09-10 18:00")),
            OURS,
            "09-10 18:40",
            ("on_time", (Note.PROVIDER_DELAY,)),
        ),
        (replace(MX, at=at("09-10 18:01")), OURS, "09-10 18:40", ("late", ())),
        (
            replace(MX, server="mail.example.cn"),
            OURS,
            "09-10 18:40",
            ("late", ()),
        ),  # a server of the sender's side
        (
            MX,
            RULEBOOK,
            "09-10 18:40",
            ("late", ()),
        ),  # the control: no name, no proof
        (None, OURS, "09-10 18:40", ("late", ())),
        (MX, OURS, "09-10 17:59", ("on_time", ())),  # on time anyway
    ],
)
def test_what_the_provider_delayed_is_not_the_units(
    taken: HandOver | None,
    rulebook: Rulebook,
    when: str,
    expected: tuple[str, tuple[Note, ...]],
) -> None:
    assert handed(taken, rulebook, when) == expected


def test_a_delayed_report_accepted_after_review_stays_on_time() -> None:
    unclear = Figure(356, holds=(Hold.FIGURE_APPROXIMATE,))
    mail = arrival(
        file(form("甲县", None, "2015-9-10", figure=unclear)),
        when="09-10 18:40",
    )
    (one,) = judge(
        replace(mail, message=replace(mail.message, handed_over=MX)),
        OURS,
        Ledger(),
    ).reports
    assert one.holds == (Hold.FIGURE_APPROXIMATE,)
    ruling = Ruling(DecisionRule.CORRECT, "staff@example.cn", completed=356)
    assert (
        decide(one, ruling, OURS, Ledger(), at("09-11 09:00")).timeliness
        is Timeliness.ON_TIME
    )
    control = replace(one, notes=())
    assert (
        decide(control, ruling, OURS, Ledger(), at("09-11 09:00")).timeliness
        is Timeliness.LATE
    )
