"""Bounds for foreign files: how much a reader takes, XML without DTDs, the sentences,
and the one exception of readers.

Trusts nothing, writes no file, never follows a reference out of the bytes at hand.
Readers raise `UnreadableError` anywhere inside; `open_document` turns it into its
Trouble, so that no reader carries error values through its walk.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from pipeline.model.trouble import ADVICE, Trouble, TroubleCode

# The members of one archive or mail, each with its name, in their order
Unpacked = Iterator[tuple[str, bytes]]

# A form has some dozens
CELLS_LIMIT = 200_000

# what parsers raise when they meet bytes that no writer writes; MemoryError is left to
# the child that reads foreign files
PARSER_ERRORS = (
    struct.error,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
    EOFError,
)


class UnreadableError(Exception):
    """Raised inside readers, carries the Trouble that the caller gets."""

    def __init__(
        self, code: TroubleCode, detail: str = "", advice: str = ""
    ) -> None:
        super().__init__(detail)
        self.trouble = Trouble(code, advice or ADVICE[code], detail)


def refuse_beyond_limit(count: int, what: str = "cells") -> None:
    """Raises UnreadableError(TOO_BIG) for a file of more cells than any form has."""
    if count > CELLS_LIMIT:
        raise UnreadableError(TroubleCode.TOO_BIG, f"over {CELLS_LIMIT} {what}")


@contextmanager
def corrupt_on(*errors: type[BaseException]) -> Iterator[None]:
    """Turns the named errors of a foreign parser into UnreadableError(CORRUPT)."""
    try:
        yield
    except errors as error:
        raise UnreadableError(
            TroubleCode.CORRUPT, f"{type(error).__name__}: {error}"[:300]
        ) from error


# Bytes: a DTD stands before the root element
_DTD_WITHIN = 4096
# ids are not collected: a name given twice (xml:id, which ODF tools leave) would make a
# file of it that "cannot be opened"
_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    remove_comments=True,
    remove_pis=True,
    collect_ids=False,
)


def parse_xml(data: bytes) -> etree._Element:
    """The root of an XML member. A DTD is refused as BOMB (no office program writes
    one); broken XML is CORRUPT."""
    if (
        data.find(b"<!DOCTYPE", 0, _DTD_WITHIN) >= 0
        or data.find(b"<!ENTITY", 0, _DTD_WITHIN) >= 0
    ):
        raise UnreadableError(TroubleCode.BOMB, "DTD in XML")
    try:
        root = etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError(
            TroubleCode.CORRUPT, f"{type(error).__name__}: {error}"[:300]
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableError(TroubleCode.BOMB, "DTD in XML")
    return root
