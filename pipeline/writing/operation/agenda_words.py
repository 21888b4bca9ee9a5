"""What the campaign does at its times, in words.

Trusts judging/progress/agenda for what and when.
"""

from datetime import date
from typing import Final

from pipeline.model.month import Month, year_and_number
from pipeline.model.rules import AgendaItem, Occasion
from pipeline.model.wording.campaign_words import (
    PLAIN_WORDS,
    CampaignWords,
    quarter_name,
)
from pipeline.writing.words import day

_WHAT: Final = {
    Occasion.CLOSE: "关账",
    Occasion.POLL: "收信",
    Occasion.LATE_POLL: "收信（补报）",
    Occasion.DUE_REMINDER: "报送提醒",
    Occasion.OVERDUE_REMINDER: "催报、进度提醒",
    Occasion.SECOND_OVERDUE_REMINDER: "第二次催报",
    Occasion.PERIOD_DIGEST: "进度简报",
}


# Where nobody can lag, no lag notices go with the first reminder
_UNMEASURED: Final = {
    **_WHAT,
    Occasion.OVERDUE_REMINDER: "催报",
}


def agenda_words(
    item: AgendaItem,
    words: CampaignWords = PLAIN_WORDS,
    *,
    has_targets: bool = True,
) -> str:
    """9月10日期：收信; 9月：月度通报; 第一季度：季度通报."""
    names = _WHAT
    if not has_targets:
        names = _UNMEASURED
    if item.what is Occasion.MONTHLY_BULLETIN:
        _, number = year_and_number(Month(item.of))
        if words.by_quarter:
            return f"{quarter_name(number)}：{words.bulletin}"
        return f"{number}月：{words.bulletin}"
    period = date.fromisoformat(item.of)
    return f"{day(period)}期：{names[item.what]}"
