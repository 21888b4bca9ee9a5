"""The demo's folder to look at: each letter as .eml and .html, the documents that went
with them, and one page over all.

Trusts nothing of a text: whatever stands in the page is escaped. Never writes outside
the folder that it is given.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from pipeline.demo.letters import SentLetter
from pipeline.demo.show import Shown, Stage
from pipeline.model.actor import RULE
from pipeline.model.arrival import FileOutcome, Outcome
from pipeline.model.ledger import MailRecord
from pipeline.model.notice import NoticeKind
from pipeline.model.report import Report, Timeliness
from pipeline.model.standing import Row, Standing, shown_rate
from pipeline.writing.sentences import file_name, file_sentence
from pipeline.writing.titles import (
    IGNORED_BECAUSE,
    OUTCOMES,
    REPORT_STATES,
    STANDING_STATES,
    title,
)
from pipeline.writing.words import NOTHING

# Whose files are worth laying out
_ENCLOSING = (
    NoticeKind.MONTHLY_BULLETIN,
    NoticeKind.DUE_REMINDER,
)


def write(shown: Shown, out: Path) -> Path:
    """Everything into a prepared folder; the page to open."""
    letters = [letter for stage in shown.stages for letter in stage.sent]
    names = {
        letter.identity: f"{number:03d}"
        for number, letter in enumerate(letters, 1)
    }
    for letter in letters:
        stem = out / "mails" / names[letter.identity]
        stem.with_suffix(".eml").write_bytes(letter.raw)
        stem.with_suffix(".html").write_text(letter.html, encoding="utf-8")
    documents = list(_documents(letters, out / "documents"))
    page = out / "index.html"
    page.write_text(_page(shown, letters, names, documents), encoding="utf-8")
    return page


def _documents(letters: Iterable[SentLetter], folder: Path) -> Iterator[str]:
    """The first bulletin's files and the first reminder's pre-filled form, under plain
    names of their own."""
    for kind in _ENCLOSING:
        first = next(
            (
                letter
                for letter in letters
                if kind in letter.kinds and letter.attachments
            ),
            None,
        )
        for name, content in first.attachments if first else ():
            safe = Path(name).name
            (folder / safe).write_bytes(content)
            yield safe


def _page(
    shown: Shown,
    letters: list[SentLetter],
    names: dict[str, str],
    documents: list[str],
) -> str:
    template = Template(
        (files("pipeline.demo") / "page.html.in").read_text(encoding="utf-8")
    )
    outcomes = Counter(
        OUTCOMES[Outcome(mail.seen.outcome)] for mail in shown.mails
    )
    return template.substitute(
        campaign=escape(shown.campaign),
        received=len(shown.mails),
        outcomes=escape(
            "，".join(f"{number} 封{what}" for what, number in outcomes.items())
        ),
        letters=len(letters),
        copies=sum(len(letter.recipients) for letter in letters),
        documents="\n".join(map(_card, documents)),
        period=shown.period_name,
        schedule=_schedule(shown.standing),
        heads=_heads(shown.standing),
        standing="\n".join(map(_standing_row, shown.standing.rows)),
        stages="\n".join(_stage(stage, names) for stage in shown.stages),
        mails="\n".join(_mail_row(mail, shown) for mail in shown.mails),
        config=escape(str(shown.config)),
        now=shown.stages[-1].at.isoformat(timespec="minutes"),
    )


def _card(name: str) -> str:
    what = {
        "docx": "公文" if name.startswith("通报") else "预填的空表",
        "xlsx": "进度表",
    }.get(name.rpartition(".")[2], "文件")
    return f'<a href="documents/{escape(name)}"><b>{what}</b>{escape(name)}</a>'


def _heads(standing: Standing) -> str:
    """The heads of the table of units; those of rates only where there are targets."""
    names = ["单位", "状态", "累计"]
    if standing.schedule is not None:
        names += ["目标", "完成率", "", "同类排名"]
    heads = ""
    for name in names:
        heads += f"<th>{name}</th>"
    return heads


def _schedule(standing: Standing) -> str:
    if standing.schedule is None:
        return ""
    return f"，时序进度 {_percent(standing.schedule)}"


def _figure(value: int | None) -> str:
    if value is None:
        return "—"
    return str(value)


def _percent(share: float | None) -> str:
    if share is None:
        return "—"
    return f"{shown_rate(share)}%"


def _standing_row(row: Row) -> str:
    rate = _percent(row.rate)
    width = round(min(row.rate or 0.0, 1) * 100)
    if row.lagging:
        late = " late"
    else:
        late = ""
    state = title(STANDING_STATES, row.state or NOTHING)
    if row.lagging:
        state += "，滞后"
    cells = [escape(row.unit), state]
    figures = [
        _figure(row.completed),
        _figure(row.target),
        rate,
    ]
    bar = (
        f'<td><div class="bar{late}"><i style="width:{width}%"></i></div></td>'
    )
    rank = _figure(row.rank)
    if row.schedule is None:
        return f"<tr>{_cells(cells)}{_cells(figures[:1], 'n')}</tr>"
    return f"<tr>{_cells(cells)}{_cells(figures, 'n')}{bar}{_cells([rank], 'n')}</tr>"


def _cells(texts: Iterable[str], style: str = "") -> str:
    if style:
        opening = f'<td class="{style}">'
    else:
        opening = "<td>"
    return "".join(f"{opening}{text}</td>" for text in texts)


def _stage(stage: Stage, names: dict[str, str]) -> str:
    lines = []
    for m in stage.came:
        lines.append(
            f'<li class="in">{escape(m.address)}《{escape(m.title)}》</li>'
        )
    lines += [_letter(letter, names[letter.identity]) for letter in stage.sent]
    if stage.decision is not None:
        lines.append(
            f'<li class="do">xunbao review accept：{escape(stage.decision.unit)}，'
            f"{escape(stage.decision.why)}</li>"
        )
    when = f"{stage.at.month}月{stage.at.day}日 {stage.at:%H:%M}"
    return (
        "<div "
        f'class="stage"><time>{when}</time><div>{escape(stage.what)}<ul>{"".join(lines)}</ul></div></div>'
    )


def _letter(letter: SentLetter, name: str) -> str:
    if len(letter.recipients) == 1:
        to = letter.recipients[0]
    else:
        to = f"{len(letter.recipients)} 个邮箱"
    return (
        f'<li class="out">{letter.kind_names}：<a href="mails/{name}.html">{escape(letter.subject)}</a>'
        f' <span class="soft">给 {escape(to)}　<a href="mails/{name}.eml">.eml</a></span></li>'
    )


def _mail_row(mail: MailRecord, shown: Shown) -> str:
    seen = mail.seen
    zone = shown.stages[0].at.tzinfo
    reports = []
    for r in shown.ledger.reports:
        if r.message_key == seen.key:
            reports.append(r)
    result = "；".join(map(_report, reports)) or OUTCOMES[Outcome(seen.outcome)]
    if not reports and seen.reason:
        result += f"（{title(IGNORED_BECAUSE, seen.reason)}）"
    attached = "；".join(
        file_name(file)
        if file.outcome is FileOutcome.READ
        else f"{file_name(file)}：{file_sentence(file)}"
        for file in mail.files
    )
    when = f"{seen.received_at.astimezone(zone):%m-%d %H:%M}"
    return f"<tr>{_cells(map(escape, (when, seen.sender, seen.subject, attached, result)))}</tr>"


def _report(report: Report) -> str:
    if report.completed is None:
        figure = "数字不明"
    else:
        figure = f"累计 {report.completed}"
    if report.timeliness is Timeliness.LATE:
        late = "，迟报"
    else:
        late = ""
    if report.decided_by != RULE:
        by = "（审核人同意）"
    else:
        by = ""
    return (
        f"{report.unit or '单位不明'} {report.period.month}月{report.period.day}日期，"
        f"{figure}{late}，{REPORT_STATES[report.state]}{by}"
    )
