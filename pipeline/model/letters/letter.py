"""Every letter that can be written: what judging and the flows gather and `writing`
puts into words.

A letter never computes a figure: what it says stands in it. Times are aware datetimes
already in the campaign's zone; rates are shares (0.52 = 52 %).
"""

from pipeline.model.letters.alerts import Alert
from pipeline.model.letters.bulletins import Bulletin, BulletinDraft
from pipeline.model.letters.digests import Digest
from pipeline.model.letters.errata import BulletinWaits, Erratum, ErratumDraft
from pipeline.model.letters.receipts import (
    Receipt,
    Returned,
    Settled,
    Unreadable,
)
from pipeline.model.letters.reminders import UnitLetter
from pipeline.model.letters.reviews import ReviewAnswer, ReviewRequest
from pipeline.model.letters.talk_letters import TalkNotice, TalkProposal

Letter = (
    Receipt
    | Unreadable
    | UnitLetter
    | ReviewRequest
    | ReviewAnswer
    | Returned
    | Settled
    | BulletinDraft
    | Digest
    | Bulletin
    | Erratum
    | ErratumDraft
    | BulletinWaits
    | TalkProposal
    | TalkNotice
    | Alert
)
