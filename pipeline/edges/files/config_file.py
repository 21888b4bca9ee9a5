"""config.toml as a text that two may change: a person in an editor, and a command.

Never writes over what somebody else has written since it was read; keeps the line ends
and the BOM as they were.
"""

from collections.abc import Callable
from pathlib import Path

from pipeline.edges.files.shared_text import rewrite
from pipeline.model.operation.errors import EdgeError
from pipeline.model.operation.os_errors import in_words

_BOM = b"\xef\xbb\xbf"


class ConfigFile:
    def __init__(self, path: Path) -> None:
        self.path = path

    def text(self) -> str:
        """What stands in it now. Raises EdgeError."""
        try:
            return self.path.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise self._unreadable(error) from error

    def rewrite(self, change: Callable[[str], str]) -> None:
        """Puts `change(text)` in the place of the text. It is called again with the
        newer text where somebody saves in between. Raises EdgeError, and what `change`
        raises; then nothing is written."""

        def changed(before: bytes) -> bytes:
            bom = _BOM if before.startswith(_BOM) else b""
            after = change(before.decode("utf-8-sig"))
            return bom + after.encode("utf-8")

        try:
            rewrite(self.path, changed)
        except UnicodeDecodeError as error:
            raise self._unreadable(error) from error
        except OSError as error:
            advice = f"写不了配置文件 {self.path}：{in_words(error)}"
            raise EdgeError("config", advice, repr(error)) from error

    def _unreadable(self, error: OSError | UnicodeDecodeError) -> EdgeError:
        why = "不是 UTF-8 编码"
        if isinstance(error, OSError):
            why = in_words(error)
        advice = f"读不了配置文件 {self.path}：{why}"
        return EdgeError("config", advice, repr(error))
