"""A form (旬报表) as read from a file: four fields, each with its evidence, and the
figure as its words settle it."""

import calendar
import re
from dataclasses import field, replace
from datetime import date
from enum import StrEnum

from pipeline.model.document import Doubt
from pipeline.model.named import NamedBytes
from pipeline.model.trouble import Trouble
from pipeline.model.values.frozen import frozen

# How a form may print one thing
Labels = tuple[str, ...]


class Note(StrEnum):
    """Goes with an accepted report (rules.md 4, 5)."""

    PERIOD_CONFLICT = "period_conflict"
    STALE_DATE = "stale_date"
    # A year outside the campaign: a slip
    YEAR_CORRECTED = "year_corrected"
    ROUNDED = "rounded"
    NIL_REPORT = "nil_report"
    DERIVED_CUMULATIVE = "derived_cumulative"
    # the part added and the last report do not make the total
    ADDED_MISMATCH = "added_mismatch"
    RATE_MISMATCH = "rate_mismatch"
    MEASURES_MISSING = "measures_missing"
    MEASURES_SHORT = "measures_short"
    MEASURES_NOT_ITEMISED = "measures_not_itemised"
    # A text field that is asked for was left empty
    FIELD_MISSING = "field_missing"
    # 准予延期: late by the period's deadline, and within the unit's own
    EXTENDED = "extended"
    # Fewer registered than reported
    REGISTERED_BELOW = "registered_below"
    # A figure exceeds the one that it may not
    ALSO_ABOVE = "also_above"
    # A figure that is asked for was not read
    ALSO_MISSING = "also_missing"
    # the provider had it before the deadline and put it into the mailbox after
    PROVIDER_DELAY = "provider_delay"
    # Only with checks.unknown_sender = "accept"
    UNKNOWN_SENDER = "unknown_sender"


Notes = tuple[Note, ...]


# The notes on figures beside the main one
ALSO_NOTES = frozenset(
    {Note.REGISTERED_BELOW, Note.ALSO_ABOVE, Note.ALSO_MISSING}
)


class Hold(StrEnum):
    """Keeps a report out of the figures (待核) until staff decide (rules.md 3, 4, 5)."""

    SENDER_MISMATCH = "sender_mismatch"
    UNKNOWN_SENDER = "unknown_sender"
    # Names a registered address, and may not be from there
    SENDER_UNPROVEN = "sender_unproven"
    UNIT_UNCLEAR = "unit_unclear"
    PERIOD_UNCLEAR = "period_unclear"
    FIGURE_UNCLEAR = "figure_unclear"
    FIGURE_APPROXIMATE = "figure_approximate"
    FIGURE_DECREASED = "figure_decreased"
    FIGURE_JUMP = "figure_jump"
    SCAN_UNREAD = "scan_unread"
    SCAN_UNCERTAIN = "scan_uncertain"
    # It may be the form of another campaign at the same mailbox
    CAMPAIGN_UNCLEAR = "campaign_unclear"
    # Staff want a report looked at that the rule had counted
    SET_BACK = "set_back"
    # What an office program prints says something else
    SECOND_LOOK = "second_look"


Holds = tuple[Hold, ...]


class Nil(StrEnum):
    """The ways of reporting nothing new (rules.md 5): a zero, the word 无, or 同上期/与上期持平."""

    # 0, 零
    NOUGHT = "nought"
    # 无
    NONE = "none"
    # 同上期, 与上期持平
    SAME = "same"


class MentionSource(StrEnum):
    FORM = "form"
    SUBJECT = "subject"
    FILE_NAME = "file_name"


@frozen
class DateMention:
    """A day that a text names; `year` is None where none was written (it takes the one
    nearest to reception).

    9月上旬/中旬/下旬 stand as the 10th, 20th and 30th (rules.md 4). `week` is the number
    of a week whose year was not written (0: a day is named): its Thursday stands for it,
    whose
    `month` and `day`, 0 then, the year decides.
    """

    month: int
    day: int
    year: int | None
    text: str
    source: MentionSource = MentionSource.FORM
    week: int = 0


def day_meant(mention: DateMention, today: date | None) -> date | None:
    """The day of a mention: without a year the one nearest to `today` (None: then only
    a year settles it); a day that the month lacks means its last (31 April the 30th).
    None: no day at all."""
    if mention.year is not None:
        return _real_day(mention.year, mention.month, mention.day)
    if today is None:
        return None
    years = (today.year - 1, today.year, today.year + 1)
    known = []
    for year in years:
        if mention.week:
            day = midweek(year, mention.week)
        else:
            day = _real_day(year, mention.month, mention.day)
        if day is not None:
            known.append(day)
    return min(known, key=lambda day: abs((day - today).days), default=None)


def midweek(year: int, week: int) -> date | None:
    """The Thursday of a week by ISO 8601, to which no day of another week is nearer
    than one of its own; every year has at least 52."""
    if not 1 <= week <= 52:
        return None
    return date.fromisocalendar(year, week, 4)


def _real_day(year: int, month: int, day: int) -> date | None:
    if not (1 <= month <= 12 and 1 <= day <= 31 and 1900 <= year <= 2200):
        return None
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


@frozen
class Evidence:
    """Where a field stands and what stands there: `where` is a place a person can find
    (表格1 第2行第2列, Sheet1!B3)."""

    where: str
    text: str
    file: str = ""


# The evidence that names the units whose forwarded mail a form came in, which names none
PASSED_ON = "passed_on"
PASSED_ON_BETWEEN = "、"


class Place(StrEnum):
    """Where on a form a number stands."""

    # In the blank of the printed label
    LABEL = "label"
    # In the value's own cell or line
    VALUE = "value"
    # On the file as an office program prints it, where that says something else
    PRINT = "print"
    # In another file of the same mail, and in another table of the same file
    FILE = "file"
    TABLE = "table"
    # In a report that corrected an earlier one, or that a person ruled on
    RECORD = "record"


@frozen
class SeenNumber:
    """A number that may be meant as the figure, as it stands there."""

    value: int
    place: Place
    text: str


@frozen
class Figure:
    """What the form's own words say of the figure, before any history is looked at (rules.md 5).

    `completed` is cumulative, `added` this period's part; with form.count = "increment"
    a bare number is `added`. `rate` is a stated rate as a share (0.52 for 52 %). Any
    hold here stands whatever the history says.

    What a person is shown of a doubtful one: `unexplained` are the words beside the
    number that were not understood, `doubts` what is to be seen of its place, `seen`
    every number there, in reading order. None of them is ever counted.
    """

    completed: int | None = None
    added: int | None = None
    rate: float | None = None
    nil: Nil | None = None
    notes: Notes = ()
    holds: Holds = ()
    unexplained: Labels = field(default=(), compare=False)
    doubts: tuple[Doubt, ...] = field(default=(), compare=False)
    seen: tuple[SeenNumber, ...] = field(default=(), compare=False)

    @property
    def rivals(self) -> tuple[SeenNumber, ...]:
        """The numbers that were seen, where they are not all one; empty where they
        are."""
        for number in self.seen:
            if number.value != self.seen[0].value:
                return self.seen
        return ()

    def held(self, hold: Hold) -> "Figure":
        """The figure with a hold more, which it has once."""
        holds = dict.fromkeys((*self.holds, hold))
        return replace(self, holds=tuple(holds))


@frozen
class AlsoFigure:
    """A figure beside the main one, by its name in the config. `value` is None where
    nothing clear stands there."""

    name: str
    value: int | None
    evidence: Evidence


@frozen
class AlsoSpec:
    """A figure to be read beside the main one. `at_most` names the one that it may not
    exceed ("completed", or another of these); `needed`: its absence is noted."""

    name: str
    labels: Labels
    unit: str = ""
    at_most: str = ""
    needed: bool = False

    @property
    def title(self) -> str:
        """How people call it: the first of its labels."""
        return self.labels[0]

    def may_be_called(self, words: str) -> bool:
        """Whether somebody who writes these words may mean it: its name, or a part of
        one of its labels (登记 for 实名登记人数). One character alone says nothing."""
        called = re.sub(r"^其中|的|(?:人?数|人)$", "", words)
        parts = [label for label in self.labels if called in label]
        return words == self.name or (len(called) > 1 and bool(parts))


def also_called(
    words: str, specs: tuple[AlsoSpec, ...]
) -> tuple[AlsoSpec, ...]:
    """The figures that somebody may mean by these words: one where they are clear."""
    exact = tuple(s for s in specs if words == s.name or words in s.labels)
    if exact:
        return exact
    return tuple(spec for spec in specs if spec.may_be_called(words))


@frozen
class TextField:
    """A field of the form that holds words (填报人, 电话), by its name in the config;
    `value` is "" where nothing stands there."""

    name: str
    value: str
    evidence: Evidence


@frozen
class TextSpec:
    """A text field to be read; `needed`: its absence is noted."""

    name: str
    labels: Labels
    needed: bool = False

    @property
    def title(self) -> str:
        """How people call it: the first of its labels."""
        return self.labels[0]


@frozen
class Form:
    """One form. `unit_text` is as written ("" where the cell is empty); `measures` are
    the clauses, marks stripped.

    `evidence` has the keys unit, date, completed, measures (those that were found).
    `serial` is the 报表编号 of a pre-filled form that came back, else "".
    """

    unit_text: str
    mentions: tuple[DateMention, ...]
    reported_on: date | None
    figure: Figure
    measures: Labels
    evidence: tuple[tuple[str, Evidence], ...] = ()
    serial: str = ""
    also: tuple[AlsoFigure, ...] = ()
    texts: tuple[TextField, ...] = ()
    # The campaign's own title stands in its document
    titled: bool = False

    def contradicted(self, remark: str) -> "Form":
        """The form with a remark against its figure, which holds it and is shown, once."""
        held = self.figure.held(Hold.FIGURE_UNCLEAR)
        shown = dict.fromkeys((*held.unexplained, remark))
        return replace(self, figure=replace(held, unexplained=tuple(shown)))

    @property
    def writers(self) -> Labels:
        """The units whose forwarded mail the form came in, where that puts in question
        whose it is."""
        for name, found in self.evidence:
            if name == PASSED_ON:
                return tuple(found.text.split(PASSED_ON_BETWEEN))
        return ()


# The kinds of files that show pictures alone, "scan" for a PDF of such (the table of
# kinds, reading/files/kinds.py, is held to it by a test).
SCAN_KINDS = frozenset(
    {"jpg", "png", "heic", "tiff", "bmp", "webp", "gif", "scan"}
)


@frozen
class FileReading:
    """What came of one file: the forms in it, or the trouble. An archive gives one
    FileReading a member.

    `name` shows the way to it: 旬报.zip/犍为县.docx. `kind` is the format by content. A
    file that could be read and holds no form has trouble NO_FORM.
    """

    name: str
    kind: str
    forms: tuple[Form, ...] = ()
    trouble: Trouble | None = None
    # A scan's places as PNG pictures, by field: completed, and completed2 of
    # the second form
    crops: NamedBytes = field(default=(), repr=False)


@frozen
class FormSpec:
    """Which form to look for: its title, the labels of its four fields, and what a bare
    number means."""

    title: str
    unit_labels: Labels
    date_labels: Labels
    completed_labels: Labels
    measures_labels: Labels
    # Or "increment"
    count: str = "cumulative"
    # Names and aliases, for telling unit rows in a listing table
    unit_names: Labels = ()
    # The measure word of the figure
    unit: str = "名"
    # The campaign's own word for how it comes about
    verb: str = ""
    # And for what it counts
    counted: str = ""
    # And for the time that a report covers, where that is no 旬
    span: str = ""
    # Figures beside the main one
    also: tuple[AlsoSpec, ...] = ()
    # Fields of words beside the four
    texts: tuple[TextSpec, ...] = ()
    # What may stand before such a name
    unit_places: Labels = ()
    # The lines of the office's own note on the form, which say nothing against a figure
    printed: Labels = ()
