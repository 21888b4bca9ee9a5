"""What staff taught the program, and what it did not learn, in one sentence each; and
how a decision's record says so.

Trusts the lessons. Never: reads a sentence back.
"""

from collections.abc import Iterable, Sequence

from pipeline.model.roster import Lesson


def lesson_words(lesson: Lesson) -> str:
    """邮箱 x@example.cn 可以替 市中区 报送 / 表上写“市中区总”的是 市中区."""
    if lesson.address:
        return f"邮箱 {lesson.address} 可以替 {lesson.unit} 报送"
    return f"表上写“{lesson.alias}”的是 {lesson.unit}"


def not_learnt_words(sender: str, owners: Sequence[str], unit: str) -> str:
    """Why nothing was learnt of an address that is another unit's, and what to answer
    to teach it all the same; "" without such owners."""
    if not owners:
        return ""
    return (
        f"没有另外记住：邮箱 {sender} 是 {'、'.join(owners)} 的，"
        f"要它以后也能替 {unit} 报送，请答“归{unit}并记住邮箱”"
    )


def recorded_reason(why: str, learnt: Iterable[Lesson], not_learnt: str) -> str:
    """What a decision's row says: staff's own reason, then what was learnt with it."""
    said = [why]
    for lesson in learnt:
        said.append(f"记住：{lesson_words(lesson)}")
    said.append(not_learnt)
    return "；".join(part for part in said if part)
