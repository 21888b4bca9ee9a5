"""The form as a few lines, for those who report from a phone: what a reminder, or a letter
that returns a form, gives them to fill in.

Trusts that whoever reads answers finds each label at the beginning of a line. Asks for
what is needed alone: nobody types on a phone what may be left out.
"""

from collections.abc import Sequence

from pipeline.model.letters.letter_sender import Sender
from pipeline.model.letters.receipts import Returned, Unreadable
from pipeline.model.letters.reminders import Reminder
from pipeline.model.wording.characters import SMALL_NUMERALS
from pipeline.writing.words import full_day

# What asks a unit for its report
Asking = Reminder | Unreadable | Returned


def phone_below(it: Asking, parts: Sequence[object]) -> bool:
    """Whether a later part of the same letter gives the same period's lines."""
    last = it
    for part in parts:
        if isinstance(part, Asking) and part.period == it.period:
            last = part
    return last is not it


def phone_lines(it: Asking, sender: Sender) -> tuple[str, ...]:
    """The lines in the form's order, the day filled in and the unit where it is known."""
    labels = sender.words.labels
    asked = (
        labels.completed,
        *sender.also_needed,
        labels.measures,
        *sender.texts_needed,
    )
    return (
        f"{labels.unit}：{it.unit}",
        f"{labels.date}：{full_day(it.period)}",
        *(f"{label}：" for label in asked),
    )


def phone_count(sender: Sender) -> str:
    """How many lines they are: 四, and from eleven on 11."""
    count = 4 + len(sender.also_needed) + len(sender.texts_needed)
    if count <= len(SMALL_NUMERALS):
        return SMALL_NUMERALS[count - 1]
    return str(count)


def phone_asks(sender: Sender) -> str:
    """What is to be filled in: 累计数和举措, 累计数、整改到位数和做法."""
    words = sender.words
    main = "累计数"
    if sender.count == "increment":
        main = words.added_name
    asked = [
        main,
        *sender.also_needed,
        words.labels.short_deeds,
        *sender.texts_needed,
    ]
    return f"{'、'.join(asked[:-1])}和{asked[-1]}"
