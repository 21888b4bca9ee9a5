"""The keeping half of taking mails in, by the batch: their bytes into the vault, and then,
once those would survive a power cut, the rows that say so.

Never writes a row before its bytes, for it would be a lost mail. Until both are written
a mail is not acknowledged: killed before, it is fetched again.
"""

from collections.abc import Sequence

from pipeline.flows.ports import Arrivals, Vault
from pipeline.model.operation.errors import StorageFailed
from pipeline.model.operation.post import FetchedMail, KeptSighting

# Kept in one transaction, and later tried in one
BATCH_MAILS = 50
# Octets of raw mails: what is kept, or read, of a batch is in memory at once
BATCH_BYTES = 8_000_000


class KeepingBatch:
    """What waits to be kept: `most` mails, or as many as are BATCH_BYTES together."""

    def __init__(self, vault: Vault, store: Arrivals, most: int) -> None:
        self._vault = vault
        self._store = store
        self._most = most
        self._waiting: list[FetchedMail] = []
        self._size = 0

    def add(self, mail: FetchedMail) -> None:
        if self._waiting and self._size + len(mail.raw) > BATCH_BYTES:
            self.write()
        self._waiting.append(mail)
        self._size += len(mail.raw)
        if len(self._waiting) == self._most:
            self.write()

    def write(self) -> None:
        """Keeps all that waits; where the disk does not take it, each mail by itself, so
        that those before the one that it does not take are kept."""
        if not self._waiting:
            return
        # Emptied first: what comes after a write that failed is no part of it
        mails, self._waiting, self._size = self._waiting, [], 0
        try:
            self._keep(mails)
        except StorageFailed:
            if len(mails) == 1:
                raise
            for mail in mails:
                self._keep([mail])

    def _keep(self, mails: Sequence[FetchedMail]) -> None:
        keys = self._vault.keep_all([mail.raw for mail in mails])
        rows = []
        for mail, key in zip(mails, keys, strict=True):
            row = KeptSighting(mail.sighting, key, mail.at, mail.too_big)
            rows.append(row)
        self._store.keep_sightings(rows)
