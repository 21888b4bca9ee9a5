"""报表编号, the number of a pre-filled form: settles unit and period when the form
comes back, or says nothing at all.

Three letters name the period's day, six are a hash over campaign, unit and day: so a
typo, another unit's day or another campaign's number fits no unit (one chance in
millions). Letters only, without I and O, so that neither a reader nor a person can take
it for a figure. Trusts nobody: a number that fits nothing is None, never an error.
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta

# The custom document property that carries it
PROPERTY = "xunbao-serial"
LABEL = "报表编号"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_FIRST_DAY = date(2010, 1, 1)
_DAY_LETTERS, _HASH_LETTERS = 3, 6


def serial_for(campaign: str, unit: str, period: date) -> str:
    """KDM-QXRTBW. ValueError for a day outside 2010 to 2047."""
    days = (period - _FIRST_DAY).days
    if not 0 <= days < len(_LETTERS) ** _DAY_LETTERS:
        raise ValueError(f"no serial for {period}")
    return f"{_written(days, _DAY_LETTERS)}-{_hashed(campaign, unit, period)}"


def parse_serial(
    text: str, campaign: str, units: Iterable[str]
) -> tuple[str, date] | None:
    """The unit and the period that a number was made for, among `units` of `campaign`;
    None when it fits none.

    Full width, small letters, blanks and a lost or changed hyphen are forgiven, as a
    person typing it would do.
    """
    letters = []
    for c in unicodedata.normalize("NFKC", text).upper():
        if c.isalnum():
            letters.append(c)
    if len(letters) != _DAY_LETTERS + _HASH_LETTERS or not set(letters) <= set(
        _LETTERS
    ):
        return None
    period = _FIRST_DAY + timedelta(days=_read("".join(letters[:_DAY_LETTERS])))
    digest = "".join(letters[_DAY_LETTERS:])
    return next(
        (
            (unit, period)
            for unit in units
            if _hashed(campaign, unit, period) == digest
        ),
        None,
    )


def _hashed(campaign: str, unit: str, period: date) -> str:
    seed = "\0".join((campaign, unit, period.isoformat())).encode()
    return _written(
        int.from_bytes(hashlib.sha256(seed).digest()[:16]), _HASH_LETTERS
    )


def _written(value: int, width: int) -> str:
    letters = ""
    for _ in range(width):
        value, digit = divmod(value, len(_LETTERS))
        letters = _LETTERS[digit] + letters
    return letters


def _read(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * len(_LETTERS) + _LETTERS.index(letter)
    return value
