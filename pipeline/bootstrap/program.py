"""Assembles the running parts of one campaign from its settings and a clock: the only
file that names concrete classes.

Opens nothing before it is needed. Trusts the settings; holds no business, and nothing
of it is ever assigned again: other settings or another clock make another program.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.bootstrap.campaigns import campaign_of, history
from pipeline.bootstrap.reading_parts import ReadingParts, child_reader
from pipeline.edges.clock import Clock, FixedClock
from pipeline.edges.files.disk import free_bytes
from pipeline.edges.files.owners import refuse_root_among
from pipeline.edges.files.permissions import private_folder
from pipeline.edges.ledger.unopened.ledger_file import is_unwritten
from pipeline.edges.ledger.unopened.ledger_url import is_postgresql
from pipeline.judging.progress.campaign import (
    Campaign,
    History,
    in_force_at,
)
from pipeline.judging.rulebook import Rulebook
from pipeline.model.form import Form, FormSpec
from pipeline.model.ledger import Ledger
from pipeline.model.mail import Message
from pipeline.model.named import NamedBytes
from pipeline.model.operation.errors import Busy, EdgeError
from pipeline.model.operation.journal_entry import PROGRAM
from pipeline.model.values.frozen import frozen
from pipeline.settings import Settings
from pipeline.settings.in_force import (
    RETROACTIVE,
    kept_beside,
    settings_then,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.bootstrap.mail_servers import MailServers
    from pipeline.edges.files.alarm_file import AlarmFile
    from pipeline.edges.files.lock import WorkerLock
    from pipeline.edges.files.vault import Vault
    from pipeline.edges.ledger.alarm_events import Alarms
    from pipeline.edges.ledger.outbox import Outbox
    from pipeline.edges.ledger.proof.examiner import Examiner
    from pipeline.edges.ledger.proof.journal_reader import Journalbook
    from pipeline.edges.ledger.store import Store
    from pipeline.edges.processes.sandbox import Reader
    from pipeline.flows.alarms import AlarmDesk
    from pipeline.flows.compose import Desk
    from pipeline.flows.deliver import Dispatch
    from pipeline.flows.ingest import Intake, Progress
    from pipeline.flows.lessons import Classroom
    from pipeline.flows.letter_writer import LetterWriter
    from pipeline.flows.retention import Shelves
    from pipeline.flows.review.draft_replies import DraftDocuments
    from pipeline.flows.shared_mailbox import Member, SharedReading
    from pipeline.flows.worker import Shift
    from pipeline.judging.operation.complaints import Vitals
    from pipeline.model.operation.cooldown import Alarm
    from pipeline.notices.facts import Facts
    from pipeline.writing.templates import Renderer

# Mails of the ledger that are looked for in the storage: some may have been removed
_LOOKED_FOR = 5


def _silent(text: str) -> None:
    return None


def _never() -> bool:
    return False


def _renderer(templates: "Path | None") -> "Renderer":
    from pipeline.writing.templates import Renderer

    return Renderer(templates)


@frozen
class Program:
    """One campaign's program. Each part is made with its first use, once.

    `who` acts where a row names nobody: the journal's word. `read_with` and
    `render_with` make the reader of foreign files and the renderer of templates.
    `rehearsing`: the settings are those of a copy, and nothing is sent.
    """

    settings: Settings
    clock: Clock = field(default_factory=Clock)
    tell: "Progress" = _silent
    who: str = PROGRAM
    read_with: Callable[[FormSpec], "Reader"] = child_reader
    render_with: Callable[["Path | None"], "Renderer"] = _renderer
    rehearsing: bool = False
    # Of held reports, by report: drawn once, for each drawing reads a foreign file.
    pictures: dict[str, NamedBytes] = field(
        default_factory=dict,
        init=False,
        repr=False,
    )
    _closing: list[Callable[[], None]] = field(
        default_factory=list,
        init=False,
        repr=False,
    )
    _resting: list[Callable[[], None]] = field(
        default_factory=list,
        init=False,
        repr=False,
    )

    @cached_property
    def campaign(self) -> Campaign:
        """By the present settings; of what closed under others it speaks by those."""
        present = campaign_of(self.settings)
        return replace(present, history=self._history())

    def _history(self) -> History:
        """Nothing where the ledger has taken up none yet."""
        if self.is_unwritten():
            return History()
        now = self.clock.now()
        return history(self.journal.adoptions(now), self.settings, now)

    def rules_at(self, moment: datetime) -> Rulebook | None:
        """The rules that a mail was judged by which came at a moment; None for the
        present ones."""
        then = self.campaign.history.at(moment)
        if then is None:
            return None
        return then.rulebook

    def at(self, moment: datetime) -> "Program":
        """The program by the configuration that was in force at a moment, on the same
        ledger; the present one's where none is known."""
        taken_up = [
            (at, RETROACTIVE in kept, kept)
            for at, kept in self.journal.adoptions(self.clock.now())
        ]
        kept = in_force_at(taken_up, moment)
        found = settings_then(kept, self.settings) if kept else None
        if found is None or found.text == self.settings.text:
            return self
        return replace(self, settings=found)

    # The ledger, and what is kept in files.

    @cached_property
    def store(self) -> "Store":
        from pipeline.edges.ledger.database import open_database
        from pipeline.edges.ledger.proof.journal_reader import Journalbook
        from pipeline.edges.ledger.store import Store
        from pipeline.flows.adopt import refuse_another_campaigns

        self.storage()
        engine = open_database(self.settings.storage.database, self.who)
        store = Store(engine, self.settings.roster.renames)
        self._closing.append(store.end_work)
        self._closing.append(engine.dispose)
        refuse_another_campaigns(
            self.settings, Journalbook(engine), store.ledger
        )
        return store

    @cached_property
    def outbox(self) -> "Outbox":
        from pipeline.edges.ledger.outbox import Outbox

        return Outbox(self.store.engine, self.settings.roster.renames)

    @cached_property
    def journal(self) -> "Journalbook":
        from pipeline.edges.ledger.proof.journal_reader import Journalbook

        return Journalbook(self.store.engine)

    def refuse_work(self) -> None:
        """Before anything is written: raises NotAdopted where the campaign was ended."""
        from pipeline.flows.adopt import refuse_after_the_end

        refuse_after_the_end(self.store.closed_at(), self.settings)

    def refuse_other_storage(self) -> None:
        """Before any work on a ledger that several machines reach: its mails must be in
        this storage, which is one folder for all of them. Raises EdgeError."""
        if not is_postgresql(self.settings.storage.database):
            return
        keys = self.store.newest_keys(_LOOKED_FOR)
        if keys and not self.vault.holds_any(keys):
            raise EdgeError(
                "other_storage",
                f"台账里最近的邮件原件不在 {self.settings.storage.directory}：几台电脑共用"
                "一个台账时，storage 必须是同一个共享文件夹；换了电脑请先把原来的 storage 复制过来",
            )

    def refuse_config(self) -> None:
        """Before any work by it: raises NotAdopted where the ledger cannot follow."""
        from pipeline.flows.adopt import refuse_what_the_ledger_cannot_follow

        self.refuse_work()
        refuse_what_the_ledger_cannot_follow(
            self.settings, self.journal, self.store.ledger(), self.clock.now()
        )

    def note_config(self) -> list[str]:
        """Has the journal say by which configuration the work is done, where it is
        another than the last; what changed."""
        from pipeline.settings.diff import changes, flat

        return self.journal.take_config(
            flat(self.settings),
            changes,
            self.clock.now(),
            kept_beside(self.settings),
        )

    def take_up_config(self) -> None:
        """`note_config`, what changed told to whoever watches the work."""
        for change in self.note_config():
            self.tell(f"配置有变：{change}")

    def correct_past(self, why: str) -> list[str]:
        """Takes the configuration up for what closed before, too; what changed."""
        from pipeline.settings.diff import changes, flat

        return self.journal.take_config(
            flat(self.settings),
            changes,
            self.clock.now(),
            kept_beside(self.settings, why),
            always=True,
        )

    @cached_property
    def examiner(self) -> "Examiner":
        from pipeline.edges.ledger.proof.examiner import Examiner

        directory = self.settings.storage.directory
        return Examiner(
            engine=self.store.engine,
            vault=self.vault,
            directory=directory,
            words=self.campaign.words,
        )

    @cached_property
    def vault(self) -> "Vault":
        from pipeline.edges.files.vault import Vault

        return Vault(self.settings.storage.directory / "raw", self._why_removed)

    def _why_removed(self, key: str) -> str:
        at = self.store.removed_raw().get(key)
        if at is None:
            return ""
        day = at.astimezone(self.settings.zone).date()
        return f"这封邮件的原件已在 {day} 按保存期限（raw_months）删除；台账里的记录仍在，只是看不到原件了。"

    @cached_property
    def alarm_file(self) -> "AlarmFile":
        from pipeline.edges.files.alarm_file import AlarmFile

        return AlarmFile(self.storage(), self.settings.zone)

    @cached_property
    def alarm_book(self) -> "Alarms":
        from pipeline.edges.ledger.alarm_events import Alarms

        return Alarms(self.store.engine)

    @cached_property
    def alarms(self) -> "AlarmDesk":
        from pipeline.flows.alarms import AlarmDesk

        return AlarmDesk(self.alarm_book, self.alarm_file)

    def storage(self) -> "Path":
        """The folder of all that is kept, there and closed to others. Raises EdgeError
        where root would work in another account's."""
        refuse_root_among(self.settings.storage.directory)
        return private_folder(self.settings.storage.directory)

    def worker_lock(self) -> "WorkerLock":
        """One worker of the ledger on this host. Where a database server keeps it,
        other hosts have theirs, and the lease tells them apart."""
        from pipeline.edges.files.lock import WorkerLock, lock_name

        several = is_postgresql(self.settings.storage.database)
        path = self.storage() / lock_name(several_hosts=several)
        return WorkerLock(path, zone=self.settings.zone)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """For a command that writes as a worker does. Raises Busy where a worker lives,
        on whatever host."""
        from pipeline.edges.ledger.lease import WORKED_ELSEWHERE

        with self.worker_lock():
            if not self.store.works_alone():
                raise Busy("lease", f"{WORKED_ELSEWHERE}，请先停掉它")
            yield

    # Reading and writing.

    @cached_property
    def reading(self) -> ReadingParts:
        parts = ReadingParts(self.settings, self.read_with, self.tell)
        self._closing.append(parts.close)
        self._resting.append(parts.rest)
        return parts

    @property
    def reader(self) -> "Reader":
        """The worker's own, for all but the mails that are read side by side."""
        return self.reading.reader

    @cached_property
    def classroom(self) -> "Classroom":
        from pipeline.edges.files.lessons_file import LearnedFile
        from pipeline.flows.lessons import Classroom

        learned = LearnedFile(self.settings.review.learned, self.settings.zone)
        return Classroom(self.campaign.rulebook, learned)

    @cached_property
    def letters(self) -> "LetterWriter":
        from pipeline.edges.files.documents_folder import DocumentsFolder
        from pipeline.flows.letter_writer import LetterWriter

        writer = LetterWriter(
            renderer=lambda: self.render_with(self.settings.templates),
            sender=self.settings.sender,
            vault=self.vault,
            records=self.store,
            reader=lambda: self.reader,
            documents=DocumentsFolder(self.settings.storage.directory / "out"),
            pictures=self._page_pictures,
            print_pdf=self._bulletin_pdf,
        )
        self._resting.append(writer.rest)
        return writer

    def _bulletin_pdf(self, document: bytes) -> bytes:
        from pipeline.edges.processes.libreoffice import printed_alike

        if self.settings.bulletin.pdf == "off":
            return b""
        # Late: it opens the PDF library, and most wakes print nothing.
        from pipeline.reading.evidence.glyphs import draws_chinese

        return printed_alike(document, "docx", draws_chinese)

    def _page_pictures(
        self, files: Iterable[tuple[str, bytes]], form: Form
    ) -> dict[str, bytes]:
        from pipeline.edges.processes.field_pictures import page_pictures

        return page_pictures(self.reader, files, form)

    @cached_property
    def servers(self) -> "MailServers":
        """The mailbox and the sending server; none is sent to in a rehearsal."""
        from pipeline.bootstrap.mail_servers import MailServers, SilentServers

        kind = SilentServers if self.rehearsing else MailServers
        return kind(self.settings, self.clock, lambda: self.store)

    # What the flows are handed.

    def facts(self) -> "Facts":
        from pipeline.notices.facts import Facts

        now = self.clock.now()
        return Facts(
            campaign=self.campaign,
            records=self.store,
            ledger=self.known(),
            now=now,
        )

    # What a query asks: of a ledger that nothing was ever written into it is known
    # without opening it, and without the second that its libraries take to load.

    def is_unwritten(self) -> bool:
        return is_unwritten(self.settings.storage.database)

    def known(self) -> Ledger:
        """What judging knows now."""
        if self.is_unwritten():
            return Ledger()
        from pipeline.flows.known_ledger import known_ledger

        return known_ledger(self.store, self.outbox, self.clock.now())

    def open_alarms(self) -> "list[Alarm]":
        """What stands wrong, as the ledger tells it."""
        if self.is_unwritten():
            return []
        return self.alarm_book.open_alarms()

    def last_poll(self) -> datetime | None:
        """When the mailbox was last read to its end."""
        if self.is_unwritten():
            return None
        return self.store.last_poll()

    def intake(self, stopping: Callable[[], bool] = _never) -> "Intake":
        from pipeline.flows.ingest import Intake

        return Intake(
            store=self.store,
            vault=self.vault,
            reader=self.reader,
            place=self.reading.place,
            classroom=self.classroom,
            clock=self.clock,
            bounces=self.outbox,
            done_folder=self.settings.mailbox.done_folder,
            tell=self.tell,
            stopping=stopping,
            documents=self.draft_documents,
        )

    def draft_documents(self) -> "DraftDocuments":
        from pipeline.flows.review.draft_replies import DraftDocuments

        return DraftDocuments(
            store=self.store,
            vault=self.vault,
            reader=self.reader,
            sender=self.settings.sender,
        )

    def desk(self) -> "Desk":
        from pipeline.flows.compose import Desk

        return Desk(
            campaign=self.campaign,
            store=self.store,
            outbox=self.outbox,
            vault=self.vault,
            document=self.settings.campaign.document,
            letters=self.letters,
            talks=self.settings.talk_rules,
            sender=self.settings.smtp.sender,
            tell=self.tell,
        )

    def dispatch(self, stopping: Callable[[], bool] = _never) -> "Dispatch":
        from pipeline.flows.deliver import Dispatch

        return Dispatch(
            campaign=self.campaign,
            outbox=self.outbox,
            vault=self.vault,
            post=self.servers.post,
            door=self.servers.post_door,
            tell=self.tell,
            stopping=stopping,
            clock_evidence=self.store.clock_evidence,
        )

    def shelves(self) -> "Shelves":
        from pipeline.edges.files.log_file import OldLog
        from pipeline.flows.retention import Shelves

        kept = self.settings.storage
        return Shelves(
            archive=self.vault,
            removals=self.store,
            log=OldLog(kept.directory),
            raw_months=kept.raw_months,
            log_months=kept.log_months,
            tell=self.tell,
        )

    def member(self) -> "Member":
        """The campaign as one of several at its mailbox."""
        from pipeline.flows.shared_mailbox import Member, answers_us

        def wrote(message: Message) -> bool:
            secret = self.store.secret()
            return answers_us(message, secret, self._is_ours)

        campaign = self.settings.campaign
        return Member(
            name=campaign.name,
            title=campaign.form_title,
            intake=self.intake(),
            wrote=wrote,
        )

    def _is_ours(self, message_id: str) -> bool:
        return self.outbox.mail_of(message_id) is not None

    def shift(
        self,
        stopping: Callable[[], bool] = _never,
        shared: "SharedReading | None" = None,
    ) -> "Shift":
        """`stopping` is asked before each mail and each letter: told to end, or another
        worker has taken over. `shared`: the reading of a mailbox that is not its own."""
        from pipeline.flows.worker import Shift

        return Shift(
            clock=self.clock,
            folders=self.servers.polled,
            door=self.servers.mailbox_door,
            alarms=self.alarms,
            intake=self.intake(stopping),
            desk=self.desk(),
            dispatch=self.dispatch(stopping),
            polls=self.store,
            vitals=self.vitals,
            examiner=self.examiner,
            shelves=self.shelves(),
            stopping=stopping,
            shared=shared,
        )

    def vitals(self) -> "Vitals":
        from pipeline.judging.operation.complaints import Vitals

        return Vitals(
            self.last_poll(),
            self.outbox.oldest_open(),
            free_bytes(self.storage()),
        )

    def rest(self, *, keeps_ledger: bool = False) -> None:
        """Between two wakes: what takes much memory is let go, to the system too.
        `keeps_ledger`: but for the ledger, which the next wake would read again."""
        from pipeline.edges.processes.spare_memory import give_back

        if "store" in vars(self):
            if keeps_ledger:
                self.store.rest()
            else:
                self.store.forget()
        for let_go in self._resting:
            let_go()
        give_back()

    def close(self) -> None:
        """Ends the child and the ledger's connections; both come back with their next use."""
        for close in self._closing:
            close()


def assemble(
    settings: Settings,
    now: datetime | None = None,
    tell: "Progress" = _silent,
    *,
    who: str = PROGRAM,
    read_with: Callable[[FormSpec], "Reader"] = child_reader,
    render_with: Callable[["Path | None"], "Renderer"] = _renderer,
    rehearsing: bool = False,
) -> Program:
    """The program for these settings; `now` fixes the clock, as --now does."""
    if now is None:
        clock = Clock()
    else:
        clock = FixedClock(now)
    return Program(
        settings=settings,
        clock=clock,
        tell=tell,
        who=who,
        read_with=read_with,
        render_with=render_with,
        rehearsing=rehearsing,
    )


def shared_reading(programs: Sequence[Program]) -> "SharedReading":
    """One reading of the mailbox that these campaigns share, for one wake of all."""
    from pipeline.flows.shared_mailbox import SharedIntake, SharedReading
    from pipeline.flows.worker import whole_list_due

    first = programs[0]
    whole = any(whole_list_due(p.store, p.campaign, p.clock) for p in programs)
    members = tuple(program.member() for program in programs)
    return SharedReading(
        intake=SharedIntake(members),
        folders=first.servers.polled,
        door=first.servers.mailbox_door,
        whole=whole,
    )
