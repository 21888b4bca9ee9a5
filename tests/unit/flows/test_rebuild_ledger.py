"""Replaying on real ledgers: the same again for a sound one, and each kind of damage named, nothing of it touched."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path

import pytest
from campaign_maker import CLAUSES, form_mail, made, mail, moment, settings
from damage import forced
from hypothesis import given
from hypothesis import settings as settings_of_laws
from hypothesis import strategies as st
from made_folders import MadeFolders, made_folders
from plain_reader import PlainReader

from pipeline.bootstrap import Program, assemble
from pipeline.cli.ledger.ingest_command import ingested
from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.database_copies import copy_database
from pipeline.edges.ledger.outbox import Outbox
from pipeline.edges.ledger.rereadings import Rereadings
from pipeline.edges.ledger.store import Store
from pipeline.flows.bulletin_drawer import Drawer
from pipeline.flows.ingest import Intake, Taken, take_in
from pipeline.flows.lessons import Classroom
from pipeline.flows.recovery.alike import Difference
from pipeline.flows.recovery.rebuild_ledger import (
    Bench,
    Order,
    ReplayClock,
    Replayed,
    replay,
)
from pipeline.judging.review.decide import decide
from pipeline.model.form import FileReading
from pipeline.model.ledger import TalkRecord
from pipeline.model.notice_key import approval_key
from pipeline.model.operation.errors import EdgeError
from pipeline.model.report import DecisionRule, Ruling
from pipeline.model.review.reply_token import Token, code_for
from pipeline.model.review.talk import TalkEvent, TalkStep
from pipeline.model.trouble import Trouble, TroubleCode

__all__ = ["made_folders"]  # a fixture

JIA, YI, BING = "jia@example.cn", "yi@example.cn", "bing@example.cn"
SEP10, SEP20, SEP30 = "2015年9月10日", "2015年9月20日", "2015年9月30日"
OTHER = (CLAUSES[0], CLAUSES[1] + "并向社会公布办理地点和电话。")
DOZEN = (
    (
        "2015-09-10 10:00",
        form_mail(JIA, "甲县", SEP10, 300, "2015-09-10 10:00"),
    ),
    ("2015-09-10 11:00", form_mail(YI, "乙县", SEP10, 100, "2015-09-10 11:00")),
    (
        "2015-09-10 12:00",
        form_mail(BING, "丙公司", SEP10, "约50", "2015-09-10 12:00"),
    ),
    (
        "2015-09-10 13:00",
        form_mail("stranger@example.cn", "丁县", SEP10, 70, "2015-09-10 13:00"),
    ),
    ("2015-09-10 14:00", mail(BING, "报送旬报", "2015-09-10 14:00")),
    ("2015-09-10 15:00", mail(BING, "会议通知", "2015-09-10 15:00")),
    (
        "2015-09-10 16:00",
        form_mail(JIA, "甲县", SEP10, 310, "2015-09-10 16:00", clauses=OTHER),
    ),
    (
        "2015-09-10 17:00",
        form_mail(JIA, "甲县", SEP10, 310, "2015-09-10 17:00", clauses=OTHER),
    ),
    (
        "2015-09-20 10:00",
        form_mail(JIA, "甲县", SEP20, 200, "2015-09-20 10:00"),
    ),  # decreased
    (
        "2015-09-20 19:00",
        form_mail(YI, "乙县", SEP20, "同上期", "2015-09-20 19:00"),
    ),  # late, nil
    (
        "2015-09-20 19:30",
        form_mail(BING, "丙公司", SEP20, 60, "2015-09-20 19:30"),
    ),
    (
        "2015-09-30 10:00",
        form_mail(JIA, "甲县", SEP30, 400, "2015-09-30 10:00"),
    ),
)
END = "2015-10-02 09:00"


class Unsteady(PlainReader):
    """Late with the first mail's form, as on a machine that is too busy; reads it ever after."""

    late = True

    def body(self, text: str, html: str) -> FileReading:
        if self.late:
            self.late = False
            return FileReading(
                "正文", "html", trouble=Trouble(TroubleCode.TIMEOUT, "没有读完")
            )
        return super().body(text, html)


class Work:
    """A campaign whose ledger is filled step by step, and replayed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = made(
            folder, replaced={'approval = "none"': 'approval = "required"'}
        )
        self.path = folder / "storage" / "ledger.db"
        self.reader: type[PlainReader] = PlainReader

    def at(self, when: str) -> Program:
        return assemble(
            settings(self.config), moment(when), read_with=self.reader
        )

    def take(self, now: str, *mails: tuple[str, bytes]) -> None:
        worker = self.at(now)
        worker.store.born(worker.clock.now())
        for when, raw in mails:
            key = worker.vault.keep(raw)
            worker.store.keep_sighting(
                ingested(raw, moment(when)), key, worker.clock.now()
            )
        take_in(worker.intake(), Taken())

    def decide(
        self,
        now: str,
        unit: str,
        rule: DecisionRule,
        completed: int | None = None,
    ) -> None:
        worker = self.at(now)
        report = next(
            r
            for r in worker.store.ledger().reports
            if r.unit == unit and r.state == "held"
        )
        ruling = Ruling(rule, "account", "已核实", completed)
        rulebook, ledger = worker.campaign.rulebook, worker.store.ledger()
        worker.store.decide(
            decide(report, ruling, rulebook, ledger, worker.clock.now())
        )

    def reply(self, when: str, case: str, text: str) -> tuple[str, bytes]:
        store = self.at(when).store
        known = store.report(case)
        assert known is not None
        token = Token(case, known.version, date(2015, 12, 31))
        code = code_for(store.secret(), token, "staff@example.cn")
        return when, mail(
            "staff@example.cn", f"回复：[{code}] 待核", when, text=text
        )

    def replay(self, since: datetime | None = None) -> Replayed:
        worker = self.at(END)
        copy = self.folder / "copy.db"
        copy_database(worker.settings.storage.database, copy)
        source = Store(open_database(f"sqlite:///{copy}"))
        self.made: dict[Order, Store] = {}

        def bench(order: Order) -> Bench:
            engine = open_database(f"sqlite:///{self.folder / order}.db")
            target = self.made[order] = Store(engine)
            target.adopt(source)
            clock = ReplayClock(worker.clock.now())
            intake = Intake(
                target,
                worker.vault,
                worker.reader,
                worker.reading.place,
                Classroom(worker.campaign.rulebook),
                clock,
                Outbox(engine),
            )
            return Bench(
                target, intake, clock, partial(target.take_over, source)
            )

        return replay(source, bench, worker.campaign, worker.clock.now(), since)

    def sql(self, statement: str) -> None:
        assert forced(self.path, statement) == 1

    def dump(self) -> list[str]:
        connection = sqlite3.connect(self.path)
        try:
            return list(connection.iterdump())
        finally:
            connection.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Work]:
    yield Work(tmp_path)


def with_a_dozen(folder: Path) -> None:
    """A dozen mails in three polls, with a decision at the command line between them."""
    work = Work(folder)
    work.take("2015-09-10 18:05", *DOZEN[:8])
    work.decide("2015-09-10 19:00", "丙公司", DecisionRule.CORRECT, 50)
    work.take("2015-09-20 20:00", *DOZEN[8:11])
    work.take("2015-09-30 18:05", *DOZEN[11:])


@pytest.fixture
def work(tmp_path: Path, made_folders: MadeFolders) -> Work:
    made_folders.copied(tmp_path, "dozen", with_a_dozen)
    return Work(tmp_path)


def shown(found: Replayed) -> list[tuple[str, str, str, str]]:
    return [(d.kind, d.field, d.before, d.after) for d in found.differences]


def test_a_sound_ledger_comes_out_the_same(work: Work) -> None:
    found = work.replay()
    assert (found.messages, found.differences, found.removed) == (12, (), 0)
    assert found.fingerprint == found.rebuilt
    outcomes = {m.seen.outcome for m in work.made[Order.RECEIVED].mails()}
    states = {r.state for r in work.made[Order.RECEIVED].ledger().reports}
    assert outcomes == {"reported", "unreadable", "ignored"}
    assert states == {"accepted", "held", "superseded", "duplicate"}


def prints_of(folder: Path, mails: Sequence[tuple[str, bytes]]) -> set[str]:
    """Of a ledger that took these in one poll, and of what a replay makes of it."""
    work = Work(folder)
    work.take("2015-09-30 18:05", *mails)
    found = work.replay()
    assert found.differences == ()
    return {found.fingerprint, found.rebuilt}


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    return prints_of(tmp_path_factory.mktemp("in_order"), DOZEN)


# An example makes and replays a ledger
@settings_of_laws(max_examples=settings_of_laws().max_examples // 6)
@given(order=st.permutations(DOZEN))
def test_whatever_the_order_of_arrival_inside_a_poll_the_ledger_is_the_same(
    order: list[tuple[str, bytes]],
    in_order: set[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    found = prints_of(tmp_path_factory.mktemp("order"), order)
    assert len(found | in_order) == 1


def test_control_the_fingerprint_tells_ledgers_apart(work: Work) -> None:
    before = work.replay().fingerprint
    work.sql(
        "UPDATE decision SET completed = 101 WHERE completed = 100 AND period = '2015-09-10'"
    )
    for order in Order:
        (work.folder / f"{order}.db").unlink(missing_ok=True)
    after = work.replay()
    assert after.fingerprint != before == after.rebuilt


def test_since_tells_of_what_came_later_alone(work: Work) -> None:
    work.sql(
        "UPDATE decision SET completed = 101 WHERE completed = 100 AND period = '2015-09-10'"
    )
    assert {
        d.kind for d in work.replay(moment("2015-09-10 10:00")).differences
    } == {
        "report",
        "standing",
    }
    for order in Order:
        (work.folder / f"{order}.db").unlink(missing_ok=True)
    assert {
        d.kind for d in work.replay(moment("2015-09-10 17:00")).differences
    } == {"standing"}


def test_replaying_writes_nothing_into_the_real_ledger_not_even_a_secret(
    work: Work,
) -> None:
    before = work.dump()
    assert not any("'secret'" in line for line in before)
    work.replay()
    assert work.dump() == before


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (
            "UPDATE decision SET completed = 999 WHERE completed = 100 AND rule = 'judged' AND period = '2015-09-10'",
            ("report", "累计", "999", "100"),
        ),
        (
            "UPDATE report SET timeliness = 'on_time' WHERE timeliness = 'late' AND holds = '[]' AND notes LIKE '%nil%'",
            ("report", "时效", "按时", "迟报"),
        ),
        (
            "UPDATE report SET added = 7 WHERE sequence = 1",
            ("report", "本期新增", "7", "—"),
        ),
        (
            "UPDATE message SET outcome = 'ignored', reason = 'list' WHERE outcome = 'unreadable'",
            ("message", "处理结果", "与本项工作无关（群发邮件）", "读不出"),
        ),
        (
            f"INSERT INTO round (key, at) VALUES ('{approval_key('2015-09')}', '2015-10-01T00:00:00.000000+00:00')",
            ("approval", "有无", "已批准", "没有"),
        ),
    ],
)
def test_what_was_tampered_with_is_named(
    work: Work, damage: str, named: tuple[str, str, str, str]
) -> None:
    work.sql(damage)
    found = work.replay()
    assert named in shown(found)
    assert not any(d.by_order for d in found.differences)


def test_a_figure_that_was_tampered_with_moves_the_standing_too(
    work: Work,
) -> None:
    work.sql(
        "UPDATE decision SET completed = 999 WHERE completed = 100 AND rule = 'judged' AND period = '2015-09-10'"
    )
    subjects = {
        d.subject
        for d in work.replay().differences
        if d.kind == "standing" and d.field == "累计"
    }
    assert "9月10日 乙县" in subjects


@pytest.mark.parametrize(
    "harm", [Path.unlink, lambda path: path.write_bytes(b"other")]
)
def test_a_raw_mail_that_is_gone_or_damaged_is_named_and_costs_no_other(
    work: Work, harm: Callable[[Path], object]
) -> None:
    worker = work.at(END)
    key = next(m.seen.key for m in worker.store.mails() if m.seen.sender == YI)
    path = worker.vault.path(key)
    path.chmod(0o600)
    harm(path)
    found = work.replay()
    assert [d.subject for d in found.differences if d.kind == "raw"] == [
        f"原始邮件 {key[:12]}"
    ]
    assert len(work.made[Order.RECEIVED].mails()) == 11


def test_what_was_removed_at_the_end_of_its_time_is_no_loss_and_counts_on(
    work: Work,
) -> None:
    """Later mails are judged by the figures of those whose originals are gone: nulls, decreases, duplicates."""
    worker = work.at("2016-03-15 09:00")
    old = worker.store.raw_before(moment("2015-09-11 00:00"))
    for key in old:
        worker.store.record_removal(
            "raw", key, worker.clock.now(), "raw_months = 6"
        )
        assert worker.vault.remove(key)
    found = work.replay()
    assert (found.messages, found.removed, found.differences) == (
        12,
        len(old),
        (),
    )
    assert 3 <= len(old) < 8, "what is held keeps its original"


def test_a_decision_on_a_report_that_cannot_be_rebuilt_costs_nothing_else(
    work: Work,
) -> None:
    worker = work.at(END)
    key = next(
        r.message_key
        for r in worker.store.ledger().reports
        if r.unit == "丙公司" and r.completed == 50
    )
    worker.vault.path(key).chmod(0o600)
    worker.vault.path(key).unlink()
    found = work.replay()
    assert any(
        d.kind == "report" and d.after == "没有" for d in found.differences
    )
    assert len(work.made[Order.RECEIVED].mails()) == 11


def test_what_reviewers_decide_by_mail_comes_out_of_their_mails_again(
    empty: Work,
) -> None:
    empty.take("2015-09-10 18:05", *DOZEN[:3])
    held = next(
        r for r in empty.at(END).store.ledger().reports if r.state == "held"
    )
    empty.take(
        "2015-09-10 20:00", empty.reply("2015-09-10 19:00", held.id, "改为 55")
    )
    decided = empty.at(END).store.report(held.id)
    assert decided is not None
    assert (decided.state, decided.completed, decided.decided_by) == (
        "accepted",
        55,
        "staff@example.cn",
    )
    # As an earlier version had it: no code, and the period by another name
    empty.sql(
        "UPDATE message SET reply = NULL, "
        "reason = replace(reason, '9月上旬', '9月上半月') WHERE outcome = 'command'"
    )
    found = empty.replay()
    assert (found.messages, found.differences) == (4, ())
    again = empty.made[Order.RECEIVED].report(held.id)
    assert again is not None
    assert again.decided_by == "staff@example.cn"
    rules = [d.rule for d in empty.made[Order.RECEIVED].decisions(held.id)]
    assert rules == [
        "judged",
        "correct",
    ]  # once, not once by the mail and once more by the row


def test_mails_that_were_late_are_a_difference_that_says_so(
    empty: Work,
) -> None:
    """September 20th was taken in before September 10th's higher figure: by reception it is a decrease, as handled it was none."""
    empty.take("2015-09-20 18:05", DOZEN[8])
    empty.take("2015-09-20 20:00", DOZEN[0])
    found = empty.replay()
    assert found.differences
    assert all(d.by_order for d in found.differences)
    assert all("先后" in d.sentence for d in found.differences)
    assert ("report", "状态", "已计入", "待核") in shown(found)


def test_a_mail_that_was_read_otherwise_this_time_is_never_put_down_to_order(
    work: Work,
) -> None:
    """Polls in the order of reception: no other order could explain anything."""
    work.reader = Unsteady
    found = work.replay()
    assert ("message", "处理结果", "报表", "读不出") in [
        (d.kind, d.field, d.before, d.after[:3]) for d in found.differences
    ]
    assert not any(d.by_order for d in found.differences)
    assert set(work.made) == {Order.RECEIVED}


def test_nor_where_the_orders_differ(empty: Work) -> None:
    empty.take("2015-09-20 18:05", DOZEN[8])
    empty.take(
        "2015-09-20 20:00", DOZEN[1]
    )  # received earlier, of another unit: no figure depends on it
    empty.reader = Unsteady
    found = empty.replay()
    assert set(empty.made) == {Order.RECEIVED, Order.HANDLED}
    assert found.differences
    assert not any(d.by_order for d in found.differences)


def test_talks_and_what_staff_decided_on_them_are_carried_over(
    work: Work,
) -> None:
    worker = work.at(END)
    worker.store.propose_talks(
        [TalkRecord("2015-09", "乙县", ("末位",), ("last",))],
        worker.clock.now(),
    )
    confirmed = TalkEvent(
        "2015-09", "乙县", TalkStep.CONFIRMED, worker.clock.now(), "account"
    )
    worker.store.decide_talks([confirmed])
    assert work.replay().differences == ()
    assert (
        work.made[Order.RECEIVED].ledger().talks == worker.store.ledger().talks
    )


def test_a_ledger_that_is_not_there_is_not_made(empty: Work) -> None:
    with pytest.raises(EdgeError, match="还没有台账"):
        empty.replay()
    assert not empty.path.exists()


def test_a_difference_is_one_chinese_sentence() -> None:
    difference = Difference(
        "report", "报表 1a-1（甲县 9月10日）", "累计", "999", "300"
    )
    assert (
        difference.sentence
        == "报表 1a-1（甲县 9月10日）：累计，台账中是 999，重做得到 300"
    )


# ---------------------------------------------------------------------- a mended reader, applied to the past


class Shortsighted(PlainReader):
    """Loses the last nought of some figures, and does not find the form that says 310."""

    def body(self, text: str, html: str) -> FileReading:
        if ">310<" in html:
            return FileReading(
                "正文", "html", trouble=Trouble(TroubleCode.CORRUPT, "读不出")
            )
        for figure in ("100", "400", "60"):
            html = html.replace(f">{figure}<", f">{figure[:-1]}<")
        return super().body(text, html)


@pytest.fixture
def misread(empty: Work) -> Work:
    """The dozen as a shortsighted reader took them in, one of them decided by staff; and then the reader is mended."""
    empty.reader = Shortsighted
    empty.take("2015-09-10 18:05", *DOZEN[:8])
    empty.decide("2015-09-10 19:00", "丙公司", DecisionRule.CORRECT, 50)
    empty.take("2015-09-20 20:00", *DOZEN[8:11])
    empty.decide(
        "2015-09-20 21:00", "丙公司", DecisionRule.CORRECT, 61
    )  # 6 was read, and held
    empty.take("2015-09-30 18:05", *DOZEN[11:])
    empty.reader = PlainReader
    return empty


def apply(work: Work, found: Replayed) -> None:
    made = work.made[Order.RECEIVED].engine
    Rereadings(work.at(END).store.engine, made).apply(
        found.rereading.reports, moment(END)
    )
    for order in Order:
        work.made.pop(order, None)
        (work.folder / f"{order}.db").unlink(missing_ok=True)
    (work.folder / "copy.db").unlink()


def figures(work: Work) -> dict[tuple[str | None, date], int | None]:
    ledger = work.at(END).store.ledger()
    return {
        (unit, due): r.completed
        for unit, of in ledger.counting.items()
        for due, r in of.items()
    }


def test_a_mended_reader_is_applied_to_the_past(misread: Work) -> None:
    ten, twenty, thirty = (
        date(2015, 9, 10),
        date(2015, 9, 20),
        date(2015, 9, 30),
    )
    before = figures(misread)
    assert (
        before["甲县", ten],
        before["乙县", ten],
        before.get(("甲县", thirty)),
    ) == (
        300,
        10,
        None,
    )
    rows_before = misread.dump()
    apply(misread, misread.replay())
    after = figures(misread)
    assert (after["甲县", ten], after["乙县", ten], after["甲县", thirty]) == (
        310,
        100,
        400,
    )
    assert after["乙县", twenty] == 100, (
        "the nil report stands on the figure before it"
    )
    inserted = {line for line in rows_before if line.startswith("INSERT")}
    assert inserted <= set(misread.dump()), (
        "no row that was there is another one"
    )


def test_what_staff_decided_stays_and_is_listed(misread: Work) -> None:
    found = misread.replay()
    (left,) = {s.partition("；")[2] for s in found.rereading.left}
    assert left == "已由 account 决定，不改"
    apply(misread, found)
    assert figures(misread)["丙公司", date(2015, 9, 20)] == 61


def test_after_it_the_ledger_is_what_a_replay_makes_of_it(
    misread: Work,
) -> None:
    misread.sql(
        "DELETE FROM decision WHERE completed = 61"
    )  # nothing of staff's stands against it then
    first = misread.replay()
    assert first.fingerprint != first.rebuilt
    apply(misread, first)
    second = misread.replay()
    assert (second.differences, second.fingerprint) == ((), second.rebuilt)
    assert second.rereading.reports == {}
    outcomes = {
        m.subject: m.outcome for m in misread.at(END).store.ledger().messages
    }
    assert outcomes["报送旬报表"] == "reported"


def test_figures_of_a_bulletin_that_went_out_are_named(misread: Work) -> None:
    worker = misread.at("2015-10-01 15:00")
    Drawer(worker.facts(), worker.store, worker.settings.talk_rules).monthly(
        "2015-09"
    )
    told = misread.replay().rereading.errata
    assert any("9月10日 乙县 累计 10，应为 100" in line for line in told)
    assert all("--month 2015-09" in line for line in told)


def test_control_a_ledger_that_was_read_right_has_nothing_to_apply(
    work: Work,
) -> None:
    found = work.replay().rereading
    assert (found.reports, found.left, found.errata) == ({}, (), ())
