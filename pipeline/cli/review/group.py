"""The group that the review commands belong to, and the report that one of them names."""

from typing import Annotated

import typer

from pipeline.bootstrap import Program
from pipeline.cli.app import PERSON, fail
from pipeline.cli.root import app
from pipeline.cli.screen.frame import ChineseTyper
from pipeline.model.report import Report

review = ChineseTyper(
    help="待核报表：列出、查看、通过、改数、定单位、退回、作废、撤销。",
    no_args_is_help=True,
)
app.add_typer(review, name="review")

IdArgument = Annotated[
    str, typer.Argument(metavar="编号", help="报表编号，写前几位也行")
]


def report_named(program: Program, report_id: str) -> Report:
    """The one report whose id begins so; ends the command with PERSON where there is
    none, or more than one."""
    report = program.store.report(report_id)
    if report is None:
        fail(
            f"没有编号以 {report_id} 开头的唯一一份报表，用 xunbao review list 查看",
            PERSON,
        )
    return report
