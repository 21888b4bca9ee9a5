"""How far this computer's clock is from the mail server's, in one sentence."""

from typing import Final

from pipeline.model.operation.clock_evidence import ClockDoubt, ClockSource

_SOURCES: Final = {
    ClockSource.ARRIVALS: "新到邮件的收信时间",
    ClockSource.POST: "发信服务器的回答",
}


def clock_sentence(doubt: ClockDoubt) -> str:
    """本机时钟比邮件服务器快61分钟以上（依据：发信服务器的回答）."""
    minutes = int(doubt.ahead.total_seconds() / 60)
    source = _SOURCES[doubt.source]
    return f"{difference_words(minutes)}（依据：{source}）"


def difference_words(minutes: int) -> str:
    """本机时钟比邮件服务器快61分钟以上; of -61: 慢."""
    way = "快" if minutes > 0 else "慢"
    return f"本机时钟比邮件服务器{way}{abs(minutes)}分钟以上"
