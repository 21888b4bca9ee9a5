"""A mail's words that call the form which it brings last time's, or a sample: 上期报表如下,
附上期报表, 样表如下.

For: mail_words. Pure. Trusts nothing: a line that brings a present form too says nothing.
"""

import re

from pipeline.reading.form.beside.note_sense import clauses_of

LATER = re.compile(
    "[稍随]后|待|明[天日早]|晚[点些上]|改[天日]|再|后续|尽快|马上"
)
# A clause that calls what comes with the mail last time's, or a sample. 上旬 is the first
# third of a month; in 附上旬报表 and 附上月报表 it is the second word that begins with 旬, 月
_EARLIER = re.compile(
    r"(?=.{3})(?:附上?|随附|现附|附件|以下|下面|下表)?[:：]?(?:[这此本该][份张个表件]?)?[是为]?\s*"
    r"(?:(?:上一?[期次]|上一[旬月年]|上个月|(?<!附)上[月年]|上[月年](?!报)|去年|往年)(?:报送|上报|已报)?的?"
    r"(?:.?报表?|报送内容|内容|表格?|数据)?|样表)(?:如下|供参考|附后)?[:：]?"
)
_PRESENT = re.compile("[本这此当][期旬次]|今年")


def is_of_before(line: str) -> bool:
    """Whether a line calls the form at hand last time's, and brings no present one."""
    found = False
    for clause in clauses_of(line):
        if _EARLIER.fullmatch(clause.strip()):
            found = True
        if LATER.search(clause):
            continue
        if _PRESENT.search(clause):
            return False
    return found
