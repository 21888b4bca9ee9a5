"""A mail's way in, and the order in it is the promise: fetch, keep in the vault,
understand, record, file away.

Killed anywhere and started again it ends in the same ledger: what is kept is not
fetched again, what is recorded is not recorded again, and a mail that kills its reader
is counted before it is read and set aside after three tries.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import groupby, islice, takewhile
from typing import TYPE_CHECKING

from pipeline.flows.lessons import Classroom
from pipeline.flows.mails.keep_mails import (
    BATCH_BYTES,
    BATCH_MAILS,
    KeepingBatch,
)
from pipeline.flows.mails.read_mail import (
    Kept,
    ReadingJob,
    ReadMail,
    arrival_of,
    read_mail,
)
from pipeline.flows.ports import (
    Arrivals,
    Bounces,
    Clock,
    Reader,
    ReadingPlace,
    Vault,
)
from pipeline.judging.intake.duplicates import Repeat, seen_before
from pipeline.judging.intake.judge import judge
from pipeline.judging.intake.purpose import aside_of, outside
from pipeline.judging.rulebook import Rulebook
from pipeline.model.arrival import (
    Arrival,
    AsideKind,
    FileOutcome,
    FileResult,
    IgnoredReason,
    Judgement,
    Outcome,
)
from pipeline.model.ledger import Ledger
from pipeline.model.mail import OUR_MARK, Address, Message
from pipeline.model.operation.advance import Advance, unseen
from pipeline.model.operation.errors import EdgeError, ReaderDied
from pipeline.model.operation.lull import Listed
from pipeline.model.operation.post import FetchedMail, Sighting
from pipeline.model.values.frozen import frozen
from pipeline.writing.sentences import aside_sentence, file_sentence
from pipeline.writing.titles import OUTCOMES, REPORT_STATES, title
from pipeline.writing.words import day

if TYPE_CHECKING:
    from pipeline.flows.review.draft_replies import DraftDocuments

# Of a mail that ended its reader: then it is set aside
READ_TRIES = 3
# Mails for which a transaction more costs less than the wait for the last of them
WORTH_TWO_PARTS = 8

Progress = Callable[[str], None]


@dataclass
class Taken:
    """What a poll brought, for the log and the exit status."""

    fetched: int = 0
    recorded: int = 0
    held: int = 0
    # From before or after the campaign: counted, never judged
    outside: int = 0
    set_aside: list[str] = field(default_factory=list)
    # Still to come: the mailbox was not read to its end
    unfetched: list[str] = field(default_factory=list)
    bounced: list[str] = field(default_factory=list)
    # Letters whose address is good
    returned: list[str] = field(default_factory=list)
    # Why a message that was recorded could not be filed away
    unmoved: str = ""
    # What a mail says beside a report
    asides: list[str] = field(default_factory=list)
    # What each folder listed
    listed: list[Listed] = field(default_factory=list)


@frozen
class Intake:
    """The edges and the knowledge that taking mails in needs."""

    store: Arrivals
    vault: Vault
    reader: Reader
    place: ReadingPlace
    classroom: Classroom
    clock: Clock
    bounces: Bounces
    done_folder: str = ""
    tell: Progress = lambda text: None
    stopping: Callable[[], bool] = lambda: False
    # Of drafts that reviewers answer; late, since most wakes read no reply
    documents: "Callable[[], DraftDocuments | None]" = lambda: None
    advance: Advance = unseen
    # Within `gathering`: what is kept with others
    batch: KeepingBatch | None = None

    @contextmanager
    def gathering(self) -> Iterator["Intake"]:
        """An intake that keeps by the batch, the last of it at the end, however it comes:
        until then a poll finds its mails again."""
        batch = KeepingBatch(self.vault, self.store, BATCH_MAILS)
        try:
            yield replace(self, batch=batch)
        finally:
            batch.write()

    def keep(
        self,
        sighting: Sighting,
        raw: bytes,
        now: datetime,
        *,
        too_big: bool = False,
    ) -> None:
        """Acknowledged on return; within `gathering` later, with others."""
        batch = self.batch or KeepingBatch(self.vault, self.store, most=1)
        batch.add(FetchedMail(sighting, raw, now, too_big))


def take_in(intake: Intake, taken: Taken) -> list[Sighting]:
    """Reads, judges and records every message that is kept and not yet handled; which
    ones were."""
    waiting = [Kept(*kept) for kept in intake.store.unhandled()]
    work = _Work(
        intake=intake,
        taken=taken,
        ledger=intake.store.ledger(),
        waiting=len(waiting),
    )
    tried = intake.store.tried([kept.trying for kept in waiting])
    for batch in _batches(waiting, tried):
        work.take(batch)
        if work.stopped:
            break
    return work.handled


def _names(read: list[tuple[Kept, ReadMail]]) -> list[tuple[str, str]]:
    """What each mail is known by: the key of its bytes, and its fingerprint."""
    names = []
    for _, mail in read:
        names.append((mail.message.key, mail.message.fingerprint))
    return names


def _batches(
    waiting: list[Kept], tried: frozenset[str]
) -> Iterator[list[Kept]]:
    """In their order, those that go together: so many, so big; one that was tried
    before goes alone."""
    batch: list[Kept] = []
    size = 0
    for kept in waiting:
        alone = kept.trying in tried
        full = (
            len(batch) == BATCH_MAILS or size + kept.sighting.size > BATCH_BYTES
        )
        if batch and (alone or full):
            yield batch
            batch = []
            size = 0
        batch.append(kept)
        size += kept.sighting.size
        if alone:
            yield batch
            batch = []
            size = 0
    if batch:
        yield batch


def _part(batch: list[Kept]) -> int:
    """How many are decided, and recorded in one transaction, at most: the first part
    while the rest is read, which takes about as long."""
    if len(batch) < WORTH_TWO_PARTS:
        return len(batch)
    return len(batch) * 2 // 3


@dataclass
class _UntilTrouble:
    """Mails as they are read, up to what ends the reading: that is raised to nobody, and
    found here."""

    each: Iterator[ReadMail]
    trouble: EdgeError | None = None

    def mails(self) -> Generator[ReadMail, None, None]:
        try:
            yield from self.each
        except EdgeError as error:
            self.trouble = error


@dataclass
class _Work:
    """Taking mails in, one after the other; `ledger` is what is known so far.

    Each try is counted before it begins: a mail that kills its reader, or the worker,
    is set aside after three. The tries of a batch are one transaction. What was read is
    decided and recorded in its order while the readers go on with what is behind it.
    """

    intake: Intake
    taken: Taken
    ledger: Ledger
    waiting: int
    handled: list[Sighting] = field(default_factory=list)
    stopped: bool = False
    read: int = 0

    def take(self, batch: list[Kept]) -> None:
        while batch and not self.stopped:
            if len(batch) == 1:
                self._alone(batch.pop())
            else:
                batch = self._together(batch)

    def _stopping(self) -> bool:
        """Asked before each mail: told to end, or another worker has taken over."""
        self.stopped = self.stopped or self.intake.stopping()
        return self.stopped

    def _together(self, batch: list[Kept]) -> list[Kept]:
        """Reads them, decides and records; those behind one that could not be read
        are left for the next round. Raises EdgeError where nothing can be read."""
        store = self.intake.store
        now = self.intake.clock.now()
        store.count_attempts([kept.trying for kept in batch], now)
        jobs, trouble = self._opened(batch)
        reading = _UntilTrouble(self._read_each(jobs))
        unread = batch
        part = _part(batch)
        with closing(reading.mails()) as mails:
            while some := list(islice(mails, part)):
                self._decide_together(list(zip(unread, some, strict=False)))
                unread = unread[len(some) :]
        trouble = reading.trouble or trouble
        pardoned = unread
        if isinstance(trouble, ReaderDied):
            pardoned = unread[1:]
        if pardoned:
            store.pardon_attempts([kept.trying for kept in pardoned], now)
        if trouble is None:
            return []
        if not isinstance(trouble, ReaderDied):
            raise trouble
        # It costs itself, never the mails behind it
        self.intake.tell(f"{unread[0].key[:8]}：{trouble.advice}")
        self._try(unread[0])
        return unread[1:]

    def _opened(
        self, batch: list[Kept]
    ) -> tuple[list[ReadingJob], EdgeError | None]:
        """What is to be read, up to a mail that the disk does not give, and why."""
        known = self.intake.store.known_keys([kept.key for kept in batch])
        jobs = []
        for kept in batch:
            try:
                jobs.append(self._job(kept, known))
            except EdgeError as trouble:
                return jobs, trouble
        return jobs, None

    def _job(self, kept: Kept, known: frozenset[str]) -> ReadingJob:
        """What came before with the same bytes is most likely that mail, moved: its
        files are not opened for it again."""
        raw = self.intake.vault.open(kept.key)
        return ReadingJob(kept, raw, kept.key in known)

    def _read_each(self, jobs: list[ReadingJob]) -> Iterator[ReadMail]:
        """In their order, until told to end. Raises EdgeError, ReaderDied where the next
        one killed its reader."""
        wanted = takewhile(lambda _: not self._stopping(), jobs)
        place = self.intake.place
        for mail in place.each(read_mail, wanted, len(jobs)):
            self._note_read()
            yield mail

    def _decide_together(self, read: list[tuple[Kept, ReadMail]]) -> None:
        """In their order. A reply rests on all that was decided before it, and so is
        recorded by itself."""
        for is_reply, run in groupby(read, lambda pair: pair[1].may_be_reply):
            if is_reply:
                for kept, mail in run:
                    self._decide(kept, mail)
                continue
            done: list[Callable[[], None]] = []
            together = list(run)
            with self.intake.store.together():
                self.intake.store.foresee(_names(together))
                for kept, mail in together:
                    done += self._recorded(kept, mail)
            for tell in done:
                tell()

    def _alone(self, kept: Kept) -> None:
        if self._stopping():
            return
        self._try(kept)

    def _try(self, kept: Kept) -> None:
        """Reads and records it; set aside where three tries have failed."""
        store = self.intake.store
        now = self.intake.clock.now()
        known = store.known_keys([kept.key])
        while store.count_attempt(kept.trying, now) <= READ_TRIES:
            try:
                self._decide(kept, self._read(kept, known))
                return
            except ReaderDied as trouble:
                self.intake.tell(f"{kept.key[:8]}：{trouble.advice}")
            except EdgeError:
                # The fault of the disk or of the installation, not of this mail: it waits.
                store.pardon_attempt(kept.trying, now)
                raise
        self._set_aside(kept)

    def _set_aside(self, kept: Kept) -> None:
        arrival = _set_aside(kept.key, kept.sighting, "连续三次处理失败")
        judgement = Judgement(Outcome.SET_ASIDE)
        self.taken.set_aside.append(
            f"{kept.key[:8]}：连续 {READ_TRIES} 次处理失败，原件已保存"
        )
        self.intake.store.record(
            sighting_id=kept.number,
            identity=kept.trying,
            arrival=arrival,
            judgement=judgement,
            ledger=self.ledger,
            at=self.intake.clock.now(),
        )
        self.handled.append(kept.sighting)

    def _read(self, kept: Kept, known: frozenset[str]) -> ReadMail:
        mail = read_mail(self.intake.reader, self._job(kept, known))
        self._note_read()
        return mail

    def _note_read(self) -> None:
        self.read += 1
        self.intake.advance(self.read, self.waiting)

    def _decide(self, kept: Kept, mail: ReadMail) -> None:
        for tell in self._recorded(kept, mail):
            tell()

    def _answer_to_us(
        self, message: Message, rulebook: Rulebook, now: datetime
    ) -> Judgement | None:
        """What a reply of staff to a letter of ours decides; None for any other mail."""
        from pipeline.flows.review.replies import Replies

        replies = Replies(
            store=self.intake.store,
            rulebook=rulebook,
            ledger=self.ledger,
            now=now,
            documents=self.intake.documents(),
        )
        return replies.judge(message)

    def _recorded(self, kept: Kept, mail: ReadMail) -> list[Callable[[], None]]:
        """Decides and records; what is to be told and noted once it is on the disk."""
        store = self.intake.store
        message = mail.message
        now = self.intake.clock.now()
        self.handled.append(kept.sighting)
        if mail.unfetched:
            self._record_unfetched(kept, now)
            return []
        again = seen_before(
            message, store.known_mail(message.key, message.fingerprint)
        )
        if again is Repeat.NOTHING:
            store.record_known(kept.number, now)
            return []
        rulebook = self.intake.classroom.rulebook_at(message.received_at)
        if again is Repeat.NEW and mail.may_be_reply:
            answered = self._answer_to_us(message, rulebook, now)
            if answered is not None:
                return self._answer(kept, message, answered)
        arrival = self._arrival(kept, mail, rulebook)
        if again is Repeat.DUPLICATE:
            judgement = Judgement(Outcome.DUPLICATE)
            identity = f"{message.fingerprint}#{kept.number}"
        else:
            judgement = judge(arrival, rulebook, self.ledger)
            identity = message.fingerprint
        store.record(
            sighting_id=kept.number,
            identity=identity,
            arrival=arrival,
            judgement=judgement,
            ledger=self.ledger,
            at=now,
        )
        self._count(judgement)
        return [
            partial(_note_bounce, message, judgement, self.intake, self.taken),
            partial(self._note_aside, message, judgement, rulebook),
            partial(self.intake.tell, _line(message, judgement)),
        ]

    def _arrival(
        self, kept: Kept, mail: ReadMail, rulebook: Rulebook
    ) -> Arrival:
        """The mail with what its files say, read now where they were not before."""
        from pipeline.reading.understand import bare

        arrival = mail.arrival
        if outside(mail.message, rulebook.calendar) is not None:
            # Another campaign's: its files do not count
            self.taken.outside += 1
            arrival = bare(mail.message)
        elif arrival is None:
            arrival = arrival_of(
                mail.message, self.intake.reader, too_big=kept.too_big
            )
        if kept.sighting.contested:
            arrival = replace(arrival, rivals=kept.sighting.shared_with)
        return arrival

    def _count(self, judgement: Judgement) -> None:
        self.taken.recorded += 1
        self.taken.held += sum(r.state == "held" for r in judgement.reports)
        # As they come back from the store: what was read out of a form stays on the disk
        known = []
        for report in judgement.reports:
            known.append(replace(report, form=None))
        self.ledger = self.ledger.with_reports(tuple(known))

    def _record_unfetched(self, kept: Kept, now: datetime) -> None:
        """A message that the mailbox listed and never handed out: it is on record, and
        asked for again by people."""
        arrival = _set_aside(
            kept.key, kept.sighting, "邮箱一直没有把这封邮件给出来"
        )
        judgement = Judgement(Outcome.SET_ASIDE)
        self.intake.store.record(
            sighting_id=kept.number,
            identity=kept.key,
            arrival=arrival,
            judgement=judgement,
            ledger=self.ledger,
            at=now,
        )

    def _note_aside(
        self, message: Message, judgement: Judgement, rulebook: Rulebook
    ) -> None:
        """What a mail that is no report says beside it, such as a new contact: staff are
        told."""
        aside = aside_of(message)
        if aside is None or judgement.outcome not in _BESIDE_REPORTS:
            return
        units = rulebook.book.roster.units_of(message.sender.email)
        if aside.kind is AsideKind.TAKEN_BACK and not units:
            # A stranger reported nothing that could be taken back
            return
        names = "、".join(unit.name for unit in units)
        said = aside_sentence(aside, rulebook.words.report)
        self.taken.asides.append(f"{names or message.sender.email}：{said}")

    def _answer(
        self, kept: Kept, message: Message, answered: Judgement
    ) -> list[Callable[[], None]]:
        """A reviewer's reply: what it teaches is kept before it is recorded, and the
        ledger is another one afterwards."""
        from pipeline.reading.understand import bare

        store = self.intake.store
        now = self.intake.clock.now()
        self.intake.classroom.learn(answered.lessons)
        store.record(
            sighting_id=kept.number,
            identity=message.fingerprint,
            arrival=bare(message),
            judgement=answered,
            ledger=self.ledger,
            at=now,
        )
        self.taken.recorded += 1
        self.ledger = store.ledger()
        return [partial(self.intake.tell, _line(message, answered))]


# Mails that bring no report, and may say something else
_BESIDE_REPORTS = (Outcome.IGNORED, Outcome.UNREADABLE)
_MAY_BOUNCE = (IgnoredReason.BOUNCE, IgnoredReason.AFTER_CAMPAIGN)


def _note_bounce(
    message: Message, judgement: Judgement, intake: Intake, taken: Taken
) -> None:
    """A bounce of a mail of ours: that copy has failed; its address is written to no
    more only where it is dead. Each is told."""
    if message.bounce is None or judgement.reason not in _MAY_BOUNCE:
        return
    bounce = message.bounce
    recipient = intake.bounces.bounced(bounce, intake.clock.now())
    ours = recipient is not None or OUR_MARK in bounce.original_message_id
    if not ours or not bounce.permanent:
        return
    told = f"{recipient or bounce.recipient or '收件人不明'}（{bounce.status or '退信'}）"
    if recipient is not None and bounce.dead:
        taken.bounced.append(told)
    else:
        taken.returned.append(told)


def _set_aside(key: str, sighting: Sighting, why: str) -> Arrival:
    message = Message(
        key=key,
        fingerprint=key,
        message_id=f"<{key}@no-message-id>",
        received_at=sighting.received_at,
        sender=Address(""),
        subject="（无法读取的邮件）",
        defects=(why,),
    )
    return Arrival(message, ())


def _line(message: Message, judgement: Judgement) -> str:
    """One line for the log: the mail by its key, units by their names; no address,
    subject, file name or figure."""
    parts = [
        OUTCOMES[judgement.outcome],
        *_report_words(judgement),
        *_file_words(judgement.files),
    ]
    return f"{message.key[:8]}：{'；'.join(parts)}"


def _report_words(judgement: Judgement) -> Iterator[str]:
    for report in judgement.reports:
        state = title(REPORT_STATES, report.state.value)
        yield f"{report.unit or '单位不明'} {day(report.period)}（{state}）"


def _file_words(files: tuple[FileResult, ...]) -> Iterator[str]:
    return (
        file_sentence(f) for f in files if f.outcome is not FileOutcome.READ
    )
