"""The one way to write a value down: the same bytes whatever order things were said in."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from pipeline.model.canonical import canonical_digest, canonical_json
from pipeline.model.notice import NoticeKind


@dataclass(frozen=True)
class Kept:
    name: str
    at: datetime
    on: date
    kind: NoticeKind
    units: frozenset[str]
    figures: tuple[int | None, ...]


VALUE = Kept(
    "甲县",
    datetime(2015, 9, 10, 10, tzinfo=UTC),
    date(2015, 9, 10),
    NoticeKind.RECEIPT,
    frozenset({"b", "a"}),
    (1, None),
)


def test_each_type_has_its_form() -> None:
    assert canonical_json(VALUE) == (
        '{"at":"2015-09-10T10:00:00+00:00","figures":[1,null],"kind":"receipt",'
        '"name":"\\u7532\\u53bf","on":"2015-09-10","units":["a","b"]}'
    )


def test_the_order_of_keys_says_nothing() -> None:
    assert canonical_digest({"a": 1, "b": 2}) == canonical_digest(
        {"b": 2, "a": 1}
    )


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        canonical_json(object())
