"""Bytes -> text, for mail whose labels lie.

For: bodies, header words and file names whose charset label is missing, too narrow
(gb2312 over GB18030 bytes) or wrong. Trusts: nothing but the bytes; a label is a
preference and never a promise. Never: raises, drops a character that can be read, or
looks at the environment's locale.
"""

import codecs
import re
from functools import cache

from pipeline.reading.iso_2022_cn import decode_iso_2022_cn, is_iso_2022_cn

_CHINESE_LABELS = re.compile(
    r"(x-)?(gb|cp-?936|ms-?936|euc-?cn|iso-ir-58|csgb|chinese)", re.IGNORECASE
)
_NARROW_LABELS = frozenset(
    {
        "",
        "ascii",
        "iso8859-1",
        "cp1252",
        "iso8859-15",
        "latin_1",
    }
)
_SEVEN_BIT = re.compile(
    r"\W*(iso-?2022|hz|(unicode-1-1-)?utf-?(7|16|32))", re.IGNORECASE
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# GB2312 punctuation and its 3,755 common characters
_COMMON_PAIR = re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]")
# Characters that are looked at; the share of plausible characters in what is Chinese
_SAMPLE = 600
_PLAUSIBLE = 0.5
# HZ (RFC 1843) as a person's text has it: whole pairs between its two marks
_HZ = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e])+~\}")


def decode(raw: bytes, label: str = "") -> str:
    """Read `raw`, which calls itself `label`: the label where it fits, else what the bytes look like.

    gb2312 and its kin mean gb18030. Bytes that no candidate reads whole are read with
    U+FFFD for what is broken.
    """
    for bom, codec in _BOMS:
        if raw.startswith(bom):
            return raw.decode(codec, "replace")
    if raw.isascii():
        return _seven_bits(raw, label)
    return _once(_best(raw, _codec(label)))


def _seven_bits(raw: bytes, label: str) -> str:
    """ASCII, or Chinese in seven bits, which says itself what it is."""
    if is_iso_2022_cn(raw):
        return decode_iso_2022_cn(raw)
    if _SEVEN_BIT.match(label):
        return _best(raw, _codec(label))
    if _HZ.search(raw):
        return _strict(raw, "hz") or raw.decode("ascii")
    return raw.decode("ascii")


def _once(text: str) -> str:
    """A text that some gateway took for Latin letters and encoded once more, as it was:
    Chinese never has Latin letters alone that make whole UTF-8."""
    for codec in ("latin-1", "cp1252"):
        try:
            inner = text.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
        if _plausibility(inner) >= _PLAUSIBLE:
            return inner
    return text


@cache
def _codec(label: str) -> str:
    """Python's name of a codec for a label, '' where it is unknown."""
    label = label.strip(" \"'").lower()
    if _CHINESE_LABELS.match(label):
        return "gb18030"
    try:
        name = codecs.lookup(label).name
        # Some names in the registry are no text encodings (hex, rot13)
        "".encode(name)
    except (LookupError, ValueError, UnicodeError):
        return ""
    return name


def _best(raw: bytes, labelled: str) -> str:
    narrow = labelled in _NARROW_LABELS
    if narrow:
        order = ["utf-8", "gb18030", labelled]
    else:
        order = [labelled, "utf-8", "gb18030"]
    strict = [
        text
        for codec in dict.fromkeys(order)
        if codec and (text := _strict(raw, codec)) is not None
    ]
    if not strict:
        return _least_broken(raw, [codec for codec in order if codec])
    if len(strict) == 1 or labelled.startswith(("utf-", "iso2022", "hz")):
        return strict[0]
    if narrow and labelled and _plausibility(strict[0]) < _PLAUSIBLE:
        return strict[-1]
    return max(strict, key=_plausibility)


def _strict(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _least_broken(raw: bytes, order: list[str]) -> str:
    texts = [raw.decode(codec, "replace") for codec in dict.fromkeys(order)]
    return min(
        texts, key=lambda text: (text.count("\ufffd"), -_plausibility(text))
    )


def _plausibility(text: str) -> float:
    """How much of what is not ASCII is everyday Chinese, 0 to 1: the right reading of
    Chinese bytes has mostly that."""
    sample = text[:_SAMPLE]
    foreign = sum(char > "\x7f" for char in sample)
    if not foreign:
        return 0.0
    return (
        len(_COMMON_PAIR.findall(sample.encode("gb2312", "ignore"))) / foreign
    )
