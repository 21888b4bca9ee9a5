"""What the sender wrote, apart from the mail that is quoted below it.

For: texts of Chinese and other mail programs (原始邮件, 转发邮件信息, 发件人 blocks,
写道, On ... wrote:, > lines). Trusts: nothing. Never: loses a line: each stands in
exactly one of the two halves (rules.md 5: numbers in quoted mail are never
figures).
"""

import re
import unicodedata

_RULE = r"[-—–_=*>~ \t\u3000]{2,}"
_BANNER = re.compile(
    rf"^\s*(?:{_RULE})\s*(?:(?:以下是)?(?:转发|回复|答复)?的?(?:原始?邮件|"
    rf"邮件原[文件]|邮件信息|邮件)(?:信息|内容)?|original\s+(?:message|e?-?mail|"
    rf"appointment)"
    rf"|forwarded\s+(?:message|by.*)|(?:message|mail)\s+transféré)\s*[:：]?\s*(?:{_RULE})?\s*$",
    re.IGNORECASE,
)
_BEGIN = re.compile(
    r"^\s*(?:begin forwarded message|以下是转发的邮件|下面是被转发邮件.*|发自.{1,20}的原始邮件)\s*[:：]\s*$",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"^\s*(?:(?:on|at)\b.{4,200}\bwrote|[在于]?.{4,200}[>＞）)”\"\s\d日午]\s*写道)\s*[:：]\s*$",
    re.IGNORECASE,
)
# By a day and 写道, or in the words of programs in other languages
_SAID = re.compile(
    r"^\s*(?:.{0,60}\d{4}\s*[-/年.]\s*\d{1,2}.{0,160}(?:写道|写到)"
    r"|.{1,120}写于\s*\d{4}[-/年.].{4,60}"
    r"|引用.{1,80}@.{1,80}的(?:邮件|来信|消息)|(?:引用|quoting)\s.{0,80}@.{1,60}"
    r"|.{2,100}\bwrote\b(?:\s+on\b.{4,60})?"
    r"|.{0,8}\d{4}\s*[-/年.]\s*\d{1,2}.{4,100}<[^<>\s]+@[^<>\s]+>"
    r"|am\s.{6,120}\sschrieb.{0,100}|le\s.{6,120}\sa\s+écrit"
    r"|el\s.{6,120}\sescribió|.{6,120}の(?:メール|メッセージ)|.{1,60}さん[はが]書きました)\s*[:：]\s*$",
    re.IGNORECASE,
)
# A divider in other words or other marks, its blanks taken out, full-width signs made
# plain: 【原邮件】, =======2015-09-0909:00:00您在来信中写道:=======
_MARKS = r"[-—–_=*#~<>+·.【】\[\]（）()「」\u2500-\u257f]"
_ORIGINAL = (
    r"original(?:message|e?-?mail)|ursprünglichenachricht|messaged['’]origine|messaggiooriginale"
    r"|mensajeoriginal|mensagemoriginal|oorspronkelijkbericht|元のメッセージ|원본메시지"
)
_DIVIDER = re.compile(
    rf"^{_MARKS}+(?:.{{0,60}}来信中?写道"
    r"|(?:以下[是为])?(?:已?转发|轉發|回复|答复|引用)?(?:自.{1,40})?的?"
    r"(?:原始?(?:邮件|郵件|文|信息|信|消息|内容)|邮件原[文件]|邮件|郵件|消息|来信)(?:信息|内容|正文)?"
    rf"|(?:original|replied|forwarded)(?:message|e?-?mail)?(?:from.{{1,40}}?)?|mailoriginal|{_ORIGINAL})"
    rf"[:：]?{_MARKS}+$"
    r"|^(?:附|以下|下面)?[是为]?(?:被?转发|回复|答复|引用)?的?(?:原始邮件|原邮件|原文|邮件原文)"
    r"(?:内容|信息)?(?:如下)?[:：]$"
    r"|^(?:开始|以下|下面)[是为]?被?转发的?邮件(?:内容)?(?:如下)?[:：]$"
    rf"|^(?:原始邮件|原始郵件|{_ORIGINAL})[:：]?$",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"[\s\u3000]+")
_WROTE_START = re.compile(
    r"^\s*(?:on\s.{4,120}\d|[在于]\s?\d{4}.{4,120})", re.IGNORECASE
)
# 发件人: x, *发件人:* x, 【发件人】x
_BEFORE_NAME, _AFTER_NAME = r"^[\s>*|【\[]*", r"\s*\**\s*(?:[:：|]|[】\]])"
_FROM = re.compile(
    rf"{_BEFORE_NAME}(?:发\s*[件信送]\s*人|发件地址|寄[件信]者|寄[件信]人|来自|from){_AFTER_NAME}\s*\**\s*\S",
    re.IGNORECASE,
)
_OTHER = re.compile(
    rf"{_BEFORE_NAME}(?:发\s*送\s*时\s*间|发送日期|发[件信]时间|寄件日期|已发送(?:邮件)?|日\s*期|时\s*间|"
    r"[收接]\s*[件信收]\s*人|收件者|至|抄\s*送|主\s*题|主旨|标\s*题|sent|date|to|cc|"
    rf"subject){_AFTER_NAME}",
    re.IGNORECASE,
)
# The whole of it in one line
_IN_ONE = re.compile(
    r"^[\s>*|]*(?:发\s*件\s*人|from)\s*[:：].{1,80}?"
    r"(?:发送时间|发送日期|日期|sent|date)\s*[:：].{1,80}?(?:收件人|主题|to|subject)\s*[:：]",
    re.IGNORECASE,
)
_QUOTED_LINE = re.compile(r"^\s{0,3}[>＞]")
_ONLY_RULE = re.compile(r"^\s*[-—–_=*~]{3,}\s*$")


def split(text: str) -> tuple[str, str]:
    """(own, quoted): `text` cut at the first separator; single `>` lines before it are quoted too."""
    lines = text.split("\n")
    cut = separator(lines)
    own, quoted = _without_marked(lines[:cut])
    return "\n".join(own).strip("\n"), "\n".join(quoted + lines[cut:]).strip(
        "\n"
    )


def separator(lines: list[str]) -> int:
    """The index of the line where quoted mail begins and lasts to the end; `len(lines)`
    where there is none."""
    for index, line in enumerate(lines):
        if _begins_quote(lines, index, line):
            if index and _ONLY_RULE.match(lines[index - 1]):
                return index - 1
            return index
    return len(lines)


def _begins_quote(lines: list[str], index: int, line: str) -> bool:
    if not line.strip() or len(line) > 400:
        return False
    if _is_divider(line) or _header_block(lines, index):
        return True
    return bool(_attribution(lines, index)) and not _marked_below(lines, index)


def _is_divider(line: str) -> bool:
    """Whether the line says by itself that a mail is quoted below it."""
    if _BANNER.match(line) or _BEGIN.match(line) or _IN_ONE.match(line):
        return True
    plain = unicodedata.normalize("NFKC", line)
    return bool(_DIVIDER.match(_BLANKS.sub("", plain)))


def _header_block(lines: list[str], index: int) -> bool:
    """发件人: followed by two more of 发送时间, 收件人, 主题, or by nothing at all (a
    quote that was cut short)."""
    if not _FROM.match(lines[index]):
        return False
    below = [line for line in lines[index + 1 : index + 9] if line.strip()][:4]
    return sum(bool(_OTHER.match(line)) for line in below) >= 2 or (
        not below and index > 0
    )


def _attribution(lines: list[str], index: int) -> int:
    """How many lines `On ... wrote:` or `在 ... 写道：` takes, which programs fold over
    up to three; 0 for anything else."""
    if _WROTE.match(lines[index]) or _SAID.match(lines[index]):
        return 1
    if (
        not _WROTE_START.match(lines[index])
        or len(" ".join(lines[index : index + 3])) >= 500
    ):
        return 0
    for count in (2, 3):
        if _WROTE.match(" ".join(lines[index : index + count])):
            return count
    return 0


def _marked_below(lines: list[str], index: int) -> bool:
    """Whether `>` lines follow: then only they are quoted, and the sender may have
    written below them."""
    below = [line for line in lines[index + 1 : index + 6] if line.strip()]
    return any(_QUOTED_LINE.match(line) for line in below[:4])


def is_mail_header(lines: list[str]) -> bool:
    """Whether the lines are the header of a mail that is quoted, as lines or as rows of
    a table, a divider above it perhaps, and no more."""
    fewest = 3
    if lines and _is_divider(lines[0]):
        lines = lines[1:]
        fewest = 1
    if len(lines) < fewest:
        return False
    pattern = _FROM
    for line in lines:
        field = line.replace("\t", ":", 1)
        if not pattern.match(field):
            return False
        pattern = _OTHER
    return True


def marked_lines(lines: list[str]) -> frozenset[int]:
    """The indices of the lines behind a `>`, and of the attributions above such ones."""
    if not any(map(_QUOTED_LINE.match, lines)):
        return frozenset()
    found = set()
    # Lines that still belong to an attribution above
    folded = 0
    for index, line in enumerate(lines):
        if not folded and _marked_below(lines, index):
            folded = _attribution(lines, index)
        if folded or _QUOTED_LINE.match(line):
            found.add(index)
        folded = max(0, folded - 1)
    return frozenset(found)


def _without_marked(lines: list[str]) -> tuple[list[str], list[str]]:
    marked = marked_lines(lines)
    own: list[str] = []
    quoted: list[str] = []
    for index, line in enumerate(lines):
        if index in marked:
            quoted.append(line)
        else:
            own.append(line)
    return own, quoted
