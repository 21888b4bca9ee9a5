"""Fetches what is new in a folder and keeps it: bytes in the vault first, the row second."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from pipeline.flows.ingest import Intake, Taken, take_in
from pipeline.flows.mails.read_mail import NOTE
from pipeline.flows.ports import Clock, Mailbox, Sightings
from pipeline.model.operation.errors import BrokeOff, Refused, Unreachable
from pipeline.model.operation.lull import (
    Listed,
    looked_at_from,
    newest_listed,
)
from pipeline.model.operation.post import Fetched, Sighting
from pipeline.model.values.frozen import frozen
from pipeline.writing.operation.unfetched_words import unfetched_words

# Refusals of one message, and a day: then it is given up
FETCH_TRIES = 5
# Connections lost over a message: then it is fetched last, and alone
SUSPECT_AFTER = 3
# A bad network mends in less: nothing is given up before
LOST_FOR = timedelta(days=1)
LOST = "connection lost"
_NEVER = (0, datetime.min.replace(tzinfo=UTC))


class Collector(Protocol):
    """Who keeps what is fetched: one campaign's intake, or that of all campaigns at a
    mailbox."""

    @property
    def store(self) -> Sightings: ...
    @property
    def clock(self) -> Clock: ...
    def gathering(self) -> "AbstractContextManager[Collector]": ...
    def keep(
        self,
        sighting: Sighting,
        raw: bytes,
        now: datetime,
        *,
        too_big: bool = False,
    ) -> None: ...


def poll(
    mailbox: Mailbox, intake: Intake, taken: Taken, *, whole: bool = False
) -> None:
    """Fetches what is new and takes it in. `whole` compares the whole list of UIDs, as
    once a day it must be.

    Raises BrokeOff where a message breaks the connection: next time it is fetched after
    the others, and alone.
    """
    label = collect(mailbox, intake, taken, whole=whole)
    handled = take_in(intake, taken)
    file_away(
        mailbox=mailbox,
        label=label,
        handled=handled,
        intake=intake,
        taken=taken,
    )


def collect(
    mailbox: Mailbox, intake: Collector, taken: Taken, *, whole: bool
) -> int:
    """Fetches what is new and keeps it; the folder's label in the ledger. Raises as
    `poll` does."""
    found = new_in(mailbox, intake.store, intake.clock.now(), whole=whole)
    label = found.label
    taken.listed.append(found.listed)
    failed: list[Fetched] = []
    before = taken.fetched
    with intake.gathering() as gathering:
        for part in _in_turn(found.fresh, intake):
            failed += _fetched(part, mailbox, gathering, taken)
    if failed:
        served = taken.fetched > before or _serves_another(
            mailbox, label, intake
        )
        _raise_busy(failed, served=served)
        _note_failures(failed, served, intake, taken)
    _take_again(mailbox, label, intake, taken)
    return label


def _fetched(
    part: Sequence[Sighting], mailbox: Mailbox, intake: Collector, taken: Taken
) -> list[Fetched]:
    """Fetches and keeps; what did not come. Raises as `poll` does."""
    failed = []
    try:
        for fetched in mailbox.fetch(part):
            if not _kept(fetched, mailbox, intake, taken):
                failed.append(fetched)
    except BrokeOff as trouble:
        for sighting in trouble.sightings:
            lost = Fetched(sighting, failure=LOST)
            # Several broke together: only alone it shows which
            _counted(lost, len(trouble.sightings) == 1, intake, taken)
        raise
    return failed


def file_away(
    mailbox: Mailbox,
    label: int,
    handled: Sequence[Sighting],
    intake: Intake,
    taken: Taken,
) -> None:
    """What was recorded of this folder goes into the folder for it, where the config
    names one."""
    if not intake.done_folder:
        return
    here = []
    for s in handled:
        if (s.folder, s.uidvalidity) == (mailbox.folder, label):
            here.append(s)
    _file_away(here, mailbox, intake, taken)


def _take_again(
    mailbox: Mailbox, label: int, intake: Collector, taken: Taken
) -> None:
    """What people asked for again, one try each: what does not come is told at once, and
    may be asked for once more."""
    for sighting in intake.store.asked_again(mailbox.folder, label):
        try:
            for fetched in mailbox.fetch([sighting]):
                if not _kept(fetched, mailbox, intake, taken):
                    _give_up(
                        sighting=sighting,
                        count=1,
                        why=fetched.failure,
                        intake=intake,
                        taken=taken,
                    )
                elif fetched.failure == "gone":
                    _give_up(
                        sighting=sighting,
                        count=1,
                        why="gone",
                        intake=intake,
                        taken=taken,
                    )
        except BrokeOff:
            _give_up(
                sighting=sighting,
                count=1,
                why=LOST,
                intake=intake,
                taken=taken,
            )
            raise


def _file_away(
    handled: list[Sighting], mailbox: Mailbox, intake: Intake, taken: Taken
) -> None:
    """What was recorded goes into the folder for it; a refusal costs the move alone."""
    for sighting in handled:
        try:
            mailbox.move(sighting.uid, intake.done_folder)
        except (Refused, Unreachable) as trouble:
            taken.unmoved = trouble.advice
            intake.tell(f"没有移到“{intake.done_folder}”：{trouble.advice}")
            return


def _serves_another(mailbox: Mailbox, label: int, intake: Collector) -> bool:
    """Whether the server hands out a message that it handed out before: then what it
    refuses, it refuses for itself (the smallest one is asked for)."""
    known = intake.store.known(mailbox.folder, label, 1)
    if not known:
        return False
    smallest = min(known.values(), key=lambda s: (s.size, s.uid))
    return mailbox.answers(smallest)


def _raise_busy(failed: Sequence[Fetched], *, served: bool) -> None:
    """A server that says that it serves nobody, and serves none: it is left alone."""
    for fetched in failed:
        if fetched.busy is not None and not served:
            raise fetched.busy


def _in_turn(
    fresh: list[Sighting], intake: Collector
) -> Iterator[list[Sighting]]:
    """All together in their order, so that a correction follows what it corrects; then,
    each alone, what broke connections.

    Those that broke the fewest go first, so that one that always does keeps none back.
    """
    if not fresh:
        return
    failures = intake.store.failures(fresh[0].folder, fresh[0].uidvalidity)
    yield [s for s in fresh if failures.get(s.uid, _NEVER)[0] < SUSPECT_AFTER]
    suspects = [
        s for s in fresh if failures.get(s.uid, _NEVER)[0] >= SUSPECT_AFTER
    ]
    for sighting in sorted(suspects, key=lambda s: failures[s.uid][0]):
        yield [sighting]


def _kept(
    fetched: Fetched, mailbox: Mailbox, intake: Collector, taken: Taken
) -> bool:
    """Whether the message is dealt with: bytes first, row second, since a row without
    bytes would be a lost mail. One that has gone from the folder is nobody's."""
    now = intake.clock.now()
    sighting = fetched.sighting
    if fetched.raw is not None:
        intake.keep(sighting, fetched.raw, now)
        taken.fetched += 1
        return True
    if fetched.failure == "too_big":
        intake.keep(sighting, mailbox.header(sighting), now, too_big=True)
        taken.fetched += 1
        return True
    return fetched.failure == "gone"


def _note_failures(
    failed: list[Fetched], served: bool, intake: Collector, taken: Taken
) -> None:
    """A message that alone is refused has failed once more, and is given up after a day
    of it. Where no other comes either, the server is at fault: nothing is counted, and
    the mailbox was not read to its end."""
    for fetched in failed:
        if served and _counted(fetched, True, intake, taken):
            continue
        why = unfetched_words(fetched.failure)
        taken.unfetched.append(f"UID {fetched.sighting.uid}：{why}")


def _counted(
    fetched: Fetched, alone: bool, intake: Collector, taken: Taken
) -> bool:
    """Counts a try that failed; whether it was the last one. A message is given up by a
    failure that is its own and comes a day after the first, never by the time alone: the
    server may have been mended while nobody asked."""
    now = intake.clock.now()
    sighting = fetched.sighting
    count = intake.store.count_failure(sighting, fetched.failure, now)
    failures = intake.store.failures(sighting.folder, sighting.uidvalidity)
    first = failures[sighting.uid][1]
    if not alone or count < FETCH_TRIES or now - first < LOST_FOR:
        return False
    _give_up(
        sighting=sighting,
        count=count,
        why=fetched.failure,
        intake=intake,
        taken=taken,
    )
    return True


def _give_up(
    sighting: Sighting, count: int, why: str, intake: Collector, taken: Taken
) -> None:
    """Set aside with a note in place of its bytes, which stay in the mailbox. The time
    in it tells one giving up from the next."""
    now = intake.clock.now()
    why = unfetched_words(why)
    said = f"Subject: UID {sighting.uid}\r\nDate: {now.isoformat()}\r\n\r\n{why}\r\n"
    intake.keep(sighting, NOTE + said.encode(), now)
    taken.set_aside.append(
        f"UID {sighting.uid}：试了 {count} 次没有取到（{why}），原件还在邮箱里"
    )


@frozen
class Found:
    """The label that stands for the folder's numbering in the ledger, what is new under
    it, and what the folder listed."""

    label: int
    fresh: list[Sighting]
    listed: Listed


def new_in(
    mailbox: Mailbox, store: Sightings, now: datetime, *, whole: bool
) -> Found:
    """What is new in a folder. `whole` looks at the whole of it, as once a day it must
    be: at each known message too."""
    label = store.numbering(mailbox.folder, mailbox.uidvalidity)
    since = _since(label, mailbox, store, whole=whole)
    known = store.known(mailbox.folder, label, since)
    present = mailbox.uids(since)
    checked = [uid for uid in present if uid in known]
    described = mailbox.describe(checked if whole else checked[-1:])
    if _renumbered(known, described):
        store.renumber(mailbox.folder, mailbox.uidvalidity, now)
        return new_in(mailbox, store, now, whole=True)
    fresh = mailbox.describe([uid for uid in present if uid not in known])
    return Found(
        label,
        [replace(sighting, uidvalidity=label) for sighting in fresh],
        newest_listed(mailbox.folder, mailbox.uidvalidity, present, described),
    )


def _since(
    label: int, mailbox: Mailbox, store: Sightings, *, whole: bool
) -> int:
    if whole:
        return 1
    return looked_at_from(store.highest_uid(mailbox.folder, label))


def _renumbered(
    known: Mapping[int, Sighting], seen: Sequence[Sighting]
) -> bool:
    """Time and size must both differ: some servers lie about sizes, and some dates make
    no sense twice. One whose size is not known says nothing."""
    before = ((known[s.uid], s) for s in seen if s.size)
    return any(
        old.received_at != new.received_at and old.size != new.size
        for old, new in before
    )
