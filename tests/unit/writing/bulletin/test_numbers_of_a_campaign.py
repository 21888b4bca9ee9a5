"""All four bulletins of a small campaign, as they were sent: every number of mail, document
and workbook agrees with the others and with the bulletin before (rules.md 7).

The control changes each number in turn, and each change is found.
"""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from bulletin_numbers import Told, disagreements, narrative, told
from campaign_maker import form_mail, made, moment, settings
from plain_reader import PlainReader

from pipeline.bootstrap import Program, assemble
from pipeline.cli.ledger.ingest_command import ingested
from pipeline.flows.ingest import Taken, take_in
from pipeline.flows.notify import notify

DUES = {
    "2015-09": (10, 20, 30),
    "2015-10": (10, 20, 30),
    "2015-11": (10, 20, 30),
    "2015-12": (10, 20, 30),
}
BULLETIN_AT = {
    "2015-09": "2015-10-01 15:00",
    "2015-10": "2015-10-31 15:00",
    "2015-11": "2015-12-01 15:00",
    "2015-12": "2015-12-31 15:00",
}
ADDRESSES = {
    "甲县": "jia@example.cn",
    "乙县": "yi@example.cn",
    "丙公司": "bing@example.cn",
}
# Figures of the three periods of each month; None: nothing came.
FIGURES = {
    "2015-09": {
        "甲县": (650, 660, 672),
        "乙县": (110, None, None),
        "丙公司": (301, 301, 305),
    },
    "2015-10": {
        "甲县": (700, 731, 790),
        "乙县": (150, 160, 161),
        "丙公司": (None, 331, 331),
    },
    "2015-11": {
        "甲县": (801, 820, 873),
        "乙县": (170, 210, 262),
        "丙公司": (340, 346, 353),
    },
    "2015-12": {
        "甲县": (900, 950, 1003),
        "乙县": (300, None, 391),
        "丙公司": (361, 380, 395),
    },
}
# After the month's bulletin: a late report, and a correction of a printed figure.
AFTERWARDS = {
    "2015-09": (
        ("乙县", 30, 140, "报送旬报表"),
        ("丙公司", 30, 299, "9月30日旬报更正"),
    ),
}


def at(config: Path, when: str) -> Program:
    return assemble(settings(config), moment(when), read_with=PlainReader)


def arrive(config: Path, when: str, mails: list[tuple[bytes, str]]) -> None:
    worker = at(config, when)
    for raw, received in mails:
        key = worker.vault.keep(raw)
        sighting = ingested(raw, moment(received))
        worker.store.keep_sighting(sighting, key, worker.clock.now())
    take_in(worker.intake(), Taken())


def report(
    month: str, unit: str, day: int, figure: int, received: str, subject: str
) -> tuple[bytes, str]:
    year, number = month.split("-")
    dated = f"{year}年{int(number)}月{day}日"
    raw = form_mail(
        ADDRESSES[unit], unit, dated, figure, received, subject=subject
    )
    return raw, received


def of_month(month: str) -> Iterator[tuple[bytes, str]]:
    for unit, figures in FIGURES[month].items():
        for day, figure in zip(DUES[month], figures, strict=True):
            # 甲县's last report of each month is late
            late = unit == "甲县" and day == 30
            hour = "20:00" if late else "10:00"
            if figure is not None:
                received = f"{month}-{day} {hour}"
                yield report(month, unit, day, figure, received, "报送旬报表")


def sent_bulletin(worker: Program, month: str) -> Told:
    for delivery in worker.outbox.open_deliveries():
        action = delivery.actions[0]
        if (action.kind.value, action.month) == ("monthly_bulletin", month):
            return as_told(worker.vault.open(delivery.key))
    raise LookupError(month)


def as_told(raw: bytes) -> Told:
    from email import message_from_bytes
    from email.policy import default

    letter = message_from_bytes(raw, policy=default)
    assert isinstance(letter, EmailMessage)
    body = letter.get_body(("plain",))
    assert body is not None
    files = {}
    for part in letter.iter_attachments():
        files[str(part.get_filename()).rpartition(".")[2]] = part.get_content()
    return told(body.get_content(), files["docx"], files["xlsx"])


@pytest.fixture(scope="module")
def bulletins(tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    config = made(tmp_path_factory.mktemp("campaign"))
    at(config, "2015-09-01 08:00").store.born(moment("2015-09-01 08:00"))
    found = []
    for month, when in BULLETIN_AT.items():
        arrive(config, when, list(of_month(month)))
        worker = at(config, when)
        notify(worker.clock.now(), worker.desk(), mailbox_read=True)
        found.append(sent_bulletin(worker, month))
        later = f"{when[:10]} 16:00"
        more = []
        for unit, day, figure, subject in AFTERWARDS.get(month, ()):
            more.append(report(month, unit, day, figure, later, subject))
        if more:
            arrive(config, later, more)
    return found


def pairs(bulletins: list[Told]) -> Iterator[tuple[Told, Told | None]]:
    before: Told | None = None
    for one in bulletins:
        yield one, before
        before = one


def test_every_number_agrees_in_all_four_bulletins(bulletins) -> None:
    assert len(bulletins) == 4
    for this, before in pairs(bulletins):
        assert disagreements(this, before) == []


def test_the_campaign_has_what_can_go_wrong(bulletins) -> None:
    """A first month, late reports and corrections of what was printed, missing ones."""
    second = "".join(narrative(bulletins[1]))
    assert re.search("因补报、更正(增加|减少)", second)
    assert "漏报" in "".join(narrative(bulletins[0]))
    assert "".join(narrative(bulletins[3])) != second


# Numbers of headings, lists and fixed explanations: no figure of the bulletin.
_FIXED = re.compile(r"^\d+\. |附件：?\d|^2\.|按0计|0\.1%|不足1名|进为1名")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_PROSE = ("工作举措",)


def changed(text: str, at: re.Match[str]) -> str:
    """The number there is another by its last digit."""
    end = at.end()
    return f"{text[: end - 1]}{(int(text[end - 1]) + 1) % 10}{text[end:]}"


def cells(this: Told) -> Iterator[tuple[list[Any], int]]:
    """(row, column) of everything that was told, as lists that may be changed."""
    for texts in (this.mail, this.paragraphs):
        for index in range(len(texts)):
            yield texts, index
    sheets = [rows for name, rows in this.sheets.items() if name not in _PROSE]
    for rows in (*this.tables, *sheets):
        for row in rows:
            for index in range(len(row)):
                yield row, index


def is_fixed(text: str, at: re.Match[str]) -> bool:
    return any(
        found.start() <= at.start() and at.end() <= found.end()
        for found in _FIXED.finditer(text)
    )


def other_values(value: Any) -> Iterator[Any]:
    """The cell with one of its numbers changed."""
    if isinstance(value, int):
        yield value + 1
    elif isinstance(value, float):
        yield value + 0.01
    elif isinstance(value, str):
        for at in _NUMBER.finditer(value):
            if not is_fixed(value, at):
                yield changed(value, at)


def unheld(this: Told, before: Told | None) -> Iterator[str]:
    """The numbers that may be changed without anything being found."""
    for row, index in cells(this):
        value = row[index]
        for other in other_values(value):
            row[index] = other
            if not disagreements(this, before):
                yield f"{value} -> {other}"
        row[index] = value


def test_whichever_number_is_changed_it_is_found(bulletins) -> None:
    assert len(bulletins) == 4
    for this, before in pairs(bulletins):
        assert list(unheld(this, before)) == []


def test_a_changed_figure_of_the_bulletin_before_is_found(bulletins) -> None:
    """Each unit's printed figure, and their sum."""
    before = bulletins[0]
    (table, *_) = before.tables
    for row in table[1:]:
        kept = row[3]
        row[3] = str(int(kept.replace(",", "")) + 1)
        assert disagreements(bulletins[1], before)
        row[3] = kept
    assert disagreements(bulletins[1], before) == []
