"""What is hardly meant is said by check, and refuses nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from campaign_maker import made, settings

from pipeline.settings.checks.leftovers import leftovers

DURING = datetime(2015, 10, 1, tzinfo=UTC)
CASES = [
    ({}, DURING, ["example.cn"]),
    ({"example.cn": "leshan.gov.cn"}, DURING, []),
    (
        {"example.cn": "leshan.gov.cn"},
        datetime(2026, 11, 28, tzinfo=UTC),
        ["最后一期"],
    ),
    (
        {
            "example.cn": "leshan.gov.cn",
            'from = "': 'user = "b@126.com"\nfrom = "',
        },
        DURING,
        ["登录名"],
    ),
]


@pytest.mark.parametrize(("replaced", "now", "words"), CASES)
def test_leftovers(
    tmp_path: Path, replaced: dict[str, str], now: datetime, words: list[str]
) -> None:
    found = list(leftovers(settings(made(tmp_path, replaced=replaced)), now))
    assert len(found) == len(words)
    assert all(word in text for word, text in zip(words, found, strict=True))
