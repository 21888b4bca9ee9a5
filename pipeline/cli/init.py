"""init: a dozen questions, and the office has its config.toml; interrupted, it goes on where it was."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from pipeline.cli.app import (
    DEFAULT_CONFIG,
    PERSON,
    USAGE,
    ConfigOption,
    fail,
    guarded,
    say,
)
from pipeline.cli.root import app
from pipeline.cli.screen.questions import Questions, ask_secret
from pipeline.edges.files.disk import write_whole
from pipeline.edges.files.permissions import private_folder
from pipeline.edges.files.roster_file import read_sheets, write_sheets
from pipeline.model.operation.os_errors import in_words
from pipeline.settings.load import ConfigError, load_text
from pipeline.settings.new.new_config import (
    PASSWORD_FILE,
    Answers,
    Servers,
    new_config,
    own_servers,
)
from pipeline.settings.new.providers import OWN_DOMAIN, Provider, provider_of
from pipeline.settings.new.report_days import days_with, is_due_by_default
from pipeline.settings.new.sample import (
    NAME,
    is_untouched_sample,
    sample_config,
)
from pipeline.settings.roster_table import (
    COLUMNS,
    UNITS,
    CellMistakes,
    Rows,
    blank_sheets,
)

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


@app.command()
@guarded
def init(
    config: ConfigOption = DEFAULT_CONFIG,
    roster_from: Annotated[
        Path | None, typer.Option("--from", help="单位名单的 .xlsx 或 .csv")
    ] = None,
    sample: Annotated[
        bool,
        typer.Option(
            "--sample", help="不提问，只把写明每个键的样例放到配置文件旁边"
        ),
    ] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check/--no-check",
            help="写好以后要不要连服务器检查一遍，平常要",
            show_default=False,
        ),
    ] = True,
) -> None:
    """回答十来个问题，写好 config.toml；中途断了，再运行就接着问。"""
    if not sample and config.exists() and not is_untouched_sample(config):
        fail(f"已经有 {config}，不覆盖它；要重来就先把它改名", USAGE)
    _make_folder(config.parent)
    if sample:
        _lay_out_sample(config.with_name(NAME))
        return
    given = None
    # A list that cannot be read is told before a dozen questions.
    if roster_from is not None:
        given = _known_sheets(roster_from)
    say("回车就用方括号里的；随时可以按 Ctrl-C 停下，答过的不用再答。")
    asked = Questions(config.with_name(f".{config.name}.init"))
    asked.go_on()
    answers, provider = _answers(asked)
    sheets = given or _asked_sheets(asked, answers.staff)
    text = _text(config, answers, sheets)
    _keep_password(config.resolve().parent / PASSWORD_FILE, provider)
    write_whole(config, text.encode("utf-8"))
    asked.forget()
    say(f"已写入 {config}；密码在 {PASSWORD_FILE}，只有您这个账户能读。")
    _last_words(config, check=check)


def _make_folder(folder: Path) -> None:
    """Before the first question: one that cannot be made is told of at once."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"建不了目录 {folder}：{in_words(error)}", USAGE)


def _lay_out_sample(path: Path) -> None:
    if path.exists():
        fail(f"已经有 {path}，没有动它", USAGE)
    write_whole(path, sample_config().read_bytes())
    say(f"已写入 {path}：每个键的意思和默认值都在里面。")


def _words(text: str) -> str:
    if not text:
        raise ValueError("这一项不能空着。")
    return text


def _any(text: str) -> str:
    return "" if text == "无" else text


def _day(text: str) -> date:
    digits = re.findall(r"\d+", text)
    try:
        year, month, day = (int(n) for n in digits)
        return date(year, month, day)
    except ValueError:
        raise ValueError("日期写成 2026-09-10 这样。") from None


def _day_from(first: date) -> Callable[[str], date]:
    def last(text: str) -> date:
        found = _day(text)
        if found < first:
            raise ValueError(f"最后一期不能早于第一期（{first}）。")
        return found

    return last


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f"“{text}”不是邮箱地址。")
    return text


def _server(text: str) -> str:
    if not re.fullmatch(r"[\w.-]+(:\d{1,5})?", text):
        raise ValueError("写成 imap.example.cn 或 imap.example.cn:143 这样。")
    return text


def _addresses(text: str) -> list[str]:
    found = []
    for word in re.split(r"[、,，;；\s]+", text):
        if word:
            found.append(_address(word))
    return found


def _answers(asked: Questions) -> tuple[Answers, Provider]:
    organizer = asked.ask("organizer", "主办单位的全称", _words)
    department = asked.ask("department", "承办部门（没有就写 无）", _any, "无")
    campaign = asked.ask("campaign", "这项工作叫什么", _words)
    title = asked.ask("form_title", "表的标题", _words, f"{campaign}报表")
    first = asked.ask(
        "first_due", "第一期的报送日期（写成 2026-09-10 这样）", _day
    )
    days: list[int] = []
    if not is_due_by_default(first):
        # Else the first period would be refused at the end, with no way to mend it here
        days = asked.ask(
            "report_days",
            "每月几号报送（几个用顿号隔开）",
            partial(days_with, first),
            str(first.day),
        )
    last = asked.ask("last_due", "最后一期的报送日期", _day_from(first))
    address = asked.ask("address", "报送邮箱，各单位把表发到这里", _address)
    provider = provider_of(address) or _own_domain(asked)
    if provider.hindrance:
        say(f"　{provider.hindrance}")
    servers = _servers(asked, provider, address)
    staff = asked.ask(
        "staff",
        "工作人员的邮箱（收简报、审核、告警；几个用逗号隔开）",
        _addresses,
    )
    answers = Answers(
        organizer=organizer,
        department=department,
        campaign=campaign,
        form_title=title,
        first_due=first,
        last_due=last,
        report_days=days,
        address=address,
        staff=staff,
        servers=servers,
    )
    return answers, provider


def _own_domain(asked: Questions) -> Provider:
    for number, provider in enumerate(OWN_DOMAIN, 1):
        say(f"　{number} {provider.name}")

    def chosen(text: str) -> Provider:
        if not (text.isdecimal() and 1 <= int(text) <= len(OWN_DOMAIN)):
            raise ValueError(f"写 1 到 {len(OWN_DOMAIN)}。")
        return OWN_DOMAIN[int(text) - 1]

    return asked.ask("provider", "这个邮箱是哪家的，写编号", chosen)


def _servers(asked: Questions, provider: Provider, address: str) -> Servers:
    domain = address.rpartition("@")[2]
    imap = provider.imap
    smtp = provider.smtp
    if not imap:
        question = "服务器；端口不是平常的就写成 名称:端口"
        return own_servers(
            asked.ask(
                "imap", f"收信（IMAP）{question}", _server, f"imap.{domain}"
            ),
            asked.ask(
                "smtp", f"发信（SMTP）{question}", _server, f"smtp.{domain}"
            ),
        )
    token_url, client_id = _application(asked, provider)
    return Servers(
        imap=imap,
        smtp=smtp,
        imap_port=provider.imap_port,
        smtp_port=provider.smtp_port,
        smtp_security=provider.smtp_security,
        junk=provider.junk,
        token_url=token_url,
        client_id=client_id,
    )


def _application(asked: Questions, provider: Provider) -> tuple[str, str]:
    """Where it gets its token, and its number; "" and "" for a provider whose servers a
    password opens."""
    if not provider.token_url:
        return "", ""
    say("　它不用密码，用管理员登记的应用；怎么登记见 docs/zh/邮箱设置.md。")
    tenant = asked.ask("tenant", "租户编号", _words)
    client_id = asked.ask("client_id", "应用（客户端）编号", _words)
    return provider.token_url.format(tenant=tenant), client_id


def _asked_sheets(asked: Questions, staff: Sequence[str]) -> Mapping[str, Rows]:
    def roster(text: str) -> Path:
        if not text.lower().endswith((".xlsx", ".csv")):
            raise ValueError(
                "要 .xlsx 或 .csv 文件；还没有就直接回车，程序给一份空表。"
            )
        return Path(text)

    question = (
        "单位名单在哪个 .xlsx 或 .csv 文件里（没有就回车，程序给一份空表）"
    )
    path = asked.ask("roster", question, roster, "名单.xlsx")
    if not path.exists():
        write_sheets(path, blank_sheets(staff), UNITS)
        fail(
            f"已写好空表 {path}，单位和推进组各有一行例子。把例子换成真的单位、邮箱、目标，"
            "没有推进组就删掉那一行，"
            "再运行 xunbao init，答过的不用再答。",
            PERSON,
        )
    return _known_sheets(path)


def _known_sheets(path: Path) -> Mapping[str, Rows]:
    found = read_sheets(path, UNITS)
    made = {}
    for name, rows in found.items():
        if name in COLUMNS:
            made[name] = rows
    return made


def _text(config: Path, answers: Answers, sheets: Mapping[str, Rows]) -> str:
    """The config, proved by reading it as the program will."""
    try:
        text = new_config(answers, sheets)
        load_text(config, text)
    except CellMistakes as mistakes:
        _ask_to_mend(mistakes.sentences)
    except ConfigError as error:
        _ask_to_mend(mistake.text for mistake in error.mistakes)
    return text


def _ask_to_mend(sentences: Iterable[str]) -> NoReturn:
    again = "改好以后再运行 xunbao init，答过的不用再答。"
    fail("\n".join([*sentences, again]), USAGE)


def _keep_password(path: Path, provider: Provider) -> None:
    if path.exists():
        say(f"密码已经在 {PASSWORD_FILE} 里，没有动它。")
        return
    where = f"{provider.where}。"
    if provider.apart:
        where = f"{provider.secret}不是登录密码：{where}"
    say(where)
    secret = ask_secret(f"{provider.secret}（输入时不显示）")
    private_folder(path.parent)
    write_whole(path, secret.encode("utf-8"))


def _last_words(config: Path, *, check: bool) -> None:
    if not check:
        say("下一步：xunbao check --online")
        return
    from pipeline.cli.queries.check import check as check_all

    try:
        check_all(config=config, online=True)
    except typer.Exit as stopped:
        if stopped.exit_code:
            say(
                "配置已经写好，上面这一条还要处理；改好以后运行 xunbao check --online。"
            )
            raise typer.Exit(PERSON) from None
    say(
        "下一步：xunbao once 收一次信看看；xunbao service install 装成系统服务，一直运行。"
    )
