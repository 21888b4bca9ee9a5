"""The reader outlives whatever a file does to its child, says what happened, and reads the next file."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from long_rows import long_rows
from neighbour import DATA

from pipeline.edges.processes.child import interpreter
from pipeline.edges.processes.sandbox import RECYCLE_AFTER, Reader
from pipeline.model.form import FileReading, FormSpec
from pipeline.model.operation.errors import EdgeError, ReaderDied
from pipeline.model.trouble import TroubleCode
from pipeline.reading.mail.message import parse
from pipeline.reading.replies.document_traces import without_traces

SPEC = FormSpec(
    "旬报表",
    ("报送单位",),
    ("报送时间",),
    ("已完成目标任务数",),
    ("主要工作举措",),
)
BAD_CHILD = ("-B", "-X", "utf8", str(Path(__file__).with_name("bad_child.py")))
RECEIVED = datetime(2015, 9, 10, 10, tzinfo=UTC)
MAIL = (
    "From: 市中区 <shizhongqu@example.cn>\r\nSubject: =?utf-8?b?5pes5oql?=\r\nMessage-ID: <1@example.cn>\r\n"
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "\r\n您好\r\n--b\r\nContent-Type: application/octet-stream; name=x.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "AP/+gA==\r\n--b--\r\n"
).encode()


@pytest.fixture(
    scope="module"
)  # it outlives whatever the tests do to its children
def bad() -> Iterator[Reader]:
    with Reader(SPEC, seconds=30, command=BAD_CHILD) as reader:
        yield reader


def pid_of(reading: FileReading) -> int:
    return int(reading.kind.split()[0])


def lost(
    reader: Reader, name: str, content: bytes = b""
) -> tuple[TroubleCode, str]:
    """Read a file that kills its reader; then an innocent one, which a new child must read."""
    (reading,) = reader.file(name, content)
    assert reading.name == name
    assert reading.trouble is not None
    assert reading.trouble.advice.endswith("。")
    (innocent,) = reader.file("innocent", b"")
    assert innocent.trouble is None
    return reading.trouble.code, reading.trouble.detail


# `exit` ends as a signal does, `sys.exit` and a recursion are raised as a panic is, nonsense is no answer as garbage is none
@pytest.mark.parametrize(
    "name",
    [
        "segfault",
        "panic",
        "garbage",
        *long_rows("recurse", "nonsense", "exit", "sys.exit"),
    ],
)
def test_a_crash_costs_its_own_file_alone(bad: Reader, name: str) -> None:
    assert lost(bad, name)[0] is TroubleCode.CRASHED


@pytest.mark.parametrize("name", ["segfault", "panic", "exit"])
def test_control_without_a_child_the_worker_itself_would_die(name: str) -> None:
    worker = f"import bad_child\ntry: bad_child.MISDEEDS[{name!r}](b'')\nexcept Exception: pass\nprint('alive')"
    where = str(Path(__file__).parent)
    run = subprocess.run(
        [sys.executable, "-c", worker],
        check=False,
        cwd=where,
        capture_output=True,
        env=path_with(where),
    )
    assert b"alive" not in run.stdout


def path_with(where: str) -> dict[str, str]:
    root = str(Path(__file__).parents[4])
    return os.environ | {"PYTHONPATH": os.pathsep.join([where, root])}


@pytest.mark.parametrize(
    "name", ["spin", pytest.param("sleep", marks=pytest.mark.long)]
)
def test_a_late_child_is_killed(name: str) -> None:
    with Reader(SPEC, seconds=0.5, command=BAD_CHILD) as reader:
        assert lost(reader, name)[0] is TroubleCode.TIMEOUT


def test_a_child_that_eats_memory_is_stopped() -> None:
    with Reader(
        SPEC, seconds=30, memory=600 * 1024**2, command=BAD_CHILD
    ) as reader:
        assert lost(reader, "eat")[0] is TroubleCode.BOMB


def test_a_new_child_reads_after_a_crash_and_the_same_one_after_a_success(
    bad: Reader,
) -> None:
    first, second = (pid_of(bad.file("innocent", b"")[0]) for _ in range(2))
    bad.file("segfault", b"")
    third = pid_of(bad.file("innocent", b"")[0])
    assert first == second != third


def test_what_a_child_prints_is_bounded_and_does_no_harm(bad: Reader) -> None:
    (reading,) = bad.file("flood", b"")
    assert reading.kind.endswith("said")
    assert len(lost(bad, "segfault")[1]) <= 4000


@pytest.mark.skipif(os.name == "nt", reason="RLIMIT_FSIZE is POSIX")
def test_a_child_writes_no_file(bad: Reader, tmp_path: Path) -> None:
    target = tmp_path / "written"
    assert lost(bad, "write", str(target).encode())[0] is TroubleCode.CRASHED
    assert not target.exists() or target.read_bytes() == b""


def test_no_secret_reaches_the_child(
    bad: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUNBAO_MAILBOX_PASSWORD", "authcode")
    bad.close()
    (reading,) = bad.file("environment", b"")
    assert "PYTHONPATH" in reading.kind
    assert "XUNBAO" not in reading.kind


def test_whatever_the_child_has_started_dies_with_it() -> None:
    with Reader(SPEC, seconds=2, command=BAD_CHILD) as reader:
        code, detail = lost(reader, "start")
    assert code is TroubleCode.TIMEOUT
    found = re.search(r"sleeper (\d+)", detail)
    assert found
    psutil.wait_procs(
        [psutil.Process(int(found[1]))]
        if psutil.pid_exists(int(found[1]))
        else [],
        timeout=5,
    )
    assert not running(int(found[1]))


def running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_child_killed_while_idle_is_no_file_s_fault(bad: Reader) -> None:
    pid = pid_of(bad.file("innocent", b"")[0])
    process = psutil.Process(pid)
    process.send_signal(signal.SIGTERM)
    while running(pid):
        pass
    assert bad.file("innocent", b"")[0].trouble is None


def test_the_child_ends_with_the_reader() -> None:
    with Reader(SPEC, command=BAD_CHILD) as reader:
        pid = pid_of(reader.file("innocent", b"")[0])
    assert not running(pid)


def test_a_child_is_replaced_after_many_files() -> None:
    with Reader(SPEC, command=BAD_CHILD, recycle_after=3) as bad:
        pids = [pid_of(bad.file("innocent", b"")[0]) for _ in range(7)]
    assert pids[0] == pids[1] == pids[2] != pids[3] == pids[5] != pids[6]
    assert RECYCLE_AFTER > 3


def test_a_child_that_does_not_start_is_the_installation_s_fault_and_no_file_s() -> (
    None
):
    broken = ("-c", "raise SystemExit('no such module')")
    with (
        Reader(SPEC, command=broken) as reader,
        pytest.raises(EdgeError) as caught,
    ):
        reader.file("innocent", b"")
    assert caught.value.cause == "reader_start"
    assert "no such module" in caught.value.detail


def test_a_reader_that_lacks_a_module_is_the_installation_s_fault_and_no_file_s(
    bad: Reader,
) -> None:
    with pytest.raises(EdgeError) as caught:
        bad.file("incomplete", b"")
    assert caught.value.cause == "reader_fault"
    assert "no_such_module_of_ours" in caught.value.detail
    assert bad.file("innocent", b"")[0].trouble is None


# The real child


@pytest.fixture(scope="module")
def real() -> Iterator[Reader]:
    with Reader(SPEC) as reader:
        yield reader


def test_a_mail_comes_back_as_if_it_had_been_parsed_here(real: Reader) -> None:
    message = real.message(MAIL, RECEIVED)
    assert message == parse(MAIL, RECEIVED)
    assert [a.content for a in message.attachments] == [b"\x00\xff\xfe\x80"]


@pytest.mark.parametrize(
    "name", ["旬报.bin", "\udce6bad.docx", "a/../b\x00.xls", ""]
)
def test_a_file_comes_back_with_its_name(real: Reader, name: str) -> None:
    (reading,) = real.file(name, b"\x00\x01\x02 nothing known")
    assert reading.trouble is not None
    assert reading.trouble.code is not TroubleCode.CRASHED


def test_a_mail_that_kills_its_reader_is_an_edge_error() -> None:
    with (
        Reader(SPEC, seconds=0.5, command=BAD_CHILD) as reader,
        pytest.raises(ReaderDied) as caught,
    ):
        reader.message(MAIL, RECEIVED)
    assert caught.value.cause == "reader_timeout"


def reader_with(*, eyes: bool) -> Reader:
    return Reader(SPEC, seconds=3, command=BAD_CHILD, has_eyes=lambda: eyes)


@pytest.fixture(scope="module")  # as `bad`
def with_eyes() -> Iterator[Reader]:
    """A reader that takes the [ocr] extra to be there; its bad child needs none."""
    with reader_with(eyes=True) as reader:
        yield reader


def test_a_scan_is_looked_at_by_a_second_child(with_eyes: Reader) -> None:
    (plain,) = with_eyes.file("innocent", b"")
    (seen,) = with_eyes.file("scan well", b"")
    (again,) = with_eyes.file("scan well", b"")
    assert seen.kind.startswith("seen by") and seen.kind == again.kind
    assert str(pid_of(plain)) not in seen.kind


def test_at_rest_the_second_child_is_gone_and_comes_again_when_needed(
    with_eyes: Reader,
) -> None:
    (seen,) = with_eyes.file("scan well", b"")
    with_eyes.rest()
    assert not psutil.pid_exists(int(seen.kind.removeprefix("seen by ")))
    (again,) = with_eyes.file("scan well", b"")
    assert again.kind.startswith("seen by") and again.kind != seen.kind


# One: how a child may end is told apart in test_a_crash_costs_its_own_file_alone
@pytest.mark.parametrize(
    "name",
    [
        "scan segfault",
        *long_rows("scan sleep", "scan panic", "scan nonsense"),
    ],
)
def test_what_was_read_stands_when_the_scan_kills_its_reader(
    with_eyes: Reader, name: str
) -> None:
    form, scan = with_eyes.file(name, b"")
    assert (form.name, form.kind, form.trouble) == ("报表.docx", "docx", None)
    assert (
        scan.trouble is not None
        and scan.trouble.code is TroubleCode.SCAN_UNREAD
    )
    (seen,) = with_eyes.file("scan well", b"")
    assert seen.kind.startswith("seen by")


def test_without_the_extra_a_scan_stays_unread() -> None:
    with reader_with(eyes=False) as reader:
        _, scan = reader.file("scan well", b"")
    assert (
        scan.trouble is not None
        and scan.trouble.code is TroubleCode.SCAN_UNREAD
    )


def test_in_a_venv_on_windows_the_reader_is_the_interpreter_and_not_its_launcher(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The launcher starts another process: a limit on its memory limits nothing."""
    monkeypatch.setattr(sys, "executable", r"C:\\x\\.venv\\Scripts\\python.exe")
    monkeypatch.setattr(sys, "_base_executable", r"C:\\Python311\\python.exe")
    python, of_venv = interpreter("nt")
    assert python == r"C:\\Python311\\python.exe"
    assert of_venv == {
        "__PYVENV_LAUNCHER__": r"C:\\x\\.venv\\Scripts\\python.exe"
    }
    assert interpreter("posix") == (sys.executable, {})


def test_a_document_comes_back_without_its_editors(real: Reader) -> None:
    """As the child's own work; what is no document comes back as nothing."""
    content = (DATA / "cases" / "forms" / "U_plain.docx").read_bytes()
    assert real.clean_document(content) == without_traces(content)
    assert real.clean_document(b"PK nothing") == b""
    assert real.edited_draft(content).kind == "docx"
