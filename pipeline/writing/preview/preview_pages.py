"""Every mail as a person would get it, as .eml and .html files with an index, from the
sample facts: `xunbao preview`.

Writes into the folder it is given and nowhere else; sends nothing, reads no clock (the
mails are dated as the samples).
"""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from pathlib import Path

from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.letters.letter import Letter
from pipeline.model.letters.letter_sender import Sender
from pipeline.model.letters.reminders import UnitLetter
from pipeline.model.notice import Enclosure, NoticeKind
from pipeline.writing.enclosures import enclosures
from pipeline.writing.samples import BULLETIN, LETTERS
from pipeline.writing.templates import RenderedMail, Renderer


def write_previews(
    folder: Path,
    sender: Sender,
    renderer: Renderer,
    never: frozenset[NoticeKind] = frozenset(),
    letters: Sequence[tuple[str, Letter]] = LETTERS,
) -> list[Path]:
    """The files written: NAME.eml and NAME.html for every kind of letter that is really
    sent (`never`: those that this configuration has no use for), then index.html.
    Makes the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    lines = []
    dated = _day_of(letters)
    for name, letter in letters:
        if not isinstance(letter, UnitLetter) and letter.kind in never:
            continue
        mail = renderer.render(letter, sender)
        page = folder / f"{name}.html"
        message = folder / f"{name}.eml"
        page.write_text(mail.html, encoding="utf-8", newline="\n")
        message.write_bytes(
            _message(mail, sender, dated, enclosures(letter, sender))
        )
        written += [message, page]
        lines.append((name, mail.subject))
    index = folder / "index.html"
    index.write_text(_index(lines), encoding="utf-8", newline="\n")
    return [*written, index]


def _day_of(letters: Sequence[tuple[str, Letter]]) -> datetime:
    """All mails bear the moment at which the letters' bulletin was drawn."""
    for _, letter in letters:
        if isinstance(letter, Bulletin):
            return letter.as_of
    return BULLETIN.as_of


def _message(
    mail: RenderedMail,
    sender: Sender,
    dated: datetime,
    files: Sequence[Enclosure],
) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = sender.mailbox, "shouxin@example.cn"
    message["Subject"], message["Date"] = (
        mail.subject,
        format_datetime(dated),
    )
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    for file in files:
        major, minor = file.media_type.split("/")
        message.add_attachment(
            file.content,
            maintype=major,
            subtype=minor,
            filename=file.name,
        )
    boundaries = (part for part in message.walk() if part.is_multipart())
    # Set, since the random ones would make every run another file
    for index, part in enumerate(boundaries):
        part.set_boundary(f"==xunbao-{index}==")
    return message.as_bytes()


def _index(lines: Sequence[tuple[str, str]]) -> str:
    items = "".join(
        f'<li><a href="{name}.html">{escape(subject)}</a>　<a href="{name}.eml">.eml</a></li>\n'
        for name, subject in lines
    )
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>邮件预览</title></head>\n'
        f"<body><h1>邮件预览</h1>\n<p>数字和日期都是示例。</p>\n<ol>\n{items}</ol></body></html>\n"
    )
