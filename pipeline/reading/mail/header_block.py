"""One block of header fields, of a mail or of a part, read as it was meant (RFC 5322 2.2).

For: mend.py. A block that follows the rules comes back byte for byte; one that broke on
the way (a lost fold, a blank before the colon, a line that is no field) is put right,
and each mend is named. Trusts: nothing. Never: looks at what follows the block, but for
whether its first line is a delimiter.
"""

import re
from dataclasses import dataclass, field

from pipeline.reading.mail.headers import parameters

# Of one block; what is longer is left as it is
_MOST_LINES = 5_000
# Lines in which a field must follow for the block to go on
_LOOK_AHEAD = 60
_LINE = re.compile(rb"([^\r\n]*)(\r*\n|\r|\Z)")
_FIELD = re.compile(rb"([A-Za-z][\w.-]{0,75})([ \t]*)(:|\xef\xbc\x9a|\xa3\xba)")
_KNOWN = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|message-id|in-reply-to|references|reply-to|sender"
    rb"|return-path|received|received-spf|mime-version|importance|priority|precedence"
    rb"|delivered-to|errors-to|user-agent|organization|auto-submitted|authentication-results"
    rb"|dkim-signature|domainkey-signature|(?:x|content|list|arc|resent|thread)-[\w.-]+)",
    re.IGNORECASE,
)
_MBOX = re.compile(rb">*From [^:\s]")
_PARAMETER = re.compile(
    rb"[\"']?[ \t]*;?[ \t]*(?:boundary|charset|name|filename|format|delsp|type|start"
    rb"|report-type|reply-type|protocol|micalg|smime-type|size|creation-date"
    rb"|modification-date|method|x-[\w-]+)(?:\*\d*\*?)?[ \t]*=",
    re.IGNORECASE,
)
_NO_SEMICOLON = re.compile(
    rb"(:\s*[\w.+-]+(?:/[\w.+-]+)?|\")(\s*,\s*|\s+)(?=(?:boundary|charset|name|filename|format"
    rb"|report-type|type|protocol|smime-type)\*?[ \t]*=)",
    re.IGNORECASE,
)
_PARAMETRIC = (b"content-type", b"content-disposition")
_ADDRESSES = (
    b"from",
    b"to",
    b"cc",
    b"sender",
    b"reply-to",
    b"return-path",
)
_IDENTIFIERS = (
    b"message-id",
    b"in-reply-to",
    b"references",
)
# What the servers write above a mail's own header.
_ON_THE_WAY = frozenset(
    {
        b"return-path",
        b"received",
        b"delivered-to",
        b"x-original-to",
        b"envelope-to",
        b"delivery-date",
    }
)
# A header with From in it, up to its end.
_WITH_FROM = re.compile(
    rb"(?=(?:[\w-]+:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){0,100}?from:)"
    rb"[\w-]+:",
    re.IGNORECASE,
)
_COMPLETE = (
    b"mime-version",
    b"content-transfer-encoding",
    b"content-id",
)

BLANK_FIRST = "邮件头之前有空行或标记，已略去"
LINE_ENDS = "邮件头的换行符不合规则，已改正"
COLON = "邮件头的冒号写法不合规则，已改正"
FOLD = "邮件头的续行没有缩进，已接上"
JUNK = "邮件头中有多余的行，已略去"
SEMICOLON = "邮件头的参数之间缺分号，已补上"
SEPARATOR = "邮件头之后缺空行，已补上"
BROKEN_IN_TWO = "邮件头中间有空行，已接上"
NO_CONTAINER = "邮件头的内容类型写错，已按分隔行改正"


@dataclass(eq=False)
class Field:
    """One field: its name in lower case, its lines, each with its line end."""

    name: bytes
    lines: list[bytes]

    @property
    def value(self) -> bytes:
        return b"".join(self.lines).partition(b":")[2].strip()


@dataclass
class Block:
    """`fields` in order, the blank line that ends them, where the body begins in the
    bytes that were read, and what was mended."""

    fields: list[Field] = field(default_factory=list)
    blank: bytes = b""
    end: int = 0
    mends: list[str] = field(default_factory=list)

    @property
    def octets(self) -> bytes:
        return (
            b"".join(line for f in self.fields for line in f.lines) + self.blank
        )

    def value(self, name: bytes) -> str:
        """The first value of that name, its octets as surrogates; "" for none."""
        for one in self.fields:
            if one.name == name:
                return one.value.decode("utf-8", "surrogateescape")
        return ""

    def kind(self) -> str:
        """multipart/mixed, message/rfc822; "" where the block names no type."""
        return self.value(b"content-type").partition(";")[0].strip().lower()

    def encoding(self) -> str:
        return self.value(b"content-transfer-encoding").strip('"; \t').lower()

    def boundary(self) -> bytes:
        for one in self.fields:
            if one.name == b"content-type":
                return self.boundary_in(one)
        return b""

    @staticmethod
    def boundary_in(content_type: Field) -> bytes:
        """The boundary of a container; b"" where the field names none."""
        value = content_type.value.decode("utf-8", "surrogateescape")
        if not value.lower().startswith("multipart/"):
            return b""
        unfolded = re.sub(r"\s*[\r\n]+\s*", " ", value)
        mark = parameters(unfolded).get("boundary", "")
        return mark.encode("utf-8", "surrogateescape").rstrip()


def read_block(raw: bytes, start: int, marks: frozenset[bytes]) -> Block | None:
    """The block that begins at `start`. `marks` are the boundaries of the containers
    around it. None where it is too long to be one."""
    return _BlockReader(raw, start, marks).read()


class _BlockReader:
    """Line by line: each either opens a field, continues one, ends the block, or is none
    of these and gets mended."""

    def __init__(self, raw: bytes, start: int, marks: frozenset[bytes]) -> None:
        self._raw = raw
        self._at = start
        self._start = start
        self._marks = marks
        self._block = Block()

    def read(self) -> Block | None:
        for _ in range(_MOST_LINES):
            if self._at >= len(self._raw) or self._line_ends_block():
                self._block.end = self._at
                self._put_semicolons()
                self._keep_one_type()
                return self._block
        return None

    def _line_ends_block(self) -> bool:
        """Take one line; whether it was the last."""
        match = _LINE.match(self._raw, self._at)
        # It fits everywhere
        assert match is not None
        content = match[1]
        end = match[2]
        after = match.end()
        if self._is_delimiter(content):
            return self._separate(end)
        if not content:
            return self._blank_line(end, after)
        if not content.strip(b" \t") and self._delimiter_at(after):
            self._mend(SEPARATOR)
            return self._close(end, after)
        if end.startswith(b"\r\r"):
            self._mend(LINE_ENDS)
            end = b"\r\n"
        if not self._took(content, end, after):
            return True
        self._at = after
        return False

    def _took(self, content: bytes, end: bytes, after: int) -> bool:
        """Whether a line that is not empty belongs to the block."""
        fields = self._block.fields
        if content[:1] in b" \t" and fields:
            fields[-1].lines.append(content + end)
            return True
        if _MBOX.match(content) and (
            self._at > self._start or content[:1] == b">"
        ):
            self._mend(JUNK)
            return True
        opened = self._opened(content, end)
        if opened is not None:
            fields.append(opened)
            return True
        if content.startswith(b"From ") and not fields:
            # The first line of an mbox
            fields.append(Field(b"", [content + end]))
            return True
        if not fields or not self._goes_on(content, after):
            return False
        if _continues(fields[-1], content):
            self._mend(FOLD)
            fields[-1].lines.append(b" " + content + end)
        else:
            self._mend(JUNK)
        return True

    def _opened(self, content: bytes, end: bytes) -> Field | None:
        match = _FIELD.match(content)
        if match is None:
            return None
        name = match[1]
        if match[2] or match[3] != b":":
            if not _KNOWN.fullmatch(name):
                return None
            self._mend(COLON)
            content = name + b":" + content[match.end() :]
        return Field(name.lower(), [content + end])

    def _goes_on(self, content: bytes, after: int) -> bool:
        """Whether the block goes on after a line that is no field: a known field
        follows, or the line plainly belongs to the field above it."""
        above = self._block.fields[-1]
        if above.name in _PARAMETRIC and _continues(above, content):
            return True
        at = after
        for number in range(_LOOK_AHEAD):
            match = _LINE.match(self._raw, at)
            if (
                match is None
                or not match[1].strip()
                or self._is_delimiter(match[1])
            ):
                return number == 0 and self._body_is_a_container(at)
            found = _FIELD.match(match[1])
            if found and _KNOWN.fullmatch(found[1]):
                return True
            at = match.end()
        return False

    def _body_is_a_container(self, at: int) -> bool:
        """Whether the first line of the body, from `at` on, is the delimiter of this
        block's own boundary: then no line above can be text."""
        body = self._raw[at : at + 4_096].lstrip(b"\r\n \t")
        boundary = self._block.boundary()
        return bool(boundary) and body.startswith(b"--" + boundary)

    def _blank_line(self, end: bytes, after: int) -> bool:
        broken = self._container_below(after) or self._sender_below(after)
        if self._block.fields and broken:
            self._mend(BROKEN_IN_TWO)
            self._at = after
            return False
        if end.startswith(b"\r\r"):
            self._mend(LINE_ENDS)
            end = b"\r\n"
        return self._close(end, after)

    def _container_below(self, at: int) -> bool:
        """Whether the fields go on behind an empty line: a block that said nothing of
        its content, and below it a container's header with the container itself."""
        names = set()
        for one in self._block.fields:
            names.add(one.name)
        if b"content-type" in names or b"from" not in names:
            return False
        below = self._raw[at : at + 65_536]
        match = re.match(
            rb"(?:[\w-]+:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n)+\r?\n", below
        )
        if match is None or b"multipart/" not in match[0].lower():
            return False
        rest = _BlockReader(self._raw, at, self._marks).read()
        if rest is None or not rest.boundary():
            return False
        return (
            b"--" + rest.boundary() in self._raw[rest.end : rest.end + 65_536]
        )

    def _sender_below(self, at: int) -> bool:
        """Whether a block that names nobody is cut off from the fields that do: what the
        last server on the way wrote, an empty line, and the header itself."""
        for one in self._block.fields:
            if one.name not in _ON_THE_WAY:
                return False
        return bool(_WITH_FROM.match(self._raw, at, at + 65_536))

    def _close(self, end: bytes, after: int) -> bool:
        self._block.blank = end
        self._at = after
        return True

    def _separate(self, end: bytes) -> bool:
        """A delimiter stands where the block still goes on: its blank line was lost. An
        empty block in front of one is nothing to mend."""
        if self._block.fields:
            self._mend(SEPARATOR)
            self._block.blank = b"\r\n"
        return True

    def _is_delimiter(self, content: bytes) -> bool:
        if not content.startswith(b"--"):
            return False
        mark = content[2:].rstrip()
        own = self._block.boundary()
        if own and mark == own:
            return True
        return mark in self._marks or mark.removesuffix(b"--") in self._marks

    def _delimiter_at(self, at: int) -> bool:
        match = _LINE.match(self._raw, at)
        return match is not None and self._is_delimiter(match[1])

    def _put_semicolons(self) -> None:
        for one in self._block.fields:
            if one.name not in _PARAMETRIC:
                continue
            whole = b"".join(one.lines)
            mended = _NO_SEMICOLON.sub(_parted, whole)
            if mended != whole:
                one.lines = [mended]
                self._mend(SEMICOLON)

    def _keep_one_type(self) -> None:
        """Of several Content-Type fields the one that names a container, which is plain
        from the body; of others the first counts, as parsers have it."""
        types = self._typed()
        below = self._raw[self._block.end : self._block.end + 65_536]
        for one in types:
            self._name_container(one, below)
        for one in types:
            mark = self._block.boundary_in(one)
            if not mark or b"--" + mark not in below:
                continue
            for other in types:
                if other is not one:
                    self._block.fields.remove(other)
                    self._mend(JUNK)
            return

    def _name_container(self, one: Field, below: bytes) -> None:
        """A field that names a boundary with which the body begins names a container,
        whatever it calls it: `mixed`, `multipart mixed`, `text/plain`."""
        value = one.value.decode("utf-8", "surrogateescape")
        if value.lower().startswith("multipart/") and value[10:11].isalpha():
            return
        unfolded = re.sub(r"\s*[\r\n]+\s*", " ", value)
        mark = parameters(unfolded).get("boundary", "")
        octets = mark.encode("utf-8", "surrogateescape").rstrip()
        # A preamble of some lines may stand before it (RFC 2046 5.1.1)
        begins = re.compile(
            rb"(?i)(?:[^\r\n]{0,200}\r?\n){0,6}?--"
            + re.escape(octets)
            + rb"[ \t]*\r?\n(?:content-[\w-]+[ \t]*:|\r?\n)"
        )
        if not octets or begins.match(below) is None:
            return
        self._mend(NO_CONTAINER)
        line = b'Content-Type: multipart/mixed; boundary="' + octets + b'"\r\n'
        one.lines = [line]

    def _typed(self) -> list[Field]:
        found = []
        for one in self._block.fields:
            if one.name == b"content-type":
                found.append(one)
        return found

    def _mend(self, what: str) -> None:
        if what not in self._block.mends:
            self._block.mends.append(what)


def _parted(found: re.Match[bytes]) -> bytes:
    """A value and what stood between it and the next parameter, with the semicolon; a
    comma in its place goes."""
    return found[1] + b";" + found[2].replace(b",", b"")


def _continues(above: Field, content: bytes) -> bool:
    """Whether a line without a name carries on the field above it, or is junk that
    would spoil a value which is whole."""
    value = above.value
    if above.name in _PARAMETRIC:
        if value.endswith((b";", b"=")) or value.count(b'"') % 2:
            return True
        return bool(_PARAMETER.match(content))
    if above.name in _ADDRESSES:
        return b"@" not in value or value.endswith(b",") or b"@" in content
    if above.name in _IDENTIFIERS:
        return not value or content.lstrip().startswith(b"<")
    if above.name in _COMPLETE:
        return not value
    if above.name == b"date":
        return not re.search(rb"\d\d:\d\d", value)
    if above.name == b"subject":
        plain = value.isascii() and not value.startswith(b"=?")
        return plain or b"=?" in content or not content.isascii()
    return True
