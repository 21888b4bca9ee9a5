"""Damage for files and mails, seeded: what a bad disk, a cut line, a careless converter or an attacker makes of them.

Some of it knows the format (members of a zip, tags, an OLE allocation table, lines of a mail), so that the damage lies behind
the check sums and gets deep into the readers.
"""

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

Damage = Callable[[bytes, random.Random], bytes]
_TAG = re.compile(rb"<[^<>]{1,400}>")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A form's size; the bombs among samples have a run of their own
_LARGEST = 400_000
_ODD_NUMBERS = (
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\x00\x00\x00\x80",
    b"\x00\x00\x00\x00",
)


def samples(folder: Path) -> list[Path]:
    """Files and mails below a folder, of a form's size."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix not in (".json", ".md")
        and "bomb" not in path.name
        and path.stat().st_size < _LARGEST
    ]


def mutants(
    paths: Sequence[Path], number: int, seed: int
) -> Iterator[tuple[str, str, bytes]]:
    """(name, damage, bytes) of damaged files: the same for the same seed."""
    chance = random.Random(seed)
    contents = [(path.name, path.read_bytes()) for path in paths]
    for _ in range(number):
        name, raw = chance.choice(contents)
        damage = chance.choice(_DAMAGES)
        yield name, damage.__name__, damage(raw, chance)


def flip_bits(raw: bytes, chance: random.Random) -> bytes:
    found = bytearray(raw)
    for _ in range(chance.choice((1, 3, 20, 200))):
        found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)


def cut_short(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(1, len(raw))]


def drop_a_piece(raw: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(raw))
    return raw[:start] + raw[start + chance.choice((1, 16, 512, 4096)) :]


def double_a_piece(raw: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(raw))
    return raw[: start + 512] + raw[start:]


def swap_pieces(raw: bytes, chance: random.Random) -> bytes:
    size = min(chance.choice((16, 512, 4096)), len(raw) // 2)
    first, second = sorted(
        chance.randrange(len(raw) - size + 1) for _ in range(2)
    )
    if second < first + size:
        return raw[first:] + raw[:first]
    return (
        raw[:first] + raw[second : second + size] + raw[first + size : second]
        + raw[first : first + size] + raw[second + size :]
    )  # fmt: skip


def zero_a_sector(raw: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(raw)) // 512 * 512
    return raw[:start] + bytes(512) + raw[start + 512 :]


def odd_number(raw: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(max(1, len(raw) - 4))
    return raw[:start] + chance.choice(_ODD_NUMBERS) + raw[start + 4 :]


def damage_tags(raw: bytes, chance: random.Random) -> bytes:
    """A tag dropped, doubled, closed wrongly or carried elsewhere."""
    tags = list(_TAG.finditer(raw))
    if not tags:
        return flip_bits(raw, chance)
    hit, other = chance.choice(tags), chance.choice(tags)
    instead = chance.choice(
        (
            b"",
            hit[0] * 2,
            other[0],
            hit[0].replace(b"<", b"</", 1),
            hit[0] * 300,
        )
    )
    return raw[: hit.start()] + instead + raw[hit.end() :]


def damage_allocation(raw: bytes, chance: random.Random) -> bytes:
    """Entries of an OLE container's allocation table or directory pointed elsewhere: circles, shared and endless chains."""
    if not raw.startswith(_OLE) or len(raw) < 2048:
        return odd_number(raw, chance)
    found = bytearray(raw)
    table, directory = (
        struct.unpack_from("<L", raw, 76)[0],
        struct.unpack_from("<L", raw, 48)[0],
    )
    for _ in range(chance.choice((1, 4, 40))):
        sector = chance.choice((table, directory))
        at = min(512 * (sector + 1), len(raw) - 512) + 4 * chance.randrange(128)
        struct.pack_into("<L", found, at, chance.randrange(len(raw) // 512))
    return bytes(found)


def damage_member(raw: bytes, chance: random.Random) -> bytes:
    """A member of a zip damaged and packed again, so that its check sum holds."""
    members = _members(raw)
    if not members:
        return flip_bits(raw, chance)
    target = chance.randrange(len(members))
    name, content = members[target]
    how = chance.choice(
        (
            flip_bits,
            cut_short,
            drop_a_piece,
            double_a_piece,
            swap_pieces,
            damage_tags,
        )
    )
    members[target] = name, how(content, chance) if len(content) > 1 else b"\0"
    return _packed(members)


def damage_directory(raw: bytes, chance: random.Random) -> bytes:
    """Members of a zip left out, exchanged, doubled or named otherwise."""
    members = _members(raw)
    if not members:
        return swap_pieces(raw, chance)
    one, other = chance.randrange(len(members)), chance.randrange(len(members))
    match chance.randrange(4):
        case 0:
            del members[one]
        case 1:
            members[one] = members[one][0], members[other][1]
        case 2:
            members.append(members[one])
        case _:
            members[one] = "../" + members[one][0].upper(), members[one][1]
    return _packed(members)


def damage_lines(raw: bytes, chance: random.Random) -> bytes:
    """Lines of a mail (or any text) dropped, doubled, joined, or carried elsewhere: boundaries and headers among them."""
    lines = raw.splitlines(keepends=True)
    for _ in range(chance.choice((1, 5))):
        at = chance.randrange(len(lines))
        instead = chance.choice(
            (
                [],
                [lines[at]] * 2,
                [lines[at].rstrip(b"\r\n")],
                [chance.choice(lines), lines[at]],
            )
        )
        lines[at : at + 1] = instead or [b"\n"]
    return b"".join(lines)


def _members(raw: bytes) -> list[tuple[str, bytes]]:
    if not raw.startswith(b"PK"):
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            return [(m.filename, package.read(m)) for m in package.infolist()]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error):
        return []


def _packed(members: Sequence[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members:
            with package.open(zipfile.ZipInfo(name), "w") as member:
                member.write(content)
    return out.getvalue()


_DAMAGES: tuple[Damage, ...] = (
    flip_bits,
    cut_short,
    drop_a_piece,
    double_a_piece,
    swap_pieces,
    zero_a_sector,
    odd_number,
    damage_tags,
    damage_allocation,
    damage_member,
    damage_directory,
    damage_lines,
)
