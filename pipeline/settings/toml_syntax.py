"""What is wrong with a line that is no TOML, in the words of who typed it: the mistakes
that an input method, a spreadsheet or another language brings.

Trusts the parser for the line. Never: guesses where it is not sure.
"""

import re
from collections.abc import Sequence

_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')
_ESCAPED = re.compile(r'"[^"]*\\(?![btnfr"\\uU])[^"]*')
# What tomllib says of a key or a section that stands there twice
_TWICE = ("Cannot overwrite a value", "Cannot declare", "Cannot mutate")
# (what stands on the line outside its quotes, what to write instead), the
# surest first
_ADVICE = (
    (r"^\s*(?://|＃|/\*|--|<!--|;|rem\b)", "说明的话请以英文的 # 开头"),
    (r"[【】［］]", "用了中文方括号：请换成英文的 [ ]"),
    (r"[\u3000\xa0]", "用了全角空格：请换成普通空格，或删去"),
    (r"[０-９]", "用了全角数字：请换成半角的 0-9"),
    (r"[“”‘’＂]", '用了中文引号：请换成英文引号 "'),
    (r"[，、；]", "用了中文标点：请换成英文逗号 ,"),
    (r"[＝：]", "用了全角符号：请换成英文的 ="),
    (r"=\s*\d{1,3}(?:,\d{3})+\s*$", "数字里不能有逗号：例如 5,437 请写成 5437"),
    (
        r"=\s*(?:True|False|TRUE|FALSE|yes|no|是|否)\s*$",
        "是或不是请写成小写的 true 或 false，不加引号",
    ),
    (
        r"=\s*\d{4}(?:[/.年]\d|-\d(?!\d)|-\d\d-\d(?!\d))",
        "日期请写成 2015-09-10 这样：用减号，月和日各两位，不加引号",
    ),
    (
        r"=\s*\d+(?:\.\d+)?\s*[%％]",
        "百分数请写成小数：例如 10% 写成 0.10",
    ),
    (r"=\s*$", "等号后面没有写值：请写上，或删去这一行用默认的"),
    (
        r"=\s*,",
        '几个值请放在方括号里：例如 ["a@example.cn", "b@example.cn"]',
    ),
    (r"\{[^}]*$", "花括号里的内容要写在同一行里"),
    (r"=[^\[{]*[;,]\s*$", "行末不用写分号或逗号，请删去"),
    (r"^\s*[\w.-]+\s*:", "名称和值之间请用英文的等号 ="),
    (
        r'^[^"]*"[^"]*$',
        "写法不合 TOML 规则，引号没有成对：文字的前后各要一个英文引号",
    ),
)


def syntax_advice(lines: Sequence[str], complaint: str = "") -> str:
    """One sentence with the cure for the line that the parser stopped at, an empty one
    where no typical mistake is found. `lines` holds that line, or none; `complaint` is
    what the parser said of it.
    """
    if complaint.startswith(_TWICE):
        return "这一项或这一段前面已经写过，写法不合 TOML 规则：请删去一处"
    for line in lines:
        # First, since a Windows path hides the end of its own quotes.
        if _ESCAPED.search(line):
            return "引号里的反斜杠有特殊含义：路径请写成 D:/xunbao 这样的正斜杠"
        bare = _QUOTED.sub("", line).partition("#")[0]
        for wrong, advice in _ADVICE:
            if re.search(wrong, bare):
                return advice
    return ""
