"""verify: is the ledger, and are the kept mails, still as they were written? Names what
is not, and what to do."""

from collections.abc import Iterable
from typing import Annotated

import typer

from pipeline.cli.app import (
    DEFAULT_CONFIG,
    DONE,
    PERSON,
    USAGE,
    ConfigOption,
    JsonOption,
    fail,
    guarded,
    open_program,
    print_json,
    say,
)
from pipeline.cli.root import app
from pipeline.cli.screen.progress_bar import progress_bar
from pipeline.edges.ledger.database_copies import require_ledger
from pipeline.edges.ledger.proof.examiner import NOTE
from pipeline.model.operation.journal_entry import (
    Damage,
    DamageKind,
    Examined,
    Noted,
)

# A ledger that is damaged throughout needs no thousand lines to say so.
_SHOWN = 50
_FILES = (DamageKind.FILE_MISSING, DamageKind.FILE_CHANGED)


@app.command()
@guarded
def verify(
    config: ConfigOption = DEFAULT_CONFIG,
    head: Annotated[
        str,
        typer.Option(
            "--head",
            help="以前记下的校验码（序号:校验码），检查它是否还在台账里",
        ),
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """检查台账每一行、流水每一条和每封原始邮件是否与写入时相同，指出损坏之处；什么也不改。"""
    program = open_program(config)
    require_ledger(program.settings.storage.database)
    noted = _noted(head)
    with progress_bar("检查台账和邮件原件") as advance:
        found = program.examiner.examine(noted, advance)
    if as_json:
        print_json(_lines(found))
    else:
        _show(found)
    raise typer.Exit(PERSON if found.damages else DONE)


def _noted(head: str) -> tuple[Noted, ...]:
    if not head:
        return ()
    number, _, link = head.partition(":")
    if not number.isdecimal() or len(link) != 64:
        fail(
            f"--head {head!r} 不对，应写成 序号:64位校验码，和 xunbao verify 最后一行一样",
            USAGE,
        )
    return (Noted(int(number), link.lower()),)


def _lines(found: Examined) -> Iterable[dict[str, object]]:
    for damage in found.damages:
        yield {
            "kind": damage.kind.value,
            "where": damage.where,
            "sentence": damage.sentence,
        }
    if found.end:
        end = {"seq": found.end.seq, "link": found.end.link}
    else:
        end = None
    counts = {
        "entries": found.entries,
        "rows": found.rows,
        "files": found.files,
    }
    yield {"total": {**counts, "damages": len(found.damages), "end": end}}


def _show(found: Examined) -> None:
    for damage in found.damages[:_SHOWN]:
        say(damage.sentence)
    if len(found.damages) > _SHOWN:
        say(
            f"（另有 {len(found.damages) - _SHOWN} 处没有列出，用 --json 查看全部）"
        )
    for line in _cures(found.damages):
        say(line)
    counted = (
        f"流水 {found.entries} 条、台账 {found.rows} 行、邮件 {found.files} 封"
    )
    say(
        f"检查 {counted}：{f'有 {len(found.damages)} 处损坏' if found.damages else '与写入时完全一致'}"
    )
    if found.end and not found.damages:
        say(
            f"校验码 {found.end.seq}:{found.end.link}（可抄下留存，以后用 --head 核对）"
        )


def _cures(damages: tuple[Damage, ...]) -> Iterable[str]:
    """What to do about it, a sentence for each way of being damaged."""
    kinds = set()
    for damage in damages:
        kinds.add(damage.kind)
    # A damaged file can be put back, a damaged row only with the whole.
    if kinds - set(_FILES):
        yield (
            "怎么办：先停掉程序，把 storage 目录整个复制一份留作证据；再用 xunbao "
            "restore 从最近的备份恢复。没有备份的，用 xunbao replay --keep 目录 "
            "由原始邮件重做台账，并与现有的核对。"
        )
    if kinds & set(_FILES):
        yield (
            "怎么办：从最近的备份把这些邮件文件放回原处；没有备份、"
            "而邮件还在邮箱里的，从邮箱另存为 .eml 后用 xunbao ingest 读入，"
            "内容相同的会自动补上。"
        )
    if DamageKind.END_MISSING in kinds:
        yield f"如果刚从备份恢复过台账，这是预料之中的：删除 storage/{NOTE}，程序会重新收取邮箱里的邮件。"
