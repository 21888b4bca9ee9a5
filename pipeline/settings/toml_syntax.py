"""What is wrong with a line that is no TOML, in the words of who typed it: the mistakes
that an input method, a spreadsheet or another language brings.

Trusts the parser for the line. Never: guesses where it is not sure.
"""

import re
from collections.abc import Sequence

_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')
_ESCAPED = re.compile(r'"[^"]*\\(?![btnfr"\\uU])[^"]*')
# (what stands on the line outside its quotes, what to write instead), the
# surest first
_ADVICE = (
    (r"[“”‘’＂]", '用了中文引号：请换成英文引号 "'),
    (r"[，、；]", "用了中文标点：请换成英文逗号 ,"),
    (r"[＝：]", "用了全角符号：请换成英文的 ="),
    (r"=\s*\d{1,3}(?:,\d{3})+\s*$", "数字里不能有逗号：例如 5,437 请写成 5437"),
    (
        r"=\s*(?:True|False|TRUE|FALSE|yes|no|是|否)\s*$",
        "是或不是请写成小写的 true 或 false，不加引号",
    ),
    (
        r'^[^"]*"[^"]*$',
        "写法不合 TOML 规则，引号没有成对：文字的前后各要一个英文引号",
    ),
)


def syntax_advice(lines: Sequence[str]) -> str:
    """One sentence with the cure for the line that the parser stopped at, an empty one
    where no typical mistake is found. `lines` holds that line, or none.
    """
    for line in lines:
        # First, since a Windows path hides the end of its own quotes.
        if _ESCAPED.search(line):
            return "引号里的反斜杠有特殊含义：路径请写成 D:/xunbao 这样的正斜杠"
        bare = _QUOTED.sub("", line).partition("#")[0]
        for wrong, advice in _ADVICE:
            if re.search(wrong, bare):
                return advice
    return ""
