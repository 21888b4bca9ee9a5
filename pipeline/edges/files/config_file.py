"""config.toml as a text that two may change: a person in an editor, and a command.

Never writes over what somebody else has written since it was read.
"""

from pathlib import Path

from pipeline.edges.files.disk import write_whole
from pipeline.model.operation.errors import EdgeError
from pipeline.model.operation.os_errors import in_words


class ConfigFile:
    """The text as it was read; `replace` refuses where the file has become another."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = self._bytes()
        self.text = self._read.decode("utf-8-sig")

    def _bytes(self) -> bytes:
        try:
            return self.path.read_bytes()
        except OSError as error:
            advice = f"读不了配置文件 {self.path}：{in_words(error)}"
            raise EdgeError("config", advice, repr(error)) from error

    def replace(self, text: str) -> None:
        """The whole file anew, with its line ends and its BOM as they were. Raises EdgeError."""
        if self._bytes() != self._read:
            advice = f"{self.path} 刚才被别人改过，没有写入；请重新运行一次。"
            raise EdgeError("config", advice, "changed meanwhile")
        had_bom = self._read.startswith(b"\xef\xbb\xbf")
        content = text.encode("utf-8-sig" if had_bom else "utf-8")
        try:
            write_whole(self.path, content)
        except OSError as error:
            advice = f"写不了配置文件 {self.path}：{in_words(error)}"
            raise EdgeError("config", advice, repr(error)) from error
