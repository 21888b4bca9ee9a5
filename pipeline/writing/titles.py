"""What people call the codes that JSON and the ledger know: outcomes, states, kinds.

The one place where each code has its Chinese name; whoever shows a code asks here.
"""

from collections.abc import Mapping
from typing import Final, TypeVar

from pipeline.model.arrival import Outcome
from pipeline.model.form import PASSED_ON
from pipeline.model.notice import NoticeKind
from pipeline.model.report import DecisionRule, ReportState
from pipeline.model.wording.campaign_words import CampaignWords

Code = TypeVar("Code", bound=str)

OUTCOMES: Final = {
    Outcome.REPORTED: "报表",
    Outcome.UNREADABLE: "读不出",
    Outcome.IGNORED: "不是报表",
    Outcome.COMMAND: "审核回复",
    Outcome.DUPLICATE: "重复来信",
    Outcome.SET_ASIDE: "搁置",
}

STANDING_STATES: Final = {
    "on_time": "按时",
    "late": "迟报",
    "held": "待核",
    "unreadable": "未能读取",
    "missing": "漏报",
    "extended": "准予延期",
}

REPORT_STATES: Final = {
    ReportState.ACCEPTED: "已计入",
    ReportState.HELD: "待核",
    ReportState.SUPERSEDED: "已被更新的报表替代",
    ReportState.REJECTED: "不予采用",
    ReportState.DUPLICATE: "与此前所报相同",
}

TALK_STATES: Final = {
    "proposed": "待确认",
    "confirmed": "已确认",
    "dropped": "不约谈",
    "revoked": "已撤销",
}

IGNORED_BECAUSE: Final = {
    "auto_reply": "自动回复",
    "bounce": "系统退信",
    "list": "群发邮件",
    "no_form": "没有报表",
    "own_mail": "本邮箱发出的信",
    "before_campaign": "行动开始以前的信",
    "after_campaign": "行动结束以后的信",
}

NOTICE_KINDS: Final = {
    NoticeKind.RECEIPT: "回执",
    NoticeKind.UNREADABLE: "退回说明",
    NoticeKind.DUE_REMINDER: "报送提醒",
    NoticeKind.OVERDUE_REMINDER: "催报",
    NoticeKind.SECOND_OVERDUE_REMINDER: "再次催报",
    NoticeKind.LAG_NOTICE: "进度提醒",
    NoticeKind.PERIOD_DIGEST: "进度简报",
    NoticeKind.REVIEW_REQUEST: "待核单",
    NoticeKind.MONTHLY_BULLETIN: "月度通报",
    NoticeKind.ADHOC_BULLETIN: "不定期通报",
    NoticeKind.ALERT: "告警",
    NoticeKind.REVIEW_ANSWER: "审核回音",
    NoticeKind.RETURNED: "退回重报",
    NoticeKind.SETTLED: "核实结果",
    NoticeKind.BULLETIN_DRAFT: "通报送审稿",
    NoticeKind.ERRATUM: "通报更正",
    NoticeKind.ERRATUM_DRAFT: "更正送审稿",
    NoticeKind.BULLETIN_WAITS: "通报待发",
    NoticeKind.TALK_NOTICE: "约谈通知",
    NoticeKind.TALK_PROPOSAL: "约谈建议",
}

# What was decided on a report, by the program or by staff.
DECISIONS: Final = {
    DecisionRule.JUDGED: "判定",
    DecisionRule.REPLAYED: "重读判定",
    DecisionRule.ACCEPT: "通过",
    DecisionRule.CORRECT: "改数",
    DecisionRule.ASSIGN: "归单位或期次",
    DecisionRule.REJECT: "退回",
    DecisionRule.VOID: "作废",
    DecisionRule.UNDO: "撤销",
}

NOTICE_STATES: Final = {
    "planned": "待发",
    "sending": "正在发",
    "sent": "已发",
    "dropped": "未发",
    "failed": "发送失败",
    "unknown": "是否发出不能确定",
}


def title(names: Mapping[Code, str], code: str) -> str:
    """The name of a code; the code itself where it has none yet."""
    return next((name for known, name in names.items() if known == code), code)


def field_names(words: CampaignWords) -> dict[str, str]:
    """The fields of a form as evidence names them -> their labels in this campaign."""
    return {
        **vars(words.labels),
        "second_look": "打印件",
        "campaign": "哪项工作",
        PASSED_ON: "转自哪个单位",
    }
