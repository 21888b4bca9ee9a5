"""Several campaigns on one machine: a folder of configs, one a campaign, each with a ledger
of its own.

Trusts nothing of the files: each is checked as if it were alone, then all beside each
other; every mistake at once, with file and cure. Never writes.
"""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.settings.load import (
    ConfigError,
    KeptConfigs,
    Mistake,
    load,
)
from pipeline.settings.schema import Settings

Loaded = tuple[tuple[Path, Settings], ...]


def configs_in(folder: Path) -> tuple[Path, ...]:
    """The folder's configs by name: files with a table [campaign], so that learned.toml
    and files of holidays are none. One that is no TOML is taken for one, and refused
    where it is read."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            found.append(path)
            continue
        if "campaign" in raw:
            found.append(path)
    return tuple(found)


def load_folder(
    folder: Path, kept: KeptConfigs = lambda database: ()
) -> Loaded:
    """Every campaign of a folder; `kept` as for one (load). Raises ConfigError."""
    paths = configs_in(folder)
    if not paths:
        what = "目录里没有配置文件：每项工作放一个 .toml，可以用 xunbao init 做"
        raise ConfigError([Mistake(folder, 1, what)])
    loaded: list[tuple[Path, Settings]] = []
    mistakes: list[Mistake] = []
    for path in paths:
        try:
            loaded.append((path, load(path, kept)))
        except ConfigError as error:
            mistakes += error.mistakes
    mistakes += _clashes(loaded)
    if mistakes:
        raise ConfigError(mistakes)
    return tuple(loaded)


# What each campaign must have for itself: (what it is, its value, an example)
_OWN: tuple[tuple[str, Callable[[Settings], object], str], ...] = (
    ("[campaign] name", lambda s: s.campaign.name, 'name = "另一项工作"'),
    ("[storage] directory", lambda s: s.storage.directory, 'directory = "{}"'),
    (
        "[storage] database",
        lambda s: s.storage.database,
        'database = "sqlite:///{}/ledger.db"',
    ),
    ("[review] learned", lambda s: s.review.learned, 'learned = "{}.learned"'),
    ("[board] folder", lambda s: s.board.folder, 'folder = "{}看板"'),
)


def _clashes(loaded: list[tuple[Path, Settings]]) -> Iterator[Mistake]:
    """Two campaigns that would write into one place, or go by one name."""
    for what, value, example in _OWN:
        first: dict[object, Path] = {}
        for path, settings in loaded:
            own = value(settings)
            if own is None:
                continue
            other = first.setdefault(own, path)
            if other is not path:
                cure = example.format(path.stem)
                yield Mistake(
                    path,
                    1,
                    f"{what} 与 {other.name} 相同，各项工作要各写各的，例如 {cure}",
                )


def one_mailbox(one: Settings, other: Settings) -> bool:
    """Whether two campaigns read the same mailbox."""
    mine = one.mailbox
    its = other.mailbox
    own_login = (mine.host, mine.port, mine.user)
    its_login = (its.host, its.port, its.user)
    same = own_login == its_login
    return same and mine.folders == its.folders


def by_mailbox(loaded: Loaded) -> tuple[Loaded, ...]:
    """The campaigns in groups that read one mailbox, in the order of their files."""
    groups: list[list[tuple[Path, Settings]]] = []
    for path, settings in loaded:
        for group in groups:
            if one_mailbox(group[0][1], settings):
                group.append((path, settings))
                break
        else:
            groups.append([(path, settings)])
    return tuple(tuple(group) for group in groups)


def at_the_same_mailbox(config: Path) -> tuple[Path, ...]:
    """The configs beside this one whose campaigns read its mailbox into other ledgers,
    by what is written in the files: one that has a mistake still has its mails."""
    own = _account(config)
    if own is None:
        return ()
    found = []
    for path in configs_in(config.resolve().parent):
        other = _account(path)
        if other is None or other[0] != own[0] or other[1] == own[1]:
            continue
        found.append(path)
    return tuple(found)


def _account(config: Path) -> tuple[object, object] | None:
    """(mailbox, ledger) as a file names them; None where it is no TOML or names none."""
    try:
        raw = tomllib.loads(config.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    mailbox = raw.get("mailbox")
    if not isinstance(mailbox, dict):
        return None
    storage = raw.get("storage")
    ledger = None
    if isinstance(storage, dict):
        ledger = storage.get("database")
    return (mailbox.get("host"), mailbox.get("user")), ledger
