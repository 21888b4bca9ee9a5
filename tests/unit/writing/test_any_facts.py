"""Whatever the facts are, the letter can be written: no template trips over what is absent, and none says None."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.letters.digests import Delay
from pipeline.model.letters.receipts import FileLine
from pipeline.model.letters.reminders import UnitLetter
from pipeline.model.notice import NoticeKind
from pipeline.model.standing import State
from pipeline.writing import samples
from pipeline.writing.templates import Renderer

RENDERER = Renderer()
texts = st.text(
    st.characters(exclude_characters="N"), max_size=30
)  # so that None is seen
people = st.integers(0, 10**7)
maybe_people = st.none() | people
shares = st.floats(0, 3)
sentences = st.lists(texts, max_size=3).map(tuple)
REMINDERS = (
    NoticeKind.DUE_REMINDER,
    NoticeKind.OVERDUE_REMINDER,
    NoticeKind.SECOND_OVERDUE_REMINDER,
)


def assert_written(letter) -> None:
    mail = RENDERER.render(letter, samples.SENDER)
    assert mail.subject
    assert "\n" not in mail.subject
    for part in (mail.subject, mail.text, mail.html):
        assert "Undefined" not in part
        assert "None" not in part
        assert "\x00" not in part


@st.composite
def lines(draw):
    ranked = draw(st.booleans())
    return replace(
        samples.ACCEPTED,
        unit=draw(texts),
        state=draw(
            st.sampled_from(
                ["accepted", "held", "superseded", "rejected", "duplicate"]
            )
        ),
        timeliness=draw(st.sampled_from(["on_time", "late"])),
        completed=draw(maybe_people),
        added=draw(maybe_people),
        target=draw(maybe_people),
        rate=draw(shares) if ranked else None,
        rank=draw(st.integers(1, 30)) if ranked else None,
        previous=draw(maybe_people),
        replaces=draw(maybe_people),
        fields=draw(st.sampled_from([(), samples.ACCEPTED.fields])),
        measures=draw(sentences),
        notes=draw(sentences),
        holds=draw(sentences),
    )


@given(
    st.lists(lines(), max_size=3).map(tuple),
    texts,
    st.integers(-5000, 5000),
    texts,
)
def test_receipts(reports, subject, minutes, file):
    received = samples.DEADLINE + timedelta(minutes=minutes)
    files = (FileLine(file, file),) if file else ()
    assert_written(
        replace(
            samples.RECEIPT,
            subject=subject,
            received_at=received,
            reports=reports,
            files=files,
        )
    )


@given(
    lines(),
    texts,
    sentences,
    st.lists(st.tuples(texts, people), max_size=2).map(tuple),
    texts,
)
def test_reviews(line, subject, suggestions, history, quote):
    case = replace(
        samples.CASE,
        line=line,
        subject=subject,
        suggestions=suggestions,
        history=history,
        quote=quote,
    )
    assert_written(replace(samples.REVIEW, case=case))
    assert_written(replace(samples.DIGEST, held=(case,)))


@given(
    st.sampled_from(REMINDERS),
    maybe_people,
    people,
    st.booleans(),
    st.booleans(),
    st.none() | people,
    people,
)
def test_unit_letters(kind, last, target, grouped, with_lag, pace, gap):
    (reminder,) = samples.DUE.parts
    part = replace(
        reminder, kind=kind, last_completed=last, target=target, rate=None if last is None else 0.5,
        last_period_name="" if last is None else "2015年9月上旬（9月10日）", serial="",
        groups=samples.GROUPS if grouped else (),
    )  # fmt: skip
    lag = replace(
        samples.LAG,
        per_period=pace,
        gap_to_target=gap,
        periods_left=0 if pace is None else 3,
    )
    assert_written(UnitLetter("甲县", (part, lag) if with_lag else (part,)))


@given(
    st.lists(
        st.tuples(
            maybe_people, st.none() | st.sampled_from(State), st.booleans()
        ),
        min_size=1,
        max_size=5,
    ),
    st.booleans(),
)
def test_digests(units, known_before):
    rows = tuple(
        replace(
            samples.STANDING.rows[0], unit=f"甲{i}县", state=state, pool=pool, completed=completed, lagging=False,
            rate=None if completed is None else completed / 100, rank=None if completed is None or pool else i + 1,
        )
        for i, (completed, state, pool) in enumerate(units)
    )  # fmt: skip
    assert_written(
        replace(
            samples.DIGEST,
            standing=replace(samples.STANDING, rows=rows),
            rank_before={row.unit: 1 if known_before else None for row in rows},
            completed_before={row.unit: 5 if known_before else None for row in rows},
            late=(Delay("甲县", samples.DEADLINE, 0.5),) if known_before else (),
            missing=(), held=(), lagging=(), groups=samples.GROUPS if known_before else (),
        )
    )  # fmt: skip


@given(
    texts,
    texts,
    st.sampled_from([(), samples.UNREADABLE.problems]),
    st.integers(-100, 100),
)
def test_returns(subject, unit, problems, minutes):
    received = samples.DEADLINE + timedelta(minutes=minutes)
    assert_written(
        replace(
            samples.UNREADABLE,
            subject=subject,
            unit=unit,
            problems=problems,
            received_at=received,
        )
    )
