"""assess: the year-end workbook, every number traceable to its messages (rules.md 10)."""

import os
from pathlib import Path
from typing import Annotated

import typer

from pipeline.bootstrap import Program
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    PERSON,
    USAGE,
    ConfigOption,
    JsonOption,
    NowOption,
    fail,
    guarded,
    open_program,
    print_json,
    say,
    warn_unsearched,
)
from pipeline.cli.queries import json_lines
from pipeline.cli.root import app
from pipeline.judging.progress.assess_year import assess as assess_rows


@app.command()
@guarded
def assess(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="写到哪个文件，默认 storage/out/考核年份.xlsx"
        ),
    ] = None,
    unit_sheets: Annotated[
        bool, typer.Option("--unit-sheets", help="另给每个单位一张明细表")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """年终考核表：完成率、按时率、举措，每个数字都能查到邮件。"""
    program = open_program(config, now)
    rules = program.settings.assessment_rules
    found = assess_rows(
        program.campaign, program.store.ledger(), rules, program.clock.now()
    )
    if not found:
        # An empty workbook would be filed as if it said something.
        fail("还没有一期过了截止时间，没有可以考核的数据", PERSON)
    if as_json:
        print_json(json_lines.assessed_line(row) for row in found)
        return
    if out is not None and out.suffix.lower() != ".xlsx":
        fail(f"{out} 应以 .xlsx 结尾", USAGE)
    path = write_assessment(program, out, unit_sheets=unit_sheets)
    say(f"已写到 {path}，{len(found)} 行")
    warn_unsearched(program)


def write_assessment(
    program: Program, out: Path | None = None, *, unit_sheets: bool = False
) -> Path:
    """Writes the workbook; where it lies now."""
    from pipeline.writing.assessment_workbook import assessment_workbook

    rules = program.settings.assessment_rules
    ledger = program.store.ledger()
    found = assess_rows(program.campaign, ledger, rules, program.clock.now())
    as_of = program.campaign.calendar.local(program.clock.now())
    name = f"考核{program.settings.campaign.first_due.year}.xlsx"
    path = out or program.storage() / "out" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    mails = {}
    for mail in ledger.messages:
        original = program.vault.path(mail.key).resolve()
        link = _link(original, path.parent.resolve())
        mails[mail.key] = (mail.message_id, mail.subject, link)
    path.write_bytes(
        assessment_workbook(
            assessed=found,
            rules=rules,
            sender=program.settings.sender,
            as_of=as_of,
            mails=mails,
            unit_sheets=unit_sheets,
        )
    )
    return path


def _link(original: Path, folder: Path) -> str:
    """From the workbook to a mail. A relative link survives a move of the storage;
    between two drives of Windows there is none."""
    try:
        return Path(os.path.relpath(original, folder)).as_posix()
    except ValueError:
        return original.as_uri()
