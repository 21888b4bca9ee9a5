"""What somebody has been shown before a ledger was begun amid a campaign: by
`check --online`, the mails that would be read and the letters that would go.

A file in the storage folder, for the ledger must not be begun by looking. It names the
campaign that was shown: for another one it says nothing. Never holds more than a hash.
"""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from pipeline.edges.files.disk import write_whole
from pipeline.model.operation.errors import EdgeError
from pipeline.model.operation.os_errors import in_words

NAME = "rehearsed"


class RehearsedFile:
    def __init__(self, directory: Path, campaign: str) -> None:
        """`campaign` says in one text which campaign it is, with its days."""
        self._path = directory / NAME
        self._shown = sha256(campaign.encode()).hexdigest()

    def note(self) -> None:
        """Raises EdgeError where the folder cannot be written."""
        try:
            write_whole(self._path, self._shown.encode())
        except OSError as error:
            raise EdgeError(
                "storage",
                f"写不了 {self._path}（{in_words(error)}），请检查目录权限和磁盘空间",
                repr(error),
            ) from error

    def was_shown(self) -> bool:
        with suppress(OSError):
            return self._path.read_text(encoding="ascii") == self._shown
        return False
