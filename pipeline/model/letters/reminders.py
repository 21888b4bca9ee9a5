"""The facts of what goes to one unit of its own accord: reminders and lag notices."""

from datetime import date, datetime

from pipeline.model.letters.receipts import Returned, Unreadable
from pipeline.model.notice import NoticeKind
from pipeline.model.roster import Group
from pipeline.model.values.frozen import frozen


@frozen
class Reminder:
    """报送提醒, 催报 and the second 催报: nothing has come for the period. `last_*` are
    None before the first report, `target` without targets."""

    kind: NoticeKind
    unit: str
    period: date
    period_name: str
    deadline: datetime
    target: int | None
    last_completed: int | None
    last_period_name: str
    rate: float | None
    groups: tuple[Group, ...] = ()
    # 报表编号 of the pre-filled form that goes with it
    serial: str = ""
    # To the guidance groups, since no address of the unit takes mail.
    relayed: bool = False
    # What came for the period and could not be read: when (local), and why.
    unread_at: datetime | None = None
    unread_why: str = ""
    # What came for the period and was sent back by staff: when (local).
    returned_at: datetime | None = None
    # When an earlier 催报 for the period really went; None where none did.
    reminded_at: datetime | None = None
    # `deadline` is that of an extension
    extended: bool = False
    # People short of schedule progress at this period's date
    gap_to_schedule: int = 0
    # Why the letter comes later than its hour; "" where it comes in time.
    late_why: str = ""

    @property
    def came_at(self) -> datetime | None:
        """When something came for the period that is no report yet; None where nothing
        did."""
        return self.unread_at or self.returned_at


@frozen
class LagNotice:
    """进度提醒. People: `gap_to_schedule` to reach schedule progress, `gap_to_lift`
    more lift the flag at this period;

    `per_period` more in each of `periods_left` coming periods reach the target.
    """

    unit: str
    period: date
    period_name: str
    completed: int
    target: int
    rate: float
    schedule: float
    # Schedule - margin: below it a unit is called lagging
    threshold: float
    gap_to_schedule: int
    gap_to_lift: int
    gap_to_target: int
    # None when no period is left
    per_period: int | None
    periods_left: int
    rank: int
    of_kind: int
    kind_name: str
    kind: NoticeKind = NoticeKind.LAG_NOTICE
    # The due date that `gap_to_lift`, `threshold` are for
    lifted_at: date | None = None


@frozen
class UnitLetter:
    """What goes to one unit as one mail: one or several notices that fall due together
    (rules.md 9). What is relayed of several units is one mail, too; `unit` is the first
    of them."""

    unit: str
    # An answer to what the unit sent comes first where both go in one wake.
    parts: tuple[Reminder | LagNotice | Unreadable | Returned, ...]


@frozen
class Arrears:
    """A lagging row in words: the gap in people, the pace needed, the counterfactual."""

    unit: str
    kind_name: str
    completed: int
    target: int
    rate: float
    gap_to_schedule: int
    gap_to_lift: int
    per_period: int | None
    rank: int
