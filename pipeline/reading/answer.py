"""What a reviewer's reply says: 通过, 改为128, 退回：原因, 撤销; anything else says nothing, and nothing is done.

Looks at the first lines that the reviewer wrote herself, never at quoted mail. Trusts nothing: who wrote it is judged elsewhere.
"""

import re

from pipeline.model.report import DecisionRule, Ruling
from pipeline.reading.numbers import normalise

_NUMBER = r"(?P<n>\d{1,3}(?:[, ]\d{3})+|\d{1,9})"
_LINES = 5
_UNIT = re.compile(r"单位(?:是|为|[:：])\s*(?P<unit>[^，,。;；\s]{2,30})")
_PATTERNS = (
    (
        DecisionRule.CORRECT,
        re.compile(rf"^(?:更正为|改为|改成|应为|改)\s*[:：]?\s*{_NUMBER}\s*(?:名|人|个)?(?P<rest>.*)$"),
    ),
    (DecisionRule.REJECT, re.compile(r"^(?:退回|驳回|不通过|不予采用)\s*[:：,，。]?\s*(?P<rest>.*)$")),
    (
        DecisionRule.ACCEPT,
        re.compile(r"^(?:通过|同意发布|同意|发布|属实|情况属实|确认)(?P<rest>$|[\s:：,，。;；!！].*)$"),
    ),
    (DecisionRule.UNDO, re.compile(r"^(?:撤销|撤回)\s*[:：,，。]?\s*(?P<rest>.*)$")),
)


_CONTRADICTS = re.compile(r"\d|[改退误错不没]|[一二三四五六七八九十百千万]+[名人个]")


class Unclear(Exception):
    """The reply decides nothing; the text says in Chinese why."""


def read_answer(text: str, by: str) -> Ruling:
    """The ruling in a reply's first lines. Raises Unclear."""
    lines = [line.strip() for line in normalise(text[:5000]).splitlines() if line.strip()][:_LINES]
    found = [(rule, match) for line in lines for rule, pattern in _PATTERNS if (match := pattern.match(line))]
    if not found:
        raise Unclear("没有看懂答复。请在第一行写：通过，或 改为128，或 退回：原因，或 撤销")
    if len({rule for rule, _ in found}) > 1:
        raise Unclear("答复里有互相矛盾的说法，请只写一种")
    rule, match = found[0]
    rest = match["rest"].strip(" :：,，。;；!！")[:200]
    if rule is DecisionRule.ACCEPT and _CONTRADICTS.search(_UNIT.sub("", rest)):
        raise Unclear("只说了通过，后面的话又像要改，不敢替您决定。请只写：通过，或 改为128，或 退回：原因")
    if rule is DecisionRule.REJECT and not rest:
        raise Unclear("退回要写明原因，例如 退回：报送单位写错")
    unit = _UNIT.search("\n".join(lines))
    number = int(re.sub(r"\D", "", match["n"])) if rule is DecisionRule.CORRECT else None
    return Ruling(rule, by, rest, number, unit["unit"] if unit else "")
