"""What a reviewer's reply says of a bulletin's draft: 同意发布, 同意发布，文号乐工发〔2015〕40号,
删去先进典型：甲县, 删去存在问题, 暂缓到10月8日, 数字照改稿.

Grammar, clauses joined by ，or line ends: RELEASE [NUMBER] | STRIKE EXAMPLES [UNITS] |
STRIKE SECTION | POSTPONE [DAY] | EDITED | FIGURES. Whatever else is written makes the
whole Unclear, and nothing is done. Trusts nothing: who wrote it is judged elsewhere.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from pipeline.model.form import day_meant
from pipeline.model.letters.bulletins import Section
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.document_number import example_number
from pipeline.reading.form.dates import mentions
from pipeline.reading.replies import own_words
from pipeline.reading.replies.reply_words import Unclear

_RELEASE: Final = re.compile(
    r"(?:我|本人|我们)?(?:审核|核实|审批)?(?:同意|可以|准予)?(?:发布|印发|发出)|同意|通过"
)
# 乐工发〔2015〕40号, in whatever brackets it was typed.
_NUMBER: Final = re.compile(
    r"(?:发文)?(?:文号|字号|编号)(?:是|为|:)?\s*"
    r"(?P<organ>[^\d\s\[(〔［【]{1,12})\s*[\[(〔［【](?P<year>\d{4})[\])〕］】]\s*第?0*(?P<count>\d{1,4})\s*号"
)
_AWAY: Final = r"(?:请)?(?:删去|删除|去掉|不要)"
_EXAMPLES: Final = re.compile(rf"{_AWAY}(?:先进)?典型:?(?P<units>.*)")
_SECTION: Final = re.compile(
    rf"{_AWAY}(?:第?[一二三四五六]、?(?:段|部分|节)?)?"
    r"(?P<name>总体情况|存在问题|约谈(?:和|与)?(?:通报)?|下步要求|下一步要求)"
    r"(?:(?:整|这一?)?(?:段|节|部分))?"
)
_POSTPONE: Final = re.compile(
    r"(?:请)?(?:暂缓|推迟|先不)(?:发布|印发|发)?"
    r"(?:(?:到|至)?(?P<day>[\d年月日号./-]{3,12}?)(?:以?后)?(?:再(?:发布?|印发|送审|说))?)?"
)
_EDITED: Final = re.compile(
    r"(?:请)?(?:已(?:修?改|改好)|改稿|修改稿|见附件|(?:照|按|以|用)我?(?:所附|附件|附上|改|修改|改好|改过)的?(?:稿|文件|公文)?(?:发布|印发|为准)?)"
)
_FIGURES: Final = re.compile(
    r"(?:请)?(?:数字|数据|数)(?:就)?(?:照|按|以)(?:改稿|修改稿|附件|所附文件)(?:为准|发布|印发)?"
)
_POLITE: Final = re.compile(
    r"(?:收到|好的?|您好|你好|谢谢|辛苦了?|请处理|已阅)"
)
_SPECIAL: Final = re.compile("文号|字号|典型|暂缓|推迟|删|改稿|附件|先不")
_BETWEEN: Final = re.compile(r"[\s,，。;；!！]+")
_NAMES: Final = re.compile(r"[\s、:：]+")
_SECTIONS: Final = {
    "总体情况": Section.OVERALL,
    "存在问题": Section.PROBLEMS,
    "下步要求": Section.DEMANDS,
    "下一步要求": Section.DEMANDS,
}


@frozen
class DraftOrder:
    """One reply to a draft. `number` is the 文号 that it gives, "" for none; `strike_all`
    takes the whole section of 先进典型 out, `strike` the named units' (as written);
    `until`: the day to which a postponement runs. `edited`: the document that they sent
    is to go; `figures`: with the figures that it changes."""

    release: bool = False
    postpone: bool = False
    until: date | None = None
    number: str = ""
    strike: tuple[str, ...] = ()
    strike_all: bool = False
    sections: tuple[Section, ...] = ()
    edited: bool = False
    figures: bool = False

    @property
    def strikes(self) -> bool:
        return bool(self.strike or self.strike_all or self.sections)


def is_more_than_release(text: str) -> bool:
    """Whether a reply to a draft speaks of what only `read_draft_answer` reads."""
    lines: list[str] = []
    for paragraph in own_words.paragraphs(text):
        lines += paragraph
    return bool(_SPECIAL.search(" ".join(lines[:3])))


def read_draft_answer(
    text: str,
    today: date | None = None,
    *,
    with_document: bool = False,
    document: str = "",
) -> DraftOrder:
    """The order that a reply gives; `today` gives the year to a day without one.
    `with_document`: a document came with it, which says enough without words. Raises
    Unclear, in Chinese, for anything else: it shows how to answer, with a number like
    that of `document`, the campaign's own."""
    how = _how(document)
    lines: list[str] = []
    for paragraph in own_words.paragraphs(text):
        lines += paragraph
    said = " ".join(lines).strip()
    order = DraftOrder(edited=with_document)
    numbered = _NUMBER.search(said)
    rest = said
    if numbered is not None:
        number = (
            f"{numbered['organ']}〔{numbered['year']}〕{numbered['count']}号"
        )
        order = replace(order, number=number)
        rest = said[: numbered.start()] + said[numbered.end() :]
    clauses = list(filter(None, _BETWEEN.split(rest)))
    while clauses:
        order = _with_clause(order, clauses, said, today, how)
    return _agreeing(order, said, how)


def _how(document: str) -> str:
    return (
        f"请只写一种：同意发布，或 同意发布，文号{example_number(document)}，"
        "或 删去先进典型：某单位，或 删去存在问题，或 暂缓到10月8日；"
        "改了公文的，把改好的 .docx 附上发回"
    )


def _with_clause(
    order: DraftOrder,
    clauses: list[str],
    said: str,
    today: date | None,
    how: str,
) -> DraftOrder:
    """The order with the first clause, which is taken off the list; the names of struck
    units may take more of them."""
    clause = clauses.pop(0)
    examples = _EXAMPLES.fullmatch(clause)
    if examples is not None:
        units = list(_units(examples["units"]))
        while clauses and not _is_known(clauses[0]):
            units += _units(clauses.pop(0))
        return replace(
            order,
            strike=(*order.strike, *units),
            strike_all=order.strike_all or not units,
        )
    section = _SECTION.fullmatch(clause)
    if section is not None:
        struck = _SECTIONS.get(section["name"], Section.TALKS)
        return replace(order, sections=(*order.sections, struck))
    postponed = _POSTPONE.fullmatch(clause)
    if postponed is not None:
        return replace(
            order, postpone=True, until=_day(postponed["day"], said, today)
        )
    if _FIGURES.fullmatch(clause):
        return replace(order, edited=True, figures=True)
    if _EDITED.fullmatch(clause):
        return replace(order, edited=True)
    if _RELEASE.fullmatch(_POLITE.sub("", clause)):
        return replace(order, release=True)
    if _POLITE.sub("", clause):
        raise Unclear(f"没有看懂“{said[:40]}”，什么也没有做。{how}")
    return order


def _is_known(clause: str) -> bool:
    """Whether a clause says something of its own."""
    patterns = (_EXAMPLES, _SECTION, _POSTPONE, _FIGURES, _EDITED, _RELEASE)
    for pattern in patterns:
        if pattern.fullmatch(clause):
            return True
    return not _POLITE.sub("", clause)


def _units(text: str) -> Iterator[str]:
    return filter(None, _NAMES.split(text))


def _day(text: str | None, said: str, today: date | None) -> date | None:
    if not text:
        return None
    found = mentions(text)
    day = day_meant(found[0], today) if len(found) == 1 else None
    if day is None:
        raise Unclear(f"“{said[:40]}”里的日子没有看懂，请写成 暂缓到10月8日")
    return day


def _agreeing(order: DraftOrder, said: str, how: str) -> DraftOrder:
    """Raises Unclear where the clauses do not go together, or say nothing."""
    if order.postpone and (order.release or order.strikes or order.edited):
        raise Unclear(f"“{said[:40]}”前后不一致，什么也没有做。{how}")
    if order.number and not order.release:
        raise Unclear(f"给了文号，没有写同意发布，什么也没有做。{how}")
    does = order.release or order.postpone or order.strikes or order.edited
    if not does:
        raise Unclear(f"没有看懂“{said[:40]}”，什么也没有做。{how}")
    return order


_WITHHOLD: Final = re.compile(
    r"(?:请)?(?:这次|本次)?(?:不发|不用发|不必|不要发?|不)更正(?:了|通知)?"
)


_CORRECT: Final = re.compile(
    r"(?:请|同意|现在就?)*(?:发布|印发|发出|发)更正(?:通知)?"
)


def releases_correction(text: str) -> bool:
    """Whether a reply to a digest says, and says nothing else, that the correction of
    the last bulletin is to go: 发布更正."""
    return bool(_CORRECT.fullmatch(_said(text)))


def withholds(text: str) -> bool:
    """Whether a reply to a correction's draft says, and says nothing else, that it is
    not to be sent: 不发更正."""
    return bool(_WITHHOLD.fullmatch(_said(text)))


def _said(text: str) -> str:
    """Their own words without blanks, marks and courtesies."""
    lines: list[str] = []
    for paragraph in own_words.paragraphs(text):
        lines += paragraph
    return _POLITE.sub("", _BETWEEN.sub("", " ".join(lines)))
