"""What a bulletin is called, and how its title falls into lines. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.letters.errata import Erratum
from pipeline.model.letters.letter_sender import Sender
from pipeline.model.notice import NoticeKind
from pipeline.writing.words import plain

# Characters of 22 points in a line of 156 mm, less one at each side for the shape.
LONGEST_LINE: Final = 20
# How a place or a body ends that a campaign is named after: the rest of what two names
# share (清江县安全生产委员会, 清江县安全隐患排查) belongs to the matter.
_WHOLE_NAMES: Final = (
    *"省市州盟区县旗镇乡",
    "街道",
    "集团",
    "公司",
    "大学",
    "学院",
    "学校",
)
# Where a phrase begins: a line may end before it.
_PHRASES: Final = re.compile("(?<!^)(?:关于|进展|完成|工作|情况|推进|有关)")


def bulletin_title(bulletin: Bulletin | Erratum, sender: Sender) -> str:
    """The bulletin's own title, else 机关 + 关于 + 事由 + 的通报 (GB/T 9704-2012, 7.3.1)."""
    if bulletin.title:
        return plain(bulletin.title)
    month = sender.words.month_name(bulletin.month)
    return (
        f"{plain(sender.organizer)}关于{month}{subject(sender)}进展情况的通报"
    )


def subject(sender: Sender) -> str:
    """The campaign's name without the place that the organizer's name begins with too:
    农民工入会集中行动."""
    name = plain(sender.campaign)
    organizer = plain(sender.organizer)
    shared = 0
    while (
        shared < min(len(name), len(organizer))
        and name[shared] == organizer[shared]
    ):
        shared += 1
    while shared and not name[:shared].endswith(_WHOLE_NAMES):
        shared -= 1
    return name[shared:] or name


def title_lines(title: str, names: Sequence[str] = ()) -> list[str]:
    """A long title in lines of much the same length, broken where a phrase or one of
    `names` begins, never inside a name nor inside 2015年9月 or 第一季度."""
    if len(title) <= LONGEST_LINE:
        return [title]
    places = _breaks(title, names)
    middle = len(title) / 2
    cut = min(places, key=lambda place: abs(place - middle))
    head = title[:cut]
    rest = title[cut:]
    return [*title_lines(head, names), *title_lines(rest, names)]


def _breaks(title: str, names: Sequence[str]) -> list[int]:
    places = {match.start() for match in _PHRASES.finditer(title)}
    inside: set[int] = set()
    for name in filter(None, names):
        for match in re.finditer(re.escape(name), title):
            places.add(match.start())
            inside |= set(range(match.start() + 1, match.end()))
    allowed = sorted((places - inside) - {0})
    if allowed:
        return allowed
    # A title of one name or of no known phrase: anywhere is better than a line too long.
    return list(range(1, len(title)))


def issue_name(bulletin: Bulletin) -> str:
    """The 文号 that staff gave, else 第N期; ad-hoc bulletins count their own."""
    if bulletin.document_number:
        return plain(bulletin.document_number)
    if bulletin.kind is NoticeKind.ADHOC_BULLETIN:
        return f"不定期第{bulletin.number}期"
    return f"第{bulletin.number}期"
