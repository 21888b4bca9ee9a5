"""The facts of what reviewers are asked and told: a held case with its doubts and its
history, and what an answer did.

No figure is computed here: form and ledger are set side by side as they stand.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from pipeline.judging.intake.pace import pace
from pipeline.judging.review.candidate_units import candidate_units
from pipeline.judging.review.decide import UNIT_DOUBTS, needs_reason, open_rules
from pipeline.judging.review.learn import would_teach
from pipeline.judging.review.reply import draft_version
from pipeline.judging.review.talk_decisions import talks_version
from pipeline.model.arrival import ReplyResult
from pipeline.model.form import Form, Hold
from pipeline.model.ledger import MailRecord
from pipeline.model.letters.receipts import ReportLine
from pipeline.model.letters.reviews import (
    Candidate,
    HeldCase,
    ReviewAnswer,
    ReviewRequest,
)
from pipeline.model.month import Month
from pipeline.model.named import NamedTexts
from pipeline.model.notice import Action
from pipeline.model.report import DecisionRule, Report, ReportState
from pipeline.model.review.reply_token import (
    DIGEST_VERSION,
    CaseKind,
    Token,
    case_ref,
)
from pipeline.model.standing import shown_rate
from pipeline.notices.facts import Facts
from pipeline.notices.receipt_facts import mail_of, report_line
from pipeline.notices.talk_facts import talk_answers
from pipeline.writing.review.candidate_words import (
    candidate_words,
    speaks_words,
)
from pipeline.writing.sentences import PACE_TITLE, pace_words
from pipeline.writing.words import listing, number

# More choices than a phone shows at once are none.
_MOST_UNITS = 3
# Of a cell: more are no choice but a riddle
_MOST_NUMBERS = 3
# How a reviewer puts right what the rule counted, by replying to the digest.
DIGEST_ANSWERS = (
    ("某单位 改为128：原因", "这个单位本期按这个累计数计入"),
    ("某单位 撤销：原因", "不再计入，转为待核"),
    ("某单位 归另一单位", "这份报表是另一单位的"),
    ("某单位 算9月20日", "这份报表是那一期的"),
)


def review_request(facts: Facts, action: Action) -> ReviewRequest:
    report = facts.ledger.report(action.report_id or "")
    if report is None:
        raise LookupError(f"no report {action.report_id}")
    return ReviewRequest(
        held_case(facts, report), facts.token(report.id, report.version)
    )


def review_answer(facts: Facts, action: Action) -> ReviewAnswer:
    mail = mail_of(facts, action)
    report = facts.ledger.report(mail.seen.about)
    result = mail.seen.reason or ""
    return ReviewAnswer(
        report_id=report.id if report else "",
        by=f"{mail.sender_name} <{mail.seen.sender}>".strip(),
        received_at=facts.local(mail.seen.received_at),
        done=mail.seen.reply is ReplyResult.DONE,
        result=result,
        wrote=mail.text[:200],
        case=held_case(facts, report) if report else None,
        answers=_answers_again(mail.seen.about, report, facts),
        token=_token(facts, mail.seen.about, report),
    )


def _token(facts: Facts, about: str, report: Report | None) -> Token | None:
    """Of a correction there is none: the next state of the figures has its own draft."""
    if report is not None:
        return facts.token(report.id, report.version)
    case = case_ref(about)
    if case.kind is CaseKind.DRAFT:
        return facts.token(about, draft_version(Month(case.of), facts.ledger))
    if case.kind is CaseKind.TALKS:
        # The version is that of all decisions on the month: an older mail's answer is
        # refused.
        events = facts.records.talk_events(Month(case.of))
        return facts.token(about, talks_version(events))
    if case.kind is CaseKind.DIGEST:
        return facts.token(about, DIGEST_VERSION)
    return None


def _answers_again(
    about: str, report: Report | None, facts: Facts
) -> NamedTexts:
    if report is not None:
        return held_case(facts, report).answers
    kind = case_ref(about).kind
    if kind is CaseKind.DRAFT:
        return (("同意发布", "按送审稿发给各单位"),)
    if kind is CaseKind.DIGEST:
        return DIGEST_ANSWERS
    if kind is CaseKind.TALKS:
        return talk_answers(facts.campaign.words.circulation)
    return ()


def held_case(facts: Facts, report: Report) -> HeldCase:
    """LookupError where the report's mail is not in the ledger."""
    mail = facts.records.mail(report.message_key)
    if mail is None:
        raise LookupError(f"no mail {report.message_key}")
    line = report_line(facts, report)
    shown = report
    if line.rivals:
        # Nothing is worked out from a number that may be the wrong one.
        shown = replace(report, completed=None)
    candidates = _candidates(facts, report, mail)
    counted = sorted(facts.ledger.counting.of(report.unit).items())
    return HeldCase(
        report_id=report.id,
        sender=f"{mail.sender_name} <{mail.seen.sender}>".strip(),
        subject=mail.seen.subject,
        received_at=facts.local(report.received_at),
        line=line,
        suggestions=tuple(
            candidate_words(c, facts.campaign.words) for c in candidates
        ),
        answers=tuple(_answers(facts, report, mail.seen.sender, candidates)),
        history=tuple(
            (facts.campaign.calendar.name(p), r.completed or 0)
            for p, r in counted
        ),
        quote=mail.text[:300],
        against=tuple(_against(facts, shown, line, mail)),
        sender_unit=_sender_unit(facts, mail),
    )


def _sender_unit(facts: Facts, mail: MailRecord) -> str:
    alone = facts.campaign.roster.alone_at(mail.seen.sender)
    if alone is None:
        return ""
    return alone.name


def _candidates(
    facts: Facts, report: Report, mail: MailRecord
) -> tuple[Candidate, ...]:
    """Where it is in doubt whose report this is: who it may be, best first, three."""
    # Nobody asks whose it is, so nothing is suggested.
    if report.unit is not None and not UNIT_DOUBTS & set(report.holds):
        return ()
    full = facts.records.report(report.id)
    named = ""
    writers: tuple[str, ...] = ()
    if full and full.form:
        named, writers = full.form.unit_text, full.form.writers
    rulebook = facts.campaign.rulebook
    # Of an address that serves several units each is a candidate.
    sender = []
    for unit in rulebook.book.roster.units_of(mail.seen.sender):
        sender.append(unit.name)
    # Place names in the measures often tell what the unit's cell left out.
    texts = (named, mail.seen.subject, mail.text, *report.measures)
    files = [file.name for file in mail.files]
    found = candidate_units(
        report=report,
        named=named,
        texts=(*texts, *files),
        sender=sender,
        rulebook=rulebook,
        ledger=facts.ledger,
        writers=writers,
    )
    return found[:_MOST_UNITS]


def _against(
    facts: Facts, report: Report, line: ReportLine, mail: MailRecord
) -> Iterator[tuple[str, str, str]]:
    """What the form says beside what the ledger says."""
    full = facts.records.report(report.id)
    form = full.form if full else None
    yield _unit_beside(form, mail, facts)
    yield _figure_beside(form, report, line, facts)
    for spec in facts.campaign.rulebook.checks.also:
        value = dict(report.also).get(spec.name)
        if value is not None:
            yield spec.title, f"{value:,}", _beside(report, value)
    if line.previous is not None:
        yield from _before_beside(line.previous, report, line, facts)
    if line.target:
        words = facts.campaign.words
        share = ""
        if report.completed is not None:
            share = f"完成率{shown_rate(report.completed / line.target)}%"
        yield words.target_name, share, words.counts(line.target)


def _unit_beside(
    form: Form | None, mail: MailRecord, facts: Facts
) -> tuple[str, str, str]:
    named = form.unit_text if form else ""
    units = facts.campaign.roster.units_of(mail.seen.sender)
    registered = "、".join(unit.name for unit in units)
    said = "发件邮箱没有登记"
    if registered:
        said = f"发件邮箱登记的是{registered}"
    return "单位", named or "（没有写明）", said


def _figure_beside(
    form: Form | None, report: Report, line: ReportLine, facts: Facts
) -> tuple[str, str, str]:
    words = facts.campaign.words
    found = dict(form.evidence).get("completed") if form else None
    written = found.text.strip()[:20] if found else ""
    said = words.counts(report.completed)
    if written and report.completed is None:
        said = f"“{written}”，没有读出"
    elif written not in ("", str(report.completed)):
        said = f"“{written}”，读作{said}"
    counting = facts.ledger.counting
    now = counting.report(report.unit, report.period)
    if line.rivals:
        said = f"{listing(map(number, line.rivals))}，不一致"
    known = "还没有计入的数"
    if now:
        known = f"{words.counts(now.completed)}（已计入）"
    return "本期累计", said, known


def _before_beside(
    previous: int, report: Report, line: ReportLine, facts: Facts
) -> Iterator[tuple[str, str, str]]:
    """The figure before, and how this one lies against the unit's own pace."""
    words = facts.campaign.words
    said = ""
    if report.completed is not None:
        growth = report.completed - previous
        way = "增加" if growth >= 0 else "减少"
        said = f"比上次{way}{words.counts(abs(growth))}"
    known = f"{words.counts(previous)}（{line.previous_period_name}）"
    yield "上次累计", said, known
    dues = facts.campaign.calendar.dues
    usual = pace(report.unit, report.period, dues, facts.ledger)
    yield PACE_TITLE, *pace_words(usual, report, words)


# A figure as typed in a cell or in a label's blank.
_TYPED = re.compile(r"\d{1,3}(?:[,，]\d{3})+|\d+")


def _numbers(report: Report) -> tuple[int, ...]:
    """The figures that a ready answer can take: those that the form shows, where it
    shows several; else the one that was read."""
    found: list[int] = []
    if report.form is not None:
        for one in report.form.figure.seen:
            found.append(one.value)
    if report.form is not None and not found:
        evidence = dict(report.form.evidence).get("completed")
        text = evidence.text if evidence is not None else ""
        for typed in _TYPED.findall(unicodedata.normalize("NFKC", text)):
            found.append(int(re.sub("[,，]", "", typed)))
    if not found and report.completed is not None:
        found.append(report.completed)
    return tuple(dict.fromkeys(found))[:_MOST_NUMBERS]


def _beside(report: Report, value: int) -> str:
    """How a figure beside the main one stands to it."""
    if report.completed is None:
        return "累计数没有读出"
    short = report.completed - value
    way = "少" if short >= 0 else "多"
    return f"比表上的累计数{way}{abs(short):,}"


def _answers(
    facts: Facts, known: Report, sender: str, candidates: tuple[Candidate, ...]
) -> Iterator[tuple[str, str]]:
    """How staff answer: by replying to the mail, or by command. Every line of it does
    what it says when it is sent back."""
    report = facts.records.report(known.id) or known
    # Decided already: what can still be done is to take the decision back.
    if report.state is not ReportState.HELD:
        yield "撤销", "撤销最近一次决定，恢复到它之前的样子"
        return
    settle_unit = report.unit is None or bool(UNIT_DOUBTS & set(report.holds))
    accepts = DecisionRule.ACCEPT in open_rules(report)
    if report.unit is not None and accepts:
        # An override stands in the record with its reason, or not at all.
        if needs_reason(report):
            yield "情况属实：理由", "数字虽有疑问，核实属实，计入并记下理由"
        else:
            yield "通过", "按表上的数字计入"
    if settle_unit:
        yield from _whose(facts, report, sender, candidates)
    if Hold.PERIOD_UNCLEAR in report.holds:
        yield f"算{report.period.month}月{report.period.day}日", "记为这一期的"
    yield from _other_figures(report, accepts, candidates)
    yield from _answers_beside(facts, report)
    yield "退回：原因", "不予采用，并写信请该单位重报"
    yield "作废", "不计入，也不写信给单位"
    yield f"xunbao review show {report.id}", "也可以在服务器上查看和处理"


def _other_figures(
    report: Report, accepts: bool, candidates: tuple[Candidate, ...]
) -> Iterator[tuple[str, str]]:
    """改为…, with whose it is where nobody knows that: the number alone is refused then."""
    whose = ""
    values = _numbers(report)
    if report.unit is None and candidates:
        whose = f"归{candidates[0].unit}，"
    elif report.unit is None:
        whose = "归某单位，"
    if whose and accepts:
        # 归… alone counts the number that was read
        values = ()
    for value in values:
        yield f"{whose}改为{value}", "按这个累计数计入"
    if not values:
        yield f"{whose}改为128", "按这个累计数计入（写正确的数字）"


def _answers_beside(facts: Facts, report: Report) -> Iterator[tuple[str, str]]:
    """Where the form has further figures, how one of them is put right."""
    read = dict(report.also)
    for spec in facts.campaign.rulebook.checks.also:
        if spec.name in read:
            value = read[spec.name] or 0
            yield f"{spec.title}改为{value}", "只改这个数，别的疑问另答"


def _whose(
    facts: Facts,
    report: Report,
    sender: str,
    candidates: tuple[Candidate, ...],
) -> Iterator[tuple[str, str]]:
    """归…, the likeliest unit first; 并记住 only where there is something to learn."""
    if not candidates:
        yield "归某单位", "记为这个单位的；没有别的疑问就计入"
        yield "归某单位并记住", "以后这个邮箱（或表上的写法）都认作这个单位"
        return
    for candidate in candidates:
        yield (
            f"归{candidate.unit}",
            f"记为这个单位的（{speaks_words(candidate, facts.campaign.words)}）",
        )
    first = candidates[0].unit
    # An offer that would be refused when it is sent back misleads.
    if would_teach(report, sender, first, facts.campaign.rulebook):
        yield (
            f"归{first}并记住",
            "以后这个邮箱（或表上的写法）都认作这个单位",
        )
    elif Hold.SENDER_MISMATCH in report.holds:
        yield f"归{first}并记住邮箱", "以后这个邮箱也可以替这个单位报送"
