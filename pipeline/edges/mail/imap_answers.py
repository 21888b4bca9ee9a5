"""What a SEARCH and a FETCH answered, as numbers and as items by UID.

For: imap_session.py and imap_listing.py. Trusts no answer to be whole, nor to be to the
question: an item without a UID is nobody's. Never: asks for the server's capabilities,
as imapclient does before a search, for literals that no search of ours has.
"""

from collections.abc import Sequence
from typing import Any

from imapclient.response_parser import parse_fetch_response


def search(client: Any, criteria: list[str]) -> list[int]:
    """UID SEARCH, whose answer may come in several lines."""
    typ, lines = client._imap.uid("SEARCH", *criteria)
    client._checkok("search", typ, lines)
    return _numbers(lines)


def search_and_fetch(
    client: Any, criteria: list[str], uid: int, data: list[str]
) -> tuple[list[int], dict[int, Any]]:
    """UID SEARCH, and UID FETCH of one message, sent at once: one round trip. The UIDs
    that SEARCH named, and the message's items."""
    imap = client._imap
    asked = (imap._new_tag(), imap._new_tag())
    question = (
        f"{asked[0].decode()} UID SEARCH {' '.join(criteria)}\r\n"
        f"{asked[1].decode()} UID FETCH {uid} ({' '.join(data)})\r\n"
    )
    imap.send(question.encode("ascii"))
    # Both answers are taken before either is judged, so that neither is left over
    searched, fetched = map(imap._get_tagged_response, asked)
    _, lines = imap._untagged_response("OK", [], "SEARCH")
    found = items(client, *fetched)
    client._checkok("search", *searched)
    return _numbers(lines), found


def items(client: Any, typ: str, lines: list[Any]) -> dict[int, Any]:
    """What a FETCH answered, by UID. imapclient takes a sequence number for one where
    there is none, and so another message's bytes."""
    client._checkok("fetch", typ, lines)
    typ, lines = client._imap._untagged_response(typ, lines, "FETCH")
    found: dict[int, Any] = {}
    parsed = parse_fetch_response(
        lines, client.normalise_times, uid_is_key=False
    )
    for item in parsed.values():
        if isinstance(item.get(b"UID"), int):
            found.setdefault(item[b"UID"], {}).update(item)
    return found


def _numbers(lines: Sequence[Any]) -> list[int]:
    """What stands in brackets behind the numbers (MODSEQ) is none of them."""
    found: list[int] = []
    for line in lines:
        if isinstance(line, bytes):
            found += map(int, line.partition(b"(")[0].split())
    return found
