"""A mail read by one question says what it says piece by piece; where a piece needs more, it is left to the pieces."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from neighbour import DATA, ROOT

from pipeline.edges.processes.sandbox import Reader
from pipeline.model.arrival import Arrival
from pipeline.model.form import FormSpec
from pipeline.reading.understand import understand
from pipeline.settings import load

RECEIVED = datetime(2015, 9, 10, 10, tzinfo=UTC)
MAILS = sorted(
    [
        *(DATA / "campaign" / "mail").glob("*.eml"),
        *(DATA / "cases" / "mail").rglob("*.eml"),
        *(DATA / "mail").rglob("*.eml"),
    ]
)


@pytest.fixture(scope="module")
def spec() -> FormSpec:
    return load(ROOT / "config.example.toml").form_spec


@pytest.fixture(scope="module")
def reader(spec: FormSpec) -> Iterator[Reader]:
    with Reader(spec) as opened:
        yield opened


def piece_by_piece(raw: bytes, reader: Reader) -> Arrival:
    return understand(reader.message(raw, RECEIVED), reader)


def test_there_are_mails_of_all_kinds() -> None:
    assert len(MAILS) > 60


# Every fifth, of all folders; each is read in the golden tests
SOME = set(MAILS[::5])


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path,
            marks=[] if path in SOME else pytest.mark.long,
            id=path.stem,
        )
        for path in MAILS
    ],
)
def test_it_says_what_it_says_piece_by_piece(
    path: Path, reader: Reader
) -> None:
    raw = path.read_bytes()
    whole = reader.whole(raw, RECEIVED)
    assert whole == piece_by_piece(raw, reader)


def test_a_file_that_kills_its_reader_leaves_the_mail_to_the_pieces(
    spec: FormSpec,
) -> None:
    raw = MAILS[0].read_bytes()
    with Reader(spec, seconds=0.000001) as reader:
        assert reader.whole(raw, RECEIVED) is None


def test_where_files_are_looked_at_twice_the_mail_is_left_to_the_pieces(
    spec: FormSpec,
) -> None:
    raw = MAILS[0].read_bytes()
    with Reader(spec) as reader:
        reader.look_twice()
        looks_twice = reader.whole(raw, RECEIVED) is None
        assert looks_twice is reader.looks_twice()
