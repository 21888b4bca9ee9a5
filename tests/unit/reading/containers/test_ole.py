"""The own OLE walk gives what olefile gives on every container at hand, and refuses what is torn instead of reading a part."""

import io
import struct
from pathlib import Path

import olefile
import pytest
from ole_makers import END, FAT, FREE, MAGIC, entry, ole

from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.reading.containers.ole import Folder, opened
from pipeline.reading.files.open_document import open_document

ROOT = Path(__file__).parents[4]
FILES = [
    path
    for folder in (
        ROOT / "pipeline/demo/forms",
        ROOT / "tests/golden/files",
        ROOT / "tests/data/forms",
    )
    for path in sorted(folder.iterdir())
    if path.read_bytes().startswith(MAGIC)
]
LONG = 6000  # above the cutoff of 4096: eleven whole sectors and a part of one
WHOLE = b"".join(bytes([65 + n]) * 512 for n in range(12))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_streams_are_those_that_olefile_gives(path: Path) -> None:
    raw = path.read_bytes()
    own = opened(raw)
    with olefile.OleFileIO(io.BytesIO(raw)) as theirs:
        top = [name for name, *inner in theirs.listdir() if not inner]
        assert {n.lower() for n in top} == {n for n in own.names if n in own}
        for name in top:
            assert own.stream(name.upper()) == theirs.openstream(name).read()


def test_storages_are_those_that_olefile_gives() -> None:
    raw = ole(
        {"a": b"1" * 70, "B": {"c": b"2" * 9000, "D": {"e": b"3"}}, "f": b""}
    )
    with olefile.OleFileIO(io.BytesIO(raw)) as theirs:
        ways = theirs.listdir()
        assert len(ways) == 4
        for *way, name in ways:
            assert (
                inside(opened(raw), way).stream(name)
                == theirs.openstream([*way, name]).read()
            )


def inside(folder: Folder, way: list[str]) -> Folder:
    for name in way:
        found = folder.folder(name)
        assert found is not None
        folder = found
    return folder


def container(
    chain: dict[int, int] | None = None,
    size: int = LONG,
    siblings: tuple[int, int] = (FREE, FREE),
    kind: int = 2,
) -> bytes:
    """Sector 0 the FAT, 1 the directory, 2-13 a stream `Long`; `chain` overrides entries of the FAT."""
    fat = [FAT, END, *range(3, 14), END] + [FREE] * 114
    for sector, following in (chain or {}).items():
        fat[sector] = following
    header = MAGIC + struct.pack(
        "<16x5H6x9L", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0
    )
    header += struct.pack("<109L", 0, *[FREE] * 108)
    directory = entry("Root Entry", 5, FREE, FREE, 1, END, 0) + entry(
        "Long", kind, *siblings, FREE, 2, size
    )
    return (
        header
        + struct.pack("<128L", *fat)
        + directory.ljust(512, b"\0")
        + WHOLE
    )


def test_a_stream_over_sectors() -> None:
    assert opened(container()).stream("long") == WHOLE[:LONG]


def test_some_writers_leave_a_sector_behind_the_last() -> None:
    assert (
        opened(container(size=LONG - 512)).stream("long") == WHOLE[: LONG - 512]
    )


def test_the_last_sector_of_a_file_may_be_cut_behind_what_is_used() -> None:
    assert (
        opened(container()[: LONG - len(WHOLE)]).stream("long") == WHOLE[:LONG]
    )


@pytest.mark.parametrize(
    "raw",
    [
        container({5: 2}, size=0xFFFFFFF0),
        container({13: 2}),
        container({4: 100_000}),
        container({4: FREE}),
        container({4: END}),
        container(size=LONG + 512),
        container(size=LONG - 1024),
        container()[: LONG - len(WHOLE) - 1],
    ],
    ids=[
        "endless",
        "circle",
        "leaves the file",
        "free",
        "too short",
        "too large",
        "too small",
        "cut",
    ],
)
def test_a_torn_stream_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):
        opened(raw).stream("Long")


@pytest.mark.parametrize(
    "raw",
    [
        container({1: 1}),
        container(siblings=(1, 1)),
        container(siblings=(0, FREE)),
        container(siblings=(7, FREE)),
        container(siblings=(FREE, 3)),
        container(kind=9),
        container().replace(
            struct.pack("<H", 4096), struct.pack("<H", 2048), 1
        ),
    ],
    ids=[
        "directory in a circle",
        "own sibling",
        "root as sibling",
        "far",
        "empty",
        "kind",
        "cutoff",
    ],
)
def test_a_torn_directory_is_refused_and_the_file_called_corrupt(
    raw: bytes,
) -> None:
    with pytest.raises((struct.error, ValueError)):
        opened(raw)
    trouble = open_document("旬报.doc", raw)
    assert isinstance(trouble, Trouble)
    assert trouble.code is TroubleCode.CORRUPT


@pytest.mark.parametrize("size", [8, 511, 512, 1024])
def test_a_torn_head_is_refused(size: int) -> None:
    with pytest.raises((struct.error, ValueError)):
        opened(container()[:size])


def test_a_stream_larger_than_its_file_is_not_followed() -> None:
    """Eight million steps in a circle of twelve sectors would take seconds."""
    with pytest.raises(ValueError, match="8388608 sectors"):
        opened(container({5: 2}, size=0xFFFFFFF0)).stream("Long")


def test_a_storage_is_no_stream_and_a_stream_no_storage() -> None:
    assert opened(container()).folder("Long") is None
    own = opened(container(kind=1))
    assert "Long" not in own
    with pytest.raises(KeyError):
        own.stream("Long")
