"""The campaign as judging knows it: names, calendar and rules, and the standing that
follows from them; and the same as it was known when a period closed.

Trusts the settings that it was built from. Never: holds the ledger, reads a clock.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TypeVar

from pipeline.judging.calendar import Calendar
from pipeline.judging.progress.standings import Placed, placed, standing
from pipeline.judging.rulebook import Rulebook
from pipeline.model.ledger import Ledger
from pipeline.model.roster import Roster
from pipeline.model.rules import NoticeRules, ProgressRules
from pipeline.model.standing import Standing
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.campaign_words import CampaignWords

T = TypeVar("T")


@frozen
class Adoption:
    """A configuration that the ledger took up. `campaign` makes it, once, where it is
    asked for; None is the present one. `retroactive`: it corrects the past, and holds
    for what closed before it, too."""

    at: datetime
    campaign: "Callable[[], Campaign | None]"
    retroactive: bool = False


def in_force_at(
    taken_up: Sequence[tuple[datetime, bool, T]], moment: datetime
) -> T | None:
    """Of configurations as (when taken up, whether it corrects the past, itself), oldest
    first, the one that holds for a moment; the first one before there was any, None of
    none (rules.md 11)."""
    for at, retroactive, one in reversed(taken_up):
        if at <= moment or retroactive:
            return one
    return taken_up[0][2] if taken_up else None


@frozen
class History:
    """The configurations that a ledger was kept by, oldest first, the present one last.
    Empty where it knows none but the present."""

    adoptions: tuple[Adoption, ...] = ()

    def at(self, moment: datetime) -> "Campaign | None":
        """The one in force at a moment; None for the present one."""
        taken_up = [(a.at, a.retroactive, a.campaign) for a in self.adoptions]
        made = in_force_at(taken_up, moment)
        return None if made is None else made()


@frozen
class Campaign:
    """Everything that judging needs to know beyond the ledger; built once from the settings."""

    rulebook: Rulebook
    notices: NoticeRules
    progress: ProgressRules
    # Of the mailbox, where reports are looked for
    folders: tuple[str, ...] = ()
    history: History = History()

    def in_force(self, period: date) -> "Campaign":
        """The campaign by the configuration that was in force when a period closed
        (rules.md 11): what was said of it stays. Of an open period this one."""
        closed = self.calendar.deadline(period)
        return self.history.at(closed) or self

    @property
    def roster(self) -> Roster:
        return self.rulebook.book.roster

    @property
    def words(self) -> CampaignWords:
        return self.rulebook.words

    @property
    def calendar(self) -> Calendar:
        return self.rulebook.calendar

    def standing(
        self, period: date, ledger: Ledger, as_of: datetime
    ) -> Standing:
        """The standing at a period; worked out once for a ledger and a moment, whoever
        asks: every receipt and every lag notice does."""
        then = self.in_force(period)
        if then is not self:
            return then.standing(period, ledger, as_of)
        return ledger.once(
            ("standing", period, as_of),
            (self,),
            lambda: standing(
                period=period,
                roster=self.roster,
                calendar=self.calendar,
                rules=self.progress,
                ledger=ledger,
                as_of=as_of,
            ),
        )

    def placed(self, period: date, ledger: Ledger) -> Placed:
        """The rows' figures and ranks as in the standing at a period."""
        then = self.in_force(period)
        return placed(period, then.roster, ledger)
