"""The facts of what is asked and said about talks (约谈): each with its reasons and its
newest decision.

Trusts what staff decided as it was recorded. Never: decides anything.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from pipeline.judging.progress.campaign import Campaign
from pipeline.model.ledger import Ledger, TalkRecord
from pipeline.model.letters.bulletins import TalkLine
from pipeline.model.letters.talk_letters import TalkNotice
from pipeline.model.month import Month
from pipeline.model.named import NamedTexts
from pipeline.model.notice import (
    Action,
)
from pipeline.model.notice_key import bulletin_key
from pipeline.notices.facts import Facts

# A talk that a bulletin printed as confirmed and that staff took back later.
REVOKED = "revoked"


def talk_answers(circulation: str) -> NamedTexts:
    """What may be answered to a talk proposal, and what it does. `circulation` is the
    campaign's word for the list of those who were called in twice."""
    return (
        (
            "确认约谈",
            "待确认的都约谈；只约谈一部分的写 确认约谈某单位、某单位",
        ),
        ("不约谈某单位：原因", "不约谈；不写单位就是都不约谈"),
        ("增加某单位：原因", "增加约谈一个单位"),
        ("列入通报：某单位", f"连续两次被约谈的，列入{circulation}"),
        ("撤销", "撤销最近一次决定"),
    )


def talk_lines(
    month: Month,
    campaign: Campaign,
    ledger: Ledger,
) -> tuple[TalkLine, ...]:
    """The month's talks, each with whether the unit was called in the time before."""
    known = ledger.talks
    before = campaign.calendar.month_before(month)
    called = set()
    for t in known:
        if t.month == before and t.state == "confirmed":
            called.add(t.unit)
    lines = []
    for talk in known:
        if talk.month == month:
            lines.append(_line(talk, again=talk.unit in called))
    return tuple(lines)


def talk_line(
    unit: str, month: Month, campaign: Campaign, ledger: Ledger
) -> TalkLine:
    """The unit's own of the month's talks. Raises LookupError where none is known."""
    for line in talk_lines(month, campaign, ledger):
        if line.unit == unit:
            return line
    raise LookupError(f"no talk with {unit} in {month}")


def _line(talk: TalkRecord, *, again: bool = False) -> TalkLine:
    return TalkLine(
        unit=talk.unit,
        month=talk.month,
        reasons=talk.reasons,
        state=talk.state,
        circulated=talk.circulated,
        again=again,
    )


def bulletin_talks(
    month: Month,
    facts: Facts,
    reasons: Mapping[str, tuple[str, ...]],
) -> tuple[TalkLine, ...]:
    """What the month's bulletin has to say of talks: its own month's, with the reasons
    as they are now, and what staff decided on earlier months after those were printed."""
    lines = []
    ledger = facts.ledger
    for line in talk_lines(month, facts.campaign, ledger):
        lines.append(
            replace(line, reasons=reasons.get(line.unit, line.reasons))
        )
    return (*lines, *_decided_later(month, ledger))


def _decided_later(month: Month, ledger: Ledger) -> list[TalkLine]:
    printed: dict[tuple[str, str], tuple[str, bool]] = {}
    for record in ledger.bulletins:
        if (
            record.month < month
            and bulletin_key(record.month) in ledger.settled
        ):
            for talk_month, unit, state, circulated in record.talks:
                printed[talk_month, unit] = (state, circulated)
    lines = []
    for talk in ledger.talks:
        if (
            talk.month >= month
            or bulletin_key(talk.month) not in ledger.settled
        ):
            continue
        state, circulated = printed.get((talk.month, talk.unit), ("", False))
        confirmed = talk.state == "confirmed"
        # Confirmed after the bulletin had gone, or put on the list since.
        if confirmed and (state != "confirmed" or talk.circulated > circulated):
            lines.append(_line(talk))
        elif state == "confirmed" and not confirmed:
            lines.append(replace(_line(talk), state=REVOKED))
    return lines


def talk_withdrawal(facts: Facts, action: Action) -> TalkNotice:
    """约谈撤销 to a unit that had a notice of a talk which staff undid."""
    month = action.of_month
    unit = action.unit or ""
    campaign = facts.campaign
    return TalkNotice(
        line=talk_line(unit, month, campaign, facts.ledger),
        month_name=campaign.words.month_name(month),
        appointment="",
        withdrawn=True,
    )


def draft_is_stale(month: Month, ledger: Ledger) -> bool:
    """Whether staff decided on talks since the month's bulletin was drawn, while it
    still waits to go."""
    drawn = []
    for record in ledger.bulletins:
        if record.month == month:
            drawn.append(record)
    # What has gone is not drawn again; a later decision stands in the next one.
    if not drawn or bulletin_key(month) in ledger.settled:
        return False
    lines = _decided_later(month, ledger)
    for talk in ledger.talks:
        if talk.month == month:
            lines.append(_line(talk))
    now = set()
    for line in lines:
        now.add((line.month, line.unit, line.state, line.circulated))
    return now != set(drawn[-1].talks)


def redrawn_for_talks(month: Month, ledger: Ledger) -> int:
    """How often the month's draft is drawn again because staff decided on talks, the
    time that is still to come counted in: the same before and after it was drawn."""
    drawn = []
    for record in ledger.bulletins:
        if record.month == month:
            drawn.append(set(record.talks))
    times = int(draft_is_stale(month, ledger))
    for before, after in pairwise(drawn):
        times += before != after
    return times
