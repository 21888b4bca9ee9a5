"""What speaks for a unit where it is in doubt whose report came, in words.

Trusts what judging found.
"""

from typing import Final

from pipeline.model.letters.reviews import Candidate, SpeaksFor
from pipeline.model.wording.campaign_words import CampaignWords

_SPEAKS: Final = {
    SpeaksFor.TAKEN: "表上写的是它",
    SpeaksFor.NAME: "名称相近",
    SpeaksFor.PLACE: "来信里提到它",
    SpeaksFor.SENDER: "发件邮箱登记的是它",
    SpeaksFor.WRITER: "转来的原信是它发的",
    SpeaksFor.FIGURE: "数字接得上",
    SpeaksFor.MISSING: "本期还没有报",
}


def speaks_words(candidate: Candidate, words: CampaignWords) -> str:
    """名称相近，数字接得上，本期还没有报，上次4,101名."""
    told = [_SPEAKS[what] for what in candidate.speaks]
    if candidate.last is not None:
        told.append(f"上次{words.counts(candidate.last)}")
    return "，".join(told)


def candidate_words(candidate: Candidate, words: CampaignWords) -> str:
    """沐川县（名称相近，…）."""
    return f"{candidate.unit}（{speaks_words(candidate, words)}）"
