"""Whether a mail was seen before (rules.md 6): the same mail moved is nothing, delivered twice it is a duplicate."""

from datetime import timedelta

import pytest
from judging_makers import SEP10, at, message, seen

from pipeline.judging.intake.duplicates import Repeat, seen_before

NOON = at("09-10 12:00")


@pytest.mark.parametrize(
    ("seconds", "answer"),
    [([], Repeat.NEW), ([0], Repeat.NOTHING), ([0.9], Repeat.NOTHING), ([1], Repeat.DUPLICATE), ([-3600], Repeat.DUPLICATE),
     ([600, 0], Repeat.NOTHING)],
)  # fmt: skip
def test_the_servers_own_time_tells(
    seconds: list[float], answer: Repeat
) -> None:
    known = [
        seen("k", NOON + timedelta(seconds=s), "甲县", SEP10) for s in seconds
    ]
    assert seen_before(message(when="09-10 12:00"), known) is answer
