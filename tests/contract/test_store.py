"""The store and the outbox on real SQLite files: written once, each key once, every step whole; and the schema from nothing."""

import multiprocessing
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any

import pytest
from chain import assert_told
from judging_makers import (
    RULEBOOK,
    SEP10,
    SEP20,
    SEP30,
    arrival,
    at,
    file,
    form,
    message,
    report,
)
from ledger_answers import answers
from sqlalchemy import Engine, event, inspect, text
from sqlmodel import SQLModel, create_engine

from pipeline.edges.ledger import migrations
from pipeline.edges.ledger.cooldowns import Pauses
from pipeline.edges.ledger.database import HEAD, Waiting, open_database
from pipeline.edges.ledger.database_copies import copy_database
from pipeline.edges.ledger.new_row import NewRow
from pipeline.edges.ledger.outbox import Outbox
from pipeline.edges.ledger.store import Store
from pipeline.edges.ledger.tables import RereadMailRow, RereadReportRow
from pipeline.judging.intake.judge import judge
from pipeline.model.arrival import Arrival, Judgement, Outcome, ReplyResult
from pipeline.model.ledger import Ledger, TalkRecord
from pipeline.model.notice import (
    Action,
    DropReason,
    NoticeKind,
)
from pipeline.model.notice_key import approval_key
from pipeline.model.operation.cooldown import Pause, Server
from pipeline.model.operation.errors import EdgeError
from pipeline.model.operation.post import KeptSighting, Sighting, Verdict
from pipeline.model.outgoing import DeliveryEvent, DeliveryState, FrozenMail
from pipeline.model.report import (
    Decision,
    DecisionRule,
    ReportState,
    Timeliness,
)
from pipeline.model.review.talk import TalkEvent, TalkStep
from pipeline.model.roster import Extension
from pipeline.writing.review.refusals import nothing_done_words, refused_words

NOW = at("09-10 18:05")


@pytest.fixture
def statements() -> list[str]:
    return []


@pytest.fixture
def engine(
    ledger_url: str, statements: list[str], tmp_path: Path
) -> Iterator[Engine]:
    """A ledger from nothing; whatever is executed on it is written down, and must only ever add (the lease alone changes), each row told in the journal."""
    found = open_database(ledger_url)

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(" ".join(statement.split()))

    event.listen(found, "before_cursor_execute", note)
    yield found
    changing = [
        s
        for s in statements
        if s.split()[0].upper()
        in ("UPDATE", "DELETE", "REPLACE", "DROP", "ALTER")
    ]
    assert [s for s in changing if not s.startswith("UPDATE lease")] == []
    found.dispose()
    # Each row with one digest, whichever database holds it
    copy_database(ledger_url, tmp_path / "copy.db")
    assert_told(tmp_path / "copy.db")


@pytest.fixture
def store(engine: Engine) -> Iterator[Store]:
    """A store; whatever a test did, what it keeps in memory is what is on the disk."""
    found = Store(engine)
    yield found
    found.rest()
    kept_up, fresh = found.ledger(), Store(engine).ledger()
    assert kept_up == fresh
    assert told(kept_up) == told(fresh)


def told(ledger: Ledger) -> list[object]:
    return answers(
        ledger, ("甲县", "乙县", "丙区", "丁市", None), (SEP10, SEP20, SEP30)
    )


@pytest.fixture
def outbox(engine: Engine) -> Outbox:
    return Outbox(engine)


def sighting(
    uid: int,
    when: str = "09-10 17:00",
    validity: int = 1,
    folder: str = "INBOX",
) -> Sighting:
    return Sighting(validity, uid, at(when), 100, folder)


def kept(store: Store, uid: int, key: str = "k1", **more: Any) -> int:
    store.keep_sighting(sighting(uid, **more), key, NOW)
    return next(i for i, s, _, _ in store.unhandled() if s.uid == uid)


def recorded(
    store: Store, uid: int, what: Arrival, judgement: Judgement | None = None
) -> Judgement:
    number = kept(store, uid, what.message.key)
    ledger = store.ledger()
    found = judgement or judge(what, RULEBOOK, ledger)
    store.record(number, what.message.fingerprint, what, found, ledger, NOW)
    return found


# ---------------------------------------------------------------------- the schema


def test_migrations_from_nothing_make_the_schema_that_the_code_means(
    engine: Engine, tmp_path: Path
) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, SQLModel.metadata) == []
        assert context.get_current_revision() == HEAD


def test_a_pause_is_known_by_the_servers_code_after_the_migration(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    migrated(url, "0001")
    before = Pause(NOW, "login", NOW + timedelta(hours=1), "f" * 16, 2)
    engine = create_engine(url)
    Pauses(engine).record_pause("收信邮箱", before)
    engine.dispose()
    now = Pauses(open_database(url))
    assert now.newest_pause(Server.MAILBOX) == before
    assert now.newest_pause(Server.SMTP) is None
    assert_told(tmp_path / "ledger.db")


def migrated(url: str, revision: str) -> None:
    """A ledger whose schema is an earlier one."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option(
        "script_location", str(Path(next(iter(migrations.__path__))))
    )
    engine = create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def test_every_unique_key_is_the_databases_own(engine: Engine) -> None:
    found = inspect(engine)
    unique = {
        (t, tuple(u["column_names"]))
        for t in found.get_table_names()
        for u in found.get_unique_constraints(t)
    }
    assert unique >= {
        ("sighting", ("folder", "uidvalidity", "uid")),
        ("message", ("identity",)),
        ("report", ("id",)),
        ("notice", ("key",)),
        ("delivery", ("mail_id", "recipient")),
        ("talk", ("month", "unit")),
    }


def test_a_ledger_is_opened_again_as_it_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    born = Store(open_database(url)).born(NOW)
    assert (
        Store(open_database(url)).born(NOW + timedelta(days=3)) == born == NOW
    )


@pytest.mark.parametrize(
    ("setting", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)],
)
def test_nothing_acknowledged_is_lost_at_a_power_cut(
    tmp_path: Path, setting: str, value: object
) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/ledger.db")
    with engine.connect() as connection:
        assert connection.execute(text(f"PRAGMA {setting}")).scalar() == value


@pytest.mark.parametrize(
    "content", [b"no database at all" * 100, b""], ids=["garbage", "empty"]
)
def test_what_is_no_ledger_is_said_in_one_sentence_or_made_one(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "ledger.db").write_bytes(content)
    if not content:
        assert (
            Store(open_database(f"sqlite:///{tmp_path}/ledger.db")).ledger()
            == Ledger()
        )
        return
    with pytest.raises(EdgeError, match="台账"):
        open_database(f"sqlite:///{tmp_path}/ledger.db")


# ---------------------------------------------------------------------- what comes in


def test_a_sighting_is_kept_once(store: Store) -> None:
    for _ in range(2):
        store.keep_sighting(sighting(7), "k1", NOW)
    assert [(s.uid, key, big) for _, s, key, big in store.unhandled()] == [
        (7, "k1", False)
    ]
    assert store.highest_uid("INBOX", 1) == 7
    assert (store.highest_uid("INBOX", 2), store.highest_uid("Junk", 1)) == (
        0,
        0,
    )


def test_the_same_number_in_another_folder_or_after_a_change_of_validity_is_another_mail(
    store: Store,
) -> None:
    for number, found in enumerate(
        [sighting(7), sighting(7, validity=2), sighting(7, folder="Junk")]
    ):
        store.keep_sighting(found, f"k{number}", NOW)
    assert len(store.unhandled()) == 3
    assert set(store.known("INBOX", 1, 1)) == {7}
    assert store.known("INBOX", 1, 8) == {}


def test_mails_are_handled_in_the_order_of_reception(store: Store) -> None:
    for uid, when in [
        (1, "09-10 12:00"),
        (2, "09-10 10:00"),
        (3, "09-10 11:00"),
    ]:
        store.keep_sighting(sighting(uid, when), f"k{uid}", NOW)
    assert [s.uid for _, s, _, _ in store.unhandled()] == [2, 3, 1]


def test_failures_and_tries_are_counted_apart(store: Store) -> None:
    assert [
        store.count_failure(sighting(1), "timeout", NOW) for _ in range(3)
    ] == [
        1,
        2,
        3,
    ]
    assert store.count_failure(sighting(2), "timeout", NOW) == 1
    assert [
        store.count_attempt("a", NOW),
        store.count_attempt("a", NOW),
        store.count_attempt("b", NOW),
    ] == [
        1,
        2,
        1,
    ]


def test_a_message_comes_back_as_it_was_judged(store: Store) -> None:
    what = arrival(file(form("甲县", 356, "2015-9-10")), text="请查收")
    judgement = recorded(store, 1, what)
    (found,) = store.ledger().reports
    one = store.report(found.id)
    assert one is not None
    assert (
        replace(one, sequence=0, why="", decided_at=None)
        == judgement.reports[0]
    )
    assert store.unhandled() == []
    (mail,) = store.mails()
    assert (mail.seen.key, mail.seen.outcome, mail.text) == (
        what.message.key,
        "reported",
        "请查收",
    )
    assert mail.readings == tuple(r.reading for r in what.readings)
    assert (
        store.known_mail(what.message.key, "?")
        == store.known_mail("?", what.message.fingerprint)
        == [mail.seen]
    )


def test_the_same_record_twice_is_one(store: Store) -> None:
    what = arrival(file(form("甲县", 356)))
    judgement = recorded(store, 1, what)
    number = kept(store, 2, what.message.key)
    store.record(
        number, what.message.fingerprint, what, judgement, store.ledger(), NOW
    )
    store.record(
        number, what.message.fingerprint, what, judgement, store.ledger(), NOW
    )
    assert len(store.ledger().reports) == len(store.mails()) == 1
    assert store.unhandled() == []


def test_a_record_that_fails_leaves_nothing(store: Store) -> None:
    """Two reports of one id: the second cannot be written, so neither message nor first report may be."""
    one = report("甲县", SEP10, 100)
    judgement = Judgement(Outcome.REPORTED, reports=(one, one))
    what = arrival(file(form("甲县", 100)))
    with pytest.raises(Exception, match=r"(?i)unique"):
        recorded(store, 1, what, judgement)
    assert store.ledger() == Ledger()
    assert len(store.unhandled()) == 1


def test_one_that_is_recorded_already_keeps_no_other_back(store: Store) -> None:
    kept(store, 2)
    found = []
    for uid in (1, 2, 3):
        found.append(KeptSighting(sighting(uid), f"k{uid}", NOW))
    store.keep_sightings(found)
    assert sorted(s.uid for _, s, _, _ in store.unhandled()) == [1, 2, 3]


def test_a_batch_knows_its_own_mails(store: Store) -> None:
    """The second of two alike, both in one transaction, is known for it."""
    first, again = kept(store, 1), kept(store, 2)
    what = arrival(file(form("甲县", 100)))
    known = (what.message.key, what.message.fingerprint)
    judged = Judgement(Outcome.REPORTED, reports=(report("甲县", SEP10, 100),))
    with store.together():
        assert store.known_mail(*known) == []
        store.record(first, known[1], what, judged, Ledger(), NOW)
        assert [mail.key for mail in store.known_mail(*known)] == [known[0]]
        store.record(again, known[1], what, judged, Ledger(), NOW)
    assert (len(store.mails()), store.unhandled()) == (1, [])


def test_what_is_asked_at_once_is_what_each_mail_asks(store: Store) -> None:
    what = arrival(file(form("甲县", 356, "2015-9-10")))
    recorded(store, 1, what)
    key, fingerprint = what.message.key, what.message.fingerprint
    for asked, knows in (
        ((key, fingerprint), True),
        ((key, "another"), True),
        (("another", fingerprint), True),
        (("another", "another"), False),
    ):
        alone = store.known_mail(*asked)
        with store.together():
            store.foresee([asked, ("other", "mails")])
            assert store.known_mail(*asked) == alone, asked
        assert bool(alone) is knows, asked


def test_what_was_asked_at_once_records_nothing_twice(store: Store) -> None:
    """Recorded before the batch, and again by the batch itself."""
    what = arrival(file(form("甲县", 356)))
    judged = recorded(store, 1, what)
    new = arrival(file(form("乙县", 12)), text="另一封")
    first = Judgement(Outcome.REPORTED, reports=(report("乙县", SEP10, 12),))
    mails = [(what, judged), (new, first), (new, first)]
    numbers = [kept(store, uid) for uid in (2, 3, 4)]
    with store.together():
        store.foresee(
            [(m.message.key, m.message.fingerprint) for m, _ in mails]
        )
        for number, (mail, judgement) in zip(numbers, mails, strict=True):
            store.record(
                number,
                mail.message.fingerprint,
                mail,
                judgement,
                Ledger(),
                NOW,
            )
    assert (len(store.mails()), len(store.ledger().reports)) == (2, 2)
    assert store.unhandled() == []


def test_a_mail_known_under_another_number_is_nothing(store: Store) -> None:
    number = kept(store, 1)
    store.record_known(number, NOW)
    store.record_known(number, NOW)
    assert (store.unhandled(), store.mails()) == ([], [])


# ---------------------------------------------------------------------- decisions


def decision(
    report_id: str, state: ReportState, period: date = SEP10, **more: Any
) -> Decision:
    made = Decision(
        report_id,
        NOW,
        "tester",
        DecisionRule.ACCEPT,
        state,
        "甲县",
        period,
        360,
    )
    return replace(made, **more)


def test_the_newest_decision_holds_and_none_is_forgotten(store: Store) -> None:
    judgement = recorded(
        store, 1, arrival(file(form("甲县", 356)), sender="a@example.cn")
    )
    held = judgement.reports[0]
    assert store.ledger().reports[0].state is ReportState.HELD
    store.decide(decision(held.id, ReportState.ACCEPTED, why="已核实"))
    accepted = store.report(held.id)
    assert accepted is not None
    assert (accepted.state, accepted.completed, accepted.decided_by) == (
        ReportState.ACCEPTED,
        360,
        "tester",
    )
    store.decide(decision(held.id, ReportState.REJECTED))
    assert store.ledger().counting == {}
    assert [d.state for d in store.decisions(held.id)] == [
        "held",
        "accepted",
        "rejected",
    ]


def test_a_decision_carries_period_and_timeliness(store: Store) -> None:
    late = recorded(
        store,
        1,
        arrival(
            file(form("甲县", 356)), sender="a@example.cn", when="09-21 10:00"
        ),
    ).reports[0]
    assert (late.period, late.timeliness) == (SEP20, Timeliness.LATE)
    store.decide(
        decision(
            late.id, ReportState.ACCEPTED, SEP30, timeliness=Timeliness.ON_TIME
        )
    )
    (one,) = store.ledger().reports
    assert (one.period, one.timeliness) == (SEP30, Timeliness.ON_TIME)


def test_a_report_is_found_by_the_beginning_of_its_id_if_that_is_enough(
    store: Store,
) -> None:
    first = recorded(
        store,
        1,
        arrival(
            file(form("丙区", 10), form("丁市", 20)), sender="shared@example.cn"
        ),
    )
    start = first.reports[0].id.split("-")[0]
    assert store.report(start) is None, "two begin so"
    for one in first.reports:
        found = store.report(one.id)
        assert found is not None
        assert found.unit == one.unit
    assert store.report("%") is None
    assert store.report("_") is None


def test_a_correction_supersedes_on_reading(store: Store) -> None:
    recorded(store, 1, arrival(file(form("甲县", 300)), when="09-10 10:00"))
    recorded(store, 2, arrival(file(form("甲县", 310)), when="09-10 11:00"))
    found = store.ledger()
    assert [(r.completed, r.state) for r in found.reports] == [
        (300, ReportState.SUPERSEDED),
        (310, ReportState.ACCEPTED),
    ]
    assert [
        d.supersedes for r in found.reports for d in store.decisions(r.id)
    ] == [
        "",
        found.reports[0].id,
    ]


def test_what_is_decided_between_two_looks_stands_where_it_belongs(
    store: Store, engine: Engine
) -> None:
    for uid, (unit, figure, when) in enumerate(
        (
            ("甲县", 300, "09-10 10:00"),
            ("甲县", 310, "09-10 11:00"),
            ("乙县", 200, "09-12 10:00"),
            ("甲县", 305, "09-10 09:00"),
        )
    ):
        recorded(store, uid, arrival(file(form(unit, figure)), when=when))
    first, second, other, early = (r.id for r in store.ledger().reports)
    reject = ReportState.REJECTED
    accept = ReportState.ACCEPTED
    late = Timeliness.LATE
    given = Extension("乙县", SEP10, at("09-20 12:00"), "", "tester", NOW)
    for done in (
        lambda: store.decide(decision(second, reject)),
        lambda: store.decide(
            decision(other, accept, SEP10, unit="乙县", timeliness=late)
        ),
        lambda: store.extend(given),
        lambda: store.decide(decision(second, accept, SEP20)),
        lambda: store.withdraw_extension("乙县", SEP10, "", "tester", NOW),
        lambda: store.decide(decision(first, ReportState.HELD, unit=None)),
        lambda: store.decide(decision(early, reject, SEP30)),
    ):
        done()
        kept_up, fresh = store.ledger(), Store(engine).ledger()
        assert kept_up == fresh
        assert told(kept_up) == told(fresh)
    assert [r.state for r in store.ledger().reports] == [
        ReportState.HELD,
        accept,
        accept,
        reject,
    ]


# ---------------------------------------------------------------------- talks


def test_talks_are_proposed_once_and_the_newest_event_holds(
    store: Store,
) -> None:
    for why in ("末位", "另一个理由"):
        store.propose_talks(
            [TalkRecord("2015-09", "甲县", (why,), ("last_place",))], NOW
        )
    (talk,) = store.ledger().talks
    assert (talk.reasons, talk.state, talk.circulated) == (
        ("末位",),
        "proposed",
        False,
    )
    for what, state, circulated in [
        ("confirmed", "confirmed", False), ("circulated", "confirmed", True), ("uncirculated", "confirmed", False),
        ("circulated", "confirmed", True), ("dropped", "dropped", False),
    ]:  # fmt: skip
        store.decide_talks(
            [TalkEvent("2015-09", "甲县", TalkStep(what), NOW, "tester")]
        )
        (talk,) = store.ledger().talks
        assert (talk.state, talk.circulated) == (state, circulated)
    noted = TalkEvent(
        "2015-09", "甲县", TalkStep.NOTE, NOW, "tester", "商定措施", SEP20, "k1"
    )
    store.decide_talks([noted])
    assert store.talk_events("2015-09")[-1] == noted


# ---------------------------------------------------------------------- the outbox


def action(key: str, **more: Any) -> Action:
    return replace(
        Action(
            NoticeKind.OVERDUE_REMINDER,
            key,
            NOW,
            "甲县",
            SEP10,
            to=("jia@example.cn",),
        ),
        **more,
    )


def frozen(
    identity: str,
    *keys: str,
    to: tuple[str, ...] = ("jia@example.cn",),
    once_only: bool = False,
) -> FrozenMail:
    return FrozenMail(
        f"<{identity}@x>",
        "vault-key",
        "催报",
        to,
        tuple(map(action, keys)),
        once_only,
    )


def test_a_mail_is_planned_whole_or_not_at_all(
    outbox: Outbox, store: Store
) -> None:
    assert outbox.plan(frozen("1", "a", "b"), NOW)
    assert not outbox.plan(frozen("2", "c", "b"), NOW), "b was planned before"
    assert not outbox.plan(frozen("1", "d"), NOW), "the same Message-ID"
    assert store.ledger().settled == {"a", "b"}
    assert [(d.mail_id, d.recipient) for d in outbox.open_deliveries()] == [
        ("<1@x>", "jia@example.cn")
    ]
    assert outbox.mail_of("<2@x>") is None


def test_of_mails_planned_together_one_that_is_known_keeps_no_other_back(
    outbox: Outbox, store: Store
) -> None:
    outbox.plan(frozen("1", "a"), NOW)
    new = [frozen("2", "b"), frozen("3", "c")]
    assert outbox.plan_all([new[0], frozen("4", "a"), new[1]], NOW) == new
    assert outbox.plan_all(new, NOW) == []
    assert outbox.plan_all([], NOW) == []
    assert store.ledger().settled == {"a", "b", "c"}
    found = [d.mail_id for d in outbox.open_deliveries()]
    assert found == ["<1@x>", "<2@x>", "<3@x>"]


def test_mails_planned_together_are_the_rows_of_each_by_itself(
    tmp_path: Path,
) -> None:
    mails = [
        frozen("1", "a", "b", to=("jia@example.cn", "yi@example.cn")),
        frozen("2", "c", once_only=True),
    ]
    written = []
    for together in (True, False):
        engine = open_database(f"sqlite:///{tmp_path}/{together}.db")
        if together:
            Outbox(engine).plan_all(mails, NOW)
        else:
            for mail in mails:
                Outbox(engine).plan(mail, NOW)
        rows = []
        with engine.connect() as connection:
            for table in ("mail", "notice", "delivery", "journal"):
                asked = text(f"select * from {table}")
                rows += map(tuple, connection.execute(asked))
        written.append(rows)
    assert written[0] == written[1]
    assert len(written[0]) == 2 * (2 + 3 + 3)


def test_a_notice_comes_back_as_it_was_planned(outbox: Outbox) -> None:
    one = action(
        "a",
        cc=("group1@example.cn",),
        report_id="r",
        month="2015-09",
        message_key="k",
    )
    outbox.plan(replace(frozen("1"), actions=(one,)), NOW)
    assert outbox.mail_of("<1@x>") == ("vault-key", [one])
    (line,) = outbox.notices()
    assert (line.action, line.subject, line.message_id, line.state) == (
        one,
        "催报",
        "<1@x>",
        "planned",
    )


def test_what_goes_no_more_is_settled_once_with_its_reason(
    outbox: Outbox, store: Store
) -> None:
    dropped = action("a", drop_reason=DropReason.LATE)
    for _ in range(2):
        outbox.settle([dropped], ["round:x"], NOW)
    outbox.plan(frozen("1", "b"), NOW)
    outbox.settle([action("b", drop_reason=DropReason.STORM)], [], NOW)
    assert store.ledger().settled == {"a", "b", "round:x"}
    assert "round:x" in store.ledger().settled
    assert "round:y" not in store.ledger().settled
    assert [
        (line.action.key, line.state, line.action.drop_reason)
        for line in outbox.notices()
    ] == [
        ("a", "dropped", DropReason.LATE),
        ("b", "planned", None),
    ]


S = DeliveryState


# What became of the copies to jia and yi, and so of the notice
COPIES = [
    ([], [], "planned"),
    ([S.SENDING], [], "sending"),
    ([S.SENDING, S.TRANSIENT], [], "planned"),
    ([S.SENDING, S.SENT], [], "sending"),
    ([S.SENDING, S.SENT], [S.SENDING, S.SENT], "sent"),
    ([S.SENDING, S.SENT], [S.SENDING, S.FAILED], "sent"),
    ([S.SENDING, S.SENT], [S.SENDING, S.UNKNOWN], "sent"),
    ([S.SENDING, S.FAILED], [S.SENDING, S.FAILED], "failed"),
    ([S.SENDING, S.UNKNOWN], [S.SENDING, S.FAILED], "failed"),
    ([S.WITHDRAWN], [S.WITHDRAWN], "dropped"),
    (
        [S.SENDING, S.TRANSIENT, S.SENDING, S.SENT],
        [S.SENDING, S.SENT],
        "sent",
    ),
]
ENDED = (S.SENT, S.FAILED, S.UNKNOWN, S.WITHDRAWN)


def test_the_state_of_a_notice_is_that_of_its_copies(outbox: Outbox) -> None:
    both = ("jia@example.cn", "yi@example.cn")
    for number in range(len(COPIES)):
        outbox.plan(frozen(f"{number:02}", f"{number:02}", to=both), NOW)
    numbers = {}
    for copy in outbox.open_deliveries():
        numbers[copy.mail_id, copy.recipient] = copy.id
    wanted, still_open = [], set()
    for number, (*events, state) in enumerate(COPIES):
        wanted.append((f"{number:02}", state, state == "sent"))
        for who, kinds in zip(both, events, strict=True):
            copy = f"<{number:02}@x>", who
            for minute, kind in enumerate(kinds):
                at = NOW + timedelta(minutes=minute)
                outbox.record(DeliveryEvent(numbers[copy], at, kind))
            if not kinds or kinds[-1] not in ENDED:
                still_open.add(copy)
    assert sorted(
        (line.action.key, line.state, line.sent_at is not None)
        for line in outbox.notices()
    ) == sorted(wanted)
    assert {
        (copy.mail_id, copy.recipient) for copy in outbox.open_deliveries()
    } == still_open


def test_a_delivery_counts_its_refusals_and_says_when_to_try_again(
    outbox: Outbox,
) -> None:
    outbox.plan(frozen("1", "a", once_only=True), NOW)
    (one,) = outbox.open_deliveries()
    assert (one.state, one.tries, one.retry_at, one.once_only) == (
        S.WAITING,
        0,
        None,
        True,
    )
    later = NOW + timedelta(minutes=15)
    for _ in range(2):
        outbox.record(DeliveryEvent(one.id, NOW, S.SENDING))
        outbox.record(
            DeliveryEvent(
                one.id,
                NOW,
                S.TRANSIENT,
                Verdict.TRANSIENT.value,
                451,
                retry_at=later,
            )
        )
    (one,) = outbox.open_deliveries()
    assert (one.state, one.tries, one.retry_at) == (S.TRANSIENT, 2, later)
    assert one.actions == (action("a"),)


def test_an_address_refused_for_good_is_known_until_a_mail_comes_from_there(
    outbox: Outbox, store: Store
) -> None:
    outbox.plan(frozen("1", "a"), NOW)
    (one,) = outbox.open_deliveries()
    outbox.record(
        DeliveryEvent(
            one.id,
            at("09-11 09:00"),
            S.FAILED,
            Verdict.REFUSED_RECIPIENT.value,
            550,
        )
    )
    assert outbox.undeliverable() == {"jia@example.cn"}
    recorded(store, 1, arrival(file(form("甲县", 1)), when="09-11 08:00"))
    assert outbox.undeliverable() == {"jia@example.cn"}, "that was before"
    recorded(store, 2, arrival(file(form("甲县", 2)), when="09-11 10:00"))
    assert outbox.undeliverable() == frozenset()


# ---------------------------------------------------------------------- the lease, and others at the same ledger


def test_the_lease_is_one_workers_until_it_ends(store: Store) -> None:
    assert store.take_lease("host/1", NOW, 900, alone=True)
    assert store.take_lease("host/1", NOW, 900, alone=True), "renewed"
    assert store.take_lease("host/2", NOW, 900, alone=True), (
        "the lock file proves that the first has died"
    )
    assert not store.take_lease(
        "other/3", NOW + timedelta(seconds=899), 900, alone=True
    )
    assert not store.take_lease("host/4", NOW, 900, alone=False)
    assert store.take_lease(
        "other/3", NOW + timedelta(seconds=900), 900, alone=True
    )


def _plan(url: str, number: int, told: "SimpleQueue[list[int]]") -> None:
    """Forty notices in a ledger that may not be there yet; tells which of them were its own to plan."""
    outbox = Outbox(open_database(url))
    mine = []
    for n in range(40):
        action = Action(
            NoticeKind.RECEIPT, f"key {n}", NOW, to=("a@example.cn",)
        )
        letter = FrozenMail(
            f"<{n}.{number}@x>", "k", "s", ("a@example.cn",), (action,)
        )
        if outbox.plan(letter, NOW):
            mine.append(n)
    told.put(mine)


def test_two_processes_from_nothing_plan_each_notice_once(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    told: SimpleQueue[list[int]] = multiprocessing.SimpleQueue()
    both = [
        multiprocessing.Process(target=_plan, args=(url, n, told))
        for n in range(2)
    ]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    won = told.get() + told.get()
    assert sorted(won) == list(range(40))
    assert len(Outbox(open_database(url)).notices()) == 40


def test_a_new_ledger_that_another_process_is_making_is_waited_for(
    tmp_path: Path,
) -> None:
    """Another first start stands before the switch to WAL: SQLite refuses at once, whatever the busy timeout says."""
    other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waits = []

    def waited(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            other.execute("ROLLBACK")

    waiting = Waiting(sleep=waited)
    engine = open_database(f"sqlite:///{tmp_path}/ledger.db", waiting=waiting)
    assert len(waits) == 2, "the other process stood in the way"
    with engine.connect() as connection:
        mode = connection.execute(text("PRAGMA journal_mode")).scalar()
    assert mode == "wal"
    other.close()


def test_a_new_ledger_that_another_process_keeps_for_good_is_told_of(
    tmp_path: Path,
) -> None:
    other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(EdgeError, match="正被别的程序占用"):
        open_database(
            f"sqlite:///{tmp_path}/ledger.db", waiting=Waiting(patience=0)
        )
    other.close()


def test_the_secret_is_made_once_and_stays(store: Store) -> None:
    assert store.secret() == store.secret()
    assert len(store.secret()) == 32


def test_messages_of_the_same_bytes_that_came_twice_are_found_by_the_first(
    store: Store,
) -> None:
    what = arrival(file(form("甲县", 1)))
    recorded(store, 1, what)
    number = kept(store, 2, what.message.key)
    again = replace(
        what,
        message=replace(
            message(), key=what.message.key, received_at=at("09-10 19:00")
        ),
    )
    store.record(
        number,
        f"{what.message.fingerprint}#{number}",
        again,
        Judgement(Outcome.DUPLICATE),
        store.ledger(),
        NOW,
    )
    first = store.mail(what.message.key)
    assert first is not None
    assert first.seen.outcome == "reported"
    assert [m.seen.outcome for m in store.mails()] == ["reported", "duplicate"]


def quoted(store: Store, keys: list[str], reports: list[str]) -> list[object]:
    """All that letters quote of these mails and reports."""
    found: list[object] = []
    for key in keys:
        found += [store.mail(key), store.mail_seen(key)]
    found += map(store.report, reports)
    return found


def test_what_letters_quote_at_once_is_what_each_quotes(
    store: Store, statements: list[str]
) -> None:
    """Of mails that came twice, were set aside first, decided on and read again."""
    what = arrival(file(form("甲县", 356)))
    recorded(store, 1, what)
    aside = arrival(file(form("乙县", 12)), text="另一封")
    recorded(store, 2, aside, Judgement(Outcome.SET_ASIDE))
    number = kept(store, 3, aside.message.key)
    ledger = store.ledger()
    judged = judge(aside, RULEBOOK, ledger)
    store.record(number, "taken in after all", aside, judged, ledger, NOW)
    reports = [one.id for one in store.ledger().reports]
    store.decide(decision(reports[0], ReportState.ACCEPTED))
    for added, reason in ((1, "第一次重读"), (2, "第二次重读")):
        reread(store, reports[0], what, added, reason)
    keys = [what.message.key, aside.message.key]
    each = quoted(store, keys, reports)
    before = len(statements)
    with store.quoting(keys):
        asked = len(statements)
        assert quoted(store, keys, reports) == each
        assert len(statements) == asked
        assert store.mail("unknown") is None
    assert asked - before == 5
    mail, newest = store.mail(keys[0]), store.report(reports[0])
    assert mail is not None
    assert newest is not None
    assert (mail.seen.reason, newest.added) == ("第二次重读", 2)


def test_what_is_decided_later_is_quoted_later(store: Store) -> None:
    what = arrival(file(form("甲县", 356)))
    recorded(store, 1, what)
    (one,) = store.ledger().reports
    with store.quoting([what.message.key]):
        store.decide(decision(one.id, ReportState.ACCEPTED))
    now = store.report(one.id)
    assert now is not None
    assert now.decided_by == "tester"


def reread(
    store: Store, report_id: str, what: Arrival, added: int, reason: str
) -> None:
    """A mail and its report as a mended reader read them."""
    mail = NewRow(
        RereadMailRow,
        identity=what.message.fingerprint,
        at=NOW,
        outcome=Outcome.REPORTED.value,
        reason=reason,
        files=[],
        readings=[],
    )
    figure = NewRow(
        RereadReportRow,
        report_id=report_id,
        at=NOW,
        added=added,
        timeliness=Timeliness.ON_TIME.value,
        notes=[],
        holds=[],
        measures=[],
        files=[],
        form=None,
    )
    store.append([mail, figure])


def test_an_approval_given_twice_is_one(store: Store) -> None:
    for uid in (1, 2):
        reply = arrival(
            sender="reviewer@example.cn", subject="同意发布", tag=str(uid)
        )
        recorded(
            store,
            uid,
            reply,
            Judgement(Outcome.COMMAND, "已批准", approvals=("2015-09",)),
        )
    assert approval_key("2015-09") in store.ledger().settled
    assert len(store.mails()) == 2


def test_what_another_process_adds_between_two_looks_is_counted_once(
    store: Store, engine: Engine
) -> None:
    """A decision that is committed while the ledger is being loaded waits for the next look: a version counted twice would make a reviewer's token stale."""
    recorded(store, 1, arrival(file(form("甲县", 356, "2015-9-10"))))
    store.forget()
    (known,) = Store(engine).ledger().reports
    again = Decision(
        known.id,
        NOW,
        "staff",
        DecisionRule.ACCEPT,
        ReportState.ACCEPTED,
        known.unit,
        known.period,
        known.completed,
    )
    added = []

    def add(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "max(" in statement and not added:
            added.append(True)
            Store(engine).decide(again)

    event.listen(engine, "after_cursor_execute", add)
    store.ledger()
    assert added
    (report_now,) = store.ledger().reports
    assert report_now.version == 2


def test_what_was_read_is_not_read_again_after_a_rest(
    store: Store, statements: list[str]
) -> None:
    recorded(store, 1, arrival(file(form("甲县", 356, "2015-9-10"))))
    before = store.ledger()
    store.rest()
    del statements[:]
    after = store.ledger()
    assert after.reports is before.reports
    assert after.messages is before.messages
    assert not any(" FROM report WHERE " in s for s in statements)
    recorded(store, 2, arrival(file(form("乙县", 20, "2015-9-10")), tag="2"))
    store.rest()
    assert [r.unit for r in store.ledger().reports] == ["甲县", "乙县"]
    assert any(" FROM report WHERE " in s for s in statements)


def test_a_look_that_failed_halfway_is_begun_again(
    store: Store, engine: Engine
) -> None:
    recorded(store, 1, arrival(file(form("甲县", 356, "2015-9-10"))))
    assert len(store.ledger().reports) == 1
    recorded(store, 2, arrival(file(form("乙县", 20, "2015-9-10")), tag="2"))

    def fail(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "FROM message" in statement and "max(" not in statement:
            raise InterruptedError

    event.listen(engine, "before_cursor_execute", fail)
    with pytest.raises(InterruptedError):
        store.ledger()
    event.remove(engine, "before_cursor_execute", fail)
    assert [r.unit for r in store.ledger().reports] == ["甲县", "乙县"]


def test_another_ledger_put_in_its_place_during_a_rest_is_read_whole(
    tmp_path: Path,
) -> None:
    """Of as many rows in each table, as a restored one may be."""
    stores = {}
    for name, unit in (("a", "甲县"), ("b", "乙县")):
        engine = open_database(f"sqlite:///{tmp_path}/{name}/ledger.db")
        stores[name] = Store(engine)
        recorded(stores[name], 1, arrival(file(form(unit, 5, "2015-9-10"))))
    assert [r.unit for r in stores["a"].ledger().reports] == ["甲县"]
    stores["a"].rest()
    with (
        closing(sqlite3.connect(tmp_path / "b" / "ledger.db")) as other,
        closing(sqlite3.connect(tmp_path / "a" / "ledger.db")) as own,
    ):
        other.backup(own)
    assert stores["a"].ledger() == stores["b"].ledger()


def test_what_a_reply_came_to_is_known_by_its_code_whatever_its_words(
    store: Store,
) -> None:
    for uid, result in enumerate(ReplyResult, 1):
        judgement = Judgement(Outcome.COMMAND, "随便怎么写", reply=result)
        recorded(store, uid, replied(uid), judgement)
    known = [mail.reply for mail in store.ledger().messages]
    assert known == list(ReplyResult)


def replied(number: int) -> Arrival:
    return arrival(
        sender="reviewer@example.cn", subject="情况属实", tag=f"{number}"
    )


def test_a_reply_of_a_ledger_without_codes_is_known_by_its_words(
    store: Store,
) -> None:
    told = {
        "已计入": ReplyResult.DONE,
        nothing_done_words("单位不明"): ReplyResult.NOTHING_DONE,
        refused_words("不在名单"): ReplyResult.REFUSED,
    }
    for uid, said in enumerate(told, 1):
        judgement = Judgement(Outcome.COMMAND, said)
        recorded(store, uid, replied(uid), judgement)
    known = [mail.reply for mail in store.ledger().messages]
    assert known == list(told.values())
