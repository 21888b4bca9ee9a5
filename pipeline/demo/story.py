"""The demo's story: what the units of an invented city mail in for two periods, and
what the reviewer decides.

The forms are real files (forms/, made by scripts/release/demo_forms.py); the mails around them
are composed here, in the ways that mail programs differ. Trusts its own table alone.
Never reads a clock: every time stands in the table.
"""

import io
import zipfile
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from importlib.resources import files
from typing import Protocol

from pipeline.model.named import NamedTexts
from pipeline.model.values.frozen import frozen

MAILBOX = "baosong@example.cn"
ZONE = timezone(timedelta(hours=8))
_MONTH = (2015, 9)


@frozen
class Incoming:
    """A mail to the reporting mailbox. `sender` is the part before @; `files` are (name
    the clerk gave, file in forms/).

    `answers` is the unit whose review request (待核单) a reviewer replies to with it:
    the subject is then that letter's.
    """

    day: int
    at: str
    sender: str
    subject: str
    text: str
    files: NamedTexts = ()
    html: str = ""
    automatic: bool = False
    answers: str = ""
    charset: str = "utf-8"

    @property
    def title(self) -> str:
        """What a person would call the mail."""
        if self.answers:
            return f"答复{self.answers}的待核单：{self.text}"
        return self.subject

    @property
    def received_at(self) -> datetime:
        return moment(self.day, self.at)

    @property
    def address(self) -> str:
        return f"{self.sender}@example.cn"

    def written(self, number: int, asked: "Asked | None") -> bytes:
        """The mail's bytes (`raw`)."""
        return raw(self, number, asked)


@frozen
class Decision:
    """What a reviewer types at the command line, and when: the held report of `unit` is accepted."""

    day: int
    at: str
    unit: str
    why: str


def moment(day: int, at: str) -> datetime:
    """A local time in the story's month: moment(10, "18:05")."""
    hour, minute = map(int, at.split(":"))
    return datetime(*_MONTH, day, hour, minute, tzinfo=ZONE)


def _pasted(unit: str, day: str, figure: str, *clauses: str) -> str:
    """A form pasted into the mail itself, as a webmail sends it."""
    listed = "<br>".join(
        f"{number}、{clause}" for number, clause in enumerate(clauses, 1)
    )
    return (
        '<div>请查收我单位旬报表：</div><table border="1">'
        f"<tr><td>报送单位：</td><td>{unit}</td><td>报送时间：</td><td>{day}</td></tr>"
        '<tr><td colspan="2">已完成目标任务数（新增&nbsp;&nbsp;名农民工入会）'
        f'</td><td colspan="2">{figure}</td></tr>'
        f'<tr><td>主要工作举措（300字左右）</td><td colspan="3">{listed}</td></tr></table>'
    )


_LINK = (
    "各位领导好，9月20日的旬报表见附件。"
    "\n\n从网易126邮箱发来的超大附件\n旬报表（含照片）.doc (86.4M, "
    "2015年10月20日 到期)\n"
    "下载：https://mail.example.cn/large-attachment-download/index.html?file=demo\n"
)

MAILS = (
    Incoming(9, "09:40", "fenglin", "自动回复：报送提醒", "本人外出培训，邮件将在返回后处理。", automatic=True),  # noqa: E501
    Incoming(10, "08:20", "hetang", "荷塘县旬报表", "请查收。", (("荷塘县旬报表.odt", "hetang-0910.odt"),)),
    Incoming(10, "09:12", "qingxi", "清溪区9月10日旬报表", "请查收附件。", (("清溪区旬报表.docx", "qingxi-0910.docx"),)),  # noqa: E501
    Incoming(10, "10:05", "songling", "旬报", "见附件。", (("松岭区总工会旬报表9.10.doc", "songling-0910.doc"),), charset="gb18030"),  # noqa: E501
    Incoming(10, "11:10", "jianshe", "市建设工会旬报表", "文件有密码，领导要求加密。", (("旬报表.pdf", "jianshe-0910-password.pdf"),)),  # noqa: E501
    Incoming(10, "11:40", "bailu", "白鹭县总工会报送旬报表", "请查收。", (("白鹭县.xls", "bailu-0910.xls"),)),
    Incoming(10, "13:00", "jiguan", "市直机关工会旬报表", "报表在附件里。", (("旬报表.rtf", "jiguan-0910.rtf"),), charset="gb18030"),  # noqa: E501
    Incoming(10, "14:20", "shiqiao", "石桥县旬报表", "用WPS填的，请查收。", (("石桥县总工会.wps", "shiqiao-0910.wps"),)),  # noqa: E501
    Incoming(10, "15:01", "yuntai", "云台县旬报表（盖章）", "请查收。", (("云台县旬报表.pdf", "yuntai-0910.pdf"),)),  # noqa: E501
    Incoming(10, "15:35", "jianshe", "回复：无法读取的说明", "重新发一份旬报表，没有密码。", (("旬报表.docx", "jianshe-0910.docx"),)),  # noqa: E501
    Incoming(10, "16:20", "jidian", "机电公司旬报表", "压缩包里。", (("示例机电公司旬报表.zip", "jidian-0910.docx"),)),  # noqa: E501
    Incoming(10, "16:45", "fangzhi", "旬报表", "示例纺织公司报送。", (("纺织公司旬报表.ods", "fangzhi-0910.ods"),)),  # noqa: E501
    Incoming(10, "17:05", "wuliu", "物流公司旬报表", "见正文。", html=_pasted(
        "示例物流公司", "2015年9月10日", "58", "在分拣中心设立入会服务台，为货车司机和快递员现场办理入会手续。",  # noqa: E501
        "与社区工会联合开展送健康活动，为新会员免费体检，宣传工会政策和服务项目。", "建立会员微信群，及时解答入会问题，帮助会员解决实际困难。")),  # noqa: E501
    Incoming(10, "17:30", "songling", "更正：松岭区旬报表", "上午的数字少填了10人，以此件为准。", (("松岭区总工会旬报表9.10更正.doc", "songling-0910-b.doc"),)),  # noqa: E501
    Incoming(11, "07:50", "jinshahu", "金沙湖区旬报表", "昨天网络故障，现在补报。", (("金沙湖区旬报表.xlsx", "jinshahu-0910.xlsx"),)),  # noqa: E501
    Incoming(20, "08:40", "qingxi", "清溪区9月20日旬报表", "请查收附件。", (("清溪区旬报表.docx", "qingxi-0920.docx"),)),  # noqa: E501
    Incoming(20, "09:15", "songling", "旬报", "见附件。", (("松岭区总工会旬报表9.20.doc", "songling-0920.doc"),), charset="gb18030"),  # noqa: E501
    Incoming(20, "10:30", "bailu", "白鹭县总工会报送旬报表", "请查收。", (("白鹭县.xls", "bailu-0920.xls"),)),
    Incoming(20, "10:50", "fangzhi", "旬报表", _LINK),
    Incoming(20, "11:20", "shiqiao", "石桥县旬报表", "请查收。", (("石桥县总工会.wps", "shiqiao-0920.wps"),)),
    Incoming(20, "13:20", "zuzhibu", "", "改为638，已电话核对", answers="白鹭县"),
    Incoming(20, "13:40", "hetang", "荷塘县旬报表", "请查收。", (("荷塘县旬报表.odt", "hetang-0920.odt"),)),
    Incoming(20, "14:30", "jiguan", "市直机关工会旬报表", "报表在附件里。", (("旬报表.rtf", "jiguan-0920.rtf"),)),  # noqa: E501
    Incoming(20, "15:10", "yuntai", "云台县旬报表", "请查收。", (("云台县旬报表.docx", "yuntai-0920.docx"),)),
    Incoming(20, "15:40", "jianshe", "市建设工会旬报表", "请查收。", (("旬报表.docx", "jianshe-0920.docx"),)),
    Incoming(20, "16:10", "jidian", "机电公司旬报表", "压缩包里。", (("示例机电公司旬报表.zip", "jidian-0920.docx"),)),  # noqa: E501
    Incoming(20, "16:30", "jinshahu", "金沙湖区旬报表", "请查收。", (("金沙湖区旬报表.xlsx", "jinshahu-0920.xlsx"),)),  # noqa: E501
    Incoming(20, "16:50", "fangzhi", "旬报表（重发）", "改用普通附件重发。", (("纺织公司旬报表.ods", "fangzhi-0920.ods"),)),  # noqa: E501
    Incoming(20, "17:20", "wuliu", "物流公司旬报表", "见正文。", html=_pasted(
        "示例物流公司", "2015年9月20日", "66", "走访三家快递网点，面对面讲解入会流程，收集入会申请并当天录入会员系统。",  # noqa: E501
        "为夜班司机准备姜茶和雨衣，把服务送到装卸现场，"
            "以实际服务吸引职工加入工会。", "与人社部门联合举办安全培训，培训现场同步办理入会。")),
)  # fmt: skip

DECISIONS = (
    Decision(20, "17:10", "云台县", "工业园区集中入会318人，已电话核实"),
)


class Mail(Protocol):
    """A mail of a play, as the mailbox gets it."""

    @property
    def received_at(self) -> datetime: ...
    @property
    def address(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def answers(self) -> str: ...
    def written(self, number: int, asked: "Asked | None") -> bytes: ...


@frozen
class Play:
    """What is played: the reporting mailbox, the config with places for the ports
    (@IMAP_PORT@, @SMTP_PORT@), the mails in their order, what reviewers decide, and
    until when (None: to the campaign's end)."""

    mailbox: str
    config: str
    mails: tuple[Mail, ...]
    decisions: tuple[Decision, ...] = ()
    until: datetime | None = None


@frozen
class Asked:
    """The letter that a reviewer replies to."""

    identity: str
    subject: str
    text: str


def story() -> Play:
    """The invented city's two periods."""
    config = files("pipeline.demo") / "config.toml.in"
    mails = sorted(MAILS, key=lambda mail: mail.received_at)
    text = config.read_text(encoding="utf-8")
    return Play(MAILBOX, text, tuple(mails), DECISIONS)


def raw(mail: Incoming, number: int, asked: Asked | None = None) -> bytes:
    """The mail's bytes; `number` makes its Message-ID. `asked` is quoted below the
    text, as every mail program does."""
    sender = f"{mail.sender}@example.cn"
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = MAILBOX
    message["Subject"] = f"回复：{asked.subject}" if asked else mail.subject
    message["Date"] = format_datetime(mail.received_at - timedelta(minutes=1))
    message["Message-ID"] = f"<demo-{number}@example.cn>"
    if mail.automatic:
        message["Auto-Submitted"] = "auto-replied"
    if asked:
        message["In-Reply-To"] = message["References"] = asked.identity
    message.set_content(
        mail.text + _quoted(asked), charset=mail.charset, cte="base64"
    )
    if mail.html:
        message.add_alternative(
            mail.html,
            subtype="html",
            charset=mail.charset,
            cte="base64",
        )
    for name, source in mail.files:
        content = _content(name, source)
        message.add_attachment(
            content,
            maintype="application",
            subtype="octet-stream",
            filename=name,
        )
    return message.as_bytes()


def _quoted(asked: Asked | None) -> str:
    if asked is None:
        return ""
    lines = "\n".join(f"> {line}" for line in asked.text.splitlines())
    return f"\n\n-----原始邮件-----\n发件人：{MAILBOX}\n主题：{asked.subject}\n\n{lines}\n"


def form(name: str) -> bytes:
    """A file of forms/ as it was saved."""
    return (files("pipeline.demo") / "forms" / name).read_bytes()


def _content(name: str, source: str) -> bytes:
    if not name.endswith(".zip"):
        return form(source)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            name.removesuffix(".zip") + source[source.rindex(".") :],
            form(source),
        )
    return packed.getvalue()
