"""Names of files that come out of texts: an attachment's, a campaign's title.

What is safe on Windows is safe everywhere: no path, no sign that a file system refuses,
no name of a device, and short enough to stand below a folder.
"""

import re

# Windows takes CON and CON.txt for the console, whatever folder they stand in
_DEVICES = re.compile(
    r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE
)
_REFUSED = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
# Characters; a name may have 255 bytes, three a Chinese character
_LONGEST = 80


def on_disk(name: str) -> str:
    """`name` as it may stand on any disk; its ending is kept."""
    shown = _REFUSED.sub("_", name).strip(" .") or "未命名"
    stem, dot, ending = shown.rpartition(".")
    if not dot or len(ending) > 8:
        stem, dot, ending = shown, "", ""
    shown = f"{stem[-_LONGEST:]}{dot}{ending}"
    if _DEVICES.fullmatch(shown):
        return f"_{shown}"
    return shown
