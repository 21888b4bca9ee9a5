"""Whose mail it is where several campaigns share one mailbox: the campaign whose form it
holds, by the number of a pre-filled form, the title and the labels; then whose letter it
answers, whose days and roster it fits, whose words it speaks.

Values in, values out. Each campaign has read the mail with its own labels. Never guesses
between two whose form it may be: it goes to both, held, and both are named.
"""

from collections.abc import Callable, Iterable, Sequence

from pipeline.judging.intake.purpose import outside
from pipeline.judging.rulebook import Rulebook
from pipeline.model.arrival import Arrival
from pipeline.model.form import Form
from pipeline.model.form_serial import parse_serial
from pipeline.model.values.frozen import frozen

# Of a form, by the names that its evidence goes by
_FIELDS = frozenset({"unit", "date", "completed", "measures"})


@frozen
class Claimant:
    """A campaign, and the mail as it is read with that campaign's labels. `title` is its
    form's; `wrote`: the mail answers a letter of its own, or bears a code of its own."""

    rulebook: Rulebook
    title: str
    arrival: Arrival
    wrote: bool = False

    def forms_in(self, file: str) -> tuple[Form, ...]:
        found: list[Form] = []
        for named in self.arrival.readings:
            if named.reading.name == file:
                found += named.reading.forms
        return tuple(found)


@frozen
class Routed:
    """The campaigns by their place among the claimants, at least one; `contested`: each
    of them may count a form that may be another's."""

    owners: tuple[int, ...]
    contested: bool = False


# How much speaks for a campaign, of one kind of evidence: (claimant, file)
_Evidence = Callable[[Claimant, str], int]


def route(claimants: Sequence[Claimant]) -> Routed:
    """Which of several campaigns a mail belongs to. Where it is nobody's, the first one
    has it on record."""
    files: dict[str, None] = {}
    for claimant in claimants:
        for named in claimant.arrival.readings:
            if named.reading.forms:
                files[named.reading.name] = None
    if not files:
        return Routed(_narrowed(range(len(claimants)), claimants, _BY_MAIL)[:1])
    owners: set[int] = set()
    contested = False
    for file in files:
        reading = _readers(file, claimants)
        own = _narrowed(reading, claimants, _BY_FORM + _BY_MAIL, file)
        contested = contested or len(own) > 1
        owners.update(own)
    # Of two forms in one mail a campaign would count the other's, too, where it can
    # read it.
    crossed = len(owners) > 1 and _crossed(files, owners, claimants)
    return Routed(tuple(sorted(owners)), contested or crossed)


def _readers(file: str, claimants: Sequence[Claimant]) -> list[int]:
    found = []
    for place, claimant in enumerate(claimants):
        if claimant.forms_in(file):
            found.append(place)
    return found


def _crossed(
    files: Iterable[str], owners: set[int], claimants: Sequence[Claimant]
) -> bool:
    return any(
        len(owners.intersection(_readers(file, claimants))) > 1
        for file in files
    )


def _narrowed(
    places: Iterable[int],
    claimants: Sequence[Claimant],
    kinds: Sequence[_Evidence],
    file: str = "",
) -> tuple[int, ...]:
    """Those for whom most speaks, one kind of evidence after the other, until one is
    left; several where all say the same of them."""
    left = tuple(places)
    for kind in kinds:
        if len(left) < 2:
            break
        weights = {place: kind(claimants[place], file) for place in left}
        most = max(weights.values())
        left = tuple(place for place in left if weights[place] == most)
    return left


def _serial(claimant: Claimant, file: str) -> int:
    """The number of a pre-filled form is made from the campaign's name."""
    book = claimant.rulebook
    names = [unit.name for unit in book.book.roster.units]
    for form in claimant.forms_in(file):
        if form.serial and parse_serial(form.serial, book.campaign, names):
            return 1
    return 0


def _title(claimant: Claimant, file: str) -> int:
    """The longest title that the form stands under, or its file is named by: a title
    may hold another one's."""
    title = claimant.title
    forms = claimant.forms_in(file)
    titled = any(form.titled for form in forms) or title in file
    return len(title) if title and titled else 0


def _fields(claimant: Claimant, file: str) -> int:
    """How many of the form's four fields its labels find."""
    found = 0
    for form in claimant.forms_in(file):
        found = max(found, len(_FIELDS & dict(form.evidence).keys()))
    return found


def _units(claimant: Claimant, file: str) -> int:
    """Whether the form names a unit of its roster."""
    book = claimant.rulebook.book
    forms = claimant.forms_in(file)
    return int(any(f.unit_text and book.match(f.unit_text) for f in forms))


def _wrote(claimant: Claimant, _: str) -> int:
    return int(claimant.wrote)


def _running(claimant: Claimant, _: str) -> int:
    message = claimant.arrival.message
    return int(outside(message, claimant.rulebook.calendar) is None)


def _sender(claimant: Claimant, _: str) -> int:
    roster = claimant.rulebook.book.roster
    email = claimant.arrival.message.sender.email
    staff = email in roster.addresses
    return int(bool(roster.units_of(email)) or staff)


def _words(claimant: Claimant, _: str) -> int:
    """Whether the subject, or failing that the text or a file's name, names the
    campaign, its form or its kind of report."""
    message = claimant.arrival.message
    names = [claimant.title, claimant.rulebook.campaign]
    names.append(claimant.rulebook.words.report)
    files = " ".join(file.name for file in message.attachments)
    for weight, text in ((2, message.subject), (1, f"{message.text} {files}")):
        if any(name and name in text for name in names):
            return weight
    return 0


_BY_FORM: tuple[_Evidence, ...] = (_serial, _title, _fields)
_BY_MAIL: tuple[_Evidence, ...] = (_wrote, _running, _units, _sender, _words)
