"""Progress bars as table cells, since mail clients drop inline SVG: the widths, in
whole percent, of what a bar is made of.

A bar shows a rate and, as the place where two cells meet, the schedule progress
(时序进度). Pure arithmetic.
"""

from enum import StrEnum

from pipeline.model.values.frozen import frozen


class Tone(StrEnum):
    # Reached, up to the schedule
    DONE = "done"
    # Reached beyond the schedule
    AHEAD = "ahead"
    # The schedule's part that is not reached
    GAP = "gap"
    # Not yet due
    REST = "rest"


@frozen
class Segment:
    """A cell of the bar; `width` in percent, never 0. The widths of a bar sum to 100."""

    width: int
    tone: Tone


def bar(rate: float | None, schedule: float) -> tuple[Segment, ...]:
    """The cells from left to right for a rate and a schedule, as shares; outside 0 to 1
    they are cut there."""
    reached = _whole(rate or 0.0)
    due = _whole(schedule)
    cells = (
        Segment(min(reached, due), Tone.DONE),
        Segment(max(reached - due, 0), Tone.AHEAD),
        Segment(max(due - reached, 0), Tone.GAP),
        Segment(100 - max(reached, due), Tone.REST),
    )
    found = []
    for cell in cells:
        if cell.width:
            found.append(cell)
    return tuple(found)


def _whole(share: float) -> int:
    return round(min(max(share, 0.0), 1.0) * 100)
