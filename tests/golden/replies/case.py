"""The one case that all the replies of this folder are about, and its tokens: made from fixed bytes and a fixed secret."""

import re
from datetime import date
from pathlib import Path

from campaign_maker import form_mail, made, moment, settings
from plain_reader import PlainReader

from pipeline.bootstrap import Program, assemble
from pipeline.cli.ledger.ingest_command import ingested
from pipeline.edges.ledger.new_row import NewRow
from pipeline.edges.ledger.tables import MetaRow
from pipeline.flows.ingest import Taken, take_in
from pipeline.judging.review.reply import Case, settle
from pipeline.model.report import DecisionRule, ReportState, Ruling
from pipeline.model.review.reply_token import Token, code_for

SECRET = bytes(range(32))
REVIEWER, OTHER = "staff@example.cn", "fuhe@example.cn"
SECOND = (
    '[[group]]\nname = "第一组"',
    f'[[staff]]\nname = "复核"\nemail = "{OTHER}"\nroles = ["review"]\n\n[[group]]\nname = "第一组"',
)
EXPIRES = date(2015, 10, 11)
HELD = ("甲县", "324", "2015-09-10 10:00")
DECIDED = ("乙县", "150", "2015-09-10 11:00")


def ledger_in(folder: Path) -> Program:
    """A ledger with the held case, and one that was decided already."""
    worker = assemble(
        settings(made(folder, replaced=dict([SECOND]))),
        moment("2015-09-10 18:05"),
        read_with=PlainReader,
    )
    worker.store.append_once(
        [NewRow(MetaRow, key="secret", value=SECRET.hex())]
    )
    for unit, figure, when in (HELD, DECIDED):
        made_up = form_mail(
            "renshi@example.cn", unit, "2015年9月10日", figure, when
        )
        raw = re.sub(rb"={10,}\d+==", b"==always-the-same==", made_up)
        key = worker.vault.keep(raw)
        worker.store.keep_sighting(
            ingested(raw, moment(when)), key, worker.clock.now()
        )
    take_in(worker.intake(), Taken())
    (second,) = (
        r for r in worker.store.ledger().reports if r.unit == DECIDED[0]
    )
    report = worker.store.report(second.id)
    assert report is not None
    rulebook, ledger = worker.campaign.rulebook, worker.store.ledger()
    accepted = Ruling(DecisionRule.ACCEPT, OTHER)
    decision, _ = settle(
        accepted, Case(report), rulebook, ledger, worker.clock.now()
    )
    assert decision.state is ReportState.ACCEPTED
    worker.store.decide(decision)
    return worker


def ids(worker: Program) -> dict[str, str]:
    return {
        report.unit or "": report.id for report in worker.store.ledger().reports
    }


def token(
    report_id: str,
    version: int = 1,
    reviewer: str = REVIEWER,
    expires: date = EXPIRES,
) -> str:
    return code_for(SECRET, Token(report_id, version, expires), reviewer)
