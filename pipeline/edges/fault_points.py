"""The places at which a test makes the world fail, each by its name.

For: the rigs and the crash tests, which take one promise away (an fsync, the row behind
the bytes) and must then see its loss: a test that would not notice proves nothing. They
install a handler in their own process, in place of patching what is private to a module.
Nothing of the program installs one, and no file, command or variable can: without a
handler a point does what it stands before, and nothing else.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

T = TypeVar("T")


class FaultPoint(StrEnum):
    """Each with what it stands before; in brackets what its handler is told of."""

    # fsync of a file's bytes, and of a folder's names
    FILE_SYNC = "file_sync"
    FOLDER_SYNC = "folder_sync"
    # A whole file takes its name
    RENAME = "rename"
    # A shared file's new text and its old one change names (both paths); whether the
    # system can do it in one step (both paths)
    SWAP = "swap"
    EXCHANGE = "exchange"
    # Mails' bytes go into the vault (the bytes of each)
    KEEP_BYTES = "keep_bytes"
    # The row that says that they are there
    SIGHTING_ROW = "sighting_row"
    # The making of an engine, and what each of its connections is told (a cursor)
    ENGINE = "engine"
    DURABLE = "durable"
    # The question which mails are on record already
    KNOWN_MAIL = "known_mail"
    # As what a mail is recorded: its identity and its judgement
    RECORDED_AS = "recorded_as"
    # The row of what happened to a copy (the event)
    DELIVERY_ROW = "delivery_row"
    # One copy goes to the server, and what its answer means
    POST = "post"
    POST_ANSWER = "post_answer"
    # For how long the mailbox is waited for: a whole sitting, one read; seconds
    SITTING_SECONDS = "sitting_seconds"
    READ_SECONDS = "read_seconds"
    # Whether an answer tells of new mail, and whether it is longer than the bound
    NEWS = "news"
    OVERSIZE = "oversize"


Handler = Callable[..., Any]
_installed: dict[FaultPoint, Handler] = {}


def install(point: FaultPoint, handler: Handler) -> None:
    """From now on `handler(act, *about)` stands in the place of `act()` in this process:
    it may do it, leave it, do it later or answer otherwise."""
    _installed[point] = handler


def remove(point: FaultPoint) -> None:
    _installed.pop(point, None)


def reach(point: FaultPoint, act: Callable[[], T], *about: object) -> T:
    """Does `act`, as whoever tests lets it be done."""
    handler = _installed.get(point)
    if handler is None:
        return act()
    result: T = handler(act, *about)
    return result
