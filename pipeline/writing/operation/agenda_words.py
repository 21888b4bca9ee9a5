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


# Where nobody can lag, no lag notices go with the first reminder
_UNMEASURED: Final = {
    **_WHAT,
    Occasion.OVERDUE_REMINDER: "催报",
}


def agenda_words(item: AgendaItem, *, has_targets: bool = True) -> str:
    """9月10日期：收信; 9月：月度通报."""
    names = _WHAT
    if not has_targets:
        names = _UNMEASURED
    what = names[item.what]
    if item.what is Occasion.MONTHLY_BULLETIN:
        month = int(item.of[5:])
        return f"{month}月：{what}"
    period = date.fromisoformat(item.of)
    return f"{day(period)}期：{what}"
