"""The digest tells staff that the program was off over some of the period's polls; of a program that was not, nothing."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from pipeline.model.letters.digests import Digest
from pipeline.writing.sample_month import SENDER
from pipeline.writing.samples import LETTERS
from pipeline.writing.templates import Renderer

SLEPT = tuple(
    datetime(2015, 9, 10, hour, tzinfo=timezone(timedelta(hours=8)))
    for hour in (12, 16)
)
STAFF_DIGEST = next(
    letter
    for _, letter in LETTERS
    if isinstance(letter, Digest) and letter.group is None
)


@pytest.mark.parametrize("slept", [SLEPT, ()])
def test_polls_that_were_missed_are_counted(
    slept: tuple[datetime, ...],
) -> None:
    mail = Renderer().render(replace(STAFF_DIGEST, slept=slept), SENDER)
    for said in (mail.text, mail.html):
        assert ("程序停过" in said) is bool(slept)
        assert ("起有2次定时收信" in said) is bool(slept)
