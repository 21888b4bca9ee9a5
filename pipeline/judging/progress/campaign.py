"""The campaign as judging knows it: names, calendar and rules, and the standing that
follows from them.

Trusts the settings that it was built from. Never: holds the ledger, reads a clock.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from pipeline.judging.calendar import Calendar
from pipeline.judging.progress.standings import standing
from pipeline.judging.rulebook import Rulebook
from pipeline.model.ledger import Ledger
from pipeline.model.roster import Roster
from pipeline.model.rules import NoticeRules, ProgressRules
from pipeline.model.standing import Standing
from pipeline.model.wording.campaign_words import CampaignWords


@dataclass(frozen=True)
class Campaign:
    """Everything that judging needs to know beyond the ledger; built once from the settings."""

    rulebook: Rulebook
    notices: NoticeRules
    progress: ProgressRules
    folders: tuple[
        str, ...
    ] = ()  # of the mailbox, where reports are looked for

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
        asked = ("standing", id(self), period, as_of)
        whose, found = ledger.derived.get(asked, (None, None))
        if whose is not self or found is None:
            found = standing(
                period, self.roster, self.calendar, self.progress, ledger, as_of
            )
            ledger.derived[asked] = (self, found)
        return cast(Standing, found)
