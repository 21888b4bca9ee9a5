"""Laws of the watched moment: until the end that it tells, whatever was asked of it would be answered alike; so would the
judging."""

import operator
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from judging_makers import CAMPAIGN, ZONE, at
from test_law_notices_due import MOMENTS, REPORTS, keys, known_at

from pipeline.judging.operation.complaints import Vitals, complaints
from pipeline.judging.operation.quiet_mailbox import quiet_mailbox
from pipeline.judging.operation.watched_moment import (
    WatchedMoment,
    WatchedSpan,
    watched,
)
from pipeline.judging.progress.agenda import poll_times
from pipeline.model.ledger import Ledger
from pipeline.model.report import Report
from pipeline.notices.due import due_actions
from pipeline.notices.owed_bulletins import months_to_propose

NOON = datetime(2015, 9, 10, 12, tzinfo=UTC)
COMPARISONS = st.sampled_from(
    [operator.lt, operator.le, operator.gt, operator.ge, operator.eq]
)
# Whole hours, so that moments often fall together
SPANS = st.integers(-40, 40).map(lambda hours: timedelta(hours=hours))
PARTS = st.floats(0, 1, exclude_max=True)


def within(now: datetime, until: datetime, part: float) -> datetime:
    """A moment of the time from `now` until `until`, or until a year has gone."""
    length = min(until - now, timedelta(days=366))
    return min(now + length * part, until - timedelta(microseconds=1))


Question = Callable[[datetime], Any]


@st.composite
def questions(draw: st.DrawFn, *, folded: bool = True) -> Question:
    """Something that judging may ask of a moment; `folded`: of a length whatever its sign, too."""
    ask, other = draw(COMPARISONS), NOON + draw(SPANS)
    span, moved = draw(SPANS), draw(SPANS)
    of_length: list[Question] = [
        lambda now: ask(abs(now - other), span),
        lambda now: ask(abs(other - now), span),
    ]
    return draw(
        st.sampled_from(
            [
                lambda now: ask(now, other),
                lambda now: ask(other, now),
                lambda now: ask(now - moved, other),
                lambda now: ask(other, now + moved),
                lambda now: ask(now - other, span),
                lambda now: ask(span, now - other),
                lambda now: ask(other - now, span),
                lambda now: now.astimezone(ZONE).date(),
                lambda now: ask(now, now - moved),
                *(of_length if folded else ()),
            ]
        )
    )


@given(st.lists(questions(), max_size=5), PARTS)
def test_until_its_end_everything_is_answered_alike(
    asked: list[Question], part: float
) -> None:
    now, watch = watched(NOON)
    answers = [question(now) for question in asked]
    assert answers == [question(NOON) for question in asked]
    assume(watch.until > NOON)
    later = within(NOON, watch.until, part)
    assert [question(later) for question in asked] == answers


@given(questions(folded=False))
def test_one_question_ends_no_sooner_than_its_answer_does(
    question: Question,
) -> None:
    """The control: the end is no mere caution, behind it the answer is another one, once."""
    now, watch = watched(NOON)
    answer = question(now)
    if watch.until < datetime.max.replace(tzinfo=UTC):
        behind = watch.until + timedelta(microseconds=1)
        others = [question(watch.until), question(behind)]
        # A comparison for equality holds at one moment alone
        assert others != [answer, answer]


@pytest.mark.parametrize(
    "ask",
    [
        lambda now: now.hour,
        lambda now: now.time(),
        lambda now: f"{now:%H:%M}",
        str,
        lambda now: now.isoformat(),
        lambda now: now.timestamp(),
        lambda now: (now - NOON).total_seconds(),
        lambda now: hash(now - NOON),
    ],
)
def test_what_changes_with_every_second_holds_no_longer(
    ask: Callable[[datetime], Any],
) -> None:
    now, watch = watched(NOON)
    ask(now)
    assert watch.until == NOON


def test_it_stays_watched_wherever_it_goes() -> None:
    now, _ = watched(NOON)
    moved = (now.astimezone(ZONE), now + timedelta(1), now - timedelta(1))
    assert all(isinstance(moment, WatchedMoment) for moment in moved)
    assert isinstance(abs(now - NOON), WatchedSpan)


def judged(now: datetime, ledger: Ledger, read_at: datetime) -> tuple[Any, ...]:
    """All that a wake asks of the judging."""
    vitals = Vitals(read_at, None, 10**10)
    return (
        due_actions(now, CAMPAIGN, ledger),
        list(months_to_propose(now, CAMPAIGN, ledger)),
        complaints(now, poll_times(CAMPAIGN), vitals),
        quiet_mailbox(now, CAMPAIGN, ledger),
    )


@given(MOMENTS, REPORTS, PARTS, st.booleans())
def test_until_its_end_the_judging_owes_the_same(
    moment: datetime, found: list[Report], part: float, answered: bool
) -> None:
    done: frozenset[str] = frozenset()
    if answered:
        owed = due_actions(moment, CAMPAIGN, known_at(moment, found))
        done = keys(owed)
    now, watch = watched(moment)
    owed_now = judged(now, known_at(moment, found, done), moment)
    assume(watch.until > moment)
    # A ledger of its own each time: nothing is remembered from the other moment
    later = within(moment, watch.until, part)
    known = known_at(moment, found, done)
    assert judged(later, known, moment) == owed_now


@pytest.mark.parametrize(
    ("now", "until"),
    [
        # The reminder before the first deadline, the evening before
        ("09-08 00:00", "09-09 09:00"),
        # Behind it: the first 催报, the morning after
        ("09-10 18:10", "09-11 09:00"),
    ],
)
def test_a_lull_ends_where_the_calendar_says(now: str, until: str) -> None:
    moment, watch = watched(at(now))
    ledger = known_at(at(now), [])
    done = keys(due_actions(at(now), CAMPAIGN, ledger))
    judged(moment, known_at(at(now), [], done), at(now))
    assert watch.until == at(until)
