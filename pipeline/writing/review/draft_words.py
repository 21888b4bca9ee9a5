"""What a reviewer's reply to a bulletin's draft did, in words, and how a draft may be
answered.

Trusts the codes. Decides nothing.
"""

from collections.abc import Sequence
from dataclasses import field
from datetime import date
from typing import Final

from pipeline.model.letters.draft_result import DraftResult
from pipeline.model.month import Month
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.campaign_words import PLAIN_WORDS, CampaignWords
from pipeline.model.wording.document_number import example_number
from pipeline.writing.words import day

# That one sentence points out
MOST_CHANGES: Final = 6

_STRIKE_EXAMPLE: Final = (
    "删去先进典型：某单位",
    "删去这一个典型（不写单位就是整段删去），改好后再送审",
)
# Sections that are struck by their names, without and with targets
_SECTIONS: Final = {
    False: "总体情况、下步要求",
    True: "总体情况、约谈和通报、下步要求",
}
_MORE_ANSWERS: Final = (
    ("暂缓到10月8日", "到那天再送审；只写 暂缓发布，就等您回复 同意发布"),
    (
        "（附上改好的公文）",
        "把附件里的 .docx 改好，附在回复里发回，就用改好的；改动了数据的，会先请您确认",
    ),
)

_RELEASE: Final = ("同意发布", "按这一稿发给收到过该通报的各处")
# How a correction's draft may be answered, by whether it is of an ad-hoc bulletin: no
# other bulletin follows that.
ERRATUM_ANSWERS: Final = {
    False: (_RELEASE, ("不发更正", "这次变动不发更正，在下一期通报里说明")),
    True: (_RELEASE, ("不发更正", "这次变动不发更正")),
}


def draft_answers(
    document: str, *, has_targets: bool = True
) -> tuple[tuple[str, str], ...]:
    """How a draft may be answered. `document` is the campaign's own, after whose number
    the example of another is made; without targets nothing is said of talks."""
    others = _SECTIONS[has_targets]
    return (
        (
            "同意发布",
            "按这一稿发给各单位",
        ),
        (
            f"同意发布，文号{example_number(document)}",
            "同上，并用这个文号代替期号",
        ),
        _STRIKE_EXAMPLE,
        (
            "删去存在问题",
            f"删去这一部分（{others}也一样），改好后再送审",
        ),
        *_MORE_ANSWERS,
    )


@frozen
class DraftAnswer:
    """What the sentence tells: the month, and what belongs to the result. `changes`:
    (what stood there, what stands there, the line)."""

    month: Month | None
    number: str = ""
    until: date | None = None
    unit: str = ""
    changes: Sequence[tuple[str, str, str]] = field(default=())
    # Of a bulletin beside the monthly ones
    adhoc: bool = False
    words: CampaignWords = PLAIN_WORDS

    @property
    def which(self) -> str:
        """The bulletin that is spoken of, "" for none."""
        if self.month is None:
            return ""
        month = self.words.month_name(self.month)
        if self.adhoc:
            return f"{month}的不定期通报"
        return f"{month}的通报"

    @property
    def of_month(self) -> Month:
        """LookupError where the answer is of no bulletin."""
        if self.month is None:
            raise LookupError("an answer about no bulletin")
        return self.month


# What was done, or why nothing was; in braces what belongs to the result.
_SENTENCES: Final = {
    DraftResult.RELEASED: "已批准，{which}即将发出{numbered}",
    DraftResult.STRUCK: "已删去，{which}重新拟稿后再送审",
    DraftResult.EDITED: "{which}改用您发回的公文，再送审一次；同意的请回复最新的送审稿：同意发布",
    DraftResult.POSTPONED: "{which}暂缓，{until}再送审",
    DraftResult.WITHHELD: "{which}的这次更正不发；以后再有变动，另拟更正",
    DraftResult.RELEASED_ALREADY: "{which}已经批准发布",
    DraftResult.NOT_RELEASED: "{which}没有批准，暂缓发布；要发布请回复 同意发布",
    DraftResult.ERRATUM_RELEASED: "已批准，{which}的更正即将发出",
    DraftResult.ERRATUM_OUTDATED: "{which}的数据后来又有变动，请看最新的更正送审稿再答复",
    DraftResult.ERRATUM_NOT_RELEASED: "{which}的更正没有批准；要发请回复 同意发布，不发请回复 不发更正",
    DraftResult.ERRATUM_SETTLED: "{which}的这次更正已经处理过",
    DraftResult.WITHDRAWN: "这份通报已经撤回，没有更正可发",
    DraftResult.NOTHING_MOVED: "最近一期通报所列的数没有未说明的变动，没有更正可发",
    DraftResult.OUTDATED: "{which}后来重新拟过，请看最新的送审稿再答复",
    DraftResult.STALE: "这一稿之后又有了约谈决定，{which}要重拟，请看新的送审稿再答复",
    DraftResult.UNKNOWN_UNIT: "名单里没有单位“{unit}”，没有删去",
    DraftResult.DAY_PASSED: "{until}已经过了，请写以后的日子，例如 暂缓到10月8日",
    DraftResult.FIGURES_CHANGED: "{changes}",
    DraftResult.NO_DOCUMENT: "没有找到改好的公文，请把 .docx 作为附件发回",
    DraftResult.SEVERAL_DOCUMENTS: "答复里有几个 Word 文件，不知道用哪一个，请只附改好的那一个",
    DraftResult.NOT_DOCX: "改好的公文打不开，或不是 .docx，请用 Word 或 WPS 另存为 .docx 再发回",
    DraftResult.MARKED: "改好的公文里还有修订标记，请接受全部修订、保存后再发回，以免各单位看到修改过程",
    DraftResult.NOT_OURS_TO_STRIKE: "{which}用的是您发回的公文，请在那份公文里删去，再附上发回",
    DraftResult.NUMBER_NOT_IN_IT: "公文里没有写文号{number}，请写上再发回，并回复 同意发布，文号{number}",
    DraftResult.COMMENTED: "改好的公文里还有批注，请删除全部批注、保存后再发回，以免各单位看到",
}


def draft_sentence(result: DraftResult, told: DraftAnswer) -> str:
    """What a reply to a draft came to, in one sentence."""
    return _SENTENCES[result].format(
        which=told.which,
        numbered=f"，文号{told.number}" if told.number else "",
        until=day(told.until) if told.until else "",
        unit=told.unit,
        number=told.number,
        changes=_changes(told),
    )


def _changes(told: DraftAnswer) -> str:
    """Each changed figure with where it stands, and how to say that it is meant."""
    parts = []
    for before, after, line in told.changes[:MOST_CHANGES]:
        what = f"“{before}”改成了“{after}”" if before else f"多了“{after}”"
        parts.append(f"{what}（{line[:30]}）")
    more = ""
    if len(told.changes) > MOST_CHANGES:
        more = f"，等{len(told.changes)}处"
    return (
        f"改稿里有{len(told.changes)}处数据与台账不一致：{'；'.join(parts)}{more}。"
        "改错了的，请改正后重新发回；确实要这样发的，请回复：数字照改稿"
    )
