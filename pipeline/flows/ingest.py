"""A mail's way in, and the order in it is the promise: fetch, keep in the vault,
understand, record, file away.

Killed anywhere and started again it ends in the same ledger: what is kept is not
fetched again, what is recorded is not recorded again, and a mail that kills its reader
is counted before it is read and set aside after three tries.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pipeline.flows.lessons import Classroom
from pipeline.flows.ports import Arrivals, Bounces, Clock, Reader, Vault
from pipeline.flows.replies import Replies
from pipeline.judging.intake.duplicates import Repeat, seen_before
from pipeline.judging.intake.judge import judge
from pipeline.judging.intake.purpose import outside
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
from pipeline.model.errors import EdgeError, ReaderDied
from pipeline.model.form import FileReading
from pipeline.model.ledger import Ledger
from pipeline.model.mail import Address, Message
from pipeline.model.post import Sighting
from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.reading.understand import bare, understand

READ_TRIES = 3

Progress = Callable[[str], None]


@dataclass
class Taken:
    """What a poll brought, for the log and the exit status."""

    fetched: int = 0
    recorded: int = 0
    held: int = 0
    outside: int = 0  # from before or after the campaign: counted, never judged
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
    if outside(message, rulebook.calendar) is not None:
        arrival = bare(message)  # another campaign's: its files are not even opened
        taken.outside += 1
    elif too_big:
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


_MAY_BOUNCE = (IgnoredReason.BOUNCE, IgnoredReason.AFTER_CAMPAIGN)


def _note_bounce(
    message: Message, judgement: Judgement, intake: Intake, taken: Taken
) -> None:
    """A bounce of a mail of ours: that copy has failed, and its address is written to no more."""
    if message.bounce is None or judgement.reason not in _MAY_BOUNCE:
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
