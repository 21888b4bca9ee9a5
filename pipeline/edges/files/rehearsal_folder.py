"""A folder to rehearse in: a copy of ledger, mails and lessons that is worked on in
place of the real ones, and thrown away.

The real ledger is opened read-only and no file of it is written; originals are linked,
where that can be done, since they are never changed. Never: moves a mail in the mailbox.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import make_url

from pipeline.edges.ledger.database_copies import copy_database
from pipeline.edges.ledger.unopened.ledger_file import has_ledger
from pipeline.settings import Settings


@contextmanager
def rehearsal(settings: Settings) -> Iterator[Settings]:
    """The same settings, kept in a folder of their own. Raises EdgeError where the
    ledger cannot be copied."""
    with tempfile.TemporaryDirectory(prefix="xunbao-") as name:
        folder = Path(name)
        ledger = folder / "ledger.db"
        if has_ledger(settings.storage.database):
            _copy_ledger(settings.storage.database, ledger)
        _link_originals(settings.storage.directory / "raw", folder / "raw")
        learned = folder / settings.review.learned.name
        with suppress(FileNotFoundError):
            shutil.copyfile(settings.review.learned, learned)
        storage = {
            "directory": folder,
            "database": f"sqlite:///{ledger.as_posix()}",
        }
        yield settings.model_copy(
            update={
                "storage": settings.storage.model_copy(update=storage),
                "mailbox": settings.mailbox.model_copy(
                    update={"done_folder": ""}
                ),
                "review": settings.review.model_copy(
                    update={"learned": learned}
                ),
            }
        )


def _copy_ledger(url: str, target: Path) -> None:
    """By its bytes, for even a reader of SQLite leaves files beside a ledger. One that
    was written to meanwhile is copied by SQLite: then those files are there anyway."""
    source = Path(make_url(url).database or "")
    log = source.with_name(f"{source.name}-wal")
    before = _times(source, log)
    if source.is_file():
        shutil.copyfile(source, target)
    with suppress(FileNotFoundError):
        shutil.copyfile(log, target.with_name(f"{target.name}-wal"))
    if not source.is_file() or _times(source, log) != before:
        target.unlink(missing_ok=True)
        target.with_name(f"{target.name}-wal").unlink(missing_ok=True)
        copy_database(url, target)


def _times(*files: Path) -> list[tuple[int, int]]:
    """When each was written last, in nanoseconds, and its size in bytes."""
    found = []
    for file in files:
        with suppress(FileNotFoundError):
            seen = file.stat()
            found.append((seen.st_mtime_ns, seen.st_size))
    return found


def _link_originals(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, copy_function=_linked)


def _linked(source: str, target: str) -> None:
    """Another disk takes no links: then a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
