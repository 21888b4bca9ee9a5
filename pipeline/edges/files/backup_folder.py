"""Backups: the ledger as it stood at one moment, every mail that it names, and a list
of hashes that proves both.

A backup folder holds `raw/` (shared: what is there already is not copied again) and one
folder for each backup, named by its time, whose `manifest.txt` is written last and is
what makes it whole. `sha256sum -c` checks it without this program; mails are plain RFC
822 files, the ledger is SQLite, and messages.csv and reports.csv say in Excel's words
what is in it. Trusts no file that does not match its hash. Never changes an older
backup, never holds a password; the ledger's own secret, by which codes of open cases
are known, is in it. Never overwrites a ledger: what stands in the way is put aside.
"""

import csv
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import make_url

from pipeline.edges.files.disk import sync, write_whole
from pipeline.edges.files.permissions import private_folder
from pipeline.edges.files.vault import Vault
from pipeline.edges.ledger.database_copies import copy_database
from pipeline.edges.ledger.server.row_copies import put_on_server
from pipeline.edges.ledger.unopened.ledger_url import is_postgresql
from pipeline.model.operation.advance import Advance, unseen
from pipeline.model.operation.errors import Damaged, EdgeError, Removed
from pipeline.model.operation.os_errors import in_words
from pipeline.model.values.frozen import frozen

MANIFEST, LEDGER = "manifest.txt", "ledger.db"
TEMPLATES = "mail_templates"
# A delivery names the recipient's own copy, where it carries what is his alone.
_NAMED = """
SELECT key FROM sighting UNION SELECT key FROM message UNION SELECT key FROM mail
UNION SELECT key FROM delivery WHERE key != '' ORDER BY 1
"""
# where the journal stood when it was last looked at: it does not know of the way back
_WITNESS = "ledger.head"
_MESSAGES = """
SELECT received_at AS 收到时间_UTC, sender AS 发件人, subject AS 主题, outcome AS 处理结果, reason AS 原因,
       'raw/' || substr("key", 1, 2) || '/' || substr("key", 3) AS 原件 FROM message ORDER BY id
"""
_REPORTS = """
SELECT r.id AS 编号, d.unit AS 单位, d.period AS 期, d.completed AS 累计, r.added AS 本期新增, d.state AS 状态, r.timeliness AS 时效,
       r.received_at AS 收到时间_UTC, d.by AS 决定者, d.why AS 理由,
       'raw/' || substr(r.message_key, 1, 2) || '/' || substr(r.message_key, 3) AS 原件
FROM report r JOIN decision d ON d.id = (SELECT max(id) FROM decision WHERE report_id = r.id) ORDER BY r.sequence
"""  # noqa: E501
_README = """这是旬报程序的备份，不用旬报程序也能看：
- raw 里是收到和发出的每一封邮件的原件，复制出来、改名为 某某.eml，用任何邮件软件都能打开；
- 每个以时间为名的目录是一次备份：messages.csv（每封邮件）和 reports.csv（每份报表）用 Excel 打开，写着原件在 raw 的哪里；
  ledger.db 是完整台账，任何 SQLite 工具都能打开；config.toml 是当时的配置，同放的还有 learned.toml、mail_templates、节假日文件（有的话）；
- 检查备份是否完好：在本目录里运行 sha256sum -c 时间目录/manifest.txt；恢复：xunbao restore 本目录。
备份里没有邮箱口令，但有各单位的报表和邮箱，请像 storage 目录一样保管。

A backup of xunbao: raw/ holds every mail byte for byte (RFC 822, named by its SHA-256); each dated folder holds the ledger
(SQLite), two CSV views of it, and manifest.txt for `sha256sum -c`, run from here.
"""  # noqa: E501


@frozen
class Backup:
    """A backup that was made: its folder, the mails in it, how many were copied now,
    and keys that had no whole original."""

    folder: Path
    mails: int
    copied: int
    missing: tuple[str, ...]


def back_up(
    url: str,
    vault: Vault,
    target: Path,
    at: datetime,
    beside: Mapping[str, Path],
    advance: Advance = unseen,
) -> Backup:
    """Makes a backup in `target`, also while a worker writes: first the ledger, then
    what it names, which is there already. `beside` are the files and folders that the
    office keeps beside the ledger, by the name they get: its config, what it taught,
    its templates; one that is not there is left out. `advance` is told of the mails.

    Raises EdgeError where the disk does not take it, Damaged where the ledger itself is
    damaged; then older backups stay as they were.
    """
    folder = target / f"{at:%Y%m%d-%H%M%S}"
    if folder.exists():
        raise EdgeError(
            "backup", f"{folder} 已经有了，备份不覆盖备份；请过一秒再试。"
        )
    with _disk(target):
        private_folder(target)
        private_folder(folder)
        (target / "说明.txt").write_text(_README, encoding="utf-8")
        copy_database(url, folder / LEDGER)
        keys = _keys(folder / LEDGER)
        held, copied, missing = _copy_mails(
            keys, vault, Vault(target / "raw"), advance
        )
        _views(folder)
        _copy_beside(beside, folder)
        _seal(target, folder, held)
    return Backup(
        folder=folder,
        mails=len(held),
        copied=copied,
        missing=tuple(missing),
    )


def _copy_beside(beside: Mapping[str, Path], folder: Path) -> None:
    for name, path in beside.items():
        if path.is_dir():
            shutil.copytree(path, folder / name)
        elif path.is_file():
            shutil.copyfile(path, folder / name)


def put_beside(folder: Path, beside: Mapping[str, Path]) -> list[str]:
    """Puts back what stood beside the ledger where nothing stands in its place now; the
    names of what was put back."""
    done = []
    for name, path in beside.items():
        kept = folder / name
        with _disk(path):
            if path.exists() or not kept.exists():
                continue
            if kept.is_dir():
                shutil.copytree(kept, path)
            else:
                shutil.copyfile(kept, path)
            done.append(name)
    return done


def newest(target: Path) -> Path:
    """The newest whole backup in a backup folder; EdgeError where there is none. A
    dated folder itself is taken as it is."""
    if (target / MANIFEST).is_file():
        return target
    found = sorted(path.parent for path in target.glob(f"*/{MANIFEST}"))
    if not found:
        raise EdgeError(
            "backup",
            f"{target} 里没有完整的备份（没有 */{MANIFEST}），请检查路径。",
        )
    return found[-1]


def check(folder: Path) -> list[str]:
    """What in a backup is not as the manifest says, one name each; [] where it is whole."""
    with _disk(folder):
        lines = (folder / MANIFEST).read_text("utf-8").splitlines()
        wanted = {}
        for line in lines:
            digest, _, name = line.partition("  ")
            wanted[name] = digest
        if f"{folder.name}/{LEDGER}" not in wanted:
            return [f"{folder.name}/{MANIFEST}"]
        return [
            name
            for name, digest in wanted.items()
            if _digest(folder.parent / name) != digest
        ]


def put_back(folder: Path, url: str, vault: Vault, aside: Path) -> int:
    """Puts a checked backup in place; how many mails. What stood there is kept, never
    deleted: a file is moved to `aside`, a folder in the storage, a server's ledger gets
    the name of kept_schema.

    Mails first, then the ledger by one rename or one transaction: killed in between,
    it can be done again.
    """
    source = Vault(folder.parent / "raw")
    keys = list(_manifest_keys(folder))
    with _disk(aside.parent):
        for key in keys:
            vault.keep(source.open(key))
        if is_postgresql(url):
            _put_on_server(folder, url, aside)
        else:
            _put_file(folder, ledger_path(url), aside)
    return len(keys)


def ledger_path(url: str) -> Path:
    """Where a SQLite ledger's file is."""
    return Path(make_url(url).database or "").resolve()


def kept_schema(aside: Path) -> str:
    """What a ledger in a database server is called once it was put aside."""
    return f"xunbao_{aside.name.replace('-', '_')}"


def _put_file(folder: Path, ledger: Path, aside: Path) -> None:
    new = private_folder(ledger.parent) / f"{ledger.name}.restoring"
    shutil.copyfile(folder / LEDGER, new)
    sync(new)
    names = (
        ledger.name,
        f"{ledger.name}-wal",
        f"{ledger.name}-shm",
        _WITNESS,
    )
    for name in names:
        old = ledger.with_name(name)
        if old.exists():
            old.replace(private_folder(aside) / name)
    new.replace(ledger)
    sync(ledger.parent)


def _put_on_server(folder: Path, url: str, aside: Path) -> None:
    """By way of a copy: an older backup is brought to today's tables first."""
    witness = aside.parent / _WITNESS
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        copy = Path(scratch) / LEDGER
        shutil.copyfile(folder / LEDGER, copy)
        put_on_server(copy, url, kept_schema(aside))
    if witness.exists():
        witness.replace(private_folder(aside) / witness.name)


def _keys(ledger: Path) -> list[str]:
    """Every mail that a ledger names. Damaged where SQLite's own check finds it damaged."""
    try:
        with closing(sqlite3.connect(ledger)) as opened:
            # One file, whole without its neighbours
            opened.execute("PRAGMA journal_mode=DELETE")
            said = opened.execute("PRAGMA integrity_check").fetchone()[0]
            if said != "ok":
                raise sqlite3.DatabaseError(said)
            found = []
            for (key,) in opened.execute(_NAMED):
                found.append(key)
            return found
    except sqlite3.DatabaseError as error:
        advice = (
            "台账已损坏，没有备份；以前的备份没有动。请运行 xunbao verify 查看，再用 "
            "xunbao restore 恢复最近的备份。"
        )
        raise Damaged("ledger_damaged", advice, str(error)) from error


def _copy_mails(
    keys: Sequence[str], vault: Vault, target: Vault, advance: Advance
) -> tuple[list[str], int, list[str]]:
    """Which are in the backup, how many were copied for it, and which have no whole original here.

    What an older backup holds is not copied again, also where the original has been damaged since.
    """
    held = []
    copied = 0
    missing = []
    for number, key in enumerate(keys, 1):
        advance(number, len(keys))
        try:
            if _digest(target.path(key)) != key:
                target.keep(vault.open(key))
                copied += 1
            held.append(key)
        except Removed:
            # Its time was over (raw_months): nobody misses it
            continue
        except Damaged:
            missing.append(key)
    return held, copied, missing


def _views(folder: Path) -> None:
    with closing(sqlite3.connect(folder / LEDGER)) as ledger:
        for name, query in (
            ("messages.csv", _MESSAGES),
            ("reports.csv", _REPORTS),
        ):
            rows = ledger.execute(query)
            with (folder / name).open(
                "w", encoding="utf-8-sig", newline=""
            ) as file:
                writer = csv.writer(file)
                writer.writerow(column[0] for column in rows.description)
                writer.writerows(map(_inert_row, rows))


def _inert_row(row: Iterable[object]) -> list[object]:
    return [_inert(value) for value in row]


def _inert(value: object) -> object:
    """Text that a spreadsheet does not take for a formula: subjects and names are
    written by strangers."""
    if isinstance(value, str) and value[:1] in "=+-@\t\r":
        return f"'{value}"
    return value


def _seal(target: Path, folder: Path, keys: Iterable[str]) -> None:
    """Everything onto the disk, the manifest last and in place at once."""
    names = []
    for key in keys:
        names.append(f"raw/{key[:2]}/{key[2:]}")
    files = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            files.append(path)
    for path in files:
        names.append(path.relative_to(target).as_posix())
    lines = []
    for name in names:
        lines.append(f"{_digest(target / name)}  {name}\n")
    for path in files:
        sync(path)
    write_whole(folder / MANIFEST, "".join(lines).encode())
    sync(target)


def _manifest_keys(folder: Path) -> Iterator[str]:
    for line in (folder / MANIFEST).read_text("utf-8").splitlines():
        name = line.partition("  ")[2]
        if name.startswith("raw/"):
            yield name.removeprefix("raw/").replace("/", "")


def _digest(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        found = sha256()
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        advice = f"读写备份 {path} 时出错（{in_words(error)}），请检查磁盘空间和目录权限。"
        raise EdgeError("backup", advice, repr(error)) from error
