"""A mail's way in, and the order in it is the promise: fetch, keep in the vault,
understand, record, file away.

Killed anywhere and started again it ends in the same ledger: what is kept is not
fetched again, what is recorded is not recorded again, and a mail that kills its reader
is counted before it is read and set aside after three tries.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pipeline.flows.lessons import Classroom
from pipeline.flows.numbering import new_in
from pipeline.flows.ports import Arrivals, Bounces, Clock, Mailbox, Reader, Vault
from pipeline.flows.replies import Replies
from pipeline.judging.intake.duplicates import Repeat, seen_before
from pipeline.judging.intake.judge import judge
from pipeline.judging.reasons import file_sentence
from pipeline.model.arrival import (
    Arrival,
    FileOutcome,
    FileResult,
    IgnoredReason,
    Judgement,
    NamedReading,
    Outcome,
)
from pipeline.model.errors import BrokeOff, EdgeError, ReaderDied
from pipeline.model.form import FileReading
from pipeline.model.ledger import Ledger
from pipeline.model.mail import Address, Message
from pipeline.model.post import Fetched, Sighting
from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.reading.understand import bare, understand

FETCH_TRIES = 5
SUSPECT_AFTER = 3  # connections lost over a message: then it is fetched last, and alone
LOST_FOR = timedelta(days=1)  # a bad network mends in less: nothing is given up before
LOST = "connection lost"
_NEVER = (0, datetime.min.replace(tzinfo=UTC))
READ_TRIES = 3

Progress = Callable[[str], None]


@dataclass
class Taken:
    """What a poll brought, for the log and the exit status."""

    fetched: int = 0
    recorded: int = 0
    held: int = 0
    set_aside: list[str] = field(default_factory=list)
    unfetched: list[str] = field(
        default_factory=list
    )  # still to come: the mailbox was not read to its end
    bounced: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Intake:
    """The edges and the knowledge that taking mails in needs."""

    store: Arrivals
    vault: Vault
    reader: Reader
    classroom: Classroom
    clock: Clock
    bounces: Bounces
    done_folder: str = ""
    tell: Progress = lambda text: None
    stopping: Callable[[], bool] = lambda: False


def poll(
    mailbox: Mailbox, intake: Intake, taken: Taken, *, whole: bool = False
) -> None:
    """Fetches what is new and takes it in. `whole` compares the whole list of UIDs, as
    once a day it must be.

    Raises BrokeOff where a message breaks the connection: next time it is fetched after
    the others, and alone.
    """
    label, fresh = new_in(mailbox, intake.store, intake.clock.now(), whole=whole)
    for part in _in_turn(fresh, intake, taken):
        try:
            for fetched in mailbox.fetch(part):
                _keep(fetched, mailbox, intake, taken)
        except BrokeOff as trouble:
            for sighting in trouble.sightings:
                intake.store.count_failure(sighting, LOST, intake.clock.now())
            raise
    handled = take_in(intake, taken)
    if intake.done_folder:
        for sighting in handled:
            if (sighting.folder, sighting.uidvalidity) == (mailbox.folder, label):
                mailbox.move(sighting.uid, intake.done_folder)


def _in_turn(
    fresh: list[Sighting], intake: Intake, taken: Taken
) -> Iterator[list[Sighting]]:
    """All together in their order, so that a correction follows what it corrects; then,
    each alone, what broke connections.

    Those that broke the fewest go first, so that one that always does keeps none back.
    Given up after a day of it.
    """
    if not fresh:
        return
    failures = intake.store.failures(fresh[0].folder, fresh[0].uidvalidity)
    yield [s for s in fresh if failures.get(s.uid, _NEVER)[0] < SUSPECT_AFTER]
    suspects = [s for s in fresh if failures.get(s.uid, _NEVER)[0] >= SUSPECT_AFTER]
    for sighting in sorted(suspects, key=lambda s: failures[s.uid][0]):
        count, first = failures[sighting.uid]
        if count >= FETCH_TRIES and intake.clock.now() - first >= LOST_FOR:
            _give_up(sighting, count, LOST, intake, taken)
        else:
            yield [sighting]


def _keep(fetched: Fetched, mailbox: Mailbox, intake: Intake, taken: Taken) -> None:
    """Bytes first, row second: a row without bytes would be a lost mail."""
    now = intake.clock.now()
    sighting = fetched.sighting
    if fetched.raw is not None:
        intake.store.keep_sighting(sighting, intake.vault.keep(fetched.raw), now)
        taken.fetched += 1
    elif fetched.failure == "too_big":
        intake.store.keep_sighting(
            sighting, intake.vault.keep(mailbox.header(sighting)), now, too_big=True
        )
        taken.fetched += 1
    elif (
        count := intake.store.count_failure(sighting, fetched.failure, now)
    ) >= FETCH_TRIES:
        _give_up(sighting, count, fetched.failure, intake, taken)
    elif fetched.failure != "gone":
        taken.unfetched.append(f"UID {sighting.uid}：没有取到（{fetched.failure}）")


def _give_up(
    sighting: Sighting, count: int, why: str, intake: Intake, taken: Taken
) -> None:
    """Set aside with a note in place of its bytes, which stay in the mailbox."""
    note = f"Subject: UID {sighting.uid}\r\n\r\n{why}\r\n".encode()
    intake.store.keep_sighting(sighting, intake.vault.keep(note), intake.clock.now())
    taken.set_aside.append(
        f"UID {sighting.uid}：{count} 次都没有取到（{why}），原件还在邮箱里"
    )


def take_in(intake: Intake, taken: Taken) -> list[Sighting]:
    """Understands, judges and records every message that is kept and not yet handled;
    which ones were."""
    ledger = intake.store.ledger()
    handled = []
    for sighting_id, sighting, key, too_big in intake.store.unhandled():
        if intake.stopping():
            break
        ledger = _handle(
            sighting_id, sighting, key, intake, ledger, taken, too_big=too_big
        )
        handled.append(sighting)
    return handled


def _handle(
    sighting_id: int,
    sighting: Sighting,
    key: str,
    intake: Intake,
    ledger: Ledger,
    taken: Taken,
    *,
    too_big: bool,
) -> Ledger:
    """Counts each try before it begins: a mail that kills its reader, or the worker, is
    set aside after three.

    Tries are those of one sighting: a mail that was moved or copied back often has not failed.
    """
    now = intake.clock.now()
    trying = f"{key}#{sighting_id}"
    while intake.store.count_attempt(trying, now) <= READ_TRIES:
        try:
            return _read_and_record(
                sighting_id, sighting, key, intake, ledger, taken, too_big=too_big
            )
        except ReaderDied as trouble:  # it costs itself, never the mails behind it
            intake.tell(f"{key[:8]}：{trouble.advice}")
        except (
            EdgeError
        ):  # the fault of the disk or of the installation, not of this mail: it waits
            intake.store.pardon_attempt(trying, now)
            raise
    arrival, judgement = (
        _set_aside(key, sighting, "连续三次处理失败"),
        Judgement(Outcome.SET_ASIDE),
    )
    taken.set_aside.append(f"{key[:8]}：连续 {READ_TRIES} 次处理失败，原件已保存")
    intake.store.record(sighting_id, trying, arrival, judgement, ledger, now)
    return ledger


def _read_and_record(
    sighting_id: int,
    sighting: Sighting,
    key: str,
    intake: Intake,
    ledger: Ledger,
    taken: Taken,
    *,
    too_big: bool,
) -> Ledger:
    now = intake.clock.now()
    message = intake.reader.message(intake.vault.open(key), sighting.received_at)
    again = seen_before(
        message, intake.store.known_mail(message.key, message.fingerprint)
    )
    if again is Repeat.NOTHING:
        intake.store.record_known(sighting_id, now)
        return ledger
    rulebook = intake.classroom.rulebook_at(message.received_at)
    replies = Replies(intake.store, rulebook, ledger, now)
    if again is Repeat.NEW:
        answered = replies.judge(message)
    else:
        answered = None
    if answered is not None:
        intake.classroom.learn(answered.lessons)
        intake.store.record(
            sighting_id, message.fingerprint, bare(message), answered, ledger, now
        )
        intake.tell(_line(message, answered))
        taken.recorded += 1
        return intake.store.ledger()
    if too_big:
        arrival = _too_big(message)
    else:
        arrival = understand(message, intake.reader)
    if again is Repeat.DUPLICATE:
        judgement, identity = (
            Judgement(Outcome.DUPLICATE),
            f"{message.fingerprint}#{sighting_id}",
        )
    else:
        judgement, identity = judge(arrival, rulebook, ledger), message.fingerprint
    intake.store.record(sighting_id, identity, arrival, judgement, ledger, now)
    taken.recorded += 1
    taken.held += sum(report.state == "held" for report in judgement.reports)
    _note_bounce(message, judgement, intake, taken)
    intake.tell(_line(message, judgement))
    return ledger.with_reports(judgement.reports)


def _note_bounce(
    message: Message, judgement: Judgement, intake: Intake, taken: Taken
) -> None:
    """A bounce of a mail of ours: that copy has failed, and its address is written to no more."""
    if message.bounce is None or judgement.reason != IgnoredReason.BOUNCE:
        return
    recipient = intake.bounces.bounced(message.bounce, intake.clock.now())
    if recipient is not None and message.bounce.permanent:
        taken.bounced.append(f"{recipient}（{message.bounce.status or '退信'}）")


def _too_big(message: Message) -> Arrival:
    """Only the header was fetched; the sender is answered as for a file that is too big."""
    advice = "邮件太大，没有接收，请只发旬报表本身。"
    reading = FileReading(
        message.subject or "附件", "mail", trouble=Trouble(TroubleCode.TOO_BIG, advice)
    )
    return Arrival(message, (NamedReading(reading),))


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


_OUTCOMES = {
    Outcome.REPORTED: "报表",
    Outcome.UNREADABLE: "读不出，已退回说明",
    Outcome.IGNORED: "与旬报无关",
    Outcome.DUPLICATE: "同一封邮件又收到一次",
    Outcome.COMMAND: "审核答复",
    Outcome.SET_ASIDE: "搁置",
}


def _line(message: Message, judgement: Judgement) -> str:
    """One line for the log: the mail by its key, units by their names; no address,
    subject, file name or figure."""
    parts = [
        _OUTCOMES[judgement.outcome],
        *_report_words(judgement),
        *_file_words(judgement.files),
    ]
    return f"{message.key[:8]}：{'；'.join(parts)}"


def _report_words(judgement: Judgement) -> Iterator[str]:
    for report in judgement.reports:
        yield f"{report.unit or '单位不明'} {report.period:%m-%d}（{report.state.value}）"


def _file_words(files: tuple[FileResult, ...]) -> Iterator[str]:
    return (file_sentence(f) for f in files if f.outcome is not FileOutcome.READ)
