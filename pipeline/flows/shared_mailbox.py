"""One mailbox, read once for several campaigns: each mail is kept in the ledger of the
campaign that it belongs to (judging/intake/route.py).

The order is the promise: a mail is known to the mailbox's next reading only once it lies
in a ledger, so killed anywhere it is fetched again. One that two campaigns share is kept
in one after the other, each naming the others; what a kill left out is made good before
the next reading. Trusts no mail: one that cannot be read goes to the first campaign,
where tries are counted.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipeline.flows.cooldown_gate import Door
from pipeline.flows.fetch import collect, file_away
from pipeline.flows.ingest import Intake, Taken
from pipeline.flows.mails.read_mail import NOTE, arrival_of
from pipeline.flows.ports import Clock, Mailbox
from pipeline.judging.intake.route import Claimant, Routed, route
from pipeline.model.arrival import Arrival
from pipeline.model.mail import Message
from pipeline.model.operation.errors import EdgeError, ReaderDied
from pipeline.model.operation.post import RETAKEN, Sighting
from pipeline.model.review.reply_token import tokens_in
from pipeline.model.values.frozen import frozen


@frozen
class Member:
    """A campaign at the mailbox. `title` is its form's; `wrote` says whether a mail
    answers a letter of its own or bears a code of its own."""

    name: str
    title: str
    intake: Intake
    wrote: Callable[[Message], bool]


def answers_us(
    message: Message, secret: bytes, is_ours: Callable[[str], bool]
) -> bool:
    """Whether a mail answers a letter of the campaign whose `secret` this is, came back
    from one, is one itself, or bears a code that was made for its sender. `is_ours`
    knows the campaign's letters by Message-ID."""
    ids = [message.message_id, message.in_reply_to, *message.references]
    if message.bounce is not None:
        ids.append(message.bounce.original_message_id)
    if any(one and is_ours(one) for one in ids):
        return True
    texts = (message.subject, message.text, message.quoted)
    return bool(tokens_in(secret, message.sender.email, *texts))


@frozen
class _AllSightings:
    """What any of the ledgers knows of the mailbox; failures are counted in the first."""

    members: Sequence[Member]

    def numbering(self, folder: str, uidvalidity: int) -> int:
        """The highest: a campaign that came later has missed what was renumbered
        before it."""
        return max(
            m.intake.store.numbering(folder, uidvalidity) for m in self.members
        )

    def renumber(self, folder: str, uidvalidity: int, at: datetime) -> None:
        """Of those that stand highest, so that all go on by one number."""
        label = self.numbering(folder, uidvalidity)
        for member in self.members:
            store = member.intake.store
            if store.numbering(folder, uidvalidity) == label:
                store.renumber(folder, uidvalidity, at)

    def highest_uid(self, folder: str, uidvalidity: int) -> int:
        return max(
            m.intake.store.highest_uid(folder, uidvalidity)
            for m in self.members
        )

    def known(
        self, folder: str, uidvalidity: int, since: int
    ) -> dict[int, Sighting]:
        found: dict[int, Sighting] = {}
        for member in self.members:
            found.update(member.intake.store.known(folder, uidvalidity, since))
        return found

    def failures(
        self, folder: str, uidvalidity: int
    ) -> dict[int, tuple[int, datetime]]:
        return self.members[0].intake.store.failures(folder, uidvalidity)

    def count_failure(self, sighting: Sighting, why: str, at: datetime) -> int:
        return self.members[0].intake.store.count_failure(sighting, why, at)

    def asked_again(self, folder: str, uidvalidity: int) -> list[Sighting]:
        found: dict[Sighting, None] = {}
        for member in self.members:
            for sighting in member.intake.store.asked_again(
                folder, uidvalidity
            ):
                found[sighting] = None
        return list(found)


@frozen
class SharedIntake:
    """Keeps each mail with the campaign that it belongs to."""

    members: Sequence[Member]

    @property
    def store(self) -> _AllSightings:
        return _AllSightings(self.members)

    @property
    def clock(self) -> Clock:
        return self.members[0].intake.clock

    @contextmanager
    def gathering(self) -> Iterator["SharedIntake"]:
        """In each campaign's ledger."""
        with ExitStack() as stack:
            members = []
            for member in self.members:
                intake = stack.enter_context(member.intake.gathering())
                members.append(replace(member, intake=intake))
            yield SharedIntake(members)

    def keep(
        self,
        sighting: Sighting,
        raw: bytes,
        now: datetime,
        *,
        too_big: bool = False,
    ) -> None:
        owners, contested = self._owners(sighting, raw, too_big=too_big)
        for owner in owners:
            others = tuple(m.name for m in owners if m is not owner)
            own = replace(sighting, shared_with=others, contested=contested)
            owner.intake.keep(own, raw, now, too_big=too_big)

    def _owners(
        self, sighting: Sighting, raw: bytes, *, too_big: bool
    ) -> tuple[tuple[Member, ...], bool]:
        asked = self._asker(sighting)
        if asked is not None:
            return (asked,), False
        if raw.startswith(NOTE):
            return (self.members[0],), False
        try:
            routed = self._route(sighting, raw, too_big=too_big)
        except ReaderDied:
            # It costs itself: where it is kept its tries are counted
            return (self.members[0],), False
        owners = tuple(self.members[place] for place in routed.owners)
        return owners, routed.contested

    def _asker(self, sighting: Sighting) -> Member | None:
        """The campaign whose staff asked for a message once more."""
        if sighting.uidvalidity < RETAKEN:
            return None
        label = sighting.uidvalidity % RETAKEN
        for member in self.members:
            store = member.intake.store
            if sighting in store.asked_again(sighting.folder, label):
                return member
        return None

    def _route(
        self, sighting: Sighting, raw: bytes, *, too_big: bool
    ) -> Routed:
        """By what each campaign reads in it. Raises ReaderDied where it kills its
        reader, EdgeError where there is no reader: then it is fetched again."""
        first = self.members[0].intake.reader
        message = first.message(raw, sighting.received_at)
        claimants = []
        for member in self.members:
            claimants.append(_claimant(member, message, too_big=too_big))
        return route(claimants)

    def make_good(self, now: datetime) -> None:
        """Keeps a shared mail in each ledger that it belongs to and does not lie in: the
        program was ended between two of them."""
        for member in self.members:
            for sighting, key, too_big in member.intake.store.shared():
                self._complete(
                    member=member,
                    sighting=sighting,
                    key=key,
                    now=now,
                    too_big=too_big,
                )

    def _complete(
        self,
        member: Member,
        sighting: Sighting,
        key: str,
        now: datetime,
        *,
        too_big: bool,
    ) -> None:
        place = (sighting.folder, sighting.uidvalidity, sighting.uid)
        for other in self.members:
            store = other.intake.store
            if other.name not in sighting.shared_with:
                continue
            if sighting.uid in store.known(*place):
                continue
            names = {member.name, *sighting.shared_with} - {other.name}
            own = replace(sighting, shared_with=tuple(sorted(names)))
            raw = member.intake.vault.open(key)
            other.intake.keep(own, raw, now, too_big=too_big)


def _claimant(member: Member, message: Message, *, too_big: bool) -> Claimant:
    try:
        arrival = arrival_of(message, member.intake.reader, too_big=too_big)
    except ReaderDied:
        # Whose it is, its sender and its words say
        arrival = Arrival(message, ())
    rulebook = member.intake.classroom.rulebook_at(message.received_at)
    return Claimant(
        rulebook=rulebook,
        title=member.title,
        arrival=arrival,
        wrote=member.wrote(message),
    )


@dataclass
class SharedReading:
    """One wake's reading of the mailbox. The first campaign that asks has it read; all
    are told the same of it."""

    intake: SharedIntake
    folders: Callable[[], Sequence[AbstractContextManager[Mailbox]]]
    door: Door
    whole: bool
    taken: Taken = field(default_factory=Taken)
    trouble: EdgeError | None = None
    _was_read: bool = False
    _labels: dict[str, int] = field(default_factory=dict)
    _handled: list[tuple[Intake, list[Sighting]]] = field(default_factory=list)

    def read(self, taken: Taken) -> None:
        """Reads the mailbox where nobody has in this wake. Raises what kept it from
        being read, for each campaign alike."""
        if not self._was_read:
            self._was_read = True
            taken.fetched = self._collected()
        taken.unfetched += self.taken.unfetched
        if self.trouble is not None:
            raise self.trouble

    def _collected(self) -> int:
        try:
            self.intake.make_good(self.intake.clock.now())
            for folder in self.folders():
                with self.door.sitting(folder) as mailbox:
                    self._labels[mailbox.folder] = collect(
                        mailbox, self.intake, self.taken, whole=self.whole
                    )
        except EdgeError as trouble:
            self.trouble = trouble
        return self.taken.fetched

    def note(self, intake: Intake, handled: Iterable[Sighting]) -> None:
        """What a campaign has recorded, to be filed away when all have."""
        self._handled.append((intake, list(handled)))

    def file_away(self) -> None:
        """Moves what was recorded, once, where a campaign's config asks for it."""
        wanted: dict[Sighting, Intake] = {}
        places = set()
        for intake, handled in self._handled:
            for sighting in handled if intake.done_folder else ():
                place = (sighting.folder, sighting.uidvalidity, sighting.uid)
                if place not in places:
                    wanted[sighting] = intake
                    places.add(place)
        if not wanted or self.trouble is not None:
            return
        for folder in self.folders():
            with self.door.sitting(folder) as mailbox:
                label = self._labels[mailbox.folder]
                for sighting, intake in wanted.items():
                    file_away(
                        mailbox=mailbox,
                        label=label,
                        handled=[sighting],
                        intake=intake,
                        taken=self.taken,
                    )
