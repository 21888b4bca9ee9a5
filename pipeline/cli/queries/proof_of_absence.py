"""status --proof: what 漏报 of one unit rests on, in plain lines."""

from datetime import date

from pipeline.bootstrap import Program
from pipeline.cli.app import USAGE, fail, say
from pipeline.judging.progress.absence import absence
from pipeline.judging.progress.silence import Waits, waits
from pipeline.judging.progress.standings import out_of_reach
from pipeline.judging.progress.unit_states import unit_state
from pipeline.model.ledger import Ledger
from pipeline.writing.absence_words import (
    NEVER_READ,
    ONLY_IMPORTED,
    absence_sentence,
    near_words,
)
from pipeline.writing.operation.clock_words import clock_sentence
from pipeline.writing.titles import STANDING_STATES


def print_proof(program: Program, text: str, due: date) -> None:
    facts = program.facts()
    unit = facts.campaign.rulebook.book.match(text)
    if unit is None:
        fail(f"名单里没有单位 {text}", USAGE)
    calendar = facts.campaign.calendar
    found = absence(
        unit=unit,
        period=due,
        campaign=facts.campaign,
        ledger=facts.ledger,
        polls=program.store.polls(),
        now=facts.now,
    )
    say(
        f"{unit}  {program.campaign.calendar.name(due)}：{_verdict(program, unit, due)}"
    )
    end = f"  截止 {calendar.local(found.end):%Y-%m-%d %H:%M}"
    if not facts.ledger.was_searched:
        say(end)
        return
    say(f"{end}；{absence_sentence(found, calendar.local)}")
    for poll in found.missed:
        say(f"  没有按时收信：{calendar.local(poll):%Y-%m-%d %H:%M}")
    for near in found.near:
        mail = near.mail
        say(
            f"  {calendar.local(mail.received_at):%Y-%m-%d %H:%M}  "
            f"{mail.sender}《{mail.subject}》  {near_words(near)}"
        )
    if out_of_reach(facts.campaign.roster.by_name[unit], facts.ledger):
        say("  联系不上：登记的邮箱都退信，漏报不计入约谈")


def _verdict(program: Program, unit: str, due: date) -> str:
    facts = program.facts()
    campaign = facts.campaign
    known = campaign.roster.by_name[unit]
    state = unit_state(
        unit=known,
        period=due,
        roster=campaign.roster,
        calendar=campaign.calendar,
        ledger=facts.ledger,
    )
    if state is not None:
        return STANDING_STATES[state.value]
    if not facts.ledger.was_searched:
        return f"暂不判定：{NEVER_READ}"
    why = waits(
        unit=unit,
        period=due,
        calendar=facts.campaign.calendar,
        ledger=facts.ledger,
        as_of=facts.now,
    )
    doubt = facts.ledger.clock
    words = {
        None: _missing(facts.ledger),
        Waits.OPEN: "还没有到截止时间",
        Waits.EXTENDED: "准予延期",
        Waits.UNREAD: "截止后未能收信，暂不判定",
        Waits.CLOCK: f"{clock_sentence(doubt)}，暂不判定" if doubt else "",
    }
    return words[why]


def _missing(ledger: Ledger) -> str:
    if ledger.only_imported:
        return f"漏报（{ONLY_IMPORTED}）"
    return "漏报"
