"""What was decided on talks (约谈), in one sentence.

Trusts the events. Blames nobody (rules.md 8).
"""

from collections.abc import Iterable
from typing import Final

from pipeline.model.review.talk import TalkEvent, TalkStep

_STEPS: Final = {
    TalkStep.PROPOSED: "回到待确认",
    TalkStep.CONFIRMED: "已确认约谈",
    TalkStep.DROPPED: "不约谈",
    TalkStep.CIRCULATED: "列入通报名单",
    TalkStep.UNCIRCULATED: "不再列入通报名单",
}


def talk_words(made: Iterable[TalkEvent]) -> str:
    """甲县 已确认约谈（电话核实）；乙县 不约谈."""
    said = []
    for event in made:
        why = f"（{event.text}）" if event.text else ""
        said.append(f"{event.unit} {_STEPS[event.what]}{why}")
    return "；".join(dict.fromkeys(said))
