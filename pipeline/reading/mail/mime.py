"""Raw mail -> its parts: the tree by mail-parser (compat32), the bytes and names of
each leaf by ourselves.

For: every leaf of a mail with what it is, also where the tree is broken (no boundary,
no end, no disposition, no name, base64 around a forwarded mail). Trusts: nothing.
Depth, number of parts and length of headers are bounded; what is beyond is named in a
leaf's trouble. Never: loses a leaf in silence, serialises a foreign mail (`as_bytes`
may loop for ever), opens an attachment.
"""

import email
import logging
import re
from dataclasses import dataclass, field, replace
from email.message import Message as Tree
from typing import Any

import mailparser

from pipeline.model.values.frozen import frozen
from pipeline.reading.mail import smime
from pipeline.reading.mail.guard import guarded
from pipeline.reading.mail.headers import Headers, octets, parameters, safe_name
from pipeline.reading.mail.mend import mended
from pipeline.reading.mail.transfer_encoding import decoded

# Of one mail, in all its containers
MAX_PARTS = 2_000
# Forwarded mails in one another
MAX_MAILS_DEEP = 8
# Declared boundaries; the stdlib tries every line against all that are open,
# and recurses
_MAX_NESTED = 100
# Octets of a Content-Type or Content-Disposition that has more than 64 of
# them
_MAX_PARAMETERS = 1_024
# Beyond it mail-parser is left out: its cost grows faster than the header
_MAX_HEADER = 64 * 1024

# It warns of every part that it does not know
logging.getLogger("mailparser").setLevel(logging.CRITICAL)

_LONG_HEADER = re.compile(
    rb"(?i)((?:^|[\r\n])content-(?:type|disposition)[ \t]*:(?:[^\r\n]|\r?\n[ \t]){%d})(?:[^\r\n]|\r?\n[ \t])+"
    % _MAX_PARAMETERS
)
_BOUNDARY = re.compile(
    rb"(?i)boundary\s*=\s*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))"
)
_DELIMITER = re.compile(r"(?m)^--([^\r\n]{1,200}?)(--)?[ \t]*\r?$")
_EMPTY_CONTAINER = re.compile(
    r"(?i)\s*content-type:\s*multipart/[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\s*"
)
_MAIL_TYPES = frozenset(
    {
        "message/rfc822",
        "message/global",
        "message/news",
        "message/partial",
    }
)
_END_OF_HEADER = re.compile(rb"\r\n\r\n|\n\n")
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_PART_FIELD = re.compile(r"\r?\n?content-[\w-]{1,40}:", re.IGNORECASE)
# Characters in which the first delimiter of a container is sought
MAX_SNIFF = 1 << 20
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}){2,}")


@frozen
class Part:
    """One leaf: decoded bytes, shown name ('' where none is given). `parents` are the
    content types of the containers and `mails` the names of the forwarded mails around
    it, outermost first. `trouble` says why it was not decoded."""

    where: str
    headers: Headers
    content_type: str
    name: str = ""
    content: bytes = field(default=b"", repr=False)
    disposition: str = ""
    charset: str = ""
    parents: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    trouble: str = ""


@dataclass
class Opened:
    """A mail taken apart: header, leaves in order, containers as (where, type, name),
    the headers of forwarded mails by their path, mail-parser's view where it has one,
    defects, what stands below the header, line ends made alike, and `given`, the mail as
    it was mended."""

    headers: Headers
    parser: mailparser.MailParser | None = None
    leaves: list[Part] = field(default_factory=list)
    containers: list[tuple[str, str, str]] = field(default_factory=list)
    forwarded: dict[tuple[str, ...], Headers] = field(default_factory=dict)
    defects: list[str] = field(default_factory=list)
    body: bytes = field(default=b"", repr=False)
    given: bytes = field(default=b"", repr=False)


@frozen
class _Node:
    tree: Tree
    where: str
    parents: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()


def take_apart(raw: bytes) -> Opened:
    """Every leaf of `raw`. Never raises: what cannot be read is a defect, and its bytes
    are a leaf of their own."""
    mend = mended(raw)
    defects: list[str] = []
    tree, parser = _parsed(_trimmed(mend.raw, defects), defects)
    opened = Opened(Headers(list(tree.raw_items())), parser, defects=defects)
    defects[:0] = mend.mends
    opened.body = body_of(mend.raw)
    opened.given = mend.raw
    _walk(tree, opened)
    return opened


def body_of(raw: bytes) -> bytes:
    """What stands below the header, with bare line ends: servers on the way differ in
    those."""
    return raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]


def _trimmed(raw: bytes, defects: list[str]) -> bytes:
    """`raw` with headers of many parameters cut: the stdlib splits them in quadratic
    time. Few `;`, no danger."""
    if raw.count(b";") < 500:
        return raw
    trimmed = _LONG_HEADER.sub(_shortened, raw)
    if len(trimmed) != len(raw):
        defects.append("邮件部件头过长，已截短")
    return trimmed


def _shortened(header: re.Match[bytes]) -> bytes:
    if header[0].count(b";") > 64:
        return header[1]
    return header[0]


def _parsed(
    raw: bytes, defects: list[str]
) -> tuple[Tree, mailparser.MailParser | None]:
    delimiters = raw.count(b"\n--")
    if (
        delimiters > _MAX_NESTED * 2
        and len(set(_BOUNDARY.findall(raw))) > _MAX_NESTED
    ):
        defects.append("邮件嵌套过深，按分隔行拆分")
        return _flat(raw), None
    if (
        not defects
        and _header_length(raw) < _MAX_HEADER
        and delimiters < 2 * MAX_PARTS
    ):
        parser, error = guarded(mailparser.parse_from_bytes, raw)
        if parser is not None and parser.message is not None:
            defects.extend(sorted(parser.defects_categories))
            return parser.message, parser
        defects.append(f"mail-parser: {error}")
    tree, error = guarded(email.message_from_bytes, raw)
    if tree is not None:
        return tree, None
    defects.append(f"email: {error}")
    return _flat(raw), None


def _header_length(raw: bytes) -> int:
    end = _END_OF_HEADER.search(raw, 0, _MAX_HEADER)
    if end:
        return end.start()
    return len(raw)


def _flat(raw: bytes) -> Tree:
    """The mail as one container: header, then every piece between delimiter lines,
    however deep it was meant to lie."""
    marks = set()
    for quoted, bare in _BOUNDARY.findall(raw):
        marks.add((quoted or bare).decode("ascii", "surrogateescape"))
    text = raw.decode("ascii", "surrogateescape")
    first, *pieces = _split(text, marks)
    below: list[Tree | str] = []
    for piece in pieces:
        if len(below) <= MAX_PARTS and not _EMPTY_CONTAINER.fullmatch(piece):
            below.append(_small_tree(piece))
    top = _small_tree(first)
    if below:
        top.set_payload(below)
    return top


def _split(text: str, marks: set[str]) -> list[str]:
    """`text` cut at the delimiter lines of `marks`: what stands before the first, then
    each piece that is not empty; what follows a closing delimiter belongs to nobody."""
    pieces: list[str] = []
    start = 0
    closed = False
    for match in _DELIMITER.finditer(text):
        if match[1] not in marks and match[0][2:].rstrip() not in marks:
            continue
        _add_piece(pieces, text[start : match.start()], closed)
        start = min(match.end() + 1, len(text))
        closed = bool(match[2])
    _add_piece(pieces, text[start:], closed)
    return pieces


def _add_piece(pieces: list[str], piece: str, closed: bool) -> None:
    if not pieces or (piece.strip() and not closed):
        pieces.append(piece)


def _small_tree(piece: str) -> Tree:
    """One piece as a part. The line end before a delimiter belongs to the delimiter
    (RFC 2046, 5.1.1)."""
    piece = re.sub(r"\r?\n\Z", "", piece, count=1)
    tree, _ = guarded(
        email.message_from_bytes, piece.encode("ascii", "surrogateescape")
    )
    if tree is None:
        tree = Tree()
        tree.set_payload(piece)
    return tree


def _walk(tree: Tree, opened: Opened) -> None:
    """Depth first without recursion: nesting is the sender's choice."""
    stack = [_Node(tree, "")]
    while stack:
        node = stack.pop()
        if len(opened.leaves) >= MAX_PARTS:
            opened.defects.append(f"部件超过 {MAX_PARTS} 个，其余未读")
            opened.leaves.append(
                Part(
                    where=node.where or "1",
                    headers=Headers([]),
                    content_type="",
                    trouble="部件过多",
                )
            )
            return
        stack.extend(reversed(_children(node, opened)))


def _children(node: _Node, opened: Opened) -> list[_Node]:
    """The nodes below; a leaf is put down in `opened` and has none."""
    headers = Headers(list(node.tree.raw_items()))
    kind = _content_type(headers, node)
    # A leaf's payload is not asked for here: the stdlib decodes it by its charset, and
    # a NUL in that name is a ValueError.
    if node.tree.is_multipart():
        payload = node.tree.get_payload()
        if isinstance(payload, list):
            return _below(
                node=node,
                headers=headers,
                kind=kind,
                payload=payload,
                opened=opened,
            )
    body = _octets_of(node.tree)
    if _may_be_signed(kind, headers):
        inside = _signed(body, headers)
        if inside is not None:
            _put_container(node, headers, kind, opened)
            return _numbered(node, [inside], kind)
    if kind.startswith("multipart/"):
        pieces = _sniffed(body.decode("ascii", "surrogateescape"))
        if not pieces and part_name(headers):
            # A saved page (.mht), called what it is inside
            _put(node, headers, kind, body, opened)
            return []
        _put_container(node, headers, kind, opened)
        if pieces:
            return _numbered(node, pieces, kind)
        return _as_text(node, body, opened)
    _put(node, headers, kind, body, opened)
    return []


def _below(
    node: _Node,
    headers: Headers,
    kind: str,
    payload: list[Any],
    opened: Opened,
) -> list[_Node]:
    """The nodes below one that the parser took apart; a report on delivery is a leaf
    whose fields are its text (RFC 3464)."""
    if kind in _MAIL_TYPES:
        return _forwarded(node, headers, kind, opened)
    if kind.startswith("message/"):
        _put(node, headers, kind, _fields(payload), opened)
        return []
    _put_container(node, headers, kind, opened)
    below = [tree for tree in payload if isinstance(tree, Tree)]
    return _numbered(node, below + _after_the_end(node.tree), kind)


def _put_container(
    node: _Node, headers: Headers, kind: str, opened: Opened
) -> None:
    opened.containers.append((node.where or "0", kind, part_name(headers)))


def _may_be_signed(kind: str, headers: Headers) -> bool:
    """By its type, or by its name where a gateway did not know the type."""
    return kind in smime.TYPES or part_name(headers).lower().endswith(
        smime.NAMES
    )


def _signed(body: bytes, headers: Headers) -> Tree | None:
    """The mail inside an opaque signature, to be walked like any other part."""
    content = decoded(body, headers.token("content-transfer-encoding"))
    inside = smime.signed_content(content)
    if inside is None:
        return None
    return _parsed(_trimmed(mended(inside).raw, []), [])[0]


def _octets_of(tree: Tree) -> bytes:
    """The payload as it came. `get_payload()` reads raw octets by the declared charset,
    which destroys what that does not fit; only then are they asked for decoded, which
    leaves an 8bit payload alone."""
    payload, _ = guarded(tree.get_payload)
    if isinstance(payload, str) and payload.isascii():
        return payload.encode("ascii")
    content, _ = guarded(lambda: tree.get_payload(decode=True))
    if isinstance(content, bytes):
        return content
    return b""


def _numbered(node: _Node, trees: list[Tree], kind: str) -> list[_Node]:
    parents = (*node.parents, kind)
    nodes = []
    for number, tree in enumerate(trees, 1):
        where = f"{node.where}.{number}".lstrip(".")
        nodes.append(
            _Node(
                tree=tree,
                where=where,
                parents=parents,
                mails=node.mails,
            )
        )
    return nodes


def _content_type(headers: Headers, node: _Node) -> str:
    kind = headers.token("content-type")
    if _TYPE.fullmatch(kind):
        return kind
    if "content-type" not in headers:
        return node.tree.get_default_type()
    return "text/plain"


def _after_the_end(tree: Tree) -> list[Tree]:
    """Parts that stand after a closing delimiter which came too early, as where a
    nested container reuses the mark of the outer one."""
    epilogue = tree.epilogue
    if not epilogue or "--" not in epilogue:
        return []
    stated = Headers(list(tree.raw_items())).parameters("content-type")
    boundary = stated.get("boundary", "")
    pieces = _split(epilogue, {boundary})[1:]
    return list(map(_small_tree, pieces)) or _sniffed(epilogue)


def _sniffed(text: str) -> list[Tree]:
    """The parts of a container that names no boundary, or a wrong one: a line `--X`
    followed by a header, as often as it comes."""
    for match in _DELIMITER.finditer(text[:MAX_SNIFF]):
        if _PART_FIELD.match(text, match.end()):
            return list(map(_small_tree, _split(text, {match[1]})[1:]))
    return []


def _as_text(node: _Node, body: bytes, opened: Opened) -> list[_Node]:
    _put(
        node=node,
        headers=Headers([]),
        kind="text/plain",
        payload=body,
        opened=opened,
    )
    return []


def _forwarded(
    node: _Node, headers: Headers, kind: str, opened: Opened
) -> list[_Node]:
    """The mail inside a message/rfc822; one that was sent as base64 (against RFC 2046)
    is decoded first."""
    inner = node.tree.get_payload(0)
    if not isinstance(inner, Tree):
        return []
    encoding = headers.token("content-transfer-encoding")
    if encoding in ("base64", "quoted-printable") and not list(
        inner.raw_items()
    ):
        raw = decoded(_octets_of(inner), encoding)
        if raw:
            inner = _parsed(_trimmed(raw, []), [])[0]
    inner_headers = Headers(list(inner.raw_items()))
    name = (
        part_name(headers)
        or safe_name(inner_headers.text("subject"))
        or "转发的邮件"
    )
    opened.containers.append((node.where or "0", kind, name))
    path = (*node.mails, name)
    if len(path) > MAX_MAILS_DEEP:
        opened.leaves.append(
            Part(
                where=node.where or "1",
                headers=headers,
                content_type=kind,
                name=name,
                mails=node.mails,
                trouble="转发层数过多",
            )
        )
        opened.defects.append("转发层数过多，最里层未读")
        return []
    opened.forwarded.setdefault(path, inner_headers)
    return _numbered(replace(node, mails=path), [inner], kind)


def _fields(blocks: list[Any]) -> bytes:
    """A report part (RFC 3464, RFC 8098), which the stdlib reads as headers, as lines again."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Tree):
            lines += [f"{name}: {value}" for name, value in block.raw_items()]
            lines.append("")
            body, _ = guarded(block.get_payload)
            if isinstance(body, str):
                lines.append(body)
    return octets("\n".join(lines))


def _put(
    node: _Node, headers: Headers, kind: str, payload: bytes, opened: Opened
) -> None:
    opened.leaves.append(
        Part(
            where=node.where or "1",
            headers=headers,
            content_type=kind,
            name=part_name(headers),
            content=decoded(
                payload, headers.token("content-transfer-encoding")
            ),
            disposition=headers.token("content-disposition"),
            charset=headers.parameters("content-type").get("charset", ""),
            parents=node.parents,
            mails=node.mails,
        )
    )


def part_name(headers: Headers) -> str:
    """The file name of a part, safe to show; '' where it has none."""
    name = headers.parameters("content-disposition").get("filename", "")
    name = safe_name(name) or safe_name(
        headers.parameters("content-type").get("name", "")
    )
    if not name and _looks_named(headers):
        name = safe_name(headers.text("content-description"))
    if "%" in name:
        return safe_name(_unescaped(name))
    return name


def _looks_named(headers: Headers) -> bool:
    return bool(
        re.search(r"\.[A-Za-z0-9]{2,5}$", headers.text("content-description"))
    )


def _unescaped(name: str) -> str:
    """A name that a web form left percent-encoded."""
    if not _PERCENT.search(name):
        return name
    return parameters(f";n*=''{name.replace(';', '%3B')}").get("n", name)
