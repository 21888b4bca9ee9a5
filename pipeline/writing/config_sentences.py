"""What an admin is told of a configuration: why it is not taken up, and what to write
instead.

Trusts the codes; decides nothing.
"""

from datetime import datetime

from pipeline.model.operation.adopted import ConfigRefusal, RefusedChange
from pipeline.writing.words import day, full_day


def ended_sentence(at: datetime) -> str:
    """Why nothing is done in a ledger whose campaign was ended; `at` is local."""
    return (
        f"这项工作已于 {full_day(at.date())} 结束，台账只供查看："
        "下一项工作请用新的 config.toml，[storage] 写一个新的目录"
    )


def refused_sentence(change: RefusedChange) -> str:
    """Why one change is refused, with the cure, in one line."""
    match change.why:
        case ConfigRefusal.OTHER_CAMPAIGN:
            return (
                f"这个台账是另一项工作（{change.subject}）的：新的工作要用新的台账，"
                "请把 [storage] 的 directory 和 database 改到一个新目录；"
                "如果还是同一项工作，请把 [campaign] 的 id、name、first_due 改回原样，"
                "或写上 id（任取一个编号）"
            )
        case ConfigRefusal.UNIT_GONE:
            return (
                f"名单里少了 {change.subject}，而它报过表：改了名的请在新名称下写 "
                f'formerly = ["{change.subject}"]，不再参加的请保留它并写 left = 日期'
            )
        case ConfigRefusal.UNIT_NAME_REUSED:
            return (
                f"{change.subject} 是 {change.other} 的曾用名，名下有报过的表：新来的单位"
                "请用另一个名称（例如写上全称）"
            )
        case ConfigRefusal.UNIT_ID_CHANGED:
            return (
                f'{change.subject} 报过表，id 不能改：请改回 id = "{change.other}"；'
                "如果是另一个单位，请用另一个名称"
            )
    return _period_sentence(change)


def _period_sentence(change: RefusedChange) -> str:
    if change.period is None:
        raise LookupError(f"{change.why} names no period")
    name = f"{day(change.period)}这一期"
    cure = (
        "已经开始的各期不能改，请把 [campaign] 和 [schedule] 里的日期改回原样"
    )
    if change.why is ConfigRefusal.PERIOD_DROPPED:
        return f"这样改会丢掉{name}，而它已经有报表、提醒或结论：{cure}"
    if change.why is ConfigRefusal.PERIOD_INVENTED:
        return f"这样改会凭空多出已经过去的{name}，各单位都会成为漏报：{cure}"
    if change.was is None or change.now is None:
        raise LookupError(f"{change.why} names no days")
    return (
        f"这样改会把{name}的截止日由{day(change.was)}改到{day(change.now)}，"
        f"而它已经有报表、提醒或结论：{cure}"
    )
