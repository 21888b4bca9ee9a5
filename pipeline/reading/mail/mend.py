"""Raw mail -> the mail as it was written: header blocks that broke on the way, mended.

For: the step before a mail is parsed. Walks the mail once, from block to block: its own
header, those of its parts, those of the mails in it. Mends what servers, gateways and
old programs are known to do (the table of damages stands in docs/reliability.md), and
names each mend as a defect. Trusts: nothing. Never: changes the kept bytes, changes a
mail that follows the rules, touches a body but to undo the encoding that a container
may not have (RFC 2045 6.4).
"""

import re

from pipeline.model.values.frozen import frozen
from pipeline.reading.mail.header_block import (
    BLANK_FIRST,
    JUNK,
    LINE_ENDS,
    Block,
    Field,
    read_block,
)
from pipeline.reading.mail.transfer_encoding import decoded

NO_TYPE = "邮件头缺少内容类型，已按分隔行补上"
DELIMITER = "部件的分隔行之前有空格，已略去"
ENCODED = "整个邮件部件按单个文件编码，已解开"
# Parts that are walked through; a mail of more is left as it is
_MOST_BLOCKS = 5_000
# Containers in one another; beyond it a walk proves nothing
_MOST_OPEN = 200
# Encoded containers in one another
_DEEP = 3
# Octets in which the shape of line ends is looked for
_HEAD = 4_096
# Below it a shape of line ends may be chance
_FEW_LINES = 5
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
# Marks and empty lines, in whatever width, then a field's name in two octets a letter
_WIDE = re.compile(
    rb"(?P<marks>(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff|[\r\n \t\0]){0,16}?)"
    rb"(?:(?P<little>(?:[A-Za-z-]\0){4,}:\0)|(?:\0[A-Za-z-]){4,}\0:)"
)
# What may stand before a header: a BOM, also one that was encoded once more, the first
# line of an mbox as it is escaped within one, empty lines with a field below them.
_BEFORE = re.compile(
    rb"(?:\xef\xbb\xbf|\xc3\xaf\xc2\xbb\xc2\xbf|>+From [^\r\n]*(?:\r*\n|\r)"
    rb"|[ \t]*(?:\r*\n|\r)(?=\s*(?:\xef\xbb\xbf)?(?:>+From |[A-Za-z][\w-]*[ \t]*:)))+"
)
_PART_FIRST = re.compile(
    rb"(?:[ \t]*(?:\r*\n|\r))+"
    rb"(?=content-(?:type|disposition|transfer-encoding)[ \t]*:[^\r\n]*"
    rb"(?:(?:\r*\n|\r)(?:[ \t]+|content-[\w-]+[ \t]*:)[^\r\n]*)*(?:\r*\n|\r){2})",
    re.IGNORECASE,
)
# Lines that are no field above a header: an answer of a server, a gateway's banner.
_JUNK_FIRST = re.compile(
    rb"(?:(?!--)[^\r\n]{1,200}\r?\n){1,3}?(?:\r?\n)?"
    rb"(?=(?:return-path|received|from|delivered-to|x-[\w-]+|message-id|date"
    rb"|mime-version|to|subject):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*"
    rb"\r?\n[A-Za-z][\w-]*:)",
    re.IGNORECASE,
)
_A_FIELD = re.compile(
    rb"(?:[A-Za-z][\w-]{0,75}[ \t]*(?::|\xef\xbc\x9a|\xa3\xba)|From )"
)
# A container whose own field was lost: a delimiter with a part's header below it.
_FIRST_DELIMITER = re.compile(
    rb"(?:[^\r\n]{0,200}\r?\n){0,4}?--([^\r\n]{1,70}?)[ \t]*\r?\ncontent-[\w-]+:",
    re.IGNORECASE,
)
# Each line behind a blank, three fields at least, up to the empty line
_INDENTED = re.compile(
    rb"(?:[ \t][A-Za-z][\w-]{0,75}:[^\r\n]*\r?\n(?:[ \t]{2}[^\r\n]*\r?\n)*){3,}"
    rb"(?=[ \t]?\r?\n)"
)
_DOUBLED_HEAD = re.compile(
    rb"(?:(?:[A-Za-z][\w-]{0,75}[ \t]*:|[ \t])[^\n]*\n\n){6,}"
)
_DOUBLED_DELIMITER = re.compile(rb"(?im)^--[^\n]{1,100}\n\ncontent-[\w-]+:")
# What it holds: looked for first, which is a hundred times as fast
_DOUBLED_FIELD = b"\n\ncontent-"
_DASHES = b"--"
_DELIMITER = re.compile(rb"(?m)^--([^\r\n]{1,200})(?:\r*\n|\r|\Z)")
_MAILS = (
    "message/rfc822",
    "message/global",
    "message/news",
)
_BASE64_LINE = re.compile(rb"\s*[A-Za-z0-9+/]{4,}={0,2}[ \t]*(?:[\r\n]|\Z)")
_HEX = re.compile(rb"=(?:[0-9A-F]{2}|[ \t]*\r*\n)")
_LOOKS_LIKE_MAIL = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*>*[A-Za-z][\w-]*[ \t]*(?::|From )"
)


@frozen
class Mended:
    """The mail to be parsed, and what was mended, in Chinese, for the defects."""

    raw: bytes
    mends: tuple[str, ...] = ()


def mended(raw: bytes) -> Mended:
    """`raw` itself where nothing is wrong. Never raises."""
    return _Walk(raw, 0).walk()


class _Walk:
    """The state of one walk: what was put out, which containers are open."""

    def __init__(self, raw: bytes, depth: int) -> None:
        self._mends: dict[str, None] = {}
        self._given = raw
        self._depth = depth
        self._out: list[bytes] = []
        self._open: list[bytes] = []
        self._raw = raw
        narrow = _in_eight_bits(raw)
        if narrow is not None:
            self._mend(BLANK_FIRST)
            self._raw = narrow
        self._raw = self._even_line_ends(self._raw)
        start = self._mail_begins(0)
        if start:
            rest = self._raw[start:]
            self._raw = self._even_line_ends(_in_eight_bits(rest) or rest)

    def walk(self) -> Mended:
        at: int | None = 0
        for _ in range(_MOST_BLOCKS):
            if at is None:
                break
            block = read_block(self._raw, at, frozenset(self._open))
            if block is None:
                return Mended(self._given)
            at = self._after(block)
        else:
            return Mended(self._given)
        if not self._mends:
            return Mended(self._given)
        return Mended(b"".join(self._out), tuple(self._mends))

    def _even_line_ends(self, raw: bytes) -> bytes:
        """Mended once for each gateway on the way that broke them."""
        for _ in range(_DEEP):
            evened = self._evened(raw)
            if evened == raw:
                break
            raw = evened
        return raw

    def _evened(self, raw: bytes) -> bytes:
        """Line ends of a kind that no parser knows, made those of RFC 5322, if the mail
        begins with them."""
        head = raw[:_HEAD].lstrip(b" \t\r\n")
        first = re.search(rb"[\r\n]+", head)
        if first is None:
            return raw
        if re.match(rb"\r\r+\n", first[0]):
            self._mend(LINE_ENDS)
            return re.sub(rb"\r\r+\n", b"\r\n", raw)
        if first[0] == b"\n\r" and b"\r\n" not in head.replace(b"\n\r", b""):
            self._mend(LINE_ENDS)
            return raw.replace(b"\n\r", b"\r\n")
        if b"\n" not in head and head.count(b"\r") > 2:
            self._mend(LINE_ENDS)
            return re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
        single = _single_spaced(raw)
        if single != raw:
            self._mend(LINE_ENDS)
            return single
        below = raw.partition(b"\r\n\r\n")[2]
        doubled = below.count(b"\r\r\n")
        if doubled > _FEW_LINES and doubled == below.count(b"\n"):
            self._mend(LINE_ENDS)
            return raw.replace(b"\r\r\n", b"\r\n")
        return raw

    def _mail_begins(self, at: int) -> int:
        """Where the header of a mail begins: behind a BOM, empty lines and the escaped
        first line of an mbox."""
        match = _BEFORE.match(self._raw, at)
        if match is not None and match.end() > at:
            self._mend(BLANK_FIRST)
            at = match.end()
        self._outdent(at)
        if not _A_FIELD.match(self._raw, at):
            junk = _JUNK_FIRST.match(self._raw, at)
            if junk is not None:
                self._mend(JUNK)
                return junk.end()
        return at

    def _outdent(self, at: int) -> None:
        """Take one blank off each line of a header whose lines all have one too many."""
        head = _INDENTED.match(self._raw, at)
        if head is None:
            return
        self._mend(BLANK_FIRST)
        lines = re.sub(rb"(?m)^[ \t]", b"", head[0])
        before = self._raw[:at]
        after = self._raw[head.end() :]
        self._raw = before + lines + after

    def _after(self, block: Block) -> int | None:
        """Put out a block, and what follows it up to the next one; where that begins,
        None at the mail's end."""
        for what in block.mends:
            self._mend(what)
        self._find_lost_container(block)
        kind = block.kind()
        mark = block.boundary()
        if mark:
            self._straighten(block.end, mark)
        if mark or kind in _MAILS:
            inside = self._decoded(block, kind, mark)
            if inside is not None:
                return self._put_decoded(block, inside)
        self._out.append(block.octets)
        if kind in _MAILS and block.encoding() not in (
            "base64",
            "quoted-printable",
        ):
            return self._mail_begins(block.end)
        if mark and len(self._open) < _MOST_OPEN:
            self._open.append(mark)
        return self._next_part(block.end)

    def _find_lost_container(self, block: Block) -> None:
        """Give a block that names no type, and has a container below it, its field back."""
        if block.kind() or not block.fields:
            return
        first = _FIRST_DELIMITER.match(self._raw, block.end, block.end + _HEAD)
        if first is None or first[1] in self._open:
            return
        mark = first[1]
        if b"\n--" + mark + b"--" not in self._raw[first.end() :]:
            return
        self._mend(NO_TYPE)
        line = b'Content-Type: multipart/mixed; boundary="' + mark + b'"\r\n'
        block.fields.append(Field(b"content-type", [line]))
        # Else a line of junk that ended the header stands among its fields now
        block.blank = block.blank or b"\r\n"

    def _straighten(self, at: int, mark: bytes) -> None:
        """Opening delimiters none of which stands at its line's beginning, put back."""
        line = rb"--" + re.escape(mark) + rb"(?:--)?[ \t]*\r?$"
        opening = rb"(?m)^--" + re.escape(mark) + rb"[ \t]*\r?$"
        if re.compile(opening).search(self._raw, at):
            return
        moved = re.compile(rb"(?m)^[ \t]+(?=" + line + rb")")
        if moved.search(self._raw, at) is None:
            return
        self._mend(DELIMITER)
        before = self._raw[:at]
        after = moved.sub(b"", self._raw[at:])
        self._raw = before + after

    def _next_part(self, at: int) -> int | None:
        """Copy the body from `at` up to and with the next opening delimiter."""
        begun = at
        while self._open:
            match = _next_delimiter(self._raw, at)
            if match is None:
                break
            at = match.end()
            mark = match[1].rstrip()
            if mark in self._open:
                self._close_down_to(mark)
                self._out.append(self._raw[begun:at])
                return self._part_begins(at)
            if mark.endswith(b"--") and mark[:-2] in self._open:
                self._close_down_to(mark[:-2])
                self._open.pop()
        self._out.append(self._raw[begun:])
        return None

    def _close_down_to(self, mark: bytes) -> None:
        while self._open[-1] != mark:
            self._open.pop()

    def _part_begins(self, at: int) -> int:
        match = _PART_FIRST.match(self._raw, at)
        if match is None:
            return at
        self._mend(BLANK_FIRST)
        return match.end()

    def _end_of_part(self, at: int) -> int:
        """Where the delimiter of a container around the part begins, or the mail ends."""
        match = _next_delimiter(self._raw, at)
        while match is not None:
            mark = match[1].rstrip()
            if mark in self._open or mark.removesuffix(b"--") in self._open:
                return match.start()
            match = _next_delimiter(self._raw, match.end())
        return len(self._raw)

    def _decoded(self, block: Block, kind: str, mark: bytes) -> bytes | None:
        """The body of a container or a mail that was encoded as a whole; None where it
        was not, whatever its label says."""
        encoding = block.encoding()
        if (
            encoding not in ("base64", "quoted-printable")
            or self._depth >= _DEEP
        ):
            return None
        body = self._raw[block.end : self._end_of_part(block.end)]
        if encoding == "quoted-printable" and not _is_quoted_printable(body):
            return None
        if encoding == "base64" and not _is_base64(body):
            return None
        inside = decoded(body, encoding)
        if mark and b"--" + mark not in inside:
            return None
        if not mark and not _LOOKS_LIKE_MAIL.match(inside):
            return None
        return inside

    def _put_decoded(self, block: Block, inside: bytes) -> int | None:
        """The container with its body decoded, mended as a mail of its own where it is
        one; what was decoded is complete, so the walk goes on behind it."""
        self._mend(ENCODED)
        if block.boundary():
            head = b"".join(line for one in _plain(block) for line in one.lines)
            whole = _Walk(head + b"\r\n" + inside, self._depth + 1).walk()
            self._out.append(whole.raw)
        else:
            whole = _Walk(inside, self._depth + 1).walk()
            self._out += [line for one in _plain(block) for line in one.lines]
            self._out += [b"\r\n", whole.raw]
        for what in whole.mends:
            self._mend(what)
        self._out.append(b"\r\n")
        return self._next_part(self._end_of_part(block.end))

    def _mend(self, what: str) -> None:
        self._mends[what] = None


def _in_eight_bits(raw: bytes) -> bytes | None:
    """A mail that stands in UTF-16 as a whole, in UTF-8; None for any other. It is known
    by its mark, or by the NUL beside each letter of its first field."""
    found = _WIDE.match(raw)
    if found is None:
        if not raw.startswith(_WIDE_BOMS):
            return None
        text = raw.decode("utf-16", "replace")
    elif found["little"]:
        text = raw[found.end("marks") :].decode("utf-16-le", "replace")
    else:
        text = raw[found.end("marks") :].decode("utf-16-be", "replace")
    return text.encode("utf-8", "replace")


def _next_delimiter(raw: bytes, at: int) -> re.Match[bytes] | None:
    """The first line from `at` on that may be a delimiter. By its dashes, which code has
    none of: the pattern alone is tried at every byte of an attachment."""
    dashes = raw.find(_DASHES, at)
    while dashes >= 0:
        match = _DELIMITER.match(raw, dashes)
        if match is not None:
            return match
        dashes = raw.find(_DASHES, dashes + 1)
    return None


def _single_spaced(raw: bytes) -> bytes:
    """A mail whose line ends were doubled on the way (LF CR, CR CR LF, of which a server
    made two), in its header or below it, as it was; any other as it is."""
    lines = raw.replace(b"\r\n", b"\n")
    head = _DOUBLED_HEAD.match(lines)
    if head is not None:
        top = head[0].replace(b"\n\n", b"\n")
        body = re.sub(rb"\A\n{1,2}", b"", lines[head.end() :])
    else:
        top, blank, body = lines.partition(b"\n\n")
        top += b"\n"
        if not blank:
            return raw
    doubled = _is_doubled(body)
    if head is None and not doubled:
        return raw
    if doubled:
        body = re.sub(rb"\n{3,}", b"\0", body).replace(b"\n\n", b"\n")
        body = body.replace(b"\0", b"\n\n")
    whole = top + b"\n" + body
    if b"\r\n" in raw:
        return whole.replace(b"\n", b"\r\n")
    return whole


def _is_doubled(body: bytes) -> bool:
    """Whether every line end of a container stands there twice. Of a plain text nobody
    could tell: people leave lines empty."""
    if b"\0" in body or _DOUBLED_FIELD not in body.lower():
        return False
    if not _DOUBLED_DELIMITER.search(body):
        return False
    single = re.search(rb"[^\n]\n[^\n]", body)
    return single is None


def _plain(block: Block) -> list[Field]:
    """The fields of a block whose body is encoded no more."""
    found = []
    for one in block.fields:
        if one.name != b"content-transfer-encoding":
            found.append(one)
    return found


def _is_base64(body: bytes) -> bool:
    """Whether the first line that is not empty could be one of base64."""
    return bool(_BASE64_LINE.match(body))


def _is_quoted_printable(body: bytes) -> bool:
    """Whether every `=` in it is one of the encoding's: a plain mail with that label has
    others, in its boundaries."""
    return b"=" in body and b"=" not in _HEX.sub(b"", body)
