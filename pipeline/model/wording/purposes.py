"""What a mail was meant as, by its words: vocabulary of reading, as data.

For: judging/intake. These words are read, never written.
"""

import re
from typing import Final

from pipeline.model.wording.courtesies import FIGURE_INSTEAD

# 回复：【报送提醒】..., 转发：【报送提醒】...: the kind of letter stands in brackets at the
# front of ours.
ANSWERED_SUBJECT: Final = re.compile(
    r"^\s*(?:(?:re|fwd?|回复|回覆|答复|答覆|回信|转发|轉發|转寄)(?:\s*[\[(（]\s*\d{1,3}\s*[\])）])?"
    r"\s*[:：]\s*)+【",
    re.IGNORECASE,
)
RECALL: Final = re.compile(r"撤回|召回|回收|recall", re.IGNORECASE)
# Who is to be written to instead, in an answer out of office.
SUCCESSOR: Final = re.compile(
    r"(?:调离|调任|调到|离任|离职|退休|接替|接任|交接|改发|改为|转由|由.{1,12}(?:负责|接手|处理|办理)"
    r"|请(?:联系|致电|发(?:送)?(?:至|到|给)|转(?:发|告))|no longer (?:with|work)|please contact|instead)",
    re.IGNORECASE,
)
# That somebody does this work no longer, in a mail of a person's own.
HANDS_OVER: Final = re.compile(
    r"(?:本人|我|原联系人|.{1,8}同志)(?:现|已|因|于|不再).{0,16}"
    r"(?:调离|调任|调到|调往|离任|离职|退休|不再负责|不再从事|轮岗|借调|脱产)"
    r"|(?:[旬周月季]报|报表|此项|该项|相关)?工作(?:现|今后|以后|已)?(?:移交|交接|改)?由.{1,12}(?:负责|接手|接替|承办)"
    r"|(?:联系人|联系方式|邮箱|报送人|经办人)(?:已)?(?:变更|更换|调整|改)(?:为|成|如下)?",
)
# That what was reported is wrong or not to be used, in a mail of a person's own.
TAKES_REPORT_BACK: Final = re.compile(
    r"[撤收]回|作废|(?:不要|先别|暂不|暂缓|勿|不能|别)(?:再)?(?:采用|采纳|使用|计入|统计|上报)"
    rf"|[报填写算]错|发错(?!人)|有误|更正|{FIGURE_INSTEAD}"
)
# The blank of a label, as in （新增   名农民工入会）, and the lines that are drawn for it.
BLANK: Final = re.compile(
    r"[\s_＿—–\-/／.…:：]*|[（(\[【][^\d见附详]*[）)\]】]"
)
# A report that is late, or takes the place of an earlier one (rules.md 4).
# 已收到更正后的回执 speaks of our letter.
CORRECTION: Final = re.compile(
    r"补报|(?:更正|更新)(?![后过了]?的?(?:回执|通报|回信))|重报|以此件?为准"
)
# 回复：更正：旬报表 says so of the mail that it answers; what our own letters ask for
# (【退回重报】), who answers them does.
THREAD_SUBJECT: Final = re.compile(
    r"^\s*(?:(?:fwd?|转发|轉發|转寄)\s*[:：]\s*)*(?:re|回复|回覆|答复|答覆|回信)"
    r"(?:\s*[\[(（]\s*\d{1,3}\s*[\])）])?\s*[:：](?!.*【(?:退回重报|请重报|没有读出|不予采用)】)",
    re.IGNORECASE | re.DOTALL,
)
# As which a scan alone may be a form
FORM_WORD: Final = "表"
