"""Why something that staff ask for cannot be decided: a code with its facts.

Decisions say it, writing/review/refusals words it. Nothing here is stored.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

# What a sentence about a refusal may name: a unit, a figure, a day, the names most like
# one that is unknown.
Fact = str | int | date | tuple[str, ...] | None


class Refusal(StrEnum):
    """Behind each one the facts that go with it."""

    # Of a report
    COUNTS_ALREADY = "counts_already"
    REASON_NEEDED = "reason_needed"
    NOT_COUNTED = "not_counted"
    NOTHING_TO_UNDO = "nothing_to_undo"
    # by, state
    DECIDED_ALREADY = "decided_already"
    # unit, by
    DECIDED_BY_STAFF = "decided_by_staff"
    # unit, report
    STILL_HELD = "still_held"
    # unit
    NONE_COUNTED = "none_counted"

    # Of whom it is: name, near
    UNKNOWN_UNIT = "unknown_unit"
    # name, near: the report does not say it either
    UNKNOWN_OWNER = "unknown_owner"
    OWNER_MISSING = "owner_missing"
    # unit
    OWNER_IS_POOL = "owner_is_pool"

    # Of the period and the figure: period, nearest
    NO_PERIOD = "no_period"
    FIGURE_MISSING = "figure_missing"
    FIGURE_NEGATIVE = "figure_negative"
    FIGURE_UNREAD = "figure_unread"
    # numbers
    WHICH_NUMBER = "which_number"
    # was, completed
    OTHER_FIGURE = "other_figure"
    # Of a figure beside the main one
    NOTHING_TO_CORRECT = "nothing_to_correct"
    # name
    NO_SUCH_FIGURE = "no_such_figure"
    # name, figures
    WHICH_FIGURE = "which_figure"
    # figure, value, of (None: the main one), bound
    FIGURE_ABOVE = "figure_above"

    # Of what should be remembered
    UNIT_TO_REMEMBER = "unit_to_remember"
    # address, unit
    ADDRESS_OF_STAFF = "address_of_staff"
    # name, unit
    NAME_OF_ANYBODY = "name_of_anybody"
    NAME_OF_WRONG_LENGTH = "name_of_wrong_length"
    # name, unit, other
    NAME_OF_ANOTHER = "name_of_another"

    # Of talks: month
    NO_TALK_WAITS = "no_talk_waits"
    # month, unit
    NO_TALK = "no_talk"
    TALK_EXISTS = "talk_exists"
    # unit
    NOT_TWICE_IN_A_ROW = "not_twice_in_a_row"
    TALK_WITH_POOL = "talk_with_pool"
    CONTRADICTION = "contradiction"
    # why
    REASON_NAMES_UNIT = "reason_names_unit"
    NO_TALK_TO_UNDO = "no_talk_to_undo"


class CannotDecide(Exception):
    """What was asked for cannot be carried out, and nothing of it was."""

    def __init__(self, refusal: Refusal, **facts: Fact) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.facts: Mapping[str, Fact] = facts
