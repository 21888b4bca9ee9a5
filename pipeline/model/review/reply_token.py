"""The token of a case (待核码): what lets one reviewer's mail decide one version of one
case until a day.

Made with the ledger's own secret, so that nobody guesses one. It stands in the subject,
the text and the headers of the letter, since mail programs drop any of these. A token
alone decides nothing: the mail must come from the address that it was made for. A case
that was decided since has another version, so that a token serves once.
"""

import hashlib
import hmac
import re
from datetime import date
from enum import StrEnum

from pipeline.model.month import Month
from pipeline.model.roster import folded
from pipeline.model.values.frozen import frozen

_CODE = re.compile(
    r"(?<![0-9a-z])([0-9a-f]{8}-\d{1,3}|(?:tb|gz|yt)-\d{4}-\d{2}"
    r"|gz-[0-9a-f]{12}|qk-\d{4}-\d{2}-\d{2})"
    r"-v(\d{1,4})-(\d{6})-([0-9a-f]{14})(?![0-9a-f])"
)
# Characters of a mail that are searched, and codes that are looked at: a mail full of them costs no more
_MOST_SEARCHED = 200_000
_MOST_CODES = 200


@frozen
class Token:
    """`case`: a report's id, tb-2015-09 (the month's bulletin), gz-2015-09 (a correction
    of it) or gz-fc258e4f1ff1 (of the ad-hoc bulletin of that snapshot), yt-2015-09 (its
    talks) or qk-2015-09-10 (the period's digest, whose counted reports may be put right).
    Good up to and with `expires`."""

    case: str
    version: int
    expires: date


def code_for(secret: bytes, token: Token, reviewer: str) -> str:
    """3fa9c1d2-1-v1-151020-9f8e7d6c1005ab: case, version, last day, proof; `reviewer`
    is a registered address."""
    return f"{token.case}-v{token.version}-{token.expires:%y%m%d}-{_proof(secret, token, reviewer)}"


def tokens_in(secret: bytes, reviewer: str, *texts: str) -> tuple[Token, ...]:
    """The genuine tokens of this reviewer in the texts, each once; what was altered,
    invented or another's is none."""
    found = (
        token
        for match in _codes(texts)
        if (token := _token(match)) is not None
        and hmac.compare_digest(match[4], _proof(secret, token, reviewer))
    )
    return tuple(dict.fromkeys(found))


def looks_like_code(*texts: str) -> bool:
    """Whether anything in the texts has a token's shape, genuine or not."""
    return bool(_codes(texts))


class CaseKind(StrEnum):
    """What a case is; all but a report's begin with it."""

    # A held or counted report, by its id
    REPORT = ""
    # 通报送审稿
    DRAFT = "tb"
    # 更正送审稿
    ERRATUM = "gz"
    # 约谈建议
    TALKS = "yt"
    # 旬进度简报
    DIGEST = "qk"


@frozen
class CaseRef:
    """A case by its kind and what it is of: a month, a period's due date, a report, a
    snapshot."""

    kind: CaseKind
    of: str

    def __str__(self) -> str:
        if self.kind is CaseKind.REPORT:
            return self.of
        return f"{self.kind}-{self.of}"


def case_ref(case: str) -> CaseRef:
    """What a token's case names: 2015-09 of draft-2015-09; a bare id is a report's."""
    for kind in CaseKind:
        if kind and case.startswith(f"{kind}-"):
            return CaseRef(kind, case.removeprefix(f"{kind}-"))
    return CaseRef(CaseKind.REPORT, case)


def draft_case(month: Month) -> str:
    return str(CaseRef(CaseKind.DRAFT, month))


def erratum_case(of: str) -> str:
    """`of`: the month, or an ad-hoc bulletin's snapshot id in small letters."""
    return str(CaseRef(CaseKind.ERRATUM, of))


def talks_case(month: Month) -> str:
    return str(CaseRef(CaseKind.TALKS, month))


# Its reports are asked for their own newest decision instead
DIGEST_VERSION = 1


def digest_case(period: date) -> str:
    return str(CaseRef(CaseKind.DIGEST, period.isoformat()))


def _codes(texts: tuple[str, ...]) -> list[re.Match[str]]:
    return [
        match
        for text in texts
        for match in _CODE.finditer(text[:_MOST_SEARCHED])
    ][:_MOST_CODES]


def _token(match: re.Match[str]) -> Token | None:
    digits = match[3]
    year = int(digits[0:2])
    month = int(digits[2:4])
    day = int(digits[4:6])
    try:
        return Token(match[1], int(match[2]), date(2000 + year, month, day))
    except ValueError:
        return None


def _proof(secret: bytes, token: Token, reviewer: str) -> str:
    said = f"{token.case}|{token.version}|{token.expires:%Y%m%d}|{folded(reviewer)}"
    return hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()[:14]
