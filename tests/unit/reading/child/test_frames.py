"""Frames come back as they were sent, or not at all: cut short or garbage is an error, never a wrong frame."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reading.child.frames import LARGEST, read_frame, write_frame

headers = st.dictionaries(
    st.text(), st.none() | st.booleans() | st.integers() | st.text(), max_size=5
)


def frame(header: dict[str, Any], body: bytes) -> bytes:
    stream = io.BytesIO()
    write_frame(stream, header, body)
    return stream.getvalue()


@given(st.lists(st.tuples(headers, st.binary(max_size=200)), max_size=5))
def test_frames_come_back_in_order(
    frames: list[tuple[dict[str, Any], bytes]],
) -> None:
    stream = io.BytesIO(
        b"".join(frame(header, body) for header, body in frames)
    )
    assert [read_frame(stream) for _ in frames] == frames
    with pytest.raises(EOFError):
        read_frame(stream)


@given(headers, st.binary(max_size=50), st.data())
def test_a_frame_cut_short_is_the_end(
    header: dict[str, Any], body: bytes, data: st.DataObject
) -> None:
    whole = frame(header, body)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(EOFError):
        read_frame(io.BytesIO(whole[:cut]))


@given(st.binary(max_size=100))
def test_garbage_is_an_error(garbage: bytes) -> None:
    try:
        header, _body = read_frame(io.BytesIO(garbage))
    except (EOFError, ValueError):
        return
    assert isinstance(header, dict)


@pytest.mark.parametrize("lengths", [b"\xff" * 8, b"\x00" * 4 + b"\xff" * 4])
def test_a_length_above_the_bound_is_not_waited_for(lengths: bytes) -> None:
    with pytest.raises(ValueError, match="too large"):
        read_frame(io.BytesIO(lengths + b"{}"))
    assert LARGEST < 2**32 - 1


@pytest.mark.parametrize("header", [b"[]", b"1", b"null", b"{", b"\xff"])
def test_a_header_is_an_object(header: bytes) -> None:
    with pytest.raises(ValueError):
        read_frame(
            io.BytesIO(len(header).to_bytes(4, "big") + b"\x00" * 4 + header)
        )
