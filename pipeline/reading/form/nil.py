"""The words of a nil report: 0, 零, 无, 同上期, 与上期持平 (rules.md 5). Whole texts
alone; never a word among others."""

import re

from pipeline.model.form import Nil

_MEASURE = "(?:名|人|个|位|处|件|家|户|次|项|台|所|份|起|场)"
_SAME = re.compile(
    r"(?:本[旬期次月])?(?:[同与和]上(?:期|旬|次|月|一期|一旬|同)(?:持平|相同|一样|"
    r"一致|数)?|[较比]上[期旬次月](?:无变化|持平|无增加|未增加)|(?:与上期)?持平|"
    r"同上|无变化|没有变化)"
)
_NONE = re.compile(
    r"(?:本[旬期次月]|[较比]上[旬期次月]|暂|暂时)?(?:尚)?(?:无|没有|未)(?:新增|"
    r"增加|发展|新发展|新入会)?(?:会员|人员|农民工|农民工会员|农民工入会|入会)?|"
    r"零报告|零增长"
)
_NOUGHT = re.compile(r"(?:新增)?[零〇0](?:\.0+)?" + _MEASURE + r"?")
_IN_BLANK = re.compile(r"新增([无零〇])" + _MEASURE)
_AROUND = re.compile(r"\s|[。.,;!()、:\"'“”]+$|^[(、:\"'“”]+")


def nil_of(text: str) -> Nil | None:
    """What a normalised text says where it consists of a nil word and nothing else."""
    word = _AROUND.sub("", text)
    patterns = ((_NOUGHT, Nil.NOUGHT), (_SAME, Nil.SAME), (_NONE, Nil.NONE))
    return next(
        (nil for pattern, nil in patterns if pattern.fullmatch(word)), None
    )


def nil_in_blank(text: str) -> Nil | None:
    """新增 无 名, 新增 零 名 in the label's blank."""
    match = _IN_BLANK.match(re.sub(r"[\W_]", "", text))
    if match is None:
        return None
    if match.group(1) == "无":
        return Nil.NONE
    return Nil.NOUGHT
