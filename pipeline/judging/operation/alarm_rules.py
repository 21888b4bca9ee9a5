"""Which troubles stand until they are mended (alarms), which are told once, and what is
said of a mail server's.

An alarm is one for each cause: raised when the cause is found, closed when it is looked
for and not found. What a mail server refuses is told where no mail is needed: in a
file, by the exit status, on the error output.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from pipeline.judging.operation.health import Complaint
from pipeline.model.operation.cooldown import Alarm

# An alarm that stands is told of again
AGAIN_AFTER = timedelta(days=1)

_LASTING = frozenset(
    {"outbox_stuck", "disk_low", "template", "mail_unfetched", "clock_doubt"}
)
_CURES = {
    "login": (
        "在网页版邮箱重新生成授权码，更新环境变量或密码文件",
        "改好后程序一分钟内自动再试；没有改动之前隔很久才试一次，以免账号被锁",
    ),
    "setup": (
        "运行 xunbao check --online 看哪一步不通",
        "按提示改 config.toml，程序一分钟内自动采用",
    ),
    "unreachable": (
        "检查网络；网络正常就等邮件服务商恢复，程序会自动再试",
        "运行 xunbao check --online 看哪一步不通",
    ),
    "storage": (
        "检查磁盘空间和 storage 目录的权限",
        "解决后程序会自动接着做，没有邮件会丢",
    ),
    "limit": (
        "不用处理，程序到时间自动接着发",
        "经常这样时，把 config.toml 里 [smtp] 的 per_minute 改小",
    ),
}


def lasts(cause: str) -> bool:
    """Whether a trouble stands until it is found mended; else it is an event, told once."""
    return cause in _LASTING or cause.startswith(("mailbox_", "smtp_"))


def by_mail(cause: str) -> bool:
    """Whether mail can tell of it: not of its own failure."""
    return not cause.startswith("smtp_")


def mailbox_trouble(reason: str, advice: str) -> Complaint:
    return Complaint(
        f"mailbox_{reason}", f"邮箱没有读成：{advice}", _CURES[reason]
    )


def unfetched_trouble(which: Sequence[str]) -> Complaint:
    what = f"有 {len(which)} 封邮件暂时取不下来，取到以前不催报：" + "；".join(
        which[:5]
    )
    cure = (
        "程序会自动再取，几次都不行就搁置并另发告警",
        "急的话，到网页邮箱里看看是哪一封，请发件人重发",
    )
    return Complaint("mail_unfetched", what, cure)


def smtp_trouble(reason: str, advice: str) -> Complaint:
    if reason == "limit":
        words = "发信服务器让程序等一等"
    else:
        words = "信发不出去"
    return Complaint(f"smtp_{reason}", f"{words}：{advice}", _CURES[reason])


def mended(
    standing: Sequence[Alarm],
    found: Iterable[Complaint],
    looked_at: Iterable[str],
) -> list[Alarm]:
    """The alarms whose cause was looked for and not found; `looked_at` are causes, or
    beginnings ending in `_`."""
    still = {complaint.cause for complaint in found}
    looked = tuple(looked_at)

    def seen(cause: str) -> bool:
        return any(
            cause == one or (one.endswith("_") and cause.startswith(one))
            for one in looked
        )

    return [
        alarm
        for alarm in standing
        if alarm.cause not in still and seen(alarm.cause)
    ]
