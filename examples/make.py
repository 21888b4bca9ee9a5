"""Makes the mails of the example campaigns anew: python3 examples/make.py [NAME ...]

For whoever changes an example. Each line of a plan is one mail: when it came, from whom,
what it says; beside it stands what is right. Forms are made as offices make them: our
own pre-filled form filled in, the same saved by LibreOffice as .doc, .odt and .pdf, a
table of their own in a workbook, lines in the mail itself. Needs LibreOffice.
"""

import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from pipeline.settings import Settings, load  # noqa: E402
from pipeline.writing.blank_form import blank_form  # noqa: E402

ZONE = "+08:00"


@dataclass(frozen=True)
class Mail:
    """`figure` as the clerk writes it; `counts` is the cumulative figure that is right
    after it, None where the report is rightly held."""

    at: str
    unit: str
    kind: str
    due: date
    figure: str
    counts: int | None
    subject: str = ""
    also: tuple[tuple[str, str], ...] = ()  # by their names, as written
    texts: tuple[tuple[str, str], ...] = ()
    clauses: tuple[str, ...] = (
        "逐户逐点走访排查，建立台账，落实专人负责。",
        "召开现场会2次，限期解决走访中发现的问题。",
    )


def _hazards() -> Iterable[Mail]:
    jan, feb, mar = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)
    deeds = ("组织排查工贸企业36家，整改隐患58处。", "对学校食堂开展夜查。")
    both = (("mended", "80"), ("grave", "3"))
    yield Mail("2024-01-31T09:10", "石桥镇", "docx", jan, "96处", 96, also=both)
    one = (("mended", "61处"),)
    yield Mail("2024-01-31T10:20", "松林镇", "doc", jan, "80", 80, also=one)
    both = (("mended", "120"), ("grave", "5"))
    yield Mail(
        "2024-01-31T15:00", "东门街道", "xlsx", jan, "132", 132, also=both
    )
    both = (("mended", "50处"), ("grave", "2处"))
    yield Mail("2024-01-31T16:40", "教育局", "text", jan, "51处", 51, also=both)
    yield Mail("2024-02-01T08:30", "住建局", "odt", jan, "70", 70)  # late
    yield Mail("2024-02-29T09:00", "石桥镇", "docx", feb, "约100处", None)
    yield Mail(
        "2024-02-29T10:00",
        "松林镇",
        "doc",
        feb,
        "累计排查安全隐患171处，本月新增91处",
        171,
        clauses=deeds,
    )
    yield Mail("2024-02-29T11:00", "东门街道", "xlsx", feb, "260", 260)
    yield Mail("2024-02-29T17:59", "教育局", "text", feb, "一百零三处", 103)
    yield Mail("2024-03-29T09:00", "石桥镇", "docx", mar, "301处", 301)
    one = (("mended", "231"),)
    yield Mail("2024-03-31T10:00", "松林镇", "pdf", mar, "250处", 250, also=one)
    both = (("mended", "390"), ("grave", "9"))
    yield Mail(
        "2024-03-31T11:00", "东门街道", "xlsx", mar, "401", 401, also=both
    )
    yield Mail("2024-03-31T12:00", "教育局", "text", mar, "150人", None)
    yield Mail("2024-03-31T13:00", "住建局", "odt", mar, "205", 205)
    yield Mail(
        "2024-03-31T14:00",
        "教育局",
        "text",
        mar,
        "155处",
        155,
        subject="更正：教育局3月月报",
    )


# Of each school: the kind of its forms, and what it writes week by week: a number is
# the week's own, a pair is what is written and the week's own, None is rightly held.
_VISITED: dict[str, tuple[Any, ...]] = {
    "第一中学": (
        *("docx", 40, 55, 62, 48, 51, 37),
        *(("本周走访60户", 60), 44, 39, 21, 52, 47, 33, 30),
    ),
    "第二中学": (
        *("xlsx", 35, 45, 0, 58, 41, 40),
        *(36, 29, 48, 25, 37, 42, ("", None), 28),
    ),
    "实验小学": (
        *("text", ("60户", 60), ("本周走访70户", 70), ("八十户", 80)),
        *(75, 66, ("约70户", None), 71, 58, 62, 30, 64, 59),
        *(("累计走访752户，本周57户", 57), ("45户", 45)),
    ),
    "河西小学": (
        *("doc", 20, 45, ("", None), 55, 31, 28),
        *(44, 38, 35, 18, 41, 36, 30, 26),
    ),
    "东湖小学": (
        *("docx", 18, 26, 30, 22, 27, 24),
        *(29, 25, 31, 12, 28, 26, 23, 20),
    ),
}
# Fridays on which nobody works: the week is due on the next working day.
_MOVED = {
    date(2024, 4, 5): date(2024, 4, 7),
    date(2024, 5, 3): date(2024, 5, 6),
}
_DONE = (
    "班主任逐户走访，填写走访记录，建立困难学生台账。",
    "召开年级家访交流会2次，商定结对帮扶办法。",
)


def _visits() -> Iterable[Mail]:
    weeks = [date(2024, 3, 1) + timedelta(weeks=n) for n in range(14)]
    done = dict.fromkeys(_VISITED, 0)
    for number, week in enumerate(weeks):
        for place, (school, (kind, *told)) in enumerate(_VISITED.items()):
            entry = told[number]
            if not isinstance(entry, tuple):
                entry = (str(entry), entry)
            written, added = entry
            if not written:
                continue  # never came
            counts = None
            if added is not None:
                done[school] += added
                counts = done[school]
            came = _MOVED.get(week, week)
            # Past five o'clock once
            hour = 18 if (school, number) == ("东湖小学", 4) else 10 + place
            yield Mail(
                f"{came}T{hour}:15",
                school,
                # Once each as other programs save them
                {8: "odt", 9: "pdf"}.get(number, kind)
                if school == "第一中学"
                else kind,
                week,
                written,
                counts,
                clauses=_DONE,
            )


# Of each unit: the kind of its forms, who fills them in, and for each period what is
# written, what then counts, and how many have a certificate
_TRAINED = {
    "金沙区": (
        *("docx", "周敏", "0000-1111111"),
        *(("210人", 210), ("430", 430), ("652人", 652)),
        *(
            ("870人", 870),
            ("1,090", 1090),
            ("累计培训1310人，本旬新增220人", 1310),
        ),
        *(("1500人", 1500), ("一千七百人", 1700), ("1960", 1960)),
    ),
    "云溪县": (
        *("doc", "吴桐", "0000-2222222"),
        *(("150人", 150), ("300人", 300), ("同上期", 300)),
        *(("460", 460), ("620人", 620), ("600人", None)),
        *(("810人", 810), ("970人", 970), ("1130人", 1130)),
    ),
    "高新技术开发区": (
        *("xlsx", "郑晓", "13800001234"),
        *(("100", 100), ("205", 205), ("310", 310)),
        *(("415", 415), ("", None), ("640", 640)),
        *(("742", 742), ("860", 860), ("990", 990)),
    ),
    "市技师学院": (
        *("text", "王岚", "0000-4444444"),
        *(("50人", 50), ("100人", 100), ("150人", 150)),
        *(("约200人", None), ("250人", 250), ("300人", 300)),
        *(("360人", 360), ("420人", 420), ("480人", 480)),
    ),
}


def _training() -> Iterable[Mail]:
    dues = [
        date(2024, month, day)
        for month, last in ((1, 31), (2, 29), (3, 31))
        for day in (10, 20, last)
    ]
    for number, due in enumerate(dues):
        for place, (unit, told) in enumerate(_TRAINED.items()):
            kind, who, phone, *figures = told
            written, counts = figures[number]
            if not written:
                continue  # never came
            certified = (counts or 0) // 2
            late = unit == "云溪县" and number == 3
            at = f"{due}T{'19' if late else 10 + place}:20"
            yield Mail(
                at,
                unit,
                # Once each as other programs save them
                {7: "odt", 8: "pdf"}.get(number, kind)
                if kind == "docx"
                else kind,
                due,
                written,
                counts,
                also=(("certified", f"{certified}人"),) if certified else (),
                texts=(("filled_by", who), ("telephone", phone)),
            )


PLANS = {"hazards": _hazards, "visits": _visits, "training": _training}


def _form(settings: Settings, mail: Mail) -> bytes:
    """Our own form with the figure and the clauses written into its tinted cells."""
    content = blank_form(settings.sender, mail.unit, mail.due)
    document = docx.Document(io.BytesIO(content))
    table = document.tables[0]
    table.cell(1, 2).paragraphs[0].add_run(mail.figure)
    asked = settings.also
    for row, spec in enumerate(asked, 2):
        figure = dict(mail.also).get(spec.name, "")
        table.cell(row, 3).paragraphs[0].add_run(figure)
    low = 2 + len(asked)
    for number, clause in enumerate(mail.clauses, 1):
        table.cell(low, 1).add_paragraph(f"{number}.{clause}")
    for row, text in enumerate(settings.texts, low + 1):
        said = dict(mail.texts).get(text.name, "")
        table.cell(row, 2).paragraphs[0].add_run(said)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _converted(content: bytes, kind: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "form.docx"
        source.write_bytes(content)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", kind]
        command += ["--outdir", folder, str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return (Path(folder) / f"form.{kind}").read_bytes()


def _workbook(settings: Settings, mail: Mail) -> bytes:
    """A table of the office's own: heads down the first column."""
    labels = settings.form.labels
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = settings.campaign.form_title
    figure = int(mail.figure) if mail.figure.isdigit() else mail.figure
    day = f"{mail.due.year}年{mail.due.month}月{mail.due.day}日"
    clauses = "\n".join(f"{i}.{c}" for i, c in enumerate(mail.clauses, 1))
    beside = [
        (spec.labels[0], int(dict(mail.also)[spec.name].rstrip("人")))
        for spec in settings.also
        if spec.name in dict(mail.also)
    ]
    rows = (
        (labels.unit[-1], mail.unit),
        (labels.date[-1], day),
        (labels.completed[-1], figure),
        *beside,
        (labels.measures[-1], clauses),
        *(
            (text.labels[-1], dict(mail.texts).get(text.name, ""))
            for text in settings.texts
        ),
    )
    for number, row in enumerate(rows, 3):
        sheet.cell(number, 1).value, sheet.cell(number, 2).value = row
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _lines(settings: Settings, mail: Mail) -> str:
    labels = settings.form.labels
    day = f"{mail.due.year}年{mail.due.month}月{mail.due.day}日"
    clauses = "\n".join(f"{i}.{c}" for i, c in enumerate(mail.clauses, 1))
    parts = [
        f"{spec.labels[1]}{dict(mail.also)[spec.name]}"
        for spec in settings.also
        if spec.name in dict(mail.also)
    ]
    beside = f"（{'，'.join(parts)}）" if parts else ""
    texts = "　　".join(
        f"{text.labels[0]}：{dict(mail.texts)[text.name]}"
        for text in settings.texts
    )
    return (
        f"{labels.unit[-1]}：{mail.unit}\n{labels.date[0]}：{day}\n"
        f"{labels.completed[0]}：{mail.figure}{beside}\n"
        f"{labels.measures[0]}：\n{clauses}\n" + (f"{texts}\n" if texts else "")
    )


def _eml(settings: Settings, mail: Mail, number: int) -> bytes:
    sender = next(u.email[0] for u in settings.unit if u.name == mail.unit)
    moment = datetime.fromisoformat(f"{mail.at}:00{ZONE}")
    stamp = format_datetime(moment)
    message = EmailMessage(policy=SMTP)
    message["Received"] = f"from mx.example.cn by imap.example.cn; {stamp}"
    message["From"], message["To"] = sender, settings.address
    report = settings.campaign_words.report
    message["Subject"] = mail.subject or f"{mail.unit}{report}"
    message["Date"] = stamp
    message["Message-ID"] = f"<example-{number}@example.cn>"
    if mail.kind == "text":
        message.set_content(_lines(settings, mail), charset="utf-8")
        return message.as_bytes()
    message.set_content("请查收附件。\n", charset="utf-8")
    if mail.kind == "xlsx":
        content = _workbook(settings, mail)
    else:
        content = _form(settings, mail)
        if mail.kind != "docx":
            content = _converted(content, mail.kind)
    name = f"{mail.unit}{settings.campaign_words.form}.{mail.kind}"
    message.add_attachment(
        content, maintype="application", subtype="octet-stream", filename=name
    )
    for part in message.walk():
        if part.is_multipart():
            part.set_boundary(f"=_example_{number}")
    return message.as_bytes()


def main() -> None:
    wanted = sys.argv[1:] or PLANS
    for name, plan in PLANS.items():
        if name not in wanted:
            continue
        folder = HERE / name
        settings = load(folder / "config.toml")
        truth = []
        (folder / "mails").mkdir(exist_ok=True)
        for number, mail in enumerate(plan(), 1):
            path = folder / "mails" / f"{number:02d}.eml"
            path.write_bytes(_eml(settings, mail, number))
            truth.append(
                {
                    "mail": path.name,
                    "unit": mail.unit,
                    "period": mail.due.isoformat(),
                    "completed": mail.counts,
                    "state": "held" if mail.counts is None else "accepted",
                    "measures": len(mail.clauses),
                    "figures": {
                        name: int(value.rstrip("处人户"))
                        for name, value in mail.also
                    },
                }
                | ({"fields": dict(mail.texts)} if mail.texts else {})
            )
        text = json.dumps(truth, ensure_ascii=False, indent=1)
        (folder / "truth.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
