"""What a reviewer's reply says of talks: 确认约谈, 不约谈：原因, 增加某某：原因,
列入通报：某某, 撤销; several units, several lines.

Every word must be understood, as in answer.py: a line that is none of these is a
greeting, or the reply is Unclear. Unit names are taken as written; whether they name
units is judged elsewhere.
"""

import re
from collections.abc import Iterator

from pipeline.model.review.talk import TalkOrder, TalkVerb
from pipeline.reading.replies import own_words
from pipeline.reading.replies.reply_words import Unclear

HOW = "请在开头写：确认约谈（可以接单位名称），或 不约谈某单位：原因，或 增加某单位：原因，或 撤销"
# Below these stands the signature
_FIRST_LINES = 12
_NAMES = r"[^\s,。;!:?()\d]{2,120}?"
_CIRCULATE = r"列入(?:全市)?(?:工会)?(?:通报|全市工会通报)(?:名单)?"
_END = r"\s*[。.!;]?\s*$"
_ORDERS: tuple[tuple[TalkVerb, re.Pattern[str]], ...] = tuple(
    (verb, re.compile(pattern))
    for verb, pattern in (
        (TalkVerb.UNDO, rf"(?:请|同意)?(?:撤销|撤回)(?:上一?次|刚才|之前|原来|我)?的?(?:决定|答复|"
            rf"处理|意见)?{_END}"),
        (
            TalkVerb.DROP,
            rf"(?:不|不再|不予|不用|"
                rf"不需要)(?:对)?(?P<names>{_NAMES})?(?:进行)?约谈(?P<names2>{_NAMES})?\s*[:,]\s*(?:原因|"
                rf"理由)?(?:是|为)?\s*:?\s*(?P<why>\S.*)$",
        ),
        (
            TalkVerb.ADD,
            rf"(?:请|同意|再)?(?:增加|新增|加上|"
                rf"补充)(?:对)?(?:约谈)?\s*:?\s*(?P<names>{_NAMES})(?:的约谈|"
                rf"约谈)?(?:\s*[:,(]\s*(?:原因|理由)?(?:是|"
                rf"为)?\s*:?\s*(?P<why>.*?)\)?)?{_END}",
        ),
        (
            TalkVerb.CONFIRM,
            rf"(?:同意|确认|可以|"
                rf"请)?(?:对)?(?P<names>{_NAMES})?(?:进行)?约谈\s*:?\s*(?P<names2>(?!并?列入)[^。"
                rf";!:?()\d]{{2,200}}?)?(?P<circulate>\s*,?\s*并?{_CIRCULATE})?{_END}",
        ),
        (TalkVerb.CIRCULATE, rf"(?:同意|确认|请)?(?:将|"
            rf"把)?(?P<names>{_NAMES})?{_CIRCULATE}\s*:?\s*(?P<names2>[^。"
            rf";!:?()\d]{{2,200}}?)?{_END}"),
    )
)  # fmt: skip
_CONSENT = re.compile(r"^(?:同意|确认|请)")
_DOUBT = re.compile(
    r"[?？]|[吗呢]|如果|若|暂|待|再|先|但|是否|可能|也许|或者|还是|建议"
)
_DROPPED_BARE = re.compile(
    rf"^(?:不|不再|不予|不用|不需要|暂不)(?:对)?(?:{_NAMES})?约谈(?:{_NAMES})?{_END}"
)


def read_talk_answer(text: str) -> tuple[TalkOrder, ...]:
    """What a reply orders, in its own order. Raises Unclear."""
    lines = [
        line for paragraph in own_words.paragraphs(text) for line in paragraph
    ]
    orders: list[TalkOrder] = []
    for line in lines[:_FIRST_LINES]:
        for part in re.split(r"[;。]", line):
            if part.strip():
                orders += _orders(part.strip(), begun=bool(orders))
    if not orders:
        raise Unclear(f"没有看懂答复。{HOW}")
    if {o.verb for o in orders} - {TalkVerb.UNDO} and any(
        o.verb is TalkVerb.UNDO for o in orders
    ):
        raise Unclear("撤销要单独写，不能与别的决定写在一起")
    return tuple(orders)


def _orders(line: str, *, begun: bool) -> Iterator[TalkOrder]:
    if _DROPPED_BARE.match(line):
        raise Unclear(f"不约谈要写明原因，例如 不约谈某单位：情况已说明。{HOW}")
    for verb, pattern in _ORDERS:
        match = pattern.match(line)
        if match and _plain(verb, line, match):
            yield from _made(verb, match)
            return
    if (
        begun
        and not re.search(r"约谈|通报|增加|撤", line)
        and not _DOUBT.search(line)
    ):
        # A name or an office below their words
        return
    raise Unclear(f"“{line[:30]}”这句话没有看懂，不敢替您决定。{HOW}")


def _plain(verb: TalkVerb, line: str, match: re.Match[str]) -> bool:
    """No doubt in the words themselves; in a reason they may say what they like. 约谈
    alone is no order."""
    if "why" in match.re.groupindex and match["why"]:
        said = line[: match.start("why")]
    else:
        said = line
    if _DOUBT.search(said) or re.search(
        r"[不未别]", said if verb is not TalkVerb.DROP else ""
    ):
        return False
    return verb is not TalkVerb.CONFIRM or bool(_CONSENT.match(line))


def _made(verb: TalkVerb, match: re.Match[str]) -> Iterator[TalkOrder]:
    part = {}
    for key, value in match.groupdict().items():
        part[key] = value or ""
    units = tuple(
        _names(part.get("names", "")) + _names(part.get("names2", ""))
    )
    why = part.get("why", "").strip(" ,。;!)")[:200]
    yield TalkOrder(verb, units, why)
    if part.get("circulate"):
        yield TalkOrder(TalkVerb.CIRCULATE, units)


def _names(text: str) -> list[str]:
    found = []
    for name in re.split(r"[、,，\s]|和|及|与", text):
        if name:
            found.append(name)
    return found
