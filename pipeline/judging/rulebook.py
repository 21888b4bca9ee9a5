"""What judging needs to know of the campaign beyond the ledger."""

import re
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property

from pipeline.judging.calendar import Calendar
from pipeline.judging.names import NameBook
from pipeline.model.roster import Lesson, Unit
from pipeline.model.rules import CheckRules
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.campaign_words import PLAIN_WORDS, CampaignWords
from pipeline.model.wording.vocabulary import REPORT_WORD


@frozen
class Rulebook:
    """What judging needs to know of the campaign; built once from the settings.
    `address` is the reporting mailbox; `meant` are the words that call a mail a
    report."""

    book: NameBook
    calendar: Calendar
    checks: CheckRules
    address: str
    campaign: str = ""
    words: CampaignWords = PLAIN_WORDS
    meant: tuple[str, ...] = ()

    @cached_property
    def says_report(self) -> re.Pattern[str]:
        """A text that calls itself a report (rules.md 3): 旬报, 报表, however spaced."""
        words = self.meant or (self.words.report, REPORT_WORD)
        spaced = (r"\s*".join(map(re.escape, word)) for word in words)
        return re.compile("|".join(spaced))

    def unit_on(self, name: str | None, period: date) -> Unit | None:
        """A unit with the target of a period's day; None for no unit's name."""
        unit = self.book.roster.by_name.get(name or "")
        if unit is None:
            return None
        return unit.on(period)

    def as_of(self, moment: datetime) -> "Rulebook":
        """The rulebook without what reviewers taught after a moment."""
        roster = self.book.roster.as_of(moment)
        if roster is self.book.roster:
            return self
        return replace(self, book=NameBook(roster))

    def taught(self, lessons: tuple[Lesson, ...]) -> "Rulebook":
        """The rulebook that knows these lessons too."""
        roster = self.book.roster
        return replace(
            self,
            book=NameBook(replace(roster, learned=roster.learned + lessons)),
        )
