"""What a reviewer's reply to a period's digest says of a report that was counted:
市中区 改为1300, 市中区：撤销, 市中区的报表归沙湾区.

The unit comes first, then the words of any ruling (review_reply). One unit a reply.
Trusts nothing: whether the name is a unit's is judged elsewhere. A reply that names no
unit in its first line and orders nothing is no ruling at all (收到，谢谢).
"""

import re
from datetime import date

from pipeline.model.report import Ruling
from pipeline.model.values.frozen import frozen
from pipeline.reading.replies import own_words
from pipeline.reading.replies.figure_orders import NO_FIGURES, FigureWords
from pipeline.reading.replies.reply_words import Unclear
from pipeline.reading.replies.review_reply import read_answer

HOW = (
    "请在第一行写单位名称和怎么改，例如 某单位 改为128，或 某单位 撤销，"
    "或 某单位 归另一单位；一封信只改一个单位"
)
# What may begin a ruling right behind a name; after a space or a colon anything may.
_ORDER = r"(?:应?改为?\d|应?改成|更正|订正|应[为是]|撤销|撤回|作废|退回|归|[算按计记])"
_FIRST = re.compile(
    r"(?:请?[将把])?(?P<name>[^\s,。;!:?、\d]{2,30}?)"
    r"的?(?:本[旬期])?的?(?:数字?|旬?报表?|报送数|累计数?|完成数)?"
    rf"(?:[\s,:]+|(?={_ORDER}))(?P<rest>\S.*)$"
)
_ORDERS = re.compile(
    r"改为|改成|更正|订正|应为|应是|撤销|撤回|作废|退回|归|算[到作在入\d]"
)


@frozen
class DigestOrder:
    """`name` is the unit as the reviewer wrote it."""

    name: str
    ruling: Ruling


def read_digest_answer(
    text: str,
    by: str,
    today: date | None = None,
    figures: FigureWords = NO_FIGURES,
) -> DigestOrder | None:
    """The unit and the ruling; None where the reply orders nothing. Raises Unclear."""
    lines = []
    for paragraph in own_words.paragraphs(text):
        lines += paragraph
    if not _ORDERS.search("\n".join(lines)):
        return None
    first = _FIRST.match(lines[0])
    if first is None:
        raise Unclear(f"没有看懂要改哪个单位。{HOW}")
    words = "\n".join([first["rest"], *lines[1:]])
    return DigestOrder(first["name"], read_answer(words, by, today, figures))
