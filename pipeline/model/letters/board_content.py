"""What the board shows: every row of the target table through all periods, the open
cases, the letters and what is next. Frozen values, nothing computed.
"""

from dataclasses import field
from datetime import date, datetime

from pipeline.model.named import NamedBytes, NamedFigures
from pipeline.model.standing import Row, Standing
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.campaign_words import PLAIN_WORDS, CampaignWords


@frozen
class BoardPoint:
    """One period of one row. `completed` and `rate` (a share) are None without a figure.

    `state` is the code of standing.State, "extended" (准予延期), or "" while nothing is
    to be said yet. `came_at` is when the report that decides the state was received,
    local; `lagging` and `rank` are those of that period.
    """

    period: date
    state: str
    completed: int | None
    rate: float | None
    schedule: float | None
    rank: int | None
    lagging: bool
    closed: bool
    came_at: datetime | None = None


@frozen
class BoardRow:
    """`risen` is how many places the row rose within its kind since the period before;
    negative for a fall, None where either rank is missing. `also` are the figures beside
    the main one that any row has, each with its title; None where this one has none."""

    row: Row
    points: tuple[BoardPoint, ...]
    risen: int | None
    groups: tuple[str, ...] = ()
    members: NamedFigures = ()
    also: NamedFigures = ()


@frozen
class BoardCase:
    """A mail or report that waits for a person. `kind`: held, unreadable or set_aside.

    `reasons` are sentences; `figure` is what the report would count; `pictures` are
    PNG files with a caption each.
    """

    kind: str
    id: str
    unit: str
    period: date | None
    received_at: datetime
    subject: str
    sender: str
    figure: int | None
    reasons: tuple[str, ...]
    pictures: NamedBytes = ()
    # What was read where: (field, text, place in the file).
    read: tuple[tuple[str, str, str], ...] = ()


@frozen
class BoardLetter:
    """A notice as the outbox knows it; `units` is whom it is about, `at` is when it
    went, or is due. Local time."""

    kind: str
    units: tuple[str, ...]
    subject: str
    state: str
    at: datetime


@frozen
class BoardEvent:
    at: datetime
    what: str


@frozen
class BoardGroup:
    name: str
    department: str
    units: tuple[str, ...]


@frozen
class Board:
    """`now` is local. `standing` is that of `period`, the newest period that has begun."""

    title: str
    organizer: str
    now: datetime
    standing: Standing
    periods: tuple[date, ...]
    period_names: tuple[str, ...]
    rows: tuple[BoardRow, ...]
    # A share: a row whose rate is lower than the schedule by more lags
    lag_margin: float
    groups: tuple[BoardGroup, ...] = ()
    cases: tuple[BoardCase, ...] = ()
    letters: tuple[BoardLetter, ...] = ()
    upcoming: tuple[BoardEvent, ...] = ()
    alarms: tuple[str, ...] = field(default=())
    read_until: datetime | None = None
    words: CampaignWords = PLAIN_WORDS
