"""A report: one unit's figure for one period, as it was judged, and what staff decided
about it afterwards."""

from datetime import date, datetime
from enum import StrEnum

from pipeline.model.actor import RULE, Actor
from pipeline.model.form import Form, Holds, Notes
from pipeline.model.named import NamedCounts, NamedFigures, NamedTexts
from pipeline.model.values.frozen import frozen


class ReportState(StrEnum):
    ACCEPTED = "accepted"
    # 待核: kept out of the figures until staff decide
    HELD = "held"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


class Timeliness(StrEnum):
    ON_TIME = "on_time"
    LATE = "late"


class DecisionRule(StrEnum):
    """By which rule a report got its state: the program's own judgement, or one of the
    ways staff decide."""

    JUDGED = "judged"
    # Judged again by a mended program, from the same bytes (xunbao replay
    # --apply)
    REPLAYED = "replayed"
    ACCEPT = "accept"
    CORRECT = "correct"
    # 归某单位, 算某一期: whose or when it is; it counts once nothing else is in doubt
    ASSIGN = "assign"
    # 退回: the unit is written to
    REJECT = "reject"
    # 作废: no report at all, nobody is written to
    VOID = "void"
    # 撤销: what held before the newest decision holds again
    UNDO = "undo"


# Where the program itself decided; all others are people's
BY_RULE = (DecisionRule.JUDGED, DecisionRule.REPLAYED)
# How a person vouches for a figure that failed a check (属实: it is true), in a reply
# and in the reason that is recorded
VOUCHED = "情况属实"


@frozen
class Decision:
    """One decision on a report, never changed: the newest one holds.

    `by` is "rule" or the person (address, or the account at the command line).
    `completed`, `unit` and `period` are what the report counts for from here on, and
    `timeliness` is by that period's deadline (None: as it was first judged).
    `supersedes` is the report that counted for the unit and period until then. `holds`
    are the doubts that are still open after it (None: those that it was read with).
    `also` are the figures beside the main one that people have put right, by name, all
    that still hold; `also_notes` the notes on such figures from here on (None: those
    that it was read with).
    """

    report_id: str
    at: datetime
    by: Actor
    rule: DecisionRule
    state: ReportState
    unit: str | None
    period: date
    completed: int | None
    why: str = ""
    supersedes: str = ""
    timeliness: Timeliness | None = None
    holds: Holds | None = None
    also: NamedCounts = ()
    also_notes: Notes | None = None


@frozen
class Report:
    """A report with its newest decision applied.

    `id` is stable under replay: the beginning of the message's key and a number. `unit`
    is None while unclear; `period` is then, and while the period is unclear, the one
    nearest to reception. `sequence` orders what the ledger learnt. `version` counts its
    decisions: a token of an earlier version decides nothing. `rule` and `decided_at`
    are the newest's. `read_completed` is the figure as it was judged from the form,
    whatever people decided since. `also` are the figures beside it, by name: as read,
    or as people have put them right (`corrected_also` are those alone). `texts` are the
    fields of words beside the four, by name, as read.
    """

    id: str
    message_key: str
    received_at: datetime
    unit: str | None
    period: date
    completed: int | None
    added: int | None
    timeliness: Timeliness
    state: ReportState
    notes: Notes
    holds: Holds
    measures: tuple[str, ...]
    form: Form | None
    files: tuple[str, ...] = ()
    sequence: int = 0
    decided_by: Actor = RULE
    why: str = ""
    version: int = 1
    rule: DecisionRule = DecisionRule.JUDGED
    decided_at: datetime | None = None
    read_completed: int | None = None
    also: NamedFigures = ()
    corrected_also: NamedCounts = ()
    texts: NamedTexts = ()


Reports = tuple[Report, ...]


class Remember(StrEnum):
    """What 并记住 asks to learn: whatever was unknown, the sender's address alone, the
    name on the form alone."""

    ALL = "all"
    ADDRESS = "address"
    NAME = "name"


@frozen
class Ruling:
    """What a person said: the rule, and what they filled in. `by` is their address or account.

    `was`: the figure that they say stood there before (改为1234（原1324）). `sure`: they
    vouch for it (情况属实), so that doubts which arise only now do not hold it again.
    `also` are the figures beside the main one that they give (改为登记1100), by name; a
    CORRECT without `completed` gives these alone.
    """

    rule: DecisionRule
    by: Actor
    why: str = ""
    completed: int | None = None
    unit: str = ""
    period: date | None = None
    was: int | None = None
    sure: bool = False
    remember: Remember | None = None
    also: NamedCounts = ()


# Rises that a median is taken of at least: of two, one is always the odd one out.
ENOUGH = 3
# How many times the usual rise is still a rise of the same kind.
_NEAR = 3


@frozen
class Pace:
    """`usual` is the median rise a period before this one, None of too few; `rises` how
    many are known. `away`: periods since the last figure, 1 where none was missed; None
    before the first."""

    usual: float | None
    rises: int
    last: int | None
    away: int | None

    def looks_cumulative(self, added: int) -> bool:
        """Whether a number given as this period's part goes on from the total so far, as
        a cumulative one would."""
        if self.usual is None or self.last is None or self.last <= 0:
            return False
        return 0 <= added - self.last <= _NEAR * max(self.usual, 1)

    def looks_added(self, completed: int) -> bool:
        """Whether a number given as cumulative is less than the total so far, and as
        much as the unit usually adds."""
        if self.usual is None or self.last is None or completed >= self.last:
            return False
        return 0 < completed <= _NEAR * max(self.usual, 1)
