"""bulletin: a bulletin now, to look at or to send."""

from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from pipeline.bootstrap import Program
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    DONE,
    PERSON,
    UNREACHABLE,
    USAGE,
    ConfigOption,
    NowOption,
    fail,
    guarded,
    open_program,
    rehearsable,
    warn_unsearched,
)
from pipeline.cli.bulletin_order import (
    BulletinOrder,
    budget,
    chosen_praise,
    recipients,
)
from pipeline.cli.root import app
from pipeline.flows.deliver import deliver
from pipeline.flows.recovery.rebuild_bulletin import remade
from pipeline.flows.review.by_order import issue
from pipeline.flows.review.corrections import Corrections, Ordered
from pipeline.flows.worker import Worked, read_mailbox
from pipeline.judging.progress.printed import as_record, notice_key, published
from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.month import Month
from pipeline.model.notice import (
    NoticeKind,
)

MonthOption = Annotated[
    str, typer.Option("--month", help="哪个月，例如 2015-09")
]
PreviewOption = Annotated[
    Path | None,
    typer.Option("--preview", help="只写到这个目录里看，不发、不记"),
]
SendOption = Annotated[
    bool, typer.Option("--send", help="发出（需要审批的，这就是审批）")
]
ToOption = Annotated[
    list[str] | None,
    typer.Option(
        "--to",
        help="不定期通报：只发给这些邮箱、单位、推进组或“全体”（须在名单里），可写多次",
    ),
]
TitleOption = Annotated[str, typer.Option("--title", help="不定期通报的标题")]
PraiseOption = Annotated[
    Path | None,
    typer.Option(
        "--praise",
        help="先进典型改用这个文件里的：每行 单位：举措（--preview 会写出一份可改的）",
    ),
]
NoteOption = Annotated[str, typer.Option("--note", help="不定期通报的开头说明")]
RebuildOption = Annotated[
    Path | None,
    typer.Option(
        "--rebuild",
        help="把已发出的通报从快照重做一遍，写到这个目录，并与发出的邮件逐字节比较",
    ),
]
CorrectOption = Annotated[
    bool,
    typer.Option(
        "--correct", help="按现在的数据发更正，只发给收到过该通报的各处"
    ),
]
WithdrawOption = Annotated[
    bool,
    typer.Option("--withdraw", help="撤回已发出的通报，只通知收到过的各处"),
]
WhyOption = Annotated[
    str, typer.Option("--why", help="更正或撤回的原因，写在信里")
]
SnapshotOption = Annotated[
    str,
    typer.Option(
        "--snapshot",
        help="不定期通报的快照编号（发出时显示），用于 --rebuild、--correct 和 --withdraw",
    ),
]


@app.command()
@rehearsable
@guarded
def bulletin(
    month: MonthOption,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    preview: PreviewOption = None,
    send: SendOption = False,
    to: ToOption = None,
    title: TitleOption = "",
    praise: PraiseOption = None,
    note: NoteOption = "",
    rebuild: RebuildOption = None,
    correct: CorrectOption = False,
    withdraw: WithdrawOption = False,
    why: WhyOption = "",
    snapshot: SnapshotOption = "",
) -> None:
    """月度通报或不定期通报：预览、发出、更正、撤回，或把发过的重做一遍核对。"""
    program = open_program(config, now)
    wanted = [bool(preview), send, bool(rebuild), correct, withdraw]
    of = _checked_month(program, month, wanted)
    if rebuild is not None:
        raise typer.Exit(_remake(program, of, snapshot, rebuild))
    if correct or withdraw:
        status = _changed(program, of, snapshot, why.strip(), withdraw=withdraw)
        raise typer.Exit(status)
    last = program.campaign.calendar.of_month(of)[-1]
    order = BulletinOrder(
        month=of,
        to=recipients(to or [], program),
        title=title,
        note=note,
        praise=chosen_praise(praise, program),
        # In mid-month one must not take the place of the month's own.
        early=program.clock.now() < program.campaign.calendar.deadline(last),
    )
    if preview is not None:
        _write(program, order.look(program), preview)
        typer.echo(budget(len(order.addresses(program)), program))
        warn_unsearched(program)
        return
    with program.alone():
        raise typer.Exit(_send(program, order))


def _changed(
    program: Program, month: Month, snapshot: str, why: str, *, withdraw: bool
) -> int:
    if withdraw and not why:
        fail("撤回要写明原因，例如 --why 附件列错了单位", USAGE)
    with program.alone():
        found = _issued(program, month, snapshot)
        return _corrected(program, found, why, withdraw=withdraw)


def _checked_month(program: Program, month: str, wanted: list[bool]) -> Month:
    """A month of the campaign, for one thing at a time."""
    months = program.campaign.calendar.months
    if month not in months:
        fail(f"--month {month!r} 不对，可用的有：{'、'.join(months)}", USAGE)
    if wanted.count(True) != 1:
        fail(
            "请写 --preview 目录（预览）、--send（发出）、--rebuild 目录（重做核对）、"
            "--correct（更正）或 --withdraw（撤回），五选一",
            USAGE,
        )
    return Month(month)


def _write(program: Program, found: Bulletin, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rendered = program.letters.render(found)
    (folder / "通报.html").write_text(rendered.html, encoding="utf-8")
    (folder / "通报.txt").write_text(rendered.text, encoding="utf-8")
    # In the form in which --praise reads it back.
    picked = "".join(f"{p.unit}：{p.clause}\n" for p in found.praise)
    (folder / "先进典型.txt").write_text(
        f"# 可增删修改，发出时加 --praise 本文件\n{picked}", encoding="utf-8"
    )
    for enclosure in program.letters.bulletin_files(found):
        (folder / enclosure.name).write_bytes(enclosure.content)
    typer.echo(f"已写到 {folder}，快照编号 {found.snapshot_id}")


def _issued(program: Program, month: Month, snapshot: str) -> Bulletin:
    """The bulletin that is meant: the month's, or the one of a snapshot's id."""
    found = program.store.bulletin(month, NoticeKind.MONTHLY_BULLETIN)
    if snapshot:
        found = program.store.snapshot(snapshot.strip().upper())
    if found is None:
        what = (
            f"快照编号 {snapshot} "
            if snapshot
            else f"{month} 的{program.campaign.words.bulletin}"
        )
        fail(f"{what}还没有发过；要看请用 --preview 目录", PERSON)
    return found


def _remake(program: Program, month: Month, snapshot: str, folder: Path) -> int:
    """Writes what was made again beside what was sent; whether they are the same bytes."""
    frozen = _issued(program, month, snapshot)
    # Its words and addresses are those of the configuration it went out by.
    then = program.at(frozen.as_of)
    made = remade(
        bulletin=frozen,
        notice_key=notice_key(as_record(frozen)).text,
        sent=program.outbox,
        desk=then.desk(),
    )
    if not made:
        fail(
            f"{month} 的这份通报还没有发过，没有可以核对的；要看请用 --preview 目录",
            PERSON,
        )
    _write(program, frozen, folder)
    (folder / "通报.eml").write_bytes(made.made)
    if made.alike:
        typer.echo(
            f"与发出的邮件逐字节相同，sha256 {sha256(made.sent).hexdigest()}"
        )
        return DONE
    (folder / "发出的通报.eml").write_bytes(made.sent)
    typer.echo(
        "与发出的邮件不同：发出以后改过模板、收件地址或程序；两份都已写出，请对照",
        err=True,
    )
    return PERSON


_ORDERED = {
    Ordered.NOT_SENT: "这份通报没有发出过，没有人可以通知",
    Ordered.DONE_BEFORE: "同样的更正或撤回已经发过",
    Ordered.NOTHING_MOVED: "通报所列的数与台账一致，没有要更正的",
}


def _corrected(
    program: Program, found: Bulletin, why: str, *, withdraw: bool
) -> int:
    _read_first(program)
    corrections = Corrections(program.facts(), program.desk())
    if withdraw:
        done = corrections.withdraw(found, why)
    else:
        done = corrections.correct(found, why)
    if done is not Ordered.PLANNED:
        fail(_ORDERED[done], PERSON)
    return _delivered(program, "撤回通知" if withdraw else "更正")


def _read_first(program: Program) -> None:
    """Before anything is sent the mailbox is read; a ledger that only ever took files
    in has none."""
    worked = Worked()
    if read_mailbox(program.shift(), worked):
        return
    if program.store.ledger().read_until is None:
        typer.echo("还没有收过信，按台账里已有的数据发", err=True)
        return
    why = "；".join((*worked.unreachable, *worked.taken.unfetched))
    fail(f"收件箱没有读完，先不发：{why}。修好后再运行一次", UNREACHABLE)


def _delivered(program: Program, what: str) -> int:
    ledger = program.desk().ledger(program.clock.now())
    sent = deliver(program.clock.now, program.dispatch(), ledger)
    typer.echo(f"{what}，发出 {sent.sent} 份")
    for problem in sent.problems:
        typer.echo(problem, err=True)
    if sent.problems:
        return PERSON
    return DONE


def _send(program: Program, order: BulletinOrder) -> int:
    unknown = []
    for a in order.to:
        if a not in program.campaign.roster.addresses:
            unknown.append(a)
    if unknown:
        fail(
            f"这些不在名单里，不能发：{'、'.join(unknown)}；可以写单位、推进组、名单里的邮箱或 全体",
            USAGE,
        )
    _read_first(program)
    ledger = program.store.ledger()
    monthly = order.kind is NoticeKind.MONTHLY_BULLETIN
    if monthly and any(b.month == order.month for b in published(ledger)):
        fail(
            f"{order.month} 的{program.campaign.words.bulletin}已经发过；要再发一份请用 --to 作为不定期通报，"
            "要改请用 --correct 或 --withdraw",
            PERSON,
        )
    found = order.draw(program)
    issue(
        bulletin=found,
        key=order.key(found, ledger),
        to=order.addresses(program),
        desk=program.desk(),
        now=program.clock.now(),
    )
    return _delivered(program, f"快照编号 {found.snapshot_id}")
