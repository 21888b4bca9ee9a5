"""Builds every edge from the settings: the only file that names concrete classes. Opens
nothing before it is needed."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.edges.clock import Clock, FixedClock
from pipeline.edges.files.alarm_file import AlarmFile
from pipeline.edges.files.disk import free_bytes
from pipeline.edges.files.lessons_file import LearnedFile
from pipeline.edges.files.log_file import OldLog
from pipeline.edges.files.permissions import private_folder
from pipeline.edges.files.vault import Vault
from pipeline.edges.ledger.alarm_events import Alarms
from pipeline.edges.ledger.cooldowns import Pauses, fingerprint
from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.examiner import Examiner
from pipeline.edges.ledger.journal_reader import Journalbook
from pipeline.edges.ledger.outbox import Outbox
from pipeline.edges.ledger.store import Store
from pipeline.flows.alarms import AlarmDesk
from pipeline.flows.cooldown_gate import Door
from pipeline.flows.deliver import Dispatch
from pipeline.flows.ingest import Intake, Progress
from pipeline.flows.lessons import Classroom
from pipeline.flows.notify import Desk
from pipeline.flows.retention import Shelves
from pipeline.flows.worker import Shift
from pipeline.judging.calendar import Calendar
from pipeline.judging.names import NameBook
from pipeline.judging.operation.health import Vitals
from pipeline.judging.progress.campaign import Campaign
from pipeline.judging.review.decide import UNIT_DOUBTS
from pipeline.judging.rulebook import Rulebook
from pipeline.model.cooldown import Alarm
from pipeline.model.errors import EdgeError, StorageFailed, Unwritable
from pipeline.model.journal_entry import PROGRAM
from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.letters.letter import Letter
from pipeline.model.letters.reviews import ReviewRequest
from pipeline.model.mail import Message
from pipeline.model.notice import Enclosure
from pipeline.model.post import Sighting
from pipeline.model.report import Report
from pipeline.notices.facts import Facts
from pipeline.settings import Mailbox, Settings, Smtp, password
from pipeline.settings.diff import changes, flat

if TYPE_CHECKING:
    from pipeline.edges.mail.mailbox import ImapMailbox
    from pipeline.edges.mail.smtp_post import SmtpPost
    from pipeline.edges.processes.sandbox import Reader
    from pipeline.writing.templates import RenderedMail, Renderer

_MAILBOX, _SMTP = "收信邮箱", "发信邮箱"
_PICTURED = {"completed": "完成数", "unit": "报送单位"}
_MOST_ENCLOSED = 8_000_000  # bytes of originals that go with a review request


def _silent(text: str) -> None:
    return None


def _always() -> bool:
    return True


@dataclass
class House:
    """One campaign's program: settings and clock outside, everything else built from
    them on first use."""

    settings: Settings
    clock: Clock
    tell: Progress = _silent
    stop_requested: bool = False
    lease_held: Callable[[], bool] = _always
    who: str = PROGRAM  # who acts where a row names nobody: the journal's word

    @cached_property
    def campaign(self) -> Campaign:
        s = self.settings
        rulebook = Rulebook(
            NameBook(s.roster),
            Calendar(s.calendar_rules),
            s.check_rules,
            s.address,
            s.campaign.name,
        )
        return Campaign(rulebook, s.notice_rules, s.progress_rules, self.folder_names)

    @cached_property
    def store(self) -> Store:
        self.directory_made()
        return Store(open_database(self.settings.storage.database, self.who))

    def has_ledger(self) -> bool:
        """Whether a ledger is there already, or kept elsewhere than in a file: looking
        must not make one."""
        url = self.settings.storage.database
        return (
            not url.startswith("sqlite:///")
            or Path(url.removeprefix("sqlite:///")).is_file()
        )

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.store.engine)

    @property
    def directory(self) -> Path:
        return self.settings.storage.directory

    def directory_made(self) -> Path:
        return private_folder(self.directory)

    @cached_property
    def vault(self) -> Vault:
        return Vault(self.directory / "raw", self._why_removed)

    def _why_removed(self, key: str) -> str:
        at = self.store.removed_raw().get(key)
        if at is None:
            return ""
        day = at.astimezone(self.settings.zone).date()
        return f"这封邮件的原件已在 {day} 按保存期限（raw_months）删除；台账里的记录仍在，只是看不到原件了。"

    def shelves(self) -> Shelves:
        kept = self.settings.storage
        old_log = OldLog(self.directory)
        return Shelves(
            self.vault, self.store, old_log, kept.raw_months, kept.log_months, self.tell
        )

    @cached_property
    def examiner(self) -> Examiner:
        return Examiner(self.store.engine, self.vault, self.directory)

    @cached_property
    def journal(self) -> Journalbook:
        return Journalbook(self.store.engine)

    @cached_property
    def config_noted(self) -> tuple[str, ...]:
        """Has the journal say by which configuration the work is done, once; what
        changed since the one before."""
        return tuple(
            self.journal.take_config(flat(self.settings), changes, self.clock.now())
        )

    @cached_property
    def letters(self) -> "Letters":
        return Letters(self)

    @cached_property
    def reader(self) -> "Reader":
        from pipeline.edges.processes.sandbox import Reader

        return Reader(self.settings.form_spec)

    def mailbox(self) -> "ImapMailbox":
        return self._folder(self.settings.mailbox)

    def folders(self) -> "list[ImapMailbox]":
        """The folder where forms arrive, and the junk folder, where a provider may put
        them (垃圾邮件)."""
        part = self.settings.mailbox
        return [
            self._folder(part.model_copy(update={"folder": name}))
            for name in self.folder_names
        ]

    @property
    def folder_names(self) -> tuple[str, ...]:
        part = self.settings.mailbox
        return tuple(
            dict.fromkeys(name for name in (part.folder, part.junk_folder) if name)
        )

    def _folder(self, part: Mailbox) -> "ImapMailbox":
        from pipeline.edges.mail.mailbox import ImapMailbox

        return ImapMailbox(part, password(part, _MAILBOX), self.clock)

    def post(self) -> "SmtpPost":
        """One and the same, so that per_minute counts across sittings; with the
        password as it stands now."""
        self._post.password = password(self.settings.smtp, _SMTP)
        return self._post

    @cached_property
    def _post(self) -> "SmtpPost":
        from pipeline.edges.mail.smtp_post import SmtpPost

        return SmtpPost(self.settings.smtp, "", self.envelope, self.clock)

    @cached_property
    def mailbox_door(self) -> Door:
        return self._door(_MAILBOX, self.settings.mailbox)

    @cached_property
    def post_door(self) -> Door:
        return self._door(_SMTP, self.settings.smtp, self.settings.smtp.sender)

    def _door(self, server: str, part: Mailbox | Smtp, *more: str) -> Door:
        def account() -> str:
            secret, where = (
                password(part, server),
                (part.host, part.port, part.security, part.user),
            )
            return fingerprint(self.store.secret(), *where, *more, secret)

        return Door(server, Pauses(self.store.engine), account, self.clock.now)

    @cached_property
    def alarm_file(self) -> AlarmFile:
        return AlarmFile(self.directory_made(), self.settings.zone)

    @cached_property
    def alarms(self) -> AlarmDesk:
        return AlarmDesk(Alarms(self.store.engine), self.alarm_file)

    @property
    def envelope(self) -> str:
        """The envelope's sender: the login where it is an address (NetEase accepts no
        other), else the From."""
        from email.utils import parseaddr

        smtp = self.settings.smtp
        if "@" in smtp.user:
            return smtp.user
        return parseaddr(smtp.sender)[1]

    def facts(self) -> Facts:
        now = self.clock.now()
        return Facts(self.campaign, self.store, self.desk().ledger(now), now)

    @cached_property
    def classroom(self) -> Classroom:
        learned = LearnedFile(self.settings.review.learned, self.settings.zone)
        return Classroom(self.campaign.rulebook, learned)

    def intake(self) -> Intake:
        return Intake(
            self.store,
            self.vault,
            self.reader,
            self.classroom,
            self.clock,
            self.outbox,
            self.settings.mailbox.done_folder,
            self.tell,
            self.stopping,
        )

    def desk(self) -> Desk:
        return Desk(
            self.campaign,
            self.store,
            self.outbox,
            self.vault,
            self.letters,
            self.settings.talk_rules,
            self.settings.smtp.sender,
            self.tell,
        )

    def shift(self) -> Shift:
        dispatch = Dispatch(
            self.campaign,
            self.outbox,
            self.vault,
            self.post,
            self.post_door,
            self.tell,
            self.stopping,
        )
        return Shift(
            self.clock,
            self.folders,
            self.mailbox_door,
            self.alarms,
            self.intake(),
            self.desk(),
            dispatch,
            self.store,
            self.vitals,
            self.examiner,
            self.shelves(),
            self.stopping,
        )

    def stopping(self) -> bool:
        """Asked before each mail and each letter: told to end, or another worker has taken over."""
        return self.stop_requested or not self.lease_held()

    def vitals(self) -> Vitals:
        return Vitals(
            self.store.last_poll(),
            self.outbox.oldest_open(),
            free_bytes(self.directory_made()),
        )

    def cry(self, what: str) -> None:
        """Writes on the alarm sheet what keeps the program from working at all, be it
        the ledger itself."""
        now = self.clock.now()
        cure = (
            "按上面的提示处理；解决后程序会自动接着做",
            "运行 xunbao check --online 看哪一步不通",
        )
        with suppress(
            OSError
        ):  # where not even the folder can be made, the error output is left
            self.alarm_file.show([Alarm("program", now, what, cure)], [], now)

    def keep_documents(
        self, bulletin: Bulletin, documents: tuple[Enclosure, ...]
    ) -> None:
        """Leaves a bulletin's documents in storage/out as well, where people look for them."""
        folder = self.directory / "out" / f"{bulletin.month} 第{bulletin.number}期"
        folder.mkdir(parents=True, exist_ok=True)
        for document in documents:
            (folder / document.name).write_bytes(document.content)

    def rest(self) -> None:
        """Between two wakes: what takes much memory is let go."""
        if "reader" in self.__dict__:
            self.reader.rest()

    def close(self) -> None:
        if "reader" in self.__dict__:
            self.reader.close()
        if "store" in self.__dict__:
            self.store.engine.dispose()


class Letters:
    """Words and enclosures for letters, with the templates loaded on first use."""

    def __init__(self, house: House) -> None:
        self._house = house

    @cached_property
    def _renderer(self) -> "Renderer":
        from pipeline.writing.templates import Renderer

        return Renderer(self._house.settings.templates)

    def render(self, letter: Letter) -> "RenderedMail":
        try:
            return self._renderer.render(letter, self._house.settings.sender)
        # A template is an admin's own text: whatever its expressions raise is its mistake.
        except Exception as error:
            advice = "邮件模板有误，请运行 xunbao check 查看是哪个文件哪一行"
            raise Unwritable("template", advice, repr(error)) from error

    def enclosures(
        self, letter: Letter, message_key: str | None
    ) -> tuple[Enclosure, ...]:
        from pipeline.writing.enclosures import enclosures

        try:
            made = enclosures(letter, self._house.settings.sender)
            if isinstance(letter, Bulletin):
                self._house.keep_documents(letter, made)
        except OSError as error:  # workbooks pass through the temporary folder
            advice = f"写不出通报的文件（{error.strerror or error}），请检查磁盘空间和目录权限"
            raise StorageFailed("documents", advice, repr(error)) from error
        if isinstance(letter, ReviewRequest) and message_key is not None:
            raw = self._house.vault.open(message_key)
            message = self._house.reader.message(raw, letter.case.received_at)
            report = self._house.store.report(letter.case.report_id)
            if report is not None:
                made += self._evidence(message, report) + _originals(
                    message, report.files
                )
        return made

    def _evidence(self, message: Message, report: Report) -> tuple[Enclosure, ...]:
        """Pictures of where the figure stands, and the unit's name where that is in
        doubt: shown in the mail and enclosed.

        The mail goes without one that cannot be made.
        """
        from pipeline.edges.processes.field_pictures import field_picture

        if report.form is None:
            return ()
        files = [
            ("/".join((*a.inside, a.name)), a.content) for a in message.attachments
        ]
        made = []
        for field, name in _PICTURED.items():
            if field == "unit" and not UNIT_DOUBTS & set(report.holds):
                continue
            try:
                png = field_picture(self._house.reader, files, report.form, field)
            except EdgeError:
                continue
            place = dict(report.form.evidence).get(field)
            if place:
                caption = f"{name}：{place.file} {place.where}"
            else:
                caption = name
            if png:
                made.append(
                    Enclosure(
                        f"证据-{name}.png",
                        "image/png",
                        png,
                        f"evidence-{field}",
                        caption,
                    )
                )
        return tuple(made)


def _originals(message: Message, files: tuple[str, ...]) -> tuple[Enclosure, ...]:
    """The files that the case was read from, as they came: a reviewer sees what the
    program saw, and no other file."""
    found, total = [], 0
    for attachment in message.attachments:
        name = "/".join((*attachment.inside, attachment.name))
        read_from = any(file == name or file.startswith(f"{name}/") for file in files)
        total += len(attachment.content) if read_from else 0
        if read_from and total <= _MOST_ENCLOSED:
            found.append(
                Enclosure(
                    attachment.name, "application/octet-stream", attachment.content
                )
            )
    return tuple(found)


def house(
    settings: Settings, now: datetime | None = None, tell: Progress = _silent
) -> House:
    """The program for these settings; `now` fixes the clock, as --now does."""
    return House(settings, FixedClock(now) if now is not None else Clock(), tell)


def ingested(path_digest: str, received_at: datetime, size: int) -> Sighting:
    """A mail that came as a file: outside any mailbox, named by its content."""
    return Sighting(0, int(path_digest[:15], 16), received_at, size, folder="")
