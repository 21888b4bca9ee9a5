"""Every sample file and every mail of the campaign, read to forms: what a careful person read there, field by field."""

import difflib
import json
import re
import unicodedata
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from form_makers import SPEC
from neighbour import DATA, whole_campaign

from pipeline.model.form import FileReading, Form, Hold, Note
from pipeline.model.trouble import TroubleCode
from pipeline.reading.files.read_file import read_body, read_file
from pipeline.reading.mail.message import parse

SAMPLES, CAMPAIGN = DATA / "forms", whole_campaign()
TRUTH: dict[str, Any] = json.loads((SAMPLES / "truth.json").read_text("utf-8"))
MAILS: list[dict[str, Any]] = json.loads(
    (CAMPAIGN / "truth.json").read_text("utf-8")
)["messages"]
RECEIVED = datetime(2015, 9, 10, tzinfo=UTC)
PICTURES = {"image", "scanpdf"}
LOCKED = {
    "a04_pw.7z",
    "e01_pw.docx",
    "e03_pw.doc",
    "e04_pw.xls",
    "e05_pw.odt",
    "e06_pw.pdf",
}
# Its deletions were made plain text by the program that wrote it: 120135 is what stands there.
LOST_IN_WRITING = {"d07_tracked.html"}
STRUCK = {"d07_tracked.pdf"}  # held, as struck text must be
# held: its figure is a formula whose result its program (openpyxl) did not compute
NOT_COMPUTED = {"x05_typed.xlsx"}


def fold(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text))


def alike(wanted: list[str], read: tuple[str, ...]) -> bool:
    """The same number of clauses, and their words likewise (marks stripped on both sides)."""
    a, b = (
        fold("".join(re.sub(r"^\d\.", "", c) for c in wanted)),
        fold("".join(read)),
    )
    return len(wanted) == len(read) and (
        not a
        or difflib.SequenceMatcher(None, a, b, autojunk=False).ratio() > 0.97
    )


def readable() -> list[str]:
    return [
        n
        for n, t in TRUTH.items()
        if t["forms"]
        and t["kind"] not in PICTURES
        and n not in LOCKED | LOST_IN_WRITING
    ]


@pytest.mark.parametrize("name", readable())
def test_sample(name: str) -> None:
    readings = read_file(name, (SAMPLES / name).read_bytes(), SPEC)
    forms = [f for r in readings for f in r.forms]
    wanted = TRUTH[name]["forms"]
    assert [f.unit_text for f in forms] == [w["unit"] for w in wanted]
    if name not in NOT_COMPUTED:
        assert [f.figure.completed for f in forms] == [
            w["number"] for w in wanted
        ]
    assert {f.figure.holds for f in forms} == {
        (Hold.FIGURE_UNCLEAR,) if name in STRUCK | NOT_COMPUTED else ()
    }
    for form, want in zip(forms, wanted, strict=True):
        assert form.reported_on is not None
        assert digits_of(want["date_raw"]) == [
            form.reported_on.year,
            form.reported_on.month,
            form.reported_on.day,
        ]
        assert alike(want["measures"], form.measures), form.measures
        assert {"unit", "date", "completed", "measures"} == dict(
            form.evidence
        ).keys()


def digits_of(day: str) -> list[int]:
    """Year, month and day of a date as the truth writes it, in figures or in numerals (二〇二六年九月三十日)."""
    if not re.search(r"\d", day):
        day = day.translate(
            str.maketrans("〇一二三四五六七八九", "0123456789")
        ).replace("3十日", "30日")
    return [int(n) for n in re.findall(r"\d+", day)]


@pytest.mark.parametrize("name", sorted(LOCKED))
def test_locked_sample(name: str) -> None:
    (reading,) = read_file(name, (SAMPLES / name).read_bytes(), SPEC)
    assert reading.trouble is not None
    assert reading.trouble.code is TroubleCode.ENCRYPTED


@cache
def readings_of(number: int) -> tuple[tuple[FileReading, ...], FileReading]:
    """Once for all that is asked of it."""
    message = parse((CAMPAIGN / f"mail/{number:04}.eml").read_bytes(), RECEIVED)
    files = tuple(
        r
        for a in message.attachments
        for r in read_file(a.name, a.content, SPEC)
    )
    return files, read_body(message.text, message.html, SPEC)


def figure_matches(form: Form, want: dict[str, Any]) -> bool:
    """What the form alone says; history (nil, derived) is judging's."""
    figure, notes = form.figure, want["notes"]
    if "nil_report" in notes:
        return figure.nil is not None
    completed = None if "derived_cumulative" in notes else want["completed"]
    return (figure.completed, figure.added, Note.ROUNDED in figure.notes) == (
        completed,
        want["added"],
        "rounded" in notes,
    )


REPORTED = [m for m in MAILS if m["reports"]]


@pytest.mark.beside
@pytest.mark.parametrize(
    "mail", REPORTED, ids=[f"{m['n']:04}" for m in REPORTED]
)
def test_campaign_mail(mail: dict[str, Any]) -> None:
    files, body = readings_of(mail["n"])
    forms = [f for r in files for f in r.forms] or list(body.forms)
    assert len(forms) == len(mail["reports"])
    for form, want in zip(forms, mail["reports"], strict=True):
        assert figure_matches(form, want), form.figure
        assert {h.value for h in form.figure.holds} == {
            "figure_unclear",
            "figure_approximate",
        } & set(want["holds"])
        assert alike(want["measures"], form.measures), form.measures
        assert bool(form.unit_text) == ("unit_missing" not in mail["traps"])
        assert bool(form.mentions) == (
            not {"no_date", "subject_period"} & set(mail["traps"])
        )


@pytest.mark.beside
@pytest.mark.parametrize("mail", MAILS, ids=[f"{m['n']:04}" for m in MAILS])
def test_only_a_form_in_the_body_is_read_from_the_body(
    mail: dict[str, Any],
) -> None:
    _, body = readings_of(mail["n"])
    assert bool(body.forms) == str(mail["format"]).startswith("body_")


@pytest.mark.beside
@pytest.mark.parametrize(
    "mail", [m for m in MAILS if not m["reports"]], ids=lambda m: f"{m['n']:04}"
)
def test_no_form_where_nobody_reported(mail: dict[str, Any]) -> None:
    if mail["outcome"] == "duplicate":
        return
    files, body = readings_of(mail["n"])
    assert not [f for r in (*files, body) for f in r.forms]
