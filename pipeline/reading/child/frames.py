"""How the worker and its reading child talk: frames of a JSON header and a body, over pipes.

Trusts no length it is told beyond its bound. Only JSON into the model's own dataclasses
comes back from the child: it has opened foreign files, and a pickle from it could run
anything.
"""

import json
import struct
from threading import Lock
from typing import Any, BinaryIO, Generic, TypeVar

from pydantic import ConfigDict, TypeAdapter

from pipeline.model.arrival import Arrival
from pipeline.model.form import FileReading, Form, FormSpec
from pipeline.model.letters.bulletins import EditedDraft
from pipeline.model.mail import Message
from pipeline.model.named import NamedBytes

T = TypeVar("T")

# Bytes a part of a frame
LARGEST = 512 * 1024 * 1024

_LENGTHS = struct.Struct(">II")
_BYTES = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

_BUILDING = Lock()


class Shape(Generic[T]):
    """A kind of value as JSON. What reads and writes it is built with its first use: a
    wake without mails needs none, and all together take as long as a poll."""

    def __init__(self, kind: Any, config: ConfigDict | None = None) -> None:
        self._kind = kind
        self._config = config
        self._built: TypeAdapter[T] | None = None

    @property
    def _adapter(self) -> TypeAdapter[T]:
        # Mails are read by several threads
        with _BUILDING:
            if self._built is None:
                self._built = TypeAdapter(self._kind, config=self._config)
            return self._built

    def dump_json(self, value: T) -> bytes:
        return self._adapter.dump_json(value)

    def validate_json(self, text: bytes) -> T:
        """Raises ValidationError for what is no such value."""
        return self._adapter.validate_json(text)


MESSAGES = Shape[tuple[Message, ...]](tuple[Message, ...], _BYTES)
ARRIVALS = Shape[tuple[Arrival, ...]](tuple[Arrival, ...], _BYTES)
READINGS = Shape[tuple[FileReading, ...]](tuple[FileReading, ...], _BYTES)
FORMS = Shape[tuple[Form, ...]](tuple[Form, ...], _BYTES)
PICTURES = Shape[NamedBytes](NamedBytes, _BYTES)
EDITED = Shape[tuple[EditedDraft, ...]](tuple[EditedDraft, ...])
SPECS = Shape[tuple[FormSpec, ...]](tuple[FormSpec, ...], _BYTES)


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
