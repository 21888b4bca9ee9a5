"""The bytes of letters on their way into the vault: those of a batch of letters are kept
together, before any row of the batch is written.

Names them as the vault does, so that a letter's row can be made before
they are kept. Never says that bytes are kept which the vault did not take.
"""

from collections.abc import Collection

from pipeline.flows.mails.keep_mails import BATCH_BYTES
from pipeline.flows.ports import Vault
from pipeline.model.canonical import raw_key
from pipeline.model.operation.errors import StorageFailed


class LetterKeeping:
    """What waits to be kept; no more than BATCH_BYTES of it, and one letter, at once."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._waiting: dict[str, bytes] = {}
        self._size = 0

    def add(self, raw: bytes) -> str:
        """The key under which the vault will keep them."""
        key = raw_key(raw)
        self._waiting[key] = raw
        self._size += len(raw)
        if self._size > BATCH_BYTES:
            self.write()
        return key

    def write(self) -> None:
        """Keeps all that waits; where the disk does not take it, each by itself, so that
        those before the one that it does not take are kept."""
        if not self._waiting:
            return
        try:
            self._vault.keep_all(list(self._waiting.values()))
        except StorageFailed:
            for key, raw in list(self._waiting.items()):
                self._vault.keep(raw)
                del self._waiting[key]
        self._waiting.clear()
        self._size = 0

    def keeps(self, keys: Collection[str]) -> bool:
        """Whether none of them waits any more."""
        return self._waiting.keys().isdisjoint(keys)
