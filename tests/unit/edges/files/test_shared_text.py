"""A file that a person saves while the program writes it: neither text is lost."""

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from faults import FaultMaker

from pipeline.edges.fault_points import FaultPoint
from pipeline.edges.files import shared_text
from pipeline.edges.files.shared_text import replace_if, rewrite
from pipeline.model.operation.errors import Busy, EdgeError

Editor = Callable[[Path, bytes], None]


def in_place(path: Path, content: bytes) -> None:
    """Notepad, nano: the same file cut and written again."""
    path.write_bytes(content)


def renaming(path: Path, content: bytes) -> None:
    """vim, VS Code: a new file takes the old one's name."""
    new = path.with_name("edited")
    new.write_bytes(content)
    new.replace(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_bytes(b"a\n")
    return file


def added(line: bytes) -> Callable[[bytes], bytes]:
    return lambda before: before + line


@pytest.mark.parametrize("save", [in_place, renaming])
def test_a_text_saved_before_the_new_one_takes_its_place_stays(
    path: Path, save: Editor
) -> None:
    hand = iter([b"a\nb\n"])

    def change(before: bytes) -> bytes:
        for text in hand:
            save(path, text)
        return before + b"x\n"

    rewrite(path, change)
    assert path.read_bytes() == b"a\nb\nx\n"


@pytest.mark.parametrize("save", [in_place, renaming])
def test_a_text_saved_at_the_very_last_moment_stays(
    path: Path, save: Editor, fault: FaultMaker
) -> None:
    """After every look at the file, before the names change over."""
    hand = iter([b"a\nb\n"])

    def late(swap: Callable[[], Path], new: Path, old: Path) -> Path:
        for text in hand:
            save(old, text)
        return swap()

    fault(FaultPoint.SWAP, late)
    rewrite(path, added(b"x\n"))
    assert path.read_bytes() == b"a\nb\nx\n"


@pytest.mark.skipif(sys.platform != "linux", reason="the step of Linux")
def test_where_the_system_cannot_change_names_over_the_old_text_is_seen_too(
    path: Path, fault: FaultMaker
) -> None:
    fault(FaultPoint.EXCHANGE, lambda exchange: False)
    assert not replace_if(path, b"other\n", b"x\n")
    assert path.read_bytes() == b"a\n"
    assert replace_if(path, b"a\n", b"x\n")
    assert path.read_bytes() == b"x\n"


def test_nothing_is_left_behind(path: Path) -> None:
    rewrite(path, added(b"x\n"))
    assert not replace_if(path, b"other", b"y")
    assert {p.name for p in path.parent.iterdir()} <= {
        "config.toml",
        "config.toml.lock",
    }


def test_a_file_that_is_not_there_yet_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "learned.toml"
    rewrite(path, added(b"x\n"))
    assert not replace_if(path, b"", b"y\n")
    assert path.read_bytes() == b"x\n"


def test_who_saves_all_the_time_is_told_and_keeps_his_text(path: Path) -> None:
    count = iter(range(100))

    def change(before: bytes) -> bytes:
        in_place(path, b"%d\n" % next(count))
        return before + b"x\n"

    with pytest.raises(EdgeError, match="关掉编辑器后重新运行"):
        rewrite(path, change)
    assert path.read_bytes() == b"%d\n" % (shared_text._TRIES - 1)


def test_another_program_that_holds_the_file_is_named(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_text, "WAIT_SECONDS", 0)

    def change(before: bytes) -> bytes:
        with pytest.raises(Busy, match=r"config\.toml"):
            rewrite(path, added(b"y\n"))
        return before + b"x\n"

    rewrite(path, change)
    assert path.read_bytes() == b"a\nx\n"


def test_a_text_saved_while_the_first_one_goes_back_stays(
    path: Path, fault: FaultMaker
) -> None:
    hand = iter([None, b"c\n"])

    def late(swap: Callable[[], Path], new: Path, old: Path) -> Path:
        text = next(hand, None)
        if text is not None:
            renaming(old, text)
        return swap()

    fault(FaultPoint.SWAP, late)
    assert not replace_if(path, b"other\n", b"x\n")
    assert path.read_bytes() == b"c\n"


def test_two_programs_lose_no_line(path: Path) -> None:
    def program(name: bytes) -> None:
        for number in range(20):
            rewrite(path, added(b"%s%d\n" % (name, number)))

    workers = [
        threading.Thread(target=program, args=(name,)) for name in (b"p", b"q")
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    lines = path.read_bytes().split()
    assert len(lines) == len(set(lines)) == 41


@pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")
def test_rights_stay_as_they_were(path: Path) -> None:
    path.chmod(0o640)
    rewrite(path, added(b"x\n"))
    assert path.stat().st_mode & 0o777 == 0o640
