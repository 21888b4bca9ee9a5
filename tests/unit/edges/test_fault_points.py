"""A fault point does what it stands before; with a handler it is the handler's, and nothing of the program installs one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.edges.fault_points import FaultPoint, install, reach, remove
from pipeline.edges.files.disk import write_whole

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    for point in FaultPoint:
        remove(point)


def test_without_a_handler_it_is_done_and_answered() -> None:
    assert reach(FaultPoint.POST, lambda: 7) == 7


def test_a_handler_stands_in_its_place_until_it_is_removed() -> None:
    told: list[object] = []

    def twice(act: Callable[[], int], about: object) -> int:
        told.append(about)
        return 2 * act()

    install(FaultPoint.POST, twice)
    assert reach(FaultPoint.POST, lambda: 7, "whom") == 14
    assert told == ["whom"]
    remove(FaultPoint.POST)
    assert reach(FaultPoint.POST, lambda: 7) == 7


def test_a_fault_at_the_rename_leaves_nothing_half_written(
    tmp_path: Path,
) -> None:
    def full(act: Callable[[], object]) -> object:
        raise OSError(28, "No space left on device")

    install(FaultPoint.RENAME, full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "kept", b"x")
    assert list(tmp_path.iterdir()) == []


def test_every_point_stands_somewhere_and_no_room_installs_a_handler() -> None:
    sources = []
    for path in (ROOT / "pipeline").rglob("*.py"):
        if path.name != "fault_points.py":
            sources.append(path.read_text("utf-8"))
    text = "\n".join(sources)
    missing = [p.name for p in FaultPoint if f"FaultPoint.{p.name}" not in text]
    assert missing == []
    assert "install(FaultPoint" not in text
