"""The folder where people look for a bulletin's documents: the same files that go with
the mail, a folder an issue.

Names hold a campaign's own words, and are made fit for a disk. A copy for convenience: nothing reads
it back, and what stands there may be deleted.
"""

from collections.abc import Iterable
from pathlib import Path

from pipeline.edges.files.file_names import on_disk
from pipeline.model.notice import Enclosure
from pipeline.model.values.frozen import frozen


@frozen
class DocumentsFolder:
    """`path`: storage/out."""

    path: Path

    def keep(self, issue: str, documents: Iterable[Enclosure]) -> None:
        """Writes the documents of an issue ("2015-09 第1期"). Raises OSError."""
        folder = self.path / on_disk(issue)
        folder.mkdir(parents=True, exist_ok=True)
        for document in documents:
            (folder / on_disk(document.name)).write_bytes(document.content)
