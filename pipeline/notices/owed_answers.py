"""What is owed in answer to a mail or a decision: receipts, review requests, what a
reply did, what became of a held report.

Trusts the ledger for what came and what was decided. Never: decides whether it still goes
(notices/due).
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import repeat

from pipeline.judging.progress.campaign import Campaign
from pipeline.model.arrival import Outcome, ReplyResult
from pipeline.model.ledger import Ledger, MailSeen
from pipeline.model.notice import Action, NoticeKind
from pipeline.model.notice_key import key_start, once_per
from pipeline.model.report import DecisionRule, Report, ReportState
from pipeline.model.values.frozen import column, of_columns


def receipts(campaign: Campaign, ledger: Ledger) -> Iterator[Action]:
    """One a mail that reported or could not be read, to whoever sent it, registered
    senders alone."""
    roster = campaign.roster
    for outcome, kind in _ANSWERED_WITH:
        mails = []
        for mail in ledger.unanswered(outcome, key_start(kind)):
            # Strangers are never written to (rules.md 9), whatever they send.
            if roster.units_of(mail.sender):
                mails.append(mail)
        senders = zip(column("sender", mails), strict=True)
        yield from _answers_to(mails, kind, senders)


_ANSWERED_WITH = (
    (Outcome.REPORTED, NoticeKind.RECEIPT),
    (Outcome.UNREADABLE, NoticeKind.UNREADABLE),
)
# Owed from the moment the mail came that they answer
DUE_AT_ARRIVAL = frozenset(
    {NoticeKind.RECEIPT, NoticeKind.UNREADABLE, NoticeKind.REVIEW_ANSWER}
)


def _answers_to(
    mails: Collection[MailSeen],
    kind: NoticeKind,
    to: Iterable[tuple[str, ...]],
) -> list[Action]:
    """One a mail, each to its own of `to`."""
    keys = map(key_start(kind).__add__, column("key", mails))
    return of_columns(
        Action,
        kind=repeat(kind),
        key=keys,
        due_at=column("received_at", mails),
        unit=column("unit", mails),
        period=column("period", mails),
        message_key=column("key", mails),
        to=to,
    )


def review_requests(campaign: Campaign, ledger: Ledger) -> Iterator[Action]:
    """One a held report, to all who review."""
    reviewers = campaign.roster.staff_emails("review")
    for report in ledger.before_people:
        if report.state is ReportState.HELD:
            yield Action(
                kind=NoticeKind.REVIEW_REQUEST,
                key=once_per(NoticeKind.REVIEW_REQUEST, report.id),
                due_at=report.received_at,
                unit=report.unit,
                period=report.period,
                message_key=report.message_key,
                report_id=report.id,
                to=reviewers,
            )


def review_answers(campaign: Campaign, ledger: Ledger) -> Iterator[Action]:
    """What a reviewer's reply did goes to all reviewers, so that nobody does it twice
    and each can undo it; where it did nothing, to its writer alone."""
    reviewers = campaign.roster.staff_emails("review")
    mails = ledger.mails_of(Outcome.COMMAND)
    all_to = []
    for mail in mails:
        # A slip of the pen is told to its writer, not to the whole office.
        alone = mail.reply is ReplyResult.NOTHING_DONE
        to = reviewers
        if alone and mail.sender in reviewers:
            to = (mail.sender,)
        all_to.append(to)
    yield from _answers_to(mails, NoticeKind.REVIEW_ANSWER, all_to)


def _of_version(kind: NoticeKind, report: Report) -> str:
    """What goes out once for each decision on a report."""
    return once_per(kind, report.id, report.version)


def returns(campaign: Campaign, ledger: Ledger) -> Iterator[Action]:
    """退回 writes to whoever sent the report, where he is registered, else to its unit:
    once for each time it is given back."""
    for report in ledger.before_people:
        # 作废 is another rule: of that nobody is told.
        if report.rule is not DecisionRule.REJECT or report.decided_at is None:
            continue
        sender = ledger.sender_of(report)
        unit = campaign.roster.by_name.get(report.unit or "")
        to: tuple[str, ...] = ()
        if campaign.roster.units_of(sender):
            to = (sender,)
        elif unit is not None:
            to = unit.emails
        yield Action(
            kind=NoticeKind.RETURNED,
            key=_of_version(NoticeKind.RETURNED, report),
            due_at=report.decided_at,
            unit=report.unit,
            period=report.period,
            message_key=report.message_key,
            report_id=report.id,
            to=to,
        )


# What staff may decide that the unit is told of by 核实结果; 退回 has its own letter, 作废
# and 撤销 have none.
SETTLING = (DecisionRule.ACCEPT, DecisionRule.CORRECT, DecisionRule.ASSIGN)


def settlements(campaign: Campaign, ledger: Ledger) -> Iterator[Action]:
    """核实结果, once for each decision, to the sender where he is registered and to the
    unit."""
    for report in ledger.before_people:
        if report.rule not in SETTLING or report.decided_at is None:
            continue
        if report.state is ReportState.HELD:
            continue
        sender = ledger.sender_of(report)
        unit = campaign.roster.by_name.get(report.unit or "")
        # The one who wrote, and the unit, which may be another: both wait for it.
        to: list[str] = []
        if campaign.roster.units_of(sender):
            to.append(sender)
        if unit is not None:
            to += unit.emails
        yield Action(
            kind=NoticeKind.SETTLED,
            key=_of_version(NoticeKind.SETTLED, report),
            due_at=report.decided_at,
            unit=report.unit,
            period=report.period,
            message_key=report.message_key,
            report_id=report.id,
            to=tuple(dict.fromkeys(to)),
        )
