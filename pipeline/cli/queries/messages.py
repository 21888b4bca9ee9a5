"""messages, notices: what came in and what goes out, a line each; they change nothing."""

from typing import TYPE_CHECKING

from pipeline.cli.app import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    NowOption,
    app,
    guarded,
    open_program,
    print_json,
    say,
)
from pipeline.cli.arguments import PeriodOption, period_of
from pipeline.cli.queries import json_lines
from pipeline.judging.reasons import drop_sentence

if TYPE_CHECKING:
    pass


@app.command()
@guarded
def messages(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    period: PeriodOption = "",
    as_json: JsonOption = False,
) -> None:
    """收到的每一封邮件和处理结果。"""
    program = open_program(config, now)
    ledger = program.store.ledger()
    lines = [
        json_lines.message_line(mail, ledger, program.settings.zone)
        for mail in program.store.mails()
    ]
    if period:
        due = period_of(period, program).isoformat()
        lines = [
            line for line in lines if any(r["period"] == due for r in line["reports"])
        ]
    if as_json:
        print_json(lines)
        return
    for line in lines:
        reports = "；".join(
            f"{r['unit'] or '单位不明'} {r['period']} {r['completed']} {r['state']}"
            for r in line["reports"]
        )
        say(
            f"{line['received_at'][:16]}  {line['from']}  《{line['subject']}》  "
            f"{line['outcome']}  {reports or line['reason'] or ''}"
        )


@app.command()
@guarded
def notices(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    as_json: JsonOption = False,
) -> None:
    """每一份通知：待发、已发、撤销、失败。"""
    program = open_program(config, now)
    lines = program.outbox.notices()
    if as_json:
        print_json(
            json_lines.notice_line(line, program.settings.zone) for line in lines
        )
        return
    for line in lines:
        when = (
            json_lines.stamp(line.sent_at or line.action.due_at, program.settings.zone)
            or ""
        )
        why = drop_sentence(line.action.drop_reason) or "；".join(line.problems)
        say(
            f"{when[:16]}  {line.state}  {line.action.kind}  "
            f"{'、'.join(line.action.to)}  {line.subject}  {why}".rstrip()
        )
