"""What happens to mails on the way, as functions from a good mail to a damaged one, each
after public bug reports; None where a mail has nothing that could break so."""

import base64
import quopri
import re
from collections.abc import Callable, Iterator

Damage = Callable[[bytes], bytes | None]

_HEADER = re.compile(rb"\A(?:From [^\r\n]*\r\n)?((?:[^\r\n]+\r\n)+)\r\n")


def crlf(raw: bytes) -> bytes:
    return re.sub(rb"\r\n|\r|\n", b"\r\n", raw)


def blocks(raw: bytes) -> Iterator[tuple[int, int]]:
    """Where each header block of the mail begins and ends: its own, and those of parts."""
    top = _HEADER.match(raw)
    if top is None:
        return
    yield top.start(1), top.end(1)
    for match in re.finditer(
        rb"(?m)^--[^\r\n]+\r\n((?:(?:content-|[ \t])[^\r\n]*\r\n)+)\r\n",
        raw,
        re.I,
    ):
        yield match.start(1), match.end(1)


def in_every_block(change: Callable[[bytes], bytes]) -> Damage:
    def damage(raw: bytes) -> bytes | None:
        damaged, at = b"", 0
        for start, end in blocks(raw):
            damaged += raw[at:start] + change(raw[start:end])
            at = end
        damaged += raw[at:]
        return None if damaged == raw else damaged

    return damage


def in_own_block(change: Callable[[bytes], bytes]) -> Damage:
    def damage(raw: bytes) -> bytes | None:
        for start, end in blocks(raw):
            damaged = raw[:start] + change(raw[start:end]) + raw[end:]
            return None if damaged == raw else damaged
        return None

    return damage


def in_front(junk: bytes) -> Damage:
    return lambda raw: None if raw.startswith(b"From ") else junk + raw


def replaced(pattern: bytes, text: bytes) -> Callable[[bytes], bytes]:
    return lambda block: re.sub(pattern, text, block, flags=re.I | re.M)


def after_field(name: bytes, line: bytes) -> Callable[[bytes], bytes]:
    """`line` put behind the whole field of that name."""
    pattern = rb"(?im)^(%s:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*)" % name
    return lambda block: re.sub(pattern, lambda m: m[1] + line, block, count=1)


def without_separator(raw: bytes) -> bytes | None:
    """The blank line between header and first delimiter lost."""
    damaged = re.sub(rb"\r\n\r\n(?=--)", b"\r\n", raw, count=1)
    top = _HEADER.match(raw)
    if top is None or not raw[top.end() :].startswith(b"--"):
        return None
    return damaged


def blank_separator(raw: bytes) -> bytes | None:
    top = _HEADER.match(raw)
    if top is None or not raw[top.end() :].startswith(b"--"):
        return None
    return raw[: top.end() - 2] + b" \r\n" + raw[top.end() :]


def torn_header(raw: bytes) -> bytes | None:
    """An empty line put before MIME-Version, as a scanner's banner does."""
    top = _HEADER.match(raw)
    if top is None or b"multipart/" not in top[1].lower():
        return None
    fields = re.findall(rb"[^\s:]+:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*", top[1])
    plain = [
        f for f in fields if not f.lower().startswith((b"content-", b"mime-"))
    ]
    rest = [f for f in fields if f.lower().startswith((b"content-", b"mime-"))]
    if b"\nfrom:" not in b"\n" + b"".join(plain).lower():
        return None
    return b"".join(plain) + b"\r\n" + b"".join(rest) + raw[top.end(1) :]


def encoded_whole(encode: Callable[[bytes], bytes], label: bytes) -> Damage:
    """The whole body of a container encoded, and labelled so."""

    def damage(raw: bytes) -> bytes | None:
        top = _HEADER.match(raw)
        if top is None or not re.search(
            rb"(?im)^content-type:\s*multipart/", top[1]
        ):
            return None
        if re.search(rb"(?im)^content-transfer-encoding:", top[1]):
            return None
        if not raw[top.end() :].lstrip().startswith(b"--"):
            return None
        field = b"Content-Transfer-Encoding: " + label + b"\r\n\r\n"
        return raw[: top.end(1)] + field + encode(raw[top.end() :])

    return damage


def _base64(body: bytes) -> bytes:
    return crlf(base64.encodebytes(body))


def _quoted(body: bytes) -> bytes:
    return crlf(quopri.encodestring(body.replace(b"\r\n", b"\n")))


def crcrlf_below(raw: bytes) -> bytes | None:
    """Line ends broken below the header alone."""
    top = _HEADER.match(raw)
    if top is None or raw.count(b"\n", top.end()) <= 5:
        return None
    if b"base64" in raw.lower() or b"multipart/" in top[1].lower():
        return raw[: top.end()] + raw[top.end() :].replace(b"\r\n", b"\r\r\n")
    return (
        None  # of a plain text nobody could tell which empty lines were meant
    )


def doubled(raw: bytes) -> bytes | None:
    """Of a plain text nobody could tell which empty lines were meant."""
    top = _HEADER.match(raw)
    if top is None or raw.startswith(b"From ") or top[1].count(b"\r\n") < 6:
        return None
    if b"multipart/" not in top[1].lower():
        return None
    return raw.replace(b"\r\n", b"\r\n\r\n")


def cut_off_return_path(raw: bytes) -> bytes | None:
    top = _HEADER.match(raw)
    if top is None or raw.startswith(b"From "):
        return None
    if not re.search(rb"(?im)^from:", top[1]):
        return None
    return b"Return-Path: <a@example.cn>\r\n\r\n" + raw


def type_lost(raw: bytes) -> bytes | None:
    """The one field that says where the parts begin."""
    top = _HEADER.match(raw)
    if top is None or not raw[top.end() :].startswith(b"--"):
        return None
    field = rb"(?im)^content-type:[ \t]*multipart/mixed;[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*"
    head = re.sub(field, b"", raw[: top.end()])
    if head == raw[: top.end()]:
        return None
    return head + raw[top.end() :]


def type_twice(raw: bytes) -> bytes | None:
    top = _HEADER.match(raw)
    if top is None or not re.search(
        rb"(?im)^content-type:[ \t]*multipart/", top[1]
    ):
        return None
    return re.sub(
        rb"(?im)^(?=content-type:)",
        b"Content-Type: text/plain\r\n",
        raw,
        count=1,
    )


def indented_header(raw: bytes) -> bytes | None:
    top = _HEADER.match(raw)
    if top is None or raw.startswith(b"From ") or top[1].count(b"\r\n") < 3:
        return None
    if top[1][:1] in b" \t" or re.search(rb"(?m)^[^\s:]+[ \t]*\r$", top[1]):
        return None
    return re.sub(rb"(?m)^", b" ", top[1][:-1]) + b"\n" + raw[top.end(1) :]


def in_utf_16(raw: bytes) -> bytes | None:
    """As a file that an editor saved; only of a mail that is all ASCII."""
    if not re.match(rb"[A-Za-z-]{4,}:", raw) or not raw.isascii():
        return None
    return raw.decode("ascii").encode("utf-16-le")


def delimiters_moved(raw: bytes) -> bytes | None:
    """Every delimiter of the mail's own container behind a blank."""
    top = _HEADER.match(raw)
    if top is None:
        return None
    named = re.search(rb'(?i)multipart/[^\0]*?boundary="?([^"\s;]+)', top[1])
    if named is None or b"multipart/signed" in top[1].lower():
        return None
    line = rb"(?m)^(?=--" + re.escape(named[1]) + rb"(?:--)?\r$)"
    return raw[: top.end()] + re.sub(line, b" ", raw[top.end() :])


def base64_lines(change: Callable[[bytes], bytes]) -> Damage:
    """Each full line of base64 changed, in the parts that say that they are such."""

    def damage(raw: bytes) -> bytes | None:
        if not re.search(rb"(?im)^content-transfer-encoding:\s*base64\r$", raw):
            return None
        line = rb"(?m)^[A-Za-z0-9+/]{76}\r\n"
        damaged = re.sub(line, lambda match: change(match[0]), raw)
        return None if damaged == raw else damaged

    return damage


def quoted_lines_padded(raw: bytes) -> bytes | None:
    """Blanks behind the lines of quoted-printable (RFC 2045 6.7 (3))."""
    if not re.search(
        rb"(?im)^content-transfer-encoding:\s*quoted-printable", raw
    ):
        return None
    damaged = re.sub(rb"(?m)^(.{60,76}=)\r$", rb"\1  \r", raw)
    return None if damaged == raw else damaged


def as_posted(damage: Damage) -> Damage:
    """What a server makes of line ends that it does not know: two."""

    def posted(raw: bytes) -> bytes | None:
        damaged = damage(raw)
        top = _HEADER.match(raw)
        if damaged is None or top is None or top[1].count(b"\r\n") < 6:
            return None
        if b"multipart/" not in top[1].lower():
            return None
        return crlf(damaged)

    return posted


DAMAGES: dict[str, Damage] = {
    "byte order mark": in_front(b"\xef\xbb\xbf"),
    "byte order mark, encoded twice": in_front(b"\xc3\xaf\xc2\xbb\xc2\xbf"),
    "an empty line first": in_front(b"\r\n"),
    "blank lines first": in_front(b" \r\n\r\n\t\r\n"),
    "the mbox line escaped": in_front(
        b">From a@example.cn Thu Sep 10 09:30:00 2015\r\n"
    ),
    "CR CR LF": lambda raw: raw.replace(b"\r\n", b"\r\r\n"),
    "CR alone": lambda raw: raw.replace(b"\r\n", b"\r"),
    "LF CR": lambda raw: raw.replace(b"\r\n", b"\n\r"),
    "CR CR LF below the header": crcrlf_below,
    "LF CR, posted": as_posted(lambda raw: raw.replace(b"\r\n", b"\n\r")),
    "CR CR LF in the header, posted": as_posted(
        in_own_block(replaced(rb"\r\n", b"\r\r\n"))
    ),
    "CR CR LF below the header, posted": as_posted(crcrlf_below),
    "every line end twice": doubled,
    "an answer of a server first": in_front(b"+OK 4711 octets\r\n"),
    "a banner first": in_front(b"<!-- checked by a gateway -->\r\n\r\n"),
    "Return-Path cut off": cut_off_return_path,
    "Content-Type lost": type_lost,
    "Content-Type twice": type_twice,
    "CR CR LF in the header alone": in_own_block(replaced(rb"\r\n", b"\r\r\n")),
    "blank before the colon": in_every_block(
        replaced(rb"^([A-Za-z-]+):", rb"\1 :")
    ),
    "tab before the colon": in_own_block(
        replaced(rb"^([A-Za-z-]+):", rb"\1\t:")
    ),
    "full-width colon": in_own_block(
        replaced(rb"^(Subject|From):", b"\\1\xef\xbc\x9a")
    ),
    "folds lost": in_every_block(replaced(rb"\r\n[ \t]+", b"\r\n")),
    "junk behind Subject": in_own_block(
        # a plain ASCII subject may go on so; nobody could tell
        after_field(
            rb"Subject(?=:[ \t]*(?:=\?|[^\x00-\x7f]))", b"=== scanned ===\r\n"
        )
    ),
    "junk behind From": in_own_block(
        after_field(b"From", b"checked by gateway\r\n")
    ),
    "junk behind MIME-Version": in_own_block(
        after_field(b"MIME-Version", b"----\r\n")
    ),
    "mbox line within": in_own_block(
        after_field(b"Date", b"From a@example.cn Thu Sep 10 09:30:00 2015\r\n")
    ),
    "escaped mbox line within": in_own_block(
        after_field(b"Date", b">From a@example.cn Thu Sep 10 09:30:00 2015\r\n")
    ),
    "no semicolon": in_every_block(
        replaced(
            rb"^(Content-(?:Type|Disposition):[ \t]*[\w/.+-]+);(\s+)"
            rb"(?=(?:name|filename|boundary|charset)=)",
            rb"\1\2",
        )
    ),
    "a comma for the semicolon": in_every_block(
        replaced(
            rb"^(Content-(?:Type|Disposition):[ \t]*[\w/.+-]+);(\s+)"
            rb"(?=(?:name|filename|boundary|charset)=)",
            rb"\1,\2",
        )
    ),
    "no separator": without_separator,
    "a blank as separator": blank_separator,
    "header torn": torn_header,
    "container's type miswritten": in_own_block(
        replaced(
            rb"^(Content-Type:[ \t]*)multipart/mixed;", rb"\1multipart mixed;"
        )
    ),
    "container called a text": in_own_block(
        replaced(rb"^(Content-Type:[ \t]*)multipart/mixed;", rb"\1text/plain;")
    ),
    "the first line indented": in_front(b" "),
    "every line of the header indented": indented_header,
    "UTF-16 without its mark": in_utf_16,
    "delimiters behind a blank": delimiters_moved,
    "lines of base64 indented": base64_lines(lambda line: b"\t" + line),
    "lines of base64 joined": base64_lines(lambda line: line[:-2]),
    "lines of base64 with signs": base64_lines(
        lambda line: line[:-2] + b"!\r\n"
    ),
    "blanks behind quoted-printable": quoted_lines_padded,
    "container in base64": encoded_whole(_base64, b"base64"),
    "container in quoted-printable": encoded_whole(
        _quoted, b"quoted-printable"
    ),
}
