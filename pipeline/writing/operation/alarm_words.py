"""What an alarm (告警) says: what is wrong in one sentence, and what to do.

The one table of these sentences. Trusts a complaint's facts; names no secret.
"""

from collections.abc import Callable
from typing import Final

from pipeline.model.operation.complaint import AlarmCause, Complaint
from pipeline.model.values.frozen import frozen
from pipeline.writing.operation.clock_words import clock_sentence

# Of what many are of the same kind, as many are named
_NAMED: Final = 5
_CHECK_ONLINE: Final = "运行 xunbao check --online 看哪一步不通"
_LOGIN: Final = (
    "在网页版邮箱重新生成授权码，更新环境变量或密码文件",
    "改好后程序一分钟内自动再试；没有改动之前隔很久才试一次，以免账号被锁",
)
_SETUP: Final = (
    _CHECK_ONLINE,
    "按提示改 config.toml，程序一分钟内自动采用",
)
_UNREACHABLE: Final = (
    "检查网络；网络正常就等邮件服务商恢复，程序会自动再试",
    _CHECK_ONLINE,
)
_STORAGE: Final = (
    "检查磁盘空间和 storage 目录的权限",
    "解决后程序会自动接着做，没有邮件会丢",
)


@frozen
class AlarmWords:
    what: str
    cure: tuple[str, ...]


def alarm_words(complaint: Complaint) -> AlarmWords:
    """What happened, and what to do about it."""
    return AlarmWords(
        _WHAT[complaint.cause](complaint), _CURES[complaint.cause]
    )


def _named(opening: str) -> Callable[[Complaint], str]:
    """A sentence that ends with the first ones of what it is of."""

    def say(complaint: Complaint) -> str:
        which = "；".join(complaint.which[:_NAMED])
        return f"{opening.format(n=len(complaint.which))}：{which}"

    return say


def _advised(opening: str) -> Callable[[Complaint], str]:
    """A sentence that ends with the edge's own advice."""

    def say(complaint: Complaint) -> str:
        return f"{opening}：{complaint.advice}"

    return say


def _smtp_login(complaint: Complaint) -> str:
    """`which` is the server's answer to a mail, where the login itself went well."""
    if not complaint.which:
        return f"信发不出去：{complaint.advice}"
    answer = complaint.which[0]
    return (
        f"信发不出去：发信被服务器拒绝（{answer}），"
        "请检查用户名、授权码和 from 地址"
    )


def _missed(complaint: Complaint) -> str:
    return (
        f"程序停过：有 {complaint.count} 次定时收信没有按时进行，现在已经补做"
    )


def _stuck(complaint: Complaint) -> str:
    return f"有邮件 {complaint.count} 小时还没有发出去"


def _disk(complaint: Complaint) -> str:
    return f"磁盘快满了，只剩 {complaint.count // 1_000_000} MB"


def _clock(complaint: Complaint) -> str:
    doubt = complaint.doubt
    said = clock_sentence(doubt) if doubt else ""
    return f"{said}，暂不判定漏报，也不催报"


def _quiet(complaint: Complaint) -> str:
    due = complaint.due
    day = f"{due.month}月{due.day}日" if due else ""
    return f"{day}这一期快截止了，但一天来邮箱里没有一封新邮件"


def _fault(complaint: Complaint) -> str:
    """`which` is the kind of fault, `advice` the file that holds it."""
    kind = "；".join(complaint.which)
    return f"程序出错了（{kind}），本次没有做完，详情已写入 {complaint.advice}"


def _told(complaint: Complaint) -> str:
    return complaint.advice


_UNREAD: Final = _advised("邮箱没有读成")
_UNSENT: Final = _advised("信发不出去")
_WHAT: Final[dict[AlarmCause, Callable[[Complaint], str]]] = {
    AlarmCause.MAILBOX_LOGIN: _UNREAD,
    AlarmCause.MAILBOX_SETUP: _UNREAD,
    AlarmCause.MAILBOX_UNREACHABLE: _UNREAD,
    AlarmCause.MAILBOX_STORAGE: _UNREAD,
    AlarmCause.MAILBOX_QUIET: _quiet,
    AlarmCause.MAIL_UNFETCHED: _named(
        "有 {n} 封邮件暂时取不下来，取到以前不催报"
    ),
    AlarmCause.SMTP_LOGIN: _smtp_login,
    AlarmCause.SMTP_SETUP: _UNSENT,
    AlarmCause.SMTP_UNREACHABLE: _UNSENT,
    AlarmCause.SMTP_STORAGE: _UNSENT,
    AlarmCause.SMTP_LIMIT: _advised("发信服务器让程序等一等"),
    AlarmCause.UNDELIVERED: _named("有邮件没有送到"),
    AlarmCause.BOUNCED: _named("有邮件被退回，已停止向这些地址发信"),
    AlarmCause.RETURNED: _named("有邮件没有送到，地址仍可用"),
    AlarmCause.OUTBOX_STUCK: _stuck,
    AlarmCause.STORM: _named(
        "有邮箱一天内来信太多，已停止自动答复（来信照样登记）"
    ),
    AlarmCause.TEMPLATE: _named("有通知写不出来"),
    AlarmCause.MAIL_ASIDE: _named("有来信需要人看一下"),
    AlarmCause.SET_ASIDE: _named("有邮件多次处理失败，已搁置"),
    AlarmCause.UNMOVED: _named("读过的邮件没有移到 done_folder"),
    AlarmCause.POLL_MISSED: _missed,
    AlarmCause.CLOCK_DOUBT: _clock,
    AlarmCause.DISK_LOW: _disk,
    AlarmCause.DAMAGED: _named("台账或邮件档案与写入时不同，共 {n} 处"),
    AlarmCause.CONFIG: _advised("配置文件有误，仍按原来的配置运行"),
    AlarmCause.FAULT: _fault,
    AlarmCause.PROGRAM: _told,
}
_CURES: Final[dict[AlarmCause, tuple[str, ...]]] = {
    AlarmCause.MAILBOX_LOGIN: _LOGIN,
    AlarmCause.MAILBOX_SETUP: _SETUP,
    AlarmCause.MAILBOX_UNREACHABLE: _UNREACHABLE,
    AlarmCause.MAILBOX_STORAGE: _STORAGE,
    AlarmCause.MAILBOX_QUIET: (
        "登录网页邮箱看看：有没有信、是不是进了垃圾箱、收件规则有没有改",
        "请一个单位现在发一封试试；确实还没有人报的，不用处理",
    ),
    AlarmCause.MAIL_UNFETCHED: (
        "程序会自动再取；别的邮件取得到、只有它一天以后还取不到，就搁置并另发告警",
        "急的话，到网页邮箱里看看是哪一封，请发件人重发",
    ),
    AlarmCause.SMTP_LOGIN: _LOGIN,
    AlarmCause.SMTP_SETUP: _SETUP,
    AlarmCause.SMTP_UNREACHABLE: _UNREACHABLE,
    AlarmCause.SMTP_STORAGE: _STORAGE,
    AlarmCause.SMTP_LIMIT: (
        "不用处理，程序到时间自动接着发",
        "经常这样时，把 config.toml 里 [smtp] 的 per_minute 改小",
    ),
    AlarmCause.UNDELIVERED: (
        "核对收件人邮箱地址",
        "用 xunbao notices 查看每封邮件的状态",
    ),
    AlarmCause.BOUNCED: (
        "联系该单位，问清新的邮箱",
        "改 config.toml 里的地址；该地址再来信后程序会自动恢复发送",
    ),
    AlarmCause.RETURNED: (
        "按退信的原因处理：邮箱满的请对方清理，被拦截的请对方放行",
        "用 xunbao notices 查看是哪一封",
    ),
    AlarmCause.OUTBOX_STUCK: (
        "运行 xunbao check --online 看发信服务器是否正常",
        "用 xunbao notices 查看是哪些邮件",
    ),
    AlarmCause.STORM: (
        "用 xunbao messages 看看是什么邮件；两个程序互相回信的，请对方关掉自动回复",
        "没有单独发信的待核报表用 xunbao review list 查看和处理",
    ),
    AlarmCause.TEMPLATE: (
        "运行 xunbao check 查看模板的错误",
        "改好后程序会自动补发",
    ),
    AlarmCause.MAIL_ASIDE: (
        "用 xunbao messages 查看原信",
        "单位换了联系人的，改 config.toml 里的邮箱",
    ),
    AlarmCause.SET_ASIDE: (
        "原始邮件已保存在 storage/raw",
        "用 xunbao review list --all 查看，"
        "xunbao review retry 编号 重新取一次，必要时请发件人重发",
    ),
    AlarmCause.UNMOVED: (
        "核对 [mailbox] 的 done_folder 一项",
        "运行 xunbao check --online",
    ),
    AlarmCause.POLL_MISSED: (
        "确认电脑或服务器没有休眠、程序随系统启动",
        "补做时已过时的提醒不再发出，用 xunbao notices 查看",
    ),
    AlarmCause.CLOCK_DOUBT: (
        "校准这台电脑的时间和时区，打开自动对时",
        "对好后，新到一封邮件或发出一封邮件，程序会自动恢复判定；"
        "运行 xunbao check --online 查看",
    ),
    AlarmCause.DISK_LOW: ("清理磁盘；storage 目录里的邮件和台账不要删",),
    AlarmCause.DAMAGED: (
        "运行 xunbao verify 查看全部损坏之处",
        "从最近的备份恢复；没有备份的，用 xunbao replay 由原始邮件重做",
    ),
    AlarmCause.CONFIG: ("按提示改正写明的那个文件，程序一分钟内会自动采用",),
    AlarmCause.FAULT: (
        "把写明的那个文件交给维护人员",
        "程序会继续运行并自动再试",
    ),
    AlarmCause.PROGRAM: (
        "按上面的提示处理；解决后程序会自动接着做",
        _CHECK_ONLINE,
    ),
}
