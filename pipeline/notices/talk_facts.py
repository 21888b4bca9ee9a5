"""The facts of what is asked and said about talks (约谈): each with its reasons and its
newest decision.

Trusts what staff decided as it was recorded. Never: decides anything.
"""

from collections.abc import Iterable

from pipeline.model.ledger import TalkRecord
from pipeline.model.letters.bulletins import TalkLine


def talk_lines(talks: Iterable[TalkRecord], month: str) -> tuple[TalkLine, ...]:
    return tuple(
        TalkLine(t.unit, t.month, t.reasons, t.state, t.circulated)
        for t in talks
        if t.month == month
    )


TALK_ANSWERS = (
    ("确认约谈", "待确认的都约谈；只约谈一部分的写 确认约谈某单位、某单位"),
    ("不约谈某单位：原因", "不约谈；不写单位就是都不约谈"),
    ("增加某单位：原因", "增加约谈一个单位"),
    ("列入通报：某单位", "连续两次被约谈的，列入全市工会通报"),
    ("撤销", "撤销最近一次决定"),
)
