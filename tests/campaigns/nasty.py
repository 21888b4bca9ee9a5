"""A campaign's mailbox made nasty: its own mails damaged on the road, and between them all that is no report.

    python -m campaigns.nasty FOLDER     in tests/, PYTHONPATH=support: drives FOLDER so, and prints what went wrong

The truth stays what it was: a damaged mail says what it said, and what was put in says nothing.
"""

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path

from mails.damage import DAMAGES, Damage, crlf
from mails.makers import (
    OURS,
    b64,
    container,
    file_part,
    mail,
    mail_part,
    our_letter,
    part,
    prefilled,
    said,
    text_part,
)

from campaigns.drive import drive, show
from campaigns.mailhosts import wavering_host

CASES = Path(__file__).parents[1] / "data/cases/mail"
# Of the folder's cases, those that are no report of anybody.
SILENT = (
    "reply_thanks_with_prefilled", "virus_gateway_notice", "ndr_mixed_rfc822_unknown", "thanks_with_logo_meant", "tracking_pixel",
    "gmail_reaction", "ics_reply_accepted", "oof_subject_7", "oof_subject_3", "m10_reply_to_reminder_with_logo", "m11_thanks", "m19_out_of_office",
)  # fmt: skip
LOGO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000078000000280100000000"
)
EVERY = 3  # of so many mails one is damaged, and one stray comes behind one


def strays() -> Iterator[bytes]:
    """What is no report, over and over, each time another mail. The cases that hold reports are left out: whoever sends one,
    the unit that it names is held from then on (rules.md 7), and the truth another."""
    for number in range(1_000):
        yield from _round(number)


def _round(number: int) -> Iterator[bytes]:
    for name in SILENT:
        raw = (CASES / f"{name}.eml").read_bytes()
        yield raw + f"\r\n<!-- {number} -->\r\n".encode()
    mark = f"（{number}）"
    logo = part(
        'image/png; name="image001.png"',
        b64(LOGO),
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment",
    )
    sender = "qianwei@example.cn"
    yield said(f"收到，谢谢{mark}", sender=sender, files=[logo], quoting=True)
    yield said(f"好的，马上报{mark}", sender=sender, quoting=True)
    yield said(
        f"收到，已转办公室{mark}",
        sender="muchuan@example.cn",
        files=[mail_part(our_letter())],
    )
    yield said(
        f"知道了{mark}",
        sender="shawan@example.cn",
        files=[file_part("旬报表-沙湾区.docx", prefilled())],
    )
    yield said(f"隔离摘要{mark}", "您有1封邮件被隔离", sender="gw@gw.example")
    yield _returned(number)


def _returned(number: int) -> bytes:
    """A letter of ours that came back: the address is good, the mailbox full."""
    fields = "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; x@example.cn\r\nAction: failed\r\nStatus: 5.2.2\r\n"
    head = f"From: {OURS}\r\nMessage-ID: <{number:032x}.xunbao@126.com>\r\nX-Xunbao: x\r\n\r\n"
    body = container(
        [
            text_part("mailbox full"),
            part("message/delivery-status", fields.encode()),
            part("text/rfc822-headers", head.encode()),
        ],
        "report",
    )
    daemon = "MAILER-DAEMON@mx.example"
    return mail(body, subject=f"Undelivered {number}", sender=daemon)


def made_nasty(source: Path, folder: Path) -> Path:
    """A copy of the campaign in `folder`, so changed."""
    shutil.copytree(source, folder, dirs_exist_ok=True)
    index = json.loads((source / "index.json").read_text())
    truth = json.loads((source / "truth.json").read_text())
    damages = cycle(DAMAGES.items())
    stray = strays()
    number = max(entry["n"] for entry in index)
    made = []
    for place, entry in enumerate(index):
        made.append(entry)
        if "case" not in entry and place % EVERY == 0:
            _damage(folder / entry["file"], damages)
        if place % EVERY == 1:
            number += 1
            made.append(_stray(folder, next(stray), number, entry["received"]))
            truth["messages"].append(
                {"n": number, "outcome": "ignored", "reason": None, "reports": [],
                 "message_id": made[-1]["message_id"], "format": "stray", "layout": "", "traps": []}
            )  # fmt: skip
    config = folder / "config.toml"
    config.write_text(
        config.read_text().replace('"tls"\nca_file = "@CA_FILE@"', '"none"')
    )
    (folder / "index.json").write_text(json.dumps(made))
    (folder / "truth.json").write_text(json.dumps(truth))
    return folder


def _damage(file: Path, damages: Iterator[tuple[str, Damage]]) -> None:
    """The next damage that the mail can take."""
    raw = crlf(file.read_bytes())
    for _ in DAMAGES:
        damaged = next(damages)[1](raw)
        if damaged is not None:
            file.write_bytes(damaged)
            return


def _stray(folder: Path, raw: bytes, number: int, before: str) -> dict:
    """One stray, a minute behind the mail before it, under a Message-ID of its own."""
    identity = f"<stray{number}@mail.example.cn>"
    head, blank, body = crlf(raw).partition(b"\r\n\r\n")
    named = re.sub(
        rb"(?im)^message-id:[^\r\n]*", f"Message-ID: {identity}".encode(), head
    )
    name = f"mail/stray{number}.eml"
    (folder / name).write_bytes(named + blank + body)
    at = datetime.fromisoformat(before) + timedelta(seconds=30)
    return {"n": number, "file": name, "received": at.isoformat(), "message_id": identity}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xn") as folder:
        tally = drive(made_nasty(given.folder, Path(folder)), at=wavering_host)
    show(tally)
    return bool(tally.mistakes())


if __name__ == "__main__":
    sys.exit(main())
