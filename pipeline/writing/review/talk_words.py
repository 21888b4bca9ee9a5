"""Why a talk (约谈) is proposed, and what was decided on talks, in one sentence each.

Trusts the reasons and the events. Blames nobody (rules.md 8).
"""

from collections.abc import Iterable
from typing import Final

from pipeline.model.ledger import TalkRecord
from pipeline.model.review.talk import (
    TalkEvent,
    TalkProposal,
    TalkReason,
    TalkRule,
    TalkStep,
)
from pipeline.model.standing import shown_rate
from pipeline.model.wording.campaign_words import CampaignWords

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


def talk_record(proposal: TalkProposal, words: CampaignWords) -> TalkRecord:
    """A proposal as the ledger keeps it: its reasons as they are said today. `words`
    give the measure word of the figure (名)."""
    said: list[str] = []
    rules: list[str] = []
    for reason in proposal.reasons:
        sentence = reason_sentence(reason, words)
        # The reasons stand one behind the other: the rate is told by the first
        if said:
            sentence = sentence.removeprefix(f"{_rate_words(reason)}，")
        said.append(sentence)
        rules.append(reason.rule.value)
    return TalkRecord(
        month=proposal.month,
        unit=proposal.unit,
        reasons=tuple(said),
        rules=tuple(rules),
    )


def _rate_words(reason: TalkReason) -> str:
    if reason.rate is None:
        return "至今没有报过数"
    return f"完成率{shown_rate(reason.rate)}%"


def reason_sentence(reason: TalkReason, words: CampaignWords) -> str:
    """完成率48.1%，在同类18个单位中排第18位（末位），低于时序进度74.8%."""
    schedule = shown_rate(reason.schedule)
    behind = _rate_words(reason)
    if reason.rule is TalkRule.LAST_PLACE:
        return (
            f"{behind}，在同类{reason.ranked}个单位中排第{reason.rank}位"
            f"（末位），低于时序进度{schedule}%"
        )
    if reason.rate is not None:
        behind += f"，进度滞后（时序进度{schedule}%）"
    if reason.missing is not None:
        return (
            f"{behind}，{words.this_month}{reason.periods}期中"
            f"有{reason.missing}期没有报送"
        )
    return f"{behind}，自上次通报以来没有增长（仍为{reason.completed:,}{words.unit}）"
