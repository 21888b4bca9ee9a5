"""The header of a mail or of a part: words, parameters, addresses, dates and names,
decoded as bytes first.

For: everything that mail-parser and the stdlib get wrong in Chinese headers (raw 8-bit
GBK, encoded-words cut inside a character, RFC 2231 with lying labels, unquoted names).
Works on the raw pairs of a compat32 message. Trusts: nothing; every value is bounded
before it is looked at. Never: raises, serialises a foreign header, or calls the
stdlib's parameter parser (quadratic in quotes).
"""

import binascii
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import getaddresses, parsedate_tz
from urllib.parse import unquote_to_bytes

from pipeline.model.mail import Address
from pipeline.model.roster import folded
from pipeline.reading.charsets import decode
from pipeline.reading.mail.guard import guarded

MAX_VALUE = 64 * 1024
_CHINA = timezone(timedelta(hours=8))
_FOLD = re.compile(r"\r?\n[ \t]*|\r(?=[ \t])")
_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
_PARAMETER = re.compile(
    r""";\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|=\?[^?\s]+\?[bBqQ]\?[^?]*\?=[^;]*|[^;]*)""",
    re.DOTALL,
)
_ADDRESS = re.compile(r"[\w.+$=/-]{1,64}@[\w.-]{1,190}\w", re.ASCII)
# The full-width signs of a Chinese keyboard
_WIDE = str.maketrans("＜＞＠", "<>@")
_ID = re.compile(r"<[^<>\s]{1,900}>")


class Headers:
    """The raw name-value pairs of one part, looked up without regard to case. Values
    keep raw octets as surrogates."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        self._parameters: dict[str, dict[str, str]] = {}
        for name, value in pairs:
            self._values.setdefault(name.strip().lower(), []).append(
                value[:MAX_VALUE]
            )

    def raw(self, name: str) -> str:
        """The first value of that name, unfolded, not decoded; '' where there is none."""
        values = self._values.get(name)
        if values:
            return _FOLD.sub(" ", values[0]).strip()
        return ""

    def every(self, name: str) -> list[str]:
        """All values of that name from the topmost down, unfolded, not decoded."""
        found = []
        for value in self._values.get(name, ()):
            found.append(_FOLD.sub(" ", value).strip())
        return found

    def names(self) -> list[str]:
        """The names of all headers, each once, in lower case."""
        return list(self._values)

    def count(self, name: str) -> int:
        """How often that name stands there."""
        return len(self._values.get(name, ()))

    def text(self, name: str) -> str:
        """The first value of that name, decoded, on one line."""
        raw = self.raw(name)
        if raw:
            return one_line(words(raw))
        return ""

    def token(self, name: str) -> str:
        """The first word of a structured value, lower case: `multipart/mixed`, `attachment`, `bulk`."""
        return (
            self.raw(name)
            .split(";", 1)[0]
            .split("(", 1)[0]
            .strip()
            .strip('"')
            .lower()
        )

    def parameters(self, name: str) -> dict[str, str]:
        """The parameters of a structured value, decoded (RFC 2231, RFC 2047, raw
        octets), names in lower case."""
        if name not in self._parameters:
            self._parameters[name] = parameters(self.raw(name))
        return self._parameters[name]

    def __contains__(self, name: str) -> bool:
        return name in self._values


def octets(value: str) -> bytes:
    """The bytes behind a raw header value (surrogates are octets that the stdlib could not read)."""
    return value.encode("utf-8", "surrogateescape")


def legible(value: str) -> str:
    """A raw value with its octets read as text: a computer's Chinese name in a
    Message-ID, a torn address."""
    if value.isascii():
        return value
    return decode(octets(value))


def words(value: str) -> str:
    """Decode RFC 2047 and raw octets in `value`. Neighbouring words of one charset are
    joined as bytes first, since senders cut words inside a character."""
    if value.isascii() and "=?" not in value:
        return value
    pieces: list[tuple[str, bytes]] = []
    end = 0
    for match in _WORD.finditer(value):
        gap = value[end : match.start()]
        if gap.strip() or (gap and not end):
            pieces.append(("", octets(gap)))
        pieces.append(
            (
                match[1].partition("*")[0].lower(),
                _word_bytes(match[2], match[3]),
            )
        )
        end = match.end()
    if value[end:]:
        pieces.append(("", octets(value[end:])))
    return "".join(
        decode(b"".join(chunks), label) for label, chunks in _runs(pieces)
    )


def _runs(pieces: list[tuple[str, bytes]]) -> Iterator[tuple[str, list[bytes]]]:
    current: tuple[str, list[bytes]] | None = None
    for label, chunk in pieces:
        if current and current[0] == label:
            current[1].append(chunk)
            continue
        if current:
            yield current
        current = (label, [chunk])
    if current:
        yield current


def _word_bytes(encoding: str, text: str) -> bytes:
    if encoding in "qQ":
        return binascii.a2b_qp(octets(text), header=True)
    return lenient_base64(octets(text))


def lenient_base64(data: bytes) -> bytes:
    """Decode base64 whose padding is missing, doubled, or whose last character hangs over."""
    clean = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    if len(clean) % 4 == 1:
        clean = clean[:-1]
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def parameters(value: str) -> dict[str, str]:
    """The parameters after the first `;` of `value`. A charset'lang'%XX value wins over
    the plain one of its name."""
    if ";" not in value:
        return {}
    plain: dict[str, str] = {}
    parts: dict[str, dict[int, tuple[bool, str]]] = {}
    for match in _PARAMETER.finditer(value):
        name, star, rest = match[1].lower().partition("*")
        text = _unquoted(match[2].strip())
        if not star:
            plain.setdefault(name, words(text))
            continue
        number = rest.rstrip("*")
        if number.isascii() and number.isdigit() and len(number) < 4:
            index = int(number)
        else:
            index = 0
        encoded = not rest or rest.endswith("*")
        parts.setdefault(name, {}).setdefault(index, (encoded, text))
    for name, found in parts.items():
        joined = _joined(found)
        if joined:
            plain[name] = joined
    return plain


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text
    if len(text) > 1 and text.endswith('"'):
        inner = text[1:-1]
    else:
        inner = text[1:]
    # A backslash is undone only before a quote or another one: it may be the second byte of a GBK character.
    if "\\" in inner:
        return re.sub(r'(?<![\udc81-\udcfe])\\(["\\])', r"\1", inner)
    return inner


def _joined(found: dict[int, tuple[bool, str]]) -> str:
    """RFC 2231: the sections in order, joined as bytes, then decoded by the label of the first."""
    label = ""
    data = b""
    for index in sorted(found):
        encoded, text = found[index]
        if encoded and index == min(found) and text.count("'") >= 2:
            label, _, text = text.split("'", 2)
        if encoded:
            data += unquote_to_bytes(octets(text))
        else:
            data += octets(text)
    text = decode(data, label)
    if "=?" in text:
        return words(text)
    return text


def one_line(text: str) -> str:
    """Fit for a line of a table: no control or direction characters, blanks folded."""
    return " ".join(visible(text).split())


def visible(text: str) -> str:
    """Without control, direction (U+202E and kin), zero-width and unpaired characters;
    line ends and tabs stay."""
    return _UNSAFE.sub("", text)


_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def safe_name(name: str) -> str:
    """A file name that may be shown: one line, never a path, never hiding its true
    ending behind direction marks."""
    if name:
        base = re.split(r"[/\\]", one_line(name))[-1].strip(" .")
    else:
        base = ""
    return base[:200]


def addresses(raw: str) -> list[Address]:
    """The mailboxes of an address header by the stdlib, names decoded after splitting,
    so that a comma in a name does no harm. Where the stdlib finds none, whatever looks
    like an address."""
    raw = _FOLD.sub(" ", raw)
    pairs, _ = guarded(getaddresses, [raw])
    found = []
    for name, email in pairs or ():
        if "@" in email:
            found.append(Address(plain_address(email), one_line(words(name))))
    if found:
        return found
    made = []
    for match in _ADDRESS.finditer(words(raw).translate(_WIDE)):
        made.append(Address(folded(match[0])))
    return made


def plain_address(email: str) -> str:
    """An address as parsers hand it out, without what programs leave around it: quotes,
    a final dot, the start of an unclosed name. Nothing is taken out of its middle."""
    plain = folded(legible(email).translate(_WIDE).strip(" .;'\""))
    if not re.search(r"[<\s]|\?=", plain):
        return plain
    inside = _ADDRESS.findall(words(plain))
    if len(inside) == 1:
        return folded(str(inside[0]))
    return plain


def identifiers(raw: str) -> tuple[str, ...]:
    """The message identifiers in a header, with angle brackets."""
    raw = legible(raw)
    found = tuple(_ID.findall(raw))
    if found:
        return found
    bare = "".join(one_line(raw).split())
    if "@" in bare:
        return (f"<{bare.strip('<>')}>",)
    return ()


_CHINESE_DATE = re.compile(
    r"(\d{4})\s*[年/.-]\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})\D{0,8}(?:(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)
_ZONE = re.compile(r":\d{2}\s*(?:[+-]\d{3,4}|[A-Za-z]{1,5}\b)")
_COLON_ZONE = re.compile(r"(?:GMT|UTC)?\s*([+-]\d{2}):?(\d{2})\s*(?:\(.*)?$")


def date(raw: str) -> datetime | None:
    """The time a `Date:` header states, in UTC. Without a zone, or with CST, it is
    China's; None where unreadable."""
    raw = one_line(words(raw))[:200]
    raw = re.sub(r"\bCST\b|中国标准时间", "+0800", raw)
    raw = _COLON_ZONE.sub(r" \1\2", raw)
    try:
        return _rfc_date(raw) or _iso_date(raw)
    except (ValueError, OverflowError, TypeError, IndexError, AttributeError):
        # A year 0, a zone of 99 hours: such a date says nothing
        return None


def _rfc_date(raw: str) -> datetime | None:
    if re.match(r"\s*\d{4}\D", raw):
        parsed = None
    else:
        parsed = parsedate_tz(raw)
    if parsed is None:
        return None
    if _ZONE.search(raw):
        zone = timezone(timedelta(seconds=parsed[9] or 0))
    else:
        zone = _CHINA
    return datetime(*parsed[:6], tzinfo=zone).astimezone(UTC)


def _iso_date(raw: str) -> datetime | None:
    match = _CHINESE_DATE.search(raw)
    if match is None:
        return None
    numbers = []
    for part in match.groups():
        numbers.append(int(part or 0))
    year, month, day, hour, minute, second = numbers
    zone = _stated_zone(raw)
    local = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    return local.astimezone(UTC)


def _stated_zone(raw: str) -> timezone:
    """The zone at the end of a date, China's where there is none."""
    zone = re.search(r"([+-])(\d{2})(\d{2})$", raw)
    if zone:
        offset = timedelta(hours=int(zone[2]), minutes=int(zone[3]))
        if zone[1] == "-":
            offset = -offset
        return timezone(offset)
    if raw.rstrip().endswith("Z"):
        return UTC
    return _CHINA
