"""Rar to its members: stored ones without any unpacker, compressed ones by whatever
program rarfile finds.

Beside unpack.py. Where no such program is installed, the Trouble says to send a zip.
Encrypted ones are named so.
"""

import io
from collections.abc import Iterator

from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.limits import UnreadableError
from pipeline.reading.files.archives import LOCKED, MEMBER_LIMIT, NO_UNPACKER


def unpack_rar(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """The members of a rar 3 or 5 (extra `archives`). Raises UnreadableError:
    ENCRYPTED, CORRUPT, BOMB, UNSUPPORTED."""
    try:
        import rarfile
    except ImportError as error:
        raise UnreadableError(
            TroubleCode.UNSUPPORTED, "rarfile is not installed", NO_UNPACKER
        ) from error
    try:
        with rarfile.RarFile(io.BytesIO(content)) as archive:
            if archive.needs_password():
                raise UnreadableError(TroubleCode.ENCRYPTED, name, LOCKED)
            for member in archive.infolist():
                if not member.is_dir():
                    yield member.filename, _read(archive.open(member), member.filename)
    except (rarfile.PasswordRequired, rarfile.RarWrongPassword) as error:
        raise UnreadableError(TroubleCode.ENCRYPTED, name, LOCKED) from error
    except (
        rarfile.RarCannotExec,
        rarfile.NeedFirstVolume,
        rarfile.UnsupportedWarning,
    ) as error:
        raise UnreadableError(
            TroubleCode.UNSUPPORTED, str(error), NO_UNPACKER
        ) from error
    except (rarfile.Error, OSError, EOFError, ValueError, LookupError) as error:
        raise UnreadableError(
            TroubleCode.CORRUPT, f"{type(error).__name__}: {error}"
        ) from error


def _read(stream: io.RawIOBase, name: str) -> bytes:
    data = bytearray()
    with stream:
        while part := stream.read(1 << 20):
            data += part
            if len(data) > MEMBER_LIMIT:
                raise UnreadableError(
                    TroubleCode.BOMB, f"{name}: over {MEMBER_LIMIT} bytes"
                )
    return bytes(data)
