"""The lines in which a reviewer answers: their own words without greeting, signature,
disclaimer and the letter they answer.

Beside quoting.py, which takes away what mail programs mark as quoted. Trusts nothing.
Never guesses: a line that is no greeting and no signature stays, and whoever reads it
must understand it.
"""

import re

from pipeline.model.letters.letter_sender import ANSWER_ABOVE
from pipeline.model.wording.characters import simplified
from pipeline.reading.form.numbers import normalise

# Characters of an answer; a ruling takes some dozens
MOST = 5_000

# 改为320，330 may be two; 1,200 is one
_TWO_NUMBERS = re.compile(r"((?<=\d\d\d)[,，])(?=\d)")
_RULE = re.compile(r"^[-—–_=*~─━]{2,}$|^-- ?$")
_TAGLINE = re.compile(
    r"^(?:(?:发自|来自|从|由)\s?(?:我的)?.{0,24}(?:iphone|ipad|手机|平板|邮箱|"
    r"foxmail|outlook|华为|小米|oppo|vivo|荣耀|客户端|wps|mac|windows|企业微信|"
    r"钉钉)"
    r"|sent from|get outlook|发送自|获取 ?outlook|下载.{0,12}(?:客户端|outlook)|网易邮箱大师)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"(?:电话|手机|传真|地址|邮编|邮箱|办公室电话|联系人|联系方式|网址|微信|座机|"
    r"tel|mobile|phone|fax|e-?mail|add|qq)\s*[:：.]"
    r"|https?://|www\.|\(?0\d{2,3}\)?[- ]?\d{7,8}|(?<!\d)1[3-9]\d{9}(?!\d)|^\S+@\S+$",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"保密|机密|免责|误收|错收|disclaimer|confidential|privileged|intended recipient|杀毒|病毒",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"^(?:您好|你好|hi|hello|大家好|(?:各位|尊敬的|敬爱的|亲爱的).{0,12}|(?!同意|"
    r"通过|采纳|退回|撤销|作废|不|改|归)[\u4e00-\u9fff]{1,3}(?:主任|科长|部长|"
    r"处长|同志|老师|主席|书记|领导|同事)(?:您好|你好)?|早上好|上午好|下午好|"
    r"晚上好"
    r"|此致|敬礼|顺祝.{0,8}|祝好|祝.{1,8}(?:快乐|顺利|愉快)|谢谢(?:您|你|大家)?|"
    r"多谢|感谢|辛苦了?|麻烦(?:了|您了)?|以上)[,。!:~\s]*$",
    re.IGNORECASE,
)


def paragraphs(text: str) -> list[list[str]]:
    """Their lines, normalised and without list marks, a list for each run of lines that
    no empty line parts."""
    found: list[list[str]] = [[]]
    apart = _TWO_NUMBERS.sub(r"\1 ", text[:MOST])
    for line in _hers(simplified(normalise(apart))):
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    made = []
    for lines in found:
        if lines:
            made.append(lines)
    return made


def _hers(text: str) -> list[str]:
    lines: list[str] = []
    for raw in text.split("\n"):
        line = raw.strip(" \t\u200b\ufeff")
        if ANSWER_ABOVE in line or _RULE.match(line) or _TAGLINE.match(line):
            break
        if any(lines) and (_SIGNATURE.search(line) or _DISCLAIMER.search(line)):
            break
        if not _POLITE.match(line):
            lines.append(
                re.sub(
                    r"^(?:[>|•·*]\s*|\(?\d{1,2}[.、)]\s*(?=[\u4e00-\u9fff]))",
                    "",
                    line,
                )
            )
    return lines
