"""The year's assessment (目标考核; rules.md 10): what each row reached, and every
report that a number comes from."""

from datetime import date

from pipeline.model.ledger import MailSeen
from pipeline.model.named import NamedCounts
from pipeline.model.report import Report
from pipeline.model.standing import State
from pipeline.model.values.frozen import frozen


@frozen
class AssessedPeriod:
    """A row's period: its state, and its reports in the order they came (of a pool: its
    members'). `unread`: the newest mail that was meant as its report and could not be
    read."""

    period: date
    state: State | None
    reports: tuple[Report, ...]
    unread: MailSeen | None = None


@frozen
class Assessed:
    """A row of the target table at the year's end. Shares and `rate` are unrounded,
    `score` is out of the weights' sum. `target` and `rate` are None without targets.

    `on_time`, `late`, `held`, `missing`, `unreadable` count closed periods. `counted` are the reports
    that count, `itemised` those of them whose measures are long enough. `talks` are
    confirmed ones. `also` are the figures beside the main one, each by its title as the
    last counting reports have it. `rank` is by exact score over all rows, ties sharing one (1, 2, 2,
    4); a pool has none.
    """

    unit: str
    kind: str
    pool: bool
    completed: int | None
    target: int | None
    rate: float | None
    on_time: int
    late: int
    held: int
    missing: int
    unreadable: int
    counted: int
    itemised: int
    talks: int
    score: float
    periods: tuple[AssessedPeriod, ...]
    rank: int | None = None
    also: NamedCounts = ()
