"""The facts of what is written about talks (约谈)."""

from datetime import datetime

from pipeline.model.letters.bulletins import TalkLine
from pipeline.model.month import Month
from pipeline.model.named import NamedTexts
from pipeline.model.notice import NoticeKind
from pipeline.model.review.reply_token import Token
from pipeline.model.values.frozen import frozen


@frozen
class TalkProposal:
    """约谈建议 to staff: who, why, how to confirm; `bulletin_at`: what is decided by then
    stands in the month's bulletin (local; None once it went)."""

    month: Month
    lines: tuple[TalkLine, ...]
    answers: NamedTexts
    token: Token | None = None
    code: str = ""
    bulletin_at: datetime | None = None
    kind: NoticeKind = NoticeKind.TALK_PROPOSAL


@frozen
class TalkNotice:
    """约谈通知 to the unit, once staff have confirmed it: why, and when and where (their
    words); `withdrawn`: the decision was undone after a notice had gone."""

    line: TalkLine
    # 2015年9月
    month_name: str
    appointment: str
    withdrawn: bool = False
    kind: NoticeKind = NoticeKind.TALK_NOTICE
