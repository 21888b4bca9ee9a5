"""The facts of what is written about talks (约谈)."""

from dataclasses import dataclass

from pipeline.model.letters.bulletins import TalkLine
from pipeline.model.notice import NoticeKind
from pipeline.model.reply_token import Token


@dataclass(frozen=True)
class TalkProposal:
    """约谈建议 to staff: who, why, how to confirm."""

    month: str
    lines: tuple[TalkLine, ...]
    answers: tuple[tuple[str, str], ...]
    token: Token | None = None
    code: str = ""
    kind: NoticeKind = NoticeKind.TALK_PROPOSAL


@dataclass(frozen=True)
class TalkNotice:
    """约谈通知 to the unit, once staff have confirmed it: why, and when and where (their words)."""

    line: TalkLine
    month_name: str  # 2015年9月
    appointment: str
    kind: NoticeKind = NoticeKind.TALK_NOTICE
