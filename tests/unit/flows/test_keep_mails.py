"""Mails are kept by the batch: bytes before rows whatever the disk does, and each as if it were alone."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from campaign_maker import made, moment, settings
from faults import FaultMaker
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from plain_reader import PlainReader

from pipeline.bootstrap import Program, assemble
from pipeline.edges.fault_points import FaultPoint, install, remove
from pipeline.edges.files.vault import Vault
from pipeline.flows.mails.keep_mails import (
    BATCH_BYTES,
    BATCH_MAILS,
    KeepingBatch,
)
from pipeline.model.operation.errors import StorageFailed
from pipeline.model.operation.post import FetchedMail, KeptSighting, Sighting

AT = moment("2015-09-10 10:00")
DISK = (
    FaultPoint.FILE_SYNC,
    FaultPoint.FOLDER_SYNC,
    FaultPoint.RENAME,
    FaultPoint.KEEP_BYTES,
)


def fetched(uid: int, raw: bytes) -> FetchedMail:
    return FetchedMail(Sighting(1, uid, AT, len(raw), "INBOX"), raw, AT)


class Rows:
    """Where rows go; none may come whose bytes the vault has not."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self.written: list[list[KeptSighting]] = []

    def keep_sightings(self, kept: Sequence[KeptSighting]) -> None:
        for one in kept:
            assert len(self.vault.open(one.key)) == one.sighting.size
        self.written.append(list(kept))

    @property
    def uids(self) -> list[int]:
        return [one.sighting.uid for step in self.written for one in step]


def failing(bytes_of_bad: bytes, point: FaultPoint) -> Callable[..., object]:
    """A disk that does not take whatever is kept together with these bytes: from then on
    `point` fails, until other bytes are kept."""
    at_fault = False

    def keep(write: Callable[[], None], raws: list[bytes]) -> None:
        nonlocal at_fault
        at_fault = bytes_of_bad in raws
        if at_fault and point is FaultPoint.KEEP_BYTES:
            raise OSError(28, "No space left on device")
        write()

    def fail(act: Callable[[], object]) -> object:
        if at_fault:
            raise OSError(5, "Input/output error")
        return act()

    if point is not FaultPoint.KEEP_BYTES:
        install(point, fail)
    return keep


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    for point in DISK:
        remove(point)


@given(
    raws=st.lists(st.binary(max_size=6), max_size=20),
    bad=st.binary(max_size=6),
    point=st.sampled_from(DISK),
    most=st.integers(1, 8),
)
@hypothesis_settings(max_examples=2 * hypothesis_settings().max_examples)
def test_whatever_the_disk_does_those_before_are_kept_and_none_without_its_bytes(
    raws: list[bytes], bad: bytes, point: FaultPoint, most: int
) -> None:
    with TemporaryDirectory() as folder:
        vault = Vault(Path(folder))
        rows = Rows(vault)
        batch = KeepingBatch(vault, rows, most)
        install(FaultPoint.KEEP_BYTES, failing(bad, point))
        try:
            for uid, raw in enumerate(raws):
                batch.add(fetched(uid, raw))
            batch.write()
        except StorageFailed:
            before = list(range(raws.index(bad)))
            if point is FaultPoint.FOLDER_SYNC:
                # Some stand there by name, and are synced once more in vain
                before = before[: len(rows.uids)]
            assert rows.uids == before
        else:
            assert rows.uids == list(range(len(raws)))
        finally:
            for one in DISK:
                remove(one)
        assert list((Path(folder) / "incoming").iterdir()) == []


def test_a_batch_holds_so_many_mails_and_so_many_octets(
    tmp_path: Path,
) -> None:
    rows = Rows(Vault(tmp_path))
    batch = KeepingBatch(rows.vault, rows, most=3)
    tenths = (1, 2, 3, 4, 6, 5, 12, 1)
    for uid, size in enumerate(tenths):
        batch.add(fetched(uid, b"%d" % uid * (size * BATCH_BYTES // 10)))
    batch.write()
    batch.write()
    steps = [[one.sighting.uid for one in step] for step in rows.written]
    assert steps == [[0, 1, 2], [3, 4], [5], [6], [7]]


def test_two_alike_in_a_batch_are_one_file_and_two_rows(tmp_path: Path) -> None:
    rows = Rows(Vault(tmp_path))
    batch = KeepingBatch(rows.vault, rows, most=3)
    for uid in (1, 2, 3):
        batch.add(fetched(uid, b"alike"))
    assert rows.uids == [1, 2, 3]
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == 1


@pytest.fixture
def program(tmp_path: Path) -> Program:
    found = assemble(settings(made(tmp_path)), AT, read_with=PlainReader)
    found.store.born(AT)
    return found


def test_however_it_ends_what_came_before_is_kept(program: Program) -> None:
    """The connection broke behind the second."""
    with (
        pytest.raises(ConnectionError),
        program.intake().gathering() as intake,
    ):
        for uid in (1, 2):
            intake.keep(Sighting(1, uid, AT, 1, "INBOX"), b"%d" % uid, AT)
        raise ConnectionError
    assert [s.uid for _, s, _, _ in program.store.unhandled()] == [1, 2]


def test_alone_it_is_kept_at_once_and_in_a_batch_by_the_fifty(
    program: Program, fault: FaultMaker
) -> None:
    kept: list[int] = []

    def counted(write: Callable[[], None], raws: list[bytes]) -> None:
        kept.append(len(raws))
        write()

    fault(FaultPoint.KEEP_BYTES, counted)
    program.intake().keep(Sighting(1, 1, AT, 1, "INBOX"), b"alone", AT)
    assert kept == [1]
    with program.intake().gathering() as intake:
        for uid in range(2, 2 + BATCH_MAILS):
            assert kept == [1]
            intake.keep(Sighting(1, uid, AT, 1, "INBOX"), b"%d" % uid, AT)
        assert kept == [1, BATCH_MAILS]
    assert kept == [1, BATCH_MAILS]
