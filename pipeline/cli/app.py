"""What the commands share: options that every command takes, exit statuses, and errors
in one Chinese sentence.

Exit status: 0 done; 1 done, and something needs a person; 2 wrong usage or config; 3 a
server could not be reached.
"""

import getpass
import inspect
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from pipeline.bootstrap import Program, assemble
from pipeline.edges.files.log_file import open_log
from pipeline.edges.files.owners import refuse_root_among
from pipeline.edges.ledger.unopened.kept_configs import kept_configs
from pipeline.model.operation.errors import EdgeError, NotAdopted, Unreachable
from pipeline.model.operation.journal_entry import PROGRAM
from pipeline.model.operation.os_errors import is_the_systems, os_sentence
from pipeline.settings import ConfigError, NoPassword, Settings, load
from pipeline.settings.several import configs_in
from pipeline.writing.absence_words import IMPORTED_NOTE, NEVER_READ
from pipeline.writing.words import masked, plain

DONE, PERSON, USAGE, UNREACHABLE = 0, 1, 2, 3

ConfigOption = Annotated[
    Path, typer.Option("--config", help="配置文件", show_default=True)
]
NowOption = Annotated[
    str,
    typer.Option(
        "--now",
        help="按这个时间运行（ISO 8601，例如 2015-09-10T18:05:00+08:00），默认现在",
    ),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="只预演：显示会怎样，不写入、不发信")
]
GoOption = Annotated[
    bool,
    typer.Option(
        "--go", help="工作已经开始、台账还是新的：看过预演之后，真正启用"
    ),
]
REHEARSED = "预演：以上都没有写入，也没有发信"
JsonOption = Annotated[
    bool, typer.Option("--json", help="每行输出一个 JSON 对象")
]
DEFAULT_CONFIG = Path("config.toml")


def say(text: str) -> None:
    """Prints one line; what came out of a mail cannot move the cursor or turn the text round."""
    typer.echo(
        # The indent is the program's own; everything behind it may come from a mail.
        plain(text)
        if text.strip() == text
        else text[: len(text) - len(text.lstrip())] + plain(text)
    )


def warn_unsearched(program: Program) -> None:
    """Says beside a document that tells of 漏报 that nothing was ever looked at."""
    ledger = program.store.ledger()
    if ledger.only_imported:
        typer.echo(IMPORTED_NOTE, err=True)
    elif not ledger.was_searched:
        typer.echo(f"注意：{NEVER_READ}，里面的漏报不能作数", err=True)


def fail(text: str, status: int) -> NoReturn:
    """Tells what is wrong and what to do, and ends the command with `status`."""
    typer.echo(text, err=True)
    raise typer.Exit(status)


# What a person can mend, and is told in a sentence
TOLD = (ConfigError, NoPassword, NotAdopted, EdgeError)


def exit_status(error: Exception) -> int:
    """With which status a command ends over one of TOLD."""
    if isinstance(error, Unreachable):
        return UNREACHABLE
    if isinstance(error, EdgeError) and not isinstance(error, NotAdopted):
        return PERSON
    return USAGE


def sentence_of(error: Exception) -> str:
    """What an error tells a person: an edge's advice, else its own text."""
    if isinstance(error, EdgeError):
        return error.advice
    return str(error)


def guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turns what a person can mend into a sentence and an exit status; anything else is
    a fault of the program."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        # Not faults: the way in which typer ends a command.
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except BrokenPipeError:
            # The reader of a pipe (head) has seen enough
            # Else Python complains once more when it flushes at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(DONE) from None
        except NotAdopted as error:
            path = kwargs.get("config") or DEFAULT_CONFIG
            told = (f"{path}：{one}" for one in error.sentences)
            fail("\n".join(told), exit_status(error))
        except TOLD as error:
            fail(sentence_of(error), exit_status(error))
        except OSError as error:
            # Some faults of the program are OSErrors, too.
            if not is_the_systems(error):
                raise_fault(kwargs.get("config"))
            fail(os_sentence(error), PERSON)
        except Exception:  # noqa: BLE001 -- a fault of the program: nobody who runs it expects to read a traceback
            raise_fault(kwargs.get("config"))

    return run


def raise_fault(config: Any) -> NoReturn:
    """Says that the program is at fault; inside an `except` alone."""
    log = note_fault(config)
    fail(f"程序出错了，详情已写入 {log}，请把它交给维护人员", PERSON)


def note_fault(config: Any) -> Path:
    """Appends the traceback to a file beside the config; in a folder that cannot be
    written, to one in the temp folder."""
    text = masked(f"\n== {' '.join(sys.argv[1:])}\n{traceback.format_exc()}")
    for folder in (
        # Where an admin looks first: beside the config.
        Path(config or DEFAULT_CONFIG).resolve().parent,
        Path(tempfile.gettempdir()),
    ):
        path = folder / "xunbao-error.log"
        try:
            with path.open("a", encoding="utf-8") as file:
                file.write(text)
        except OSError:
            continue
        return path
    sys.stderr.write(text)
    return Path("（无法写入文件，见上）")


# What a command that is only rehearsed has open; None where it is meant.
_REHEARSAL: ContextVar[ExitStack | None] = ContextVar("rehearsal", default=None)


def rehearsable(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --dry-run to a command that writes or sends: then it does all that it does on
    a copy of the ledger, with no way to the sending server, and the copy is thrown
    away."""

    @wraps(command)
    def run(*args: Any, dry_run: bool = False, **kwargs: Any) -> Any:
        if not dry_run:
            return command(*args, **kwargs)
        with ExitStack() as stack:
            before = _REHEARSAL.set(stack)
            # Said whatever the command came to, before its exit status goes on.
            stack.callback(say, REHEARSED)
            stack.callback(_REHEARSAL.reset, before)
            return command(*args, **kwargs)

    signature = inspect.signature(command)
    asked = inspect.Parameter(
        "dry_run",
        inspect.Parameter.KEYWORD_ONLY,
        default=False,
        annotation=DryRunOption,
    )
    parameters = [*signature.parameters.values(), asked]
    found: Any = run
    found.__signature__ = signature.replace(parameters=parameters)
    found.__annotations__ = {
        **command.__annotations__,
        "dry_run": DryRunOption,
    }
    return run


def settings_of(config: Path) -> Settings:
    """The settings of one campaign's file, with its units by all the names that its
    ledger knows. A folder of several is named by `run` and `once` alone."""
    if config.is_dir():
        names = "、".join(path.name for path in configs_in(config))
        fail(f"{config} 是目录，请写明是其中哪一个：{names}", USAGE)
    return load(config, kept_configs)


def moment(
    now: str, settings: Settings, option: str = "--now"
) -> datetime | None:
    """An option's text as an aware time; without an offset it is in the campaign's zone."""
    if not now:
        return None
    try:
        found = datetime.fromisoformat(now)
    except ValueError:
        fail(f"{option} {now!r} 不对，应写成 2015-09-10T18:05:00+08:00", USAGE)
    if found.tzinfo:
        return found
    return found.replace(tzinfo=settings.zone)


def open_program(config: Path, now: str = "") -> Program:
    """The program as a person works with it: the journal names the account."""
    return open_worker(config, now, who=account())


def open_worker(config: Path, now: str = "", *, who: str = PROGRAM) -> Program:
    """The program as it works by itself: the journal names nobody else."""
    settings = settings_of(config)
    # Before anything is opened: one file of root's in it stops the service.
    refuse_root_among(settings.storage.directory)
    at = moment(now, settings)
    rehearsed = _REHEARSAL.get()
    if rehearsed is None:
        return assemble(settings, at, teller(settings), who=who)
    # Late: it copies a ledger, and brings the database's libraries.
    from pipeline.edges.files.rehearsal_folder import rehearsal

    copied = rehearsed.enter_context(rehearsal(settings))
    program = assemble(copied, at, echo, who=who, rehearsing=True)
    rehearsed.callback(program.close)
    return program


def echo(text: str) -> None:
    """What is told while a wake is rehearsed: printed, and kept nowhere."""
    typer.echo(masked(plain(text)))


def account() -> str:
    """Who sits at the command line; the program, where the system knows no account."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return PROGRAM


def teller(settings: Settings) -> Callable[[str], None]:
    """What is told while the worker works: printed, and kept in the log."""
    write = open_log(settings.storage.directory)

    def tell(text: str) -> None:
        line = masked(plain(text))
        typer.echo(line)
        write(line)

    return tell


def print_json(lines: Iterable[dict[str, Any]]) -> None:
    for line in lines:
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
