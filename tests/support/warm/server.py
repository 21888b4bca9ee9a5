"""Forks a process of the program for each command that is asked of it (asking.py).

    python server.py SOCKET PID     imports the program once, says "ready", and serves until that process ends, however

What a command has to compile, build or import, since the program does most as late as it can, the server does before the first one
(rehearsal.py), or, where that did not meet it, imports it before the next one. See warm_program.
"""

import array
import gc
import marshal
import os
import select
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_ROOM = 1 << 20
# No command of the program begins so
_READ = ":read"
_ASKING = str(Path(__file__).with_name("asking.py"))


def serve(place: str, ends_with: int) -> int:
    """Until the process that it serves ends, be it killed."""
    alive = os.pidfd_open(ends_with)
    from functools import cache
    from importlib import import_module

    import typer.main
    from rehearsal import rehearse

    from pipeline.cli.root import COMMANDS, app
    from pipeline.writing.templates import Renderer

    for module, _ in COMMANDS.values():
        import_module(f"pipeline.cli.{module}")
    for name in ("pipeline.__main__", "pipeline.flows.worker", "alembic"):
        import_module(name)
    # The tree of commands is the same at each call
    typer.main.get_command = cache(typer.main.get_command)
    typer.main.get_command(app)
    # Its templates are compiled then, too
    Renderer().check()
    rehearse()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(place)
        listener.listen()
        os.write(1, b"ready\n")
        while True:
            # What is here stays to the end of each command: its collector need not look at it
            gc.freeze()
            ready, _, _ = select.select([listener, told, alive], [], [])
            if alive in ready:
                return 0
            if told in ready:
                _learn(told)
                continue
            asked, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                return _keep(asked, place, tell)
            asked.close()


def _learn(told: int) -> None:
    """Imports what a command had to. Names come whole: each is one write, and the pipe holds less than is read."""
    from importlib import import_module

    for name in os.read(told, _ROOM).decode().split():
        with suppress(ImportError):
            import_module(name)


def _keep(asked: socket.socket, place: str, tell: int) -> int:
    """Watches one command for its caller, and ends it where the caller ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, carried, _, _ = asked.recvmsg(1, socket.CMSG_SPACE(12))
    if not carried:
        # Only asked whether there is a server
        os._exit(0)
    fds = array.array("i")
    fds.frombytes(carried[0][2][:12])
    with asked.makefile("rb") as lines:
        size = int.from_bytes(lines.read(4), "big")
        words, *where = marshal.loads(lines.read(size))
    pid = os.fork()
    if pid == 0:
        asked.close()
        _become(list(fds), *where)
        _end(_run(words, place, tell))
    watched = os.pidfd_open(pid)
    ready, _, _ = select.select([watched, asked], [], [])
    if watched not in ready:
        os.killpg(pid, signal.SIGKILL)
    _, how = os.waitpid(pid, 0)
    status = os.waitstatus_to_exitcode(how)
    if asked not in ready:
        asked.sendall(str(status).encode())
    os._exit(0)


def _become(fds: list[int], folder: str, env: dict[str, str]) -> None:
    """Takes the caller's outputs, folder and environment, in a session of its own."""
    os.setsid()
    for target, fd in enumerate(fds):
        os.dup2(fd, target)
        os.close(fd)
    # Those of the server know what they were opened upon
    sys.stdin = os.fdopen(0)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8")
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace")
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)


def _run(words: list[str], place: str, tell: int) -> int:
    from pipeline.__main__ import main
    from pipeline.reading.child import loop

    known = set(sys.modules)
    sys.argv = ["xunbao", *words]
    try:
        if words == [_READ]:
            loop.main()
        else:
            _read_by(place)
            main()
    except SystemExit as ended:
        if not isinstance(ended.code, int | None):
            raise
        return ended.code or 0
    finally:
        _tell(tell, [name for name in sys.modules if name not in known])
    return 0


def _end(status: int) -> None:
    """As Python ends a process, threads and what waits for the end first, but for taking down all that it holds: what the server
    imported would be copied for that, page by page, which took longer than many a command."""
    import atexit
    import threading

    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _read_by(place: str) -> None:
    """The program's reading child is asked of the server, too: a process of its own with its bounds, as ever, but that its
    parent, which watches what a child holds, sees what asks for it. Any other child is what it was."""
    from pipeline.edges.processes import sandbox
    from pipeline.edges.processes.child import Child

    asking = ("-S", "-E", _ASKING, place, _READ)

    def child(command: Sequence[str], memory: int) -> Child:
        ours = tuple(command) == sandbox.CHILD
        return Child(asking if ours else command, memory)

    sandbox.Child = child


def _tell(tell: int, names: list[str]) -> None:
    """One name a write, which arrives whole; what finds no room is told by the next command."""
    with suppress(BlockingIOError):
        for name in names:
            os.write(tell, f"{name}\n".encode())


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1], int(sys.argv[2])))
