"""Why something that staff ask for could not be decided, in one sentence: what is
missing, and how it is said by reply and at the command line.

The one table of these sentences. Trusts that a refusal brings the facts that
model/review/refusal.py names behind it.
"""

from typing import Final

from pipeline.model.arrival import ReplyResult
from pipeline.model.report import ReportState
from pipeline.model.review.refusal import CannotDecide, Fact, Refusal

_WHICH_UNIT: Final = "请写明归哪个单位（回复写 归某单位，命令写 --unit）"
_SENTENCES: Final = {
    Refusal.COUNTS_ALREADY: "这份报表已经按表中数字计入，不用再通过",
    Refusal.REASON_NEEDED: "这个数没有通过核对，要照此计入请写明理由：情况属实：已电话核实"
    "（命令写 --why）；数字不对的写 改为正确的数",
    Refusal.NOT_COUNTED: "这份报表没有计入，没有可以撤销的",
    Refusal.NOTHING_TO_UNDO: "这份报表还没有人作过决定，没有可以撤销的",
    Refusal.DECIDED_ALREADY: "这一份已由 {by} 处理（{state}）。要改请先撤销",
    Refusal.DECIDED_BY_STAFF: "{unit}这一期的数已由 {by} 处理过，"
    "要改请回复那一次处理的来信",
    Refusal.STILL_HELD: "{unit}这一期的报表（编号{report}）还在待核，请回复那一封待核单",
    Refusal.NONE_COUNTED: "{unit}这一期没有已计入的报表",
    Refusal.UNKNOWN_UNIT: "名单里没有单位“{name}”{near}",
    Refusal.UNKNOWN_OWNER: f"名单里没有单位“{{name}}”，{_WHICH_UNIT}{{near}}",
    Refusal.OWNER_MISSING: f"这份报表还不知道是哪个单位的，{_WHICH_UNIT}",
    Refusal.OWNER_IS_POOL: "{unit} 是汇总行，请写明是哪个成员单位",
    Refusal.NO_PERIOD: "没有 {period} 这一期，最近的是 {nearest}",
    Refusal.FIGURE_MISSING: "没有写明正确的数字（回复写 改为128，命令写 --completed）",
    Refusal.FIGURE_NEGATIVE: "累计完成数不能是负数",
    Refusal.FIGURE_UNREAD: "这份报表没有读出数字，请写明正确的数字"
    "（回复写 改为128，命令写 --completed）",
    Refusal.WHICH_NUMBER: "表上写的数不一致（{numbers}），请写明用哪一个"
    "（回复写 改为128，命令写 --completed）",
    Refusal.OTHER_FIGURE: "答复里说原来是{was}，而这份报表上{completed}，"
    "请核对是不是这一份",
    Refusal.NOTHING_TO_CORRECT: "这份报表没有计入，也不在待核，不能只改其中一个数",
    Refusal.NO_SUCH_FIGURE: "表上除了累计数没有别的数，不知道“{name}”是什么",
    Refusal.WHICH_FIGURE: "“{name}”说不清是哪个数，可以写的有：{figures}",
    Refusal.FIGURE_ABOVE: "{figure}{value}比{of}{bound}还多，请核对",
    Refusal.UNIT_TO_REMEMBER: "要程序记住，请写明归哪个单位，例如：归某单位并记住",
    Refusal.ADDRESS_OF_STAFF: "{address} 是工作人员或推进组的邮箱，不能记成 {unit} 的",
    Refusal.NAME_OF_ANYBODY: "“{name}”不能记成 {unit} 的名称：这个写法谁都能用",
    Refusal.NAME_OF_WRONG_LENGTH: "“{name}”不能记成 {unit} 的名称：太短或太长",
    Refusal.NAME_OF_ANOTHER: "“{name}”不能记成 {unit} 的名称：它是 {other} 的名称",
    Refusal.NO_TALK_WAITS: "{month} 没有待确认的约谈建议，请写明单位",
    Refusal.NO_TALK: "{month} 没有 {unit} 的约谈建议；要约谈请写 增加{unit}：原因"
    "（命令是 xunbao talks add {unit} --why 原因）",
    Refusal.TALK_EXISTS: "{month} 已经有 {unit} 的约谈建议；要确认请写 确认约谈{unit}",
    Refusal.NOT_TWICE_IN_A_ROW: "{unit} 没有连续两次被约谈，不能列入通报名单",
    Refusal.TALK_WITH_POOL: "{unit} 是汇总行，不约谈",
    Refusal.CONTRADICTION: "对 {unit} 有互相矛盾的说法，请只写一种",
    Refusal.REASON_NAMES_UNIT: "“{why}”里写了单位；只不约谈这一个，请写 不约谈某单位：原因",
    Refusal.NO_TALK_TO_UNDO: "还没有人作过决定，没有可以撤销的",
}
_STATES: Final = {
    ReportState.ACCEPTED: "已计入",
    ReportState.SUPERSEDED: "已被更新的报表替代",
    ReportState.REJECTED: "已退回或作废",
    ReportState.DUPLICATE: "是重复的报表",
}
# How the row of a reply that changed nothing begins; its result is told by it
_NOTHING_DONE: Final = "没有改动："
_REFUSED: Final = "没有采用："


def refusal_sentence(trouble: CannotDecide) -> str:
    said = {}
    for name, fact in trouble.facts.items():
        said[name] = _in_words(name, fact)
    return _SENTENCES[trouble.refusal].format_map(said)


def _in_words(name: str, fact: Fact) -> str:
    if name == "near":
        return _near(fact)
    if name == "completed":
        return "没有读出数字" if fact is None else f"是{fact}"
    if name == "of" and fact is None:
        return "累计数"
    if isinstance(fact, tuple):
        return "、".join(fact)
    if isinstance(fact, ReportState):
        return _STATES.get(fact, fact.value)
    return str(fact)


def _near(names: Fact) -> str:
    """The names most like one that is unknown, or nothing."""
    if not isinstance(names, tuple) or not names:
        return ""
    return f"，名称相近的有：{'、'.join(names)}"


def nothing_done_words(why: str) -> str:
    """To who replied: nothing was changed, and why."""
    return f"{_NOTHING_DONE}{why}"


def refused_words(why: str) -> str:
    """To all reviewers: somebody replied who may not decide, or may not be who the mail
    says."""
    return f"{_REFUSED}{why}"


def reply_told_in(kept: str) -> ReplyResult:
    """What a reply came to, by the words in a row of an older ledger; rows hold the code
    since."""
    if kept.startswith(_NOTHING_DONE):
        return ReplyResult.NOTHING_DONE
    if kept.startswith(_REFUSED):
        return ReplyResult.REFUSED
    return ReplyResult.DONE
