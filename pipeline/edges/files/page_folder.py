"""A folder of pages that people look at: each file appears whole or not at all.

Trusts names that the program made. Never deletes what it did not write.
"""

from collections.abc import Mapping
from pathlib import Path

from pipeline.edges.files.disk import write_whole
from pipeline.model.operation.errors import StorageFailed
from pipeline.model.operation.os_errors import in_words


def write_pages(folder: Path, pages: Mapping[str, str]) -> None:
    """Writes each page beside its old one and then puts it in its place; raises
    StorageFailed with a sentence where the folder cannot be written."""
    try:
        for name, text in pages.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, text.encode("utf-8"), mode=0o644)
    except OSError as error:
        advice = (
            f"写不进目录 {folder}（{in_words(error)}），请换一个目录或检查权限"
        )
        raise StorageFailed("board", advice, repr(error)) from error
