"""What 归某单位并记住 teaches: the sender's address, the name on the form, or both; and
what must not be learnt.

Values in, lessons or a sentence out. Only what was unknown is learnt, only when told,
and never what could mislead: the address of staff, a name that fits several units or
none in particular.
"""

from pipeline.judging.review.decide import CannotDecide
from pipeline.judging.rulebook import Rulebook
from pipeline.model.report import (
    Decision,
    DecisionRule,
    Remember,
    Report,
    Ruling,
)
from pipeline.model.roster import Lesson

NOT_LEARNT = "没有另外记住："


def lessons(
    report: Report,
    sender: str,
    ruling: Ruling,
    decision: Decision,
    rulebook: Rulebook,
) -> tuple[Lesson, ...]:
    """What a ruling teaches of the unit that it names. `sender` is the address that the
    report came from. () where nothing of it is unknown: the ruling holds all the same.
    Raises CannotDecide."""
    if ruling.remember is None:
        return ()
    if decision.unit is None or not ruling.unit:
        raise CannotDecide("要程序记住，请写明归哪个单位，例如：归某单位并记住")
    made = Lesson(
        decision.unit, since=decision.at, by=ruling.by, case=report.id
    )
    return (
        *_address(made, sender, ruling, rulebook),
        *_name(made, report, ruling, rulebook),
    )


def would_teach(
    report: Report, sender: str, unit: str, rulebook: Rulebook
) -> bool:
    """Whether 归某单位并记住 would teach anything: only then it is offered."""
    made = Lesson(unit, since=report.received_at, by="", case=report.id)
    ruling = Ruling(DecisionRule.ASSIGN, "", unit=unit, remember=Remember.ALL)
    return bool(
        _address(made, sender, ruling, rulebook)
        or _name(made, report, ruling, rulebook)
    )


def not_learnt(
    sender: str, ruling: Ruling, unit: str | None, rulebook: Rulebook
) -> str:
    """Why 并记住 taught nothing of an address that is another unit's, and what to answer
    to teach it all the same; "" where that is not so."""
    if ruling.remember is not Remember.ALL or unit is None:
        return ""
    owners = []
    for owner in rulebook.book.roster.units_of(sender):
        owners.append(owner.name)
    if not owners or unit in owners:
        return ""
    whose = "、".join(owners)
    return (
        f"{NOT_LEARNT}邮箱 {sender} 是 {whose} 的，"
        f"要它以后也能替 {unit} 报送，请答“归{unit}并记住邮箱”"
    )


def lesson_words(lesson: Lesson) -> str:
    """邮箱 x@example.cn 报来的算市中区 / 表上写“市中区总”的算市中区."""
    if lesson.address:
        what = f"邮箱 {lesson.address} 可以替 {lesson.unit} 报送"
    else:
        what = ""
    return what or f"表上写“{lesson.alias}”的是 {lesson.unit}"


def _address(
    made: Lesson, sender: str, ruling: Ruling, rulebook: Rulebook
) -> tuple[Lesson, ...]:
    """An address that is another unit's already is learnt only by its name (记住邮箱):
    it may have passed on a single form."""
    roster = rulebook.book.roster
    known = set()
    for u in roster.units_of(sender):
        known.add(u.name)
    if ruling.remember is Remember.NAME or made.unit in known:
        return ()
    if known and ruling.remember is Remember.ALL:
        return ()
    inside = (
        {s.email for s in roster.staff}
        | {e for g in roster.groups for e in g.emails}
        | {rulebook.address}
    )
    if sender in inside or not sender:
        if ruling.remember is Remember.ADDRESS:
            raise CannotDecide(
                f"{sender} 是工作人员或推进组的邮箱，不能记成 {made.unit} 的"
            )
        return ()
    return (
        Lesson(
            made.unit,
            address=sender,
            since=made.since,
            by=made.by,
            case=made.case,
        ),
    )


def _name(
    made: Lesson, report: Report, ruling: Ruling, rulebook: Rulebook
) -> tuple[Lesson, ...]:
    if report.form:
        text = report.form.unit_text.strip()
    else:
        text = ""
    if (
        ruling.remember is Remember.ADDRESS
        or not text
        or rulebook.book.match(text) == made.unit
    ):
        return ()
    trouble = _misleading(text, made.unit, rulebook)
    if trouble and ruling.remember is Remember.NAME:
        raise CannotDecide(f"“{text}”不能记成 {made.unit} 的名称：{trouble}")
    if trouble:
        return ()
    return (
        Lesson(
            made.unit, alias=text, since=made.since, by=made.by, case=made.case
        ),
    )


def _misleading(text: str, unit: str, rulebook: Rulebook) -> str:
    if rulebook.book.is_generic(text):
        return "这个写法谁都能用"
    if len(text) > 40 or len(text) < 2:
        return "太短或太长"
    other = rulebook.book.match(text)
    if other is not None and other != unit:
        return f"它是 {other} 的名称"
    return ""
