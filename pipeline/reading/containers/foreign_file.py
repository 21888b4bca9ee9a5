"""A file as it came: its bytes, what kind they are, and its container once it is open.

For: sniffing, which looks into a zip or an OLE container, and the reader that follows,
which takes the same one. Trusts nothing of the bytes. Never keeps a file longer than
whoever holds this value does.
"""

from functools import cached_property

from pipeline.reading.containers import ole
from pipeline.reading.containers.zip_package import Package


class ForeignFile:
    """`kind` is the name of a line in files/kinds.py; sniffing sets it."""

    def __init__(self, content: bytes, kind: str = "") -> None:
        self.content = content
        self.kind = kind

    @cached_property
    def package(self) -> Package:
        """The bytes as a zip. Raises UnreadableError(CORRUPT) where they are none."""
        return Package(self.content)

    @cached_property
    def folder(self) -> ole.Folder:
        """The bytes as an OLE container. Raises struct.error or ValueError where they
        are none, or a torn one."""
        return ole.opened(self.content)
