"""What one campaign calls the kinds of notices: its bulletin goes by what it covers.

Trusts the campaign's words. Decides nothing.
"""

from pipeline.model.notice import NoticeKind
from pipeline.model.wording.campaign_words import CampaignWords
from pipeline.writing.titles import NOTICE_KINDS


def notice_kinds(words: CampaignWords) -> dict[NoticeKind, str]:
    """The kinds of notices -> their names in this campaign, of which 月度通报 is 季度通报
    where units report by the quarter."""
    return {**NOTICE_KINDS, NoticeKind.MONTHLY_BULLETIN: words.bulletin}
