"""What a reviewer's reply says of a bulletin's draft: 同意发布, 同意发布，文号乐工发〔2015〕40号,
删去先进典型：甲县, 暂缓.

Grammar, a thing a line or joined by ，: RELEASE [NUMBER] | STRIKE UNITS | STRIKE all |
POSTPONE. Whatever else is written makes the whole Unclear, and nothing is done. Trusts
nothing: who wrote it is judged elsewhere.
"""

import re
from dataclasses import dataclass
from typing import Final

from pipeline.reading.replies import own_words
from pipeline.reading.replies.review_reply import Unclear

HOW: Final = (
    "请只写一种：同意发布，或 同意发布，文号乐工发〔2015〕40号，或 删去先进典型：某单位，"
    "或 删去先进典型，或 暂缓发布"
)
_RELEASE: Final = re.compile(
    r"(?:我|本人|我们)?(?:审核|核实|审批)?(?:同意|可以|准予)?(?:发布|印发|发出)"
)
_AGREED: Final = re.compile(r"同意|通过")
# 乐工发〔2015〕40号, in whatever brackets it was typed.
_NUMBER: Final = re.compile(
    r"(?:发文)?(?:文号|字号|编号)(?:是|为|:)?\s*"
    r"(?P<organ>[^\d\s\[(〔［【]{1,12})\s*[\[(〔［【](?P<year>\d{4})[\])〕］】]\s*第?0*(?P<count>\d{1,4})\s*号"
)
_STRIKE: Final = re.compile(
    r"(?:请)?(?:删去|删除|去掉|不要)(?:先进)?典型(?P<units>.*)"
)
_POSTPONE: Final = re.compile(r"(?:请)?(?:暂缓|推迟|先不)(?:发布|印发|发)?")
_POLITE: Final = re.compile(
    r"(?:收到|好的?|您好|你好|谢谢|辛苦了?|请处理|已阅)"
)
_SPECIAL: Final = re.compile("文号|字号|典型|暂缓|推迟")
_BETWEEN: Final = re.compile(r"[\s,，。;；、:：!！]+")


@dataclass(frozen=True)
class DraftOrder:
    """One reply to a draft. `number` is the 文号 that it gives, "" for none; `strike_all`
    takes the whole section of 先进典型 out, `strike` the named units' (as written)."""

    release: bool = False
    postpone: bool = False
    number: str = ""
    strike: tuple[str, ...] = ()
    strike_all: bool = False


def is_more_than_release(text: str) -> bool:
    """Whether a reply to a draft speaks of what only `read_draft_answer` reads."""
    lines: list[str] = []
    for paragraph in own_words.paragraphs(text):
        lines += paragraph
    return bool(_SPECIAL.search(" ".join(lines[:3])))


def read_draft_answer(text: str) -> DraftOrder:
    """The order that a reply gives. Raises Unclear, in Chinese, for anything else."""
    lines: list[str] = []
    for paragraph in own_words.paragraphs(text):
        lines += paragraph
    said = " ".join(lines).strip()
    numbered = _NUMBER.search(said)
    number = ""
    if numbered is not None:
        number = (
            f"{numbered['organ']}〔{numbered['year']}〕{numbered['count']}号"
        )
        said = said[: numbered.start()] + said[numbered.end() :]
    struck = _STRIKE.search(said)
    if struck is not None and not number:
        return _strike(said, struck)
    left = _BETWEEN.sub("", said)
    if _POSTPONE.fullmatch(left) and not number:
        return DraftOrder(postpone=True)
    left = _POLITE.sub("", left)
    if _RELEASE.fullmatch(left) or _AGREED.fullmatch(left):
        return DraftOrder(release=True, number=number)
    raise Unclear(f"没有看懂“{said[:40]}”，什么也没有做。{HOW}")


def _strike(said: str, struck: re.Match[str]) -> DraftOrder:
    before = _POLITE.sub("", _BETWEEN.sub("", said[: struck.start()]))
    if before:
        raise Unclear(f"没有看懂“{said[:40]}”，什么也没有做。{HOW}")
    units = tuple(filter(None, _BETWEEN.split(struck["units"])))
    if not units:
        return DraftOrder(strike_all=True)
    return DraftOrder(strike=units)
