"""The law of what came nearest to a missing report: the look-ups find what a look at every mail would find."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from judging_makers import CALENDAR, at, report, seen

from pipeline.judging.progress.near_mails import near_mails
from pipeline.model.arrival import Outcome
from pipeline.model.ledger import Ledger, MailSeen
from pipeline.model.operation.absence_proof import Likeness, Near
from pipeline.model.report import Report, ReportState
from pipeline.model.roster import Unit

UNIT = Unit("甲县", emails=("a@example.cn", "b@example.cn"))
SINCE, NOW = at("09-03 00:00"), at("09-20 00:00")
DUES = CALENDAR.dues[:2]
KEYS = st.sampled_from(["k0", "k1", "k2"])
SUBJECTS = ("", "甲县旬报", "乙县\n甲县", "乙县", "甲县甲县")
UNREAD = (Outcome.UNREADABLE.value, Outcome.SET_ASIDE.value)


@st.composite
def mails(draw: st.DrawFn) -> MailSeen:
    day = draw(st.integers(1, 28))
    return replace(
        seen(draw(KEYS), at(f"09-{day:02} 07:30"), None, None),
        sender=draw(st.sampled_from([*UNIT.emails, "c@example.cn"])),
        subject=draw(st.sampled_from(SUBJECTS)),
        outcome=draw(st.sampled_from(Outcome)).value,
    )


@st.composite
def reports(draw: st.DrawFn) -> Report:
    made = report("甲县", draw(st.sampled_from(DUES)), 1, "09-05 10:00")
    return replace(
        made,
        unit=draw(st.sampled_from(["甲县", "乙县", None])),
        message_key=draw(KEYS),
        state=draw(st.sampled_from([ReportState.HELD, ReportState.ACCEPTED])),
    )


def by_a_look_at_all(ledger: Ledger, period: date) -> Iterator[Near]:
    known = [m for m in ledger.messages if SINCE < m.received_at <= NOW]
    brought: dict[str, list[date]] = {}
    nameless = []
    for one in ledger.reports:
        if one.unit == UNIT.name:
            brought.setdefault(one.message_key, []).append(one.period)
        if one.unit is None and one.state is ReportState.HELD:
            nameless.append(one.message_key)
    for mail in known:
        of = brought.get(mail.key)
        if of is not None:
            about = period if period in of else of[-1]
            why = (
                Likeness.ITS_REPORT
                if about == period
                else Likeness.OTHER_PERIOD
            )
            yield Near(mail, why, about)
        elif mail.sender in UNIT.emails:
            yield Near(mail, Likeness.NO_REPORT)
    for mail in known:
        if UNIT.name in mail.subject:
            yield Near(mail, Likeness.NAMED)
    for mail in known:
        if mail.key in nameless:
            yield Near(mail, Likeness.NO_UNIT)
        elif mail.outcome in UNREAD:
            yield Near(mail, Likeness.UNREAD)


def each_mail_once(found: Iterator[Near]) -> dict[str, Near]:
    told: dict[str, Near] = {}
    for near in found:
        told.setdefault(near.mail.key, near)
    return told


@given(
    st.lists(mails(), max_size=5),
    st.lists(reports(), max_size=5),
    st.sampled_from(DUES),
    st.booleans(),
)
def test_what_came_nearest_is_found_whatever_is_looked_up(
    came: list[MailSeen], found: list[Report], period: date, kept_up: bool
) -> None:
    ledger = Ledger(reports=tuple(found), messages=tuple(came))
    wanted = each_mail_once(by_a_look_at_all(ledger, period))
    if kept_up:
        ledger = ledger.kept_up()
    near = list(near_mails(UNIT, period, ledger, SINCE, NOW))
    keyed = {one.mail.key: (one.why, one.period) for one in near}
    assert len(keyed) == len(near)
    assert {k: (n.why, n.period) for k, n in wanted.items()} == keyed
    # Own ones first, whoever's last
    kinds = [one.why for one in near]
    assert kinds == sorted(kinds, key=_RANK.__getitem__)


_RANK = {
    Likeness.ITS_REPORT: 0,
    Likeness.OTHER_PERIOD: 0,
    Likeness.NO_REPORT: 0,
    Likeness.NAMED: 1,
    Likeness.NO_UNIT: 2,
    Likeness.UNREAD: 2,
}
