"""What the campaign does at its times, in words.

Trusts judging/progress/agenda for what and when.
"""

from datetime import date
from typing import Final

from pipeline.model.rules import AgendaItem, Occasion
from pipeline.writing.words import day

_WHAT: Final = {
    Occasion.CLOSE: "关账",
    Occasion.POLL: "收信",
    Occasion.LATE_POLL: "收信（补报）",
    Occasion.DUE_REMINDER: "报送提醒",
    Occasion.OVERDUE_REMINDER: "催报、进度提醒",
    Occasion.SECOND_OVERDUE_REMINDER: "第二次催报",
    Occasion.PERIOD_DIGEST: "进度简报",
    Occasion.MONTHLY_BULLETIN: "月度通报",
}


def agenda_words(item: AgendaItem) -> str:
    """9月10日期：收信; 9月：月度通报."""
    what = _WHAT[item.what]
    if item.what is Occasion.MONTHLY_BULLETIN:
        return f"{int(item.of[5:])}月：{what}"
    return f"{day(date.fromisoformat(item.of))}期：{what}"
