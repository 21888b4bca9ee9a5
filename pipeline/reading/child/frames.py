"""How the worker and its reading child talk: frames of a JSON header and a body, over pipes.

Trusts no length it is told beyond its bound. Only JSON into the model's own dataclasses
comes back from the child: it has opened foreign files, and a pickle from it could run
anything.
"""

import json
import struct
from typing import Any, BinaryIO

from pydantic import ConfigDict, TypeAdapter

from pipeline.model.arrival import Arrival
from pipeline.model.form import FileReading, Form, FormSpec
from pipeline.model.letters.bulletins import EditedDraft
from pipeline.model.mail import Message
from pipeline.model.named import NamedBytes

# Bytes a part of a frame
LARGEST = 512 * 1024 * 1024

_LENGTHS = struct.Struct(">II")
_BYTES = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

MESSAGES: TypeAdapter[tuple[Message, ...]] = TypeAdapter(
    tuple[Message, ...], config=_BYTES
)
ARRIVALS: TypeAdapter[tuple[Arrival, ...]] = TypeAdapter(
    tuple[Arrival, ...], config=_BYTES
)
READINGS: TypeAdapter[tuple[FileReading, ...]] = TypeAdapter(
    tuple[FileReading, ...], config=_BYTES
)
FORMS: TypeAdapter[tuple[Form, ...]] = TypeAdapter(
    tuple[Form, ...], config=_BYTES
)
PICTURES: TypeAdapter[NamedBytes] = TypeAdapter(NamedBytes, config=_BYTES)
EDITED: TypeAdapter[tuple[EditedDraft, ...]] = TypeAdapter(
    tuple[EditedDraft, ...]
)
SPECS: TypeAdapter[tuple[FormSpec, ...]] = TypeAdapter(
    tuple[FormSpec, ...], config=_BYTES
)


def sayable(name: str) -> str:
    """A file's name as JSON carries it, which knows no lone surrogates."""
    return name.encode("utf-8", "replace").decode("utf-8")


def write_frame(
    stream: BinaryIO, header: dict[str, Any], body: bytes = b""
) -> None:
    """Write and flush. OSError when the other side has gone; ValueError for a part above the bound."""
    head = json.dumps(header).encode()
    if max(len(head), len(body)) > LARGEST:
        raise ValueError("frame too large")
    stream.write(_LENGTHS.pack(len(head), len(body)) + head)
    stream.write(body)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """The next frame. EOFError at the end, also inside a frame; ValueError for what is none."""
    head_length, body_length = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
    if max(head_length, body_length) > LARGEST:
        raise ValueError("frame too large")
    header = json.loads(_exactly(stream, head_length))
    if not isinstance(header, dict):
        raise ValueError("frame without a header")
    return header, _exactly(stream, body_length)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise EOFError("end of frames")
    return data
