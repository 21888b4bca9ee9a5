"""Every kind of damage done to a real ledger and a real vault is found and named; an unharmed one passes."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from chain import COLUMNS, digest
from damage import forced, unguarded
from judging_makers import RULEBOOK, arrival, at, file, form

from pipeline.edges.files.vault import Vault
from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.proof.examiner import NOTE, Examiner
from pipeline.edges.ledger.store import Store
from pipeline.judging.intake.judge import judge
from pipeline.model.notice import NoticeKind
from pipeline.model.notice_key import once_per
from pipeline.model.operation.errors import EdgeError
from pipeline.model.operation.journal_entry import Damage, Examined, Noted
from pipeline.model.operation.post import Sighting
from pipeline.model.wording.campaign_words import (
    PERIOD_WORDS,
    PLAIN_WORDS,
    PeriodKind,
)

NOW = at("09-10 18:05")


class House:
    """A ledger with its vault in a folder, opened anew for each look, so that no connection remembers anything."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "ledger.db"
        self.vault = Vault(folder / "raw")

    def store(self) -> Store:
        return Store(open_database(f"sqlite:///{self.path}"))

    def examiner(self) -> Examiner:
        return Examiner(
            open_database(f"sqlite:///{self.path}"), self.vault, self.folder
        )

    def take(self, *figures: int) -> None:
        """A report each, taken in."""
        store = self.store()
        for figure in figures:
            what = arrival(
                file(form(completed=figure)), when=f"09-10 1{figure % 7}:00"
            )
            key = self.vault.keep(f"mail {figure}".encode())
            store.keep_sighting(
                Sighting(1, figure, what.message.received_at, 100, "INBOX"),
                key,
                NOW,
            )
            number = next(
                i for i, s, _, _ in store.unhandled() if s.uid == figure
            )
            ledger = store.ledger()
            store.record(
                number,
                what.message.fingerprint,
                what,
                judge(what, RULEBOOK, ledger),
                ledger,
                NOW,
            )
        store.record_poll(NOW, whole=True)

    def examine(self, *noted: Noted) -> Examined:
        return self.examiner().examine(noted)

    def query(self, statement: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.path)) as ledger:
            return ledger.execute(statement).fetchall()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    house = House(tmp_path_factory.mktemp("made"))
    house.take(300, 310, 320)
    house.query("PRAGMA wal_checkpoint(TRUNCATE)")
    return house.folder


@pytest.fixture
def house(made: Path, tmp_path: Path) -> House:
    shutil.copytree(made, tmp_path / "storage")
    return House(tmp_path / "storage")


def named(found: Examined) -> list[tuple[str, str]]:
    return [(damage.kind.value, damage.where) for damage in found.damages]


def test_an_unharmed_ledger_passes(house: House) -> None:
    found = house.examine()
    assert found.damages == ()
    told = house.query("SELECT count(*), max(seq) FROM journal")
    assert told == [(found.entries, found.rows)]
    assert found.files == 3


# what is done -> what is named: (kind, where), nothing else
LAST_POLL = "(SELECT max(seq) FROM journal)"
DAMAGES = {
    "a row's figure": (
        ["UPDATE decision SET completed = 301 WHERE id = 1"],
        {("row_changed", "decision 1")},
    ),
    "one byte of a text": (
        ["UPDATE message SET subject = subject || ' ' WHERE id = 2"],
        {("row_changed", "message 2")},
    ),
    "one byte that is no text any more": (
        ["UPDATE message SET sender = CAST(x'ff' AS TEXT) || substr(sender, 2) WHERE id = 3"],
        {("row_changed", "message 3")},
    ),
    "a value taken away": (
        ["UPDATE decision SET completed = NULL WHERE id = 2"],
        {("row_changed", "decision 2")},
    ),
    "a row": (["DELETE FROM decision WHERE id = 3"], {("row_missing", "decision 3")}),
    "a row put in": (
        ["INSERT INTO round (key, at) VALUES ('approved:2015-09', '2015-10-01T00:00:00.000000+00:00')"],
        {("row_untold", "round approved:2015-09")},
    ),
    "two rows swapped": (
        [
            "UPDATE decision SET id = -1 WHERE id = 1",
            "UPDATE decision SET id = 1 WHERE id = 2",
            "UPDATE decision SET id = 2 WHERE id = -1",
        ],
        {("row_changed", "decision 1"), ("row_changed", "decision 2")},
    ),
    "who did it": (
        ["UPDATE journal SET who = 'somebody' WHERE seq = 3"],
        {("entry_changed", "3")},
    ),
    "when it was": (
        ["UPDATE journal SET at = '2015-09-09T00:00:00.000000+00:00' WHERE seq = 4"],
        {("entry_changed", "4")},
    ),
    "a link": (
        ["UPDATE journal SET link = substr(link, 1, 63) || 'x' WHERE seq = 5"],
        {("entry_changed", "5")},
    ),
    "what a row's hash is said to be": (
        ["UPDATE journal SET row_digest = 'x' WHERE seq = 2"],
        {("entry_changed", "2")},
    ),
    "two entries swapped": (
        [
            "UPDATE journal SET seq = -1 WHERE seq = 3",
            "UPDATE journal SET seq = 3 WHERE seq = 4",
            "UPDATE journal SET seq = 4 WHERE seq = -1",
        ],
        {("entry_changed", "3"), ("entry_changed", "4")},
    ),
    "an entry": (
        ["DELETE FROM journal WHERE table_name = 'message' AND row_key = '2'"],
        {("entry_missing", "{message 2}"), ("row_untold", "message 2")},
    ),
    "the first entry": (
        ["DELETE FROM journal WHERE seq = 1"],
        {("entry_missing", "1"), ("row_untold", "sighting 1")},
    ),
    "the last entry": (
        [f"DELETE FROM journal WHERE seq = {LAST_POLL}"],
        {("row_untold", "poll 1")},
    ),
    "the last row": (["DELETE FROM poll"], {("row_missing", "poll 1")}),
}  # fmt: skip


@pytest.mark.parametrize("statements, expected", DAMAGES.values(), ids=DAMAGES)
def test_each_damage_is_named_and_nothing_else(
    house: House, statements: list[str], expected: set[tuple[str, str]]
) -> None:
    second = house.query(
        "SELECT seq FROM journal WHERE table_name = 'message' AND row_key = '2'"
    )[0][0]
    assert forced(house.path, *statements) == 1
    wanted = {
        (kind, where.replace("{message 2}", str(second)))
        for kind, where in expected
    }
    assert sorted(named(house.examine())) == sorted(wanted)


def test_a_row_that_vanished_with_its_entry_is_missed_where_the_chains_end_was_noted(
    house: House,
) -> None:
    house.examiner().note_end()
    end = house.examine().end
    assert end is not None
    assert (
        forced(
            house.path,
            "DELETE FROM poll",
            f"DELETE FROM journal WHERE seq = {end.seq}",
        )
        == 1
    )
    assert named(house.examine()) == [("end_missing", str(end.seq))]
    (house.folder / NOTE).unlink()
    assert (
        named(house.examine()) == []
    )  # the control: the chain alone cannot know that there was more
    assert named(house.examine(end)) == [
        ("end_missing", str(end.seq))
    ]  # a note that somebody kept


def test_the_note_is_kept_while_the_ledger_does_not_bear_it_out(
    house: House,
) -> None:
    house.examiner().note_end()
    noted = (house.folder / NOTE).read_text()
    forced(
        house.path,
        "DELETE FROM poll",
        f"DELETE FROM journal WHERE seq = {LAST_POLL}",
    )
    house.store().record_poll(NOW + timedelta(days=1), whole=False)
    house.examiner().note_end()
    assert (house.folder / NOTE).read_text() == noted
    kinds = {kind for kind, _ in named(house.examine())}
    assert kinds == {"chain_replaced"}


def rechained(path: Path, figure: int) -> None:
    """The thorough forger: changes a figure, its entry's hash, and every link from there to the end."""
    with closing(unguarded(path)) as ledger, ledger:
        ledger.execute(
            "UPDATE decision SET completed = ? WHERE id = 1", (figure,)
        )
        cursor = ledger.execute("SELECT * FROM decision WHERE id = 1")
        row = dict(
            zip(
                [c[0] for c in cursor.description],
                cursor.fetchone(),
                strict=True,
            )
        )
        new = digest(
            {
                name: value
                for name, value in sorted(row.items())
                if value is not None
            }
        )
        ledger.execute(
            "UPDATE journal SET row_digest = ? WHERE table_name = 'decision' AND row_key = '1'",
            (new,),
        )
        end = "0" * 64
        for *entry, _ in ledger.execute(
            f"SELECT {COLUMNS}, link FROM journal ORDER BY seq"
        ).fetchall():
            entry[-1] = end
            end = digest(entry)
            ledger.execute(
                "UPDATE journal SET previous = ?, link = ? WHERE seq = ?",
                (entry[-1], end, entry[0]),
            )


def test_a_chain_that_was_made_anew_is_found_by_what_was_noted_down(
    house: House,
) -> None:
    end = house.examine().end
    assert end is not None
    rechained(house.path, 999)
    assert named(house.examine()) == []  # the control: it is sound in itself
    assert named(house.examine(end)) == [("chain_replaced", str(end.seq))]


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def flipped(path: Path) -> None:
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])


@pytest.mark.parametrize(
    ("harm", "kind"),
    [
        (Path.unlink, "file_missing"),
        (emptied, "file_changed"),
        (flipped, "file_changed"),
    ],
)
def test_a_kept_mail_that_is_gone_or_changed_is_named(
    house: House, harm: Callable[[Path], object], kind: str
) -> None:
    key = str(house.query("SELECT key FROM sighting WHERE id = 2")[0][0])
    kept = house.vault.path(key)
    kept.chmod(0o600)
    harm(kept)
    assert named(house.examine()) == [(kind, str(kept))]


def values(path: Path) -> object:
    """All that can be read of a ledger, byte for byte; None where something cannot."""
    try:
        with closing(sqlite3.connect(path)) as ledger:
            ledger.text_factory = bytes
            tables = ledger.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            ).fetchall()
            return [ledger.execute(f"SELECT * FROM {name.decode()} ORDER BY 1").fetchall() for (name,) in tables]  # fmt: skip
    except sqlite3.Error:
        return None


def sound(path: Path) -> bool:
    """SQLite's own word."""
    try:
        with closing(sqlite3.connect(path)) as ledger:
            return ledger.execute("PRAGMA integrity_check").fetchall() == [
                ("ok",)
            ]
    except sqlite3.Error:
        return False


def examined(house: House) -> bool:
    """Whether the ledger is said to be unharmed."""
    try:
        return house.examine().damages == ()
    except EdgeError:
        return False


def test_damaged_pages_are_found_that_sqlite_itself_passes(
    house: House,
) -> None:
    """A byte is changed in sixty places where something stands; whenever that changes or hides a value, it is found."""
    whole, original = house.path.read_bytes(), values(house.path)
    written = [
        place for place, byte in enumerate(whole) if byte and place >= 4096
    ]
    harmful, passed, missed = 0, 0, []
    for place in random.Random(20150910).sample(written, 60):
        house.path.write_bytes(
            whole[:place] + bytes([whole[place] ^ 0x15]) + whole[place + 1 :]
        )
        if values(house.path) != original:
            harmful += 1
            passed += sound(house.path)
            if examined(house):
                missed.append(place)
    assert missed == []
    assert (
        harmful > passed > 0
    )  # the control: of these, SQLite's own check lets some through


# ---------------------------------------------------------------------- once a day


def test_each_day_all_that_is_new_and_within_sixteen_days_all_that_is_old(
    house: House,
) -> None:
    house.examiner().examine_daily(NOW, 0)
    forced(house.path, "UPDATE message SET subject = 'x' WHERE id = 1")
    house.take(330)
    forced(house.path, "UPDATE message SET subject = 'x' WHERE id = 4")
    found = [
        [
            damage.where
            for damage in house.examiner()
            .examine_daily(NOW + timedelta(days=day), day)
            .damages
        ]
        for day in range(1, 17)
    ]
    assert found[0].count("message 4") == 1
    assert [
        where for day in found for where in day if where == "message 1"
    ] == ["message 1"]


def test_a_days_examination_finds_a_new_mails_file_and_a_broken_chain(
    house: House,
) -> None:
    house.examiner().examine_daily(NOW, 0)
    house.take(330)
    kept = house.vault.path(
        str(house.query("SELECT key FROM sighting WHERE id = 4")[0][0])
    )
    kept.chmod(0o600)
    kept.unlink()
    forced(
        house.path,
        "UPDATE journal SET why = 'x' WHERE table_name = 'message' AND row_key = '4'",
    )
    found = house.examiner().examine_daily(NOW + timedelta(days=1), 1)
    assert {kind for kind, _ in named(found)} == {
        "file_missing",
        "entry_changed",
    }
    assert house.query(
        "SELECT json_array_length(damages) FROM examination ORDER BY id DESC LIMIT 1"
    ) == [(2,)]


def test_damage_says_in_chinese_what_was_there(house: House) -> None:
    forced(house.path, "UPDATE decision SET completed = 301 WHERE id = 1")
    (damage,) = house.examine().damages
    assert isinstance(damage, Damage)
    assert damage.sentence.startswith("表 decision 第 1 行与写入时不同")
    assert "按规则判定报表" in damage.sentence
    assert "甲县" in damage.sentence


def test_what_a_damage_was_of_is_told_in_the_campaigns_words(
    house: House,
) -> None:
    key = once_per(NoticeKind.MONTHLY_BULLETIN, "2015-09")
    forced(house.path, f"UPDATE journal SET subject = '{key}' WHERE seq = 3")
    quarterly = replace(PLAIN_WORDS, period=PERIOD_WORDS[PeriodKind.QUARTER])
    for words, called in (
        (PLAIN_WORDS, "月度通报"),
        (quarterly, "季度通报"),
    ):
        engine = open_database(f"sqlite:///{house.path}")
        examiner = Examiner(engine, house.vault, house.folder, words)
        (damage,) = examiner.examine().damages
        assert called in damage.sentence
