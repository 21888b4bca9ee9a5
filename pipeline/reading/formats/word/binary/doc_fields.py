"""The fields of a binary Word file: which characters are only instructions, and what
fields show that store no result.

Beside doc.py. Place for place: the text keeps its length, so that the properties of its
characters still fit.
"""

import re
import struct
from bisect import bisect_left
from dataclasses import dataclass, field

from pipeline.model.document import Doubt
from pipeline.reading.formats.word.binary.doc_file import DocFile
from pipeline.reading.formats.word.binary.doc_form_field import shown_by
from pipeline.reading.formats.word.fields import (
    Shown,
    doubts_of_result,
    shown_of,
)

# Stands for a character that the page does not show
BLANK = "\x00"
_MARK = re.compile("[\x13\x14\x15]")
_BEGIN, _SEPARATOR, _END = "\x13", "\x14", "\x15"
_CONTROLS = ("FORMDROPDOWN", "FORMCHECKBOX")


@dataclass
class _Open:
    begin: int
    separator: int | None = None


@dataclass
class Fields:
    """`text` is the document's with instructions and marks blanked; `shown` is, by the
    place of a field's end, what it shows without a stored result."""

    text: str
    shown: dict[int, Shown] = field(default_factory=dict)
    _places: list[int] = field(default_factory=list)

    def ends_in(self, first: int, last: int) -> list[int]:
        """The places in a stretch of text where `shown` has something to show."""
        if not self.shown:
            return []
        if not self._places:
            self._places = sorted(self.shown)
        return self._places[
            bisect_left(self._places, first) : bisect_left(self._places, last)
        ]


def read_fields(file: DocFile, text: str) -> Fields:
    """The fields of `text`, which is the file's, place for place."""
    if _BEGIN not in text:
        return Fields(text)
    found = Fields(without_field_codes(text))
    open_fields: list[_Open] = []
    for match in _MARK.finditer(text):
        if match[0] == _BEGIN:
            open_fields.append(_Open(match.start()))
        elif not open_fields:
            continue
        elif match[0] == _SEPARATOR:
            open_fields[-1].separator = match.start()
        else:
            ended = open_fields.pop()
            if all(one.separator is not None for one in open_fields):
                shown = _shown(
                    file=file,
                    text=text,
                    painted=found.text,
                    one=ended,
                    end=match.start(),
                )
                if shown.text or shown.doubts:
                    found.shown[match.start()] = shown
    return found


def _shown(
    file: DocFile, text: str, painted: str, one: _Open, end: int
) -> Shown:
    """What a field shows besides its stored result."""
    if one.separator is None:
        code_end = end
    else:
        code_end = one.separator
    instruction = text[one.begin + 1 : code_end]
    name = instruction.strip(" \x01").partition(" ")[0].strip("\x01").upper()
    if name in _CONTROLS:
        return Shown(_control(file, one.begin, end))
    if name == "EMBED" and "EQUATION" in instruction.upper():
        return Shown(doubts=frozenset((Doubt.PICTURED,)))
    if painted[code_end:end].strip(BLANK + " \x01"):
        return Shown(doubts=doubts_of_result(instruction))
    return shown_of(instruction)


def _control(file: DocFile, begin: int, end: int) -> str:
    """The choice of a form control: its picture character tells where its data stand."""
    for run in file.runs(begin, end, 0):
        if run.data_at is not None and run.data_at < len(file.data):
            try:
                return shown_by(file.data, run.data_at)
            except struct.error:
                return ""
    return ""


def without_field_codes(text: str) -> str:
    """The text with field codes blanked (what stands between \\x13 and \\x14), their results kept."""
    if _BEGIN not in text:
        return text
    kept: list[str] = []
    at = 0
    codes = 0
    seen_separator: list[bool] = []
    for match in _MARK.finditer(text):
        stretch = text[at : match.start()]
        kept.append(BLANK * len(stretch) if codes else stretch)
        kept.append(BLANK)
        at = match.end()
        if match[0] == _BEGIN:
            seen_separator.append(False)
            codes += 1
        elif (
            seen_separator and match[0] == _SEPARATOR and not seen_separator[-1]
        ):
            seen_separator[-1] = True
            codes -= 1
        elif seen_separator and match[0] == _END and not seen_separator.pop():
            codes -= 1
    return "".join(kept) + text[at:]
