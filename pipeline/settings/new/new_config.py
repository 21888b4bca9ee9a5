"""The first config.toml of an office, out of its answers: what differs from the defaults,
with a word on each line. Pure; the password never passes through here."""

from collections.abc import Mapping, Sequence
from datetime import date

import tomlkit

from pipeline.model.values.frozen import frozen
from pipeline.settings.roster_table import Rows, with_roster

PASSWORD_FILE = "secrets/mailbox.txt"
_HEAD = """\
# 旬报程序的配置，由 xunbao init 写成，只写了与默认不同的。
# 此外还可以写哪些键、每个键什么意思，看 config.example.toml（xunbao init --sample 会放一份在这里）。
# 改完请运行 xunbao check：哪一行写错了、该怎么写，都会说。授权码绝不写在这里。

"""


@frozen
class Servers:
    """Where mail is fetched and handed over."""

    imap: str
    smtp: str
    imap_port: int = 993
    smtp_port: int = 465
    smtp_security: str = "tls"
    imap_security: str = "tls"
    junk: str = ""
    # Of a registered application, where one opens the servers: "" else
    token_url: str = ""
    client_id: str = ""


def own_servers(imap: str, smtp: str) -> Servers:
    """Servers that an office names itself, as "host" or "host:port"; the port says how
    they are encrypted. On this computer itself nothing is encrypted: for trials."""
    imap_host, imap_port, imap_security = _placed(imap, 993)
    smtp_host, smtp_port, smtp_security = _placed(smtp, 465)
    return Servers(
        imap=imap_host,
        smtp=smtp_host,
        imap_port=imap_port,
        smtp_port=smtp_port,
        imap_security=imap_security,
        smtp_security=smtp_security,
    )


def _placed(text: str, usual: int) -> tuple[str, int, str]:
    host, _, port = text.partition(":")
    number = int(port) if port else usual
    if host in ("127.0.0.1", "localhost"):
        return host, number, "none"
    # The ports of plain text that becomes TLS
    if number in (25, 143, 587):
        return host, number, "starttls"
    return host, number, "tls"


@frozen
class Answers:
    """What `init` must know; dates are due dates, `staff` gets everything at first."""

    organizer: str
    department: str
    campaign: str
    form_title: str
    first_due: date
    last_due: date
    # Of the month; empty for those that a config has by default
    report_days: Sequence[int]
    address: str
    staff: Sequence[str]
    servers: Servers


def new_config(answers: Answers, sheets: Mapping[str, Rows]) -> str:
    """The text of a config. Raises CellMistakes where the workbook has wrong cells."""
    document = tomlkit.parse(_HEAD)
    document["campaign"] = _campaign(answers)
    if answers.report_days:
        document["schedule"] = _schedule(answers)
    document["mailbox"] = _mailbox(answers)
    document["smtp"] = _smtp(answers)
    text = with_roster(tomlkit.dumps(document), sheets)
    return _with_staff(text, answers.staff)


def _with_staff(text: str, addresses: Sequence[str]) -> str:
    """The config with those who were named as staff, also where a sheet names others:
    what was answered is not lost."""
    for member in _staff(addresses):
        # In its quotes, so that no part of a longer one is taken for it
        address = member["email"].as_string()
        if address.lower() not in text.lower():
            document = tomlkit.parse(text)
            document.setdefault("staff", tomlkit.aot()).append(member)
            text = tomlkit.dumps(document)
    return text


def _put(
    table: tomlkit.items.Table, key: str, value: object, comment: str
) -> None:
    item = tomlkit.item(value)
    table.add(key, item.comment(comment) if comment else item)


def _put_application(table: tomlkit.items.Table, servers: Servers) -> None:
    """Last in its table: what follows would be a key of the application."""
    if not servers.token_url:
        return
    application = tomlkit.table()
    _put(application, "token_url", servers.token_url, "登录服务的地址")
    _put(application, "client_id", servers.client_id, "管理员登记的应用")
    table.add("oauth2", application)


def _put_security(table: tomlkit.items.Table, security: str) -> None:
    """A line that says what is so anyway hides the lines that matter."""
    if security != "tls":
        _put(table, "security", security, "")


def _campaign(answers: Answers) -> tomlkit.items.Table:
    table = tomlkit.table()
    _put(table, "name", answers.campaign, "出现在每封邮件里")
    _put(table, "organizer", answers.organizer, "主办单位，通报的发文机关")
    if answers.department:
        _put(table, "department", answers.department, "承办部门，邮件落款用")
    _put(
        table,
        "form_title",
        answers.form_title,
        "表的标题，程序凭它和表头认出这张表",
    )
    _put(table, "first_due", answers.first_due, "第一期的报送日期")
    _put(table, "last_due", answers.last_due, "最后一期的报送日期")
    return table


def _schedule(answers: Answers) -> tomlkit.items.Table:
    table = tomlkit.table()
    _put(table, "report_days", list(answers.report_days), "每月几号报送")
    return table


def _mailbox(answers: Answers) -> tomlkit.items.Table:
    servers = answers.servers
    table = tomlkit.table()
    _put(table, "host", servers.imap, "收信服务器（IMAP）")
    if servers.imap_port != Servers.imap_port:
        _put(table, "port", servers.imap_port, "")
    _put_security(table, servers.imap_security)
    _put(table, "user", answers.address, "各单位把表发到这里")
    _put(
        table,
        "password_file",
        PASSWORD_FILE,
        "授权码放在这个文件里，只让运行程序的账户读",
    )
    if servers.junk:
        _put(table, "junk_folder", servers.junk, "垃圾箱也看，报表有时落在里面")
    _put_application(table, servers)
    return table


def _smtp(answers: Answers) -> tomlkit.items.Table:
    servers = answers.servers
    table = tomlkit.table()
    _put(table, "host", servers.smtp, "发信服务器（SMTP）")
    if servers.smtp_port != Servers.smtp_port:
        _put(table, "port", servers.smtp_port, "")
    _put_security(table, servers.smtp_security)
    _put(table, "user", answers.address, "")
    # The address itself: providers refuse another From.
    sender = f"{answers.organizer}{answers.department} <{answers.address}>"
    _put(table, "from", sender, "收件人看到的发件人")
    _put(table, "password_file", PASSWORD_FILE, "")
    _put_application(table, servers)
    return table


def _staff(addresses: Sequence[str]) -> tomlkit.items.AoT:
    array = tomlkit.aot()
    for number, address in enumerate(addresses, 1):
        table = tomlkit.table()
        table["name"] = (
            "工作人员" if len(addresses) == 1 else f"工作人员{number}"
        )
        table["email"] = address
        _put(
            table,
            "roles",
            ["digest", "bulletin", "review", "alert"],
            "依次是：简报、通报、审核、告警",
        )
        array.append(table)
    return array
