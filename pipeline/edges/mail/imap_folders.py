"""The folders beside the one that is read: whether they are there, made, moved into.

For: mailbox.py, with `done_folder` and `junk_folder`. Trusts a server's own word for
where a user's folders stand (RFC 2342). Never: removes a message but by moving it.
"""

from typing import Any

from imapclient import DELETED

from pipeline.edges.mail.imap_sitting import Sitting
from pipeline.model.operation.errors import Refused


class Folders:
    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting
        # Known to exist, by their names here
        self._known: dict[str, str] = {}

    def move(self, uid: int, folder: str) -> None:
        """As `ImapMailbox.move`."""
        if folder not in self._known:
            self._known[folder] = self._made(folder)
        name = self._known[folder]
        self._sitting.again(lambda client: _move(client, uid, name))

    def _made(self, folder: str) -> str:
        """The folder, there or created now, under its full name."""
        standing = self.standing(folder)
        if standing:
            return standing
        try:
            self._sitting.again(lambda client: client.create_folder(folder))
        except Refused:
            below = self._below_inbox(folder)
            if below == folder:
                raise
            self._sitting.again(lambda client: client.create_folder(below))
            return below
        return folder

    def standing(self, folder: str) -> str:
        """The full name under which the folder is there; "" where it is not. Cyrus and
        Courier take new ones only below the INBOX."""
        if self._exists(folder):
            return folder
        below = self._below_inbox(folder)
        if below != folder and self._exists(below):
            return below
        return ""

    def _exists(self, folder: str) -> bool:
        return bool(
            self._sitting.again(lambda client: client.folder_exists(folder))
        )

    def _below_inbox(self, folder: str) -> str:
        return self._sitting.again(lambda client: _below_inbox(client, folder))


def _below_inbox(client: Any, folder: str) -> str:
    """The folder's name where the server keeps a user's own folders (RFC 2342); the same
    where it names no place, or the folder stands there already."""
    if not client.has_capability("NAMESPACE"):
        return folder
    personal = client.namespace().personal
    prefix = str(personal[0][0]) if personal else ""
    if folder.startswith(prefix):
        return folder
    return prefix + folder


def _move(client: Any, uid: int, folder: str) -> None:
    """Done twice, it moves once, or leaves a second copy in `folder`; never does a message get lost."""
    if client.has_capability("MOVE"):
        client.move([uid], folder)
        return
    client.copy([uid], folder)
    client.add_flags([uid], DELETED, silent=True)
    # A bare EXPUNGE would also remove what people have marked deleted
    if client.has_capability("UIDPLUS"):
        client.uid_expunge([uid])
