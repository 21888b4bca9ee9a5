"""How a mail says whose form it brings: vocabulary of reading, as data.

For: judging/intake: said_of_another, passed_on. These words are read, never written.
"""

import re
from typing import Final

# The subject of a mail that passes another one on
FORWARDED: Final = re.compile(
    r"^\s*[\[(【]?\s*(?:fwd?|转发|轉發|转寄|轉寄)\s*[\])】]?\s*[:：]",
    re.IGNORECASE,
)
# In the header of the mail that is quoted: who wrote it
WRITER_LINE: Final = re.compile(
    r"^[\s>*|【\[]*(?:发\s*[件信送]\s*人|寄件[人者]|来自|from)\s*\**\s*(?:[:：|]|[】\]])(?P<who>[^\n]+)",
    re.IGNORECASE | re.MULTILINE,
)
ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
# The clauses of a mail's text
CLAUSE_END: Final = re.compile(r"[。！!；;，,\n]+")
_OF_A_PERIOD = (
    r"(?:\d{4}年)?(?:\d{1,2}月)?(?:份|\d{1,2}[日号]|[上中下]旬)?|本[期旬次月]"
)
_A_FORM = (
    r"的?(?:[旬月]报表?|报表|报送表|(?<!代)表(?![扬彰态示现达率])|数据|情况)"
)
# With what the work is called, which may stand behind it
_A_NAME = r"(?P<name>[^\s:：、]{2,28}?)"
# Whose form a mail brings: 附件是五通桥区的旬报表, 代五通桥区报送, 五通桥区的表见附件
CALLS_IT_OF: Final = (
    re.compile(
        r"(?:附件|附上|附|以下|下面|下表|[此本该]表|这|现将?|代|替|帮|转发?|补?报送?|报上"
        r"|[发送]|提交){1,3}[里中内]?的?[是为系]?[:：]?\s*"
        rf"{_A_NAME}的?(?:{_OF_A_PERIOD}){_A_FORM}"
    ),
    re.compile(rf"[代替帮]{_A_NAME}(?:报送?|上报|填报|[发转])"),
    re.compile(
        rf"^\s*{_A_NAME}的?(?:{_OF_A_PERIOD}){_A_FORM}(?:见附|如下|附后|在附件)"
    ),
)
