"""What a reviewer's reply says of a held report: 通过, 改为128, 归某单位, 算9月20日,
退回：原因, 作废, 撤销.

Every one of their words must be understood: a decision among words that question it,
limit it or take it back (是否改为128？, 待核 实后通过, 不能通过) is none. What is no
decision, and nothing against one, is kept as their reason. Trusts nothing: who wrote it
is judged elsewhere. Anything doubtful is Unclear, and nothing is done.
"""

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from pipeline.model.actor import Actor
from pipeline.model.form import day_meant
from pipeline.model.named import NamedCounts
from pipeline.model.report import VOUCHED, DecisionRule, Remember, Ruling
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.characters import SPOKEN_NUMERALS
from pipeline.reading.form.dates import mentions, without_days
from pipeline.reading.form.numbers import value_of
from pipeline.reading.replies import own_words
from pipeline.reading.replies.figure_orders import (
    NO_FIGURES,
    FigureOrder,
    FigureWords,
    figure_order,
    without_units,
)
from pipeline.reading.replies.reply_words import (
    END,
    NUMBER,
    PEOPLE,
    Unclear,
)

HOW = "请在第一行只写一种：通过，或 改为128，或 归某单位，或 算9月20日，或 退回：原因，或 作废，或 撤销"
# Below these only what decides is read: a signature may hold numbers
_FIRST_LINES = 4

_N = NUMBER
_HAN = SPOKEN_NUMERALS
_PEOPLE = PEOPLE
_END = END
_BY = r"(?:(?:我|本人|我们)?(?:同意|请|应|需|须|麻烦|帮忙|帮我)\s?)?"
_DATE = r"(?:\d{4}\s?[年.-]\s?)?(?:\d{1,2}\s?月\s?(?:\d{1,2}\s?[日号]?|[上中下]旬)|\d{1,2}[.-]\d{1,2}(?!\d))"
_OLD = (
    r"(?:原|原来|原先|原数|表上|表中|表里|之前|不是|而不是|而非)(?:的)?(?:数字)?(?:是|"
    r"为|写的?是|写|报)?\s?:?\s?"
)
# Before 核实: it is still to be done
_NOT_YET = "待|[未没不]|[需须]|要|还|尚|请(?!示)|再(?![次三])|先|[若如]|建议|等"
# Behind a unit's name: 归沐川县、犍为县 says nothing
_ANOTHER_UNIT = (
    r"\s?[、,]\s?[\u4e00-\u9fff]{1,12}[县区市局委会司团](?=$|[\s,。;!])"
)


class _What(StrEnum):
    ACCEPT = "通过"
    SURE = VOUCHED
    CORRECT = "改为"
    WAS = "原来的数"
    UNIT = "归某单位"
    REMEMBER = "记住"
    PERIOD = "算某一期"
    # A figure beside the main one
    BESIDE = "改另一个数"
    REJECT = "退回"
    VOID = "作废"
    UNDO = "撤销"
    NEUTRAL = ""


_ACTS: tuple[tuple[_What, re.Pattern[str]], ...] = tuple(
    (what, re.compile(pattern))
    for what, pattern in (
        (_What.UNDO, rf"{_BY}(?:撤销|撤回)(?:上一?次|刚才|之前|原来|我|原)?的?(?:决定|答复|处理|"
            rf"操作|审核|意见)?(?:\s?:(?P<why>.*)$|{_END})"),
        (
            _What.REJECT,
            rf"{_BY}(?:退回|驳回|不予(?:采用|采纳|通过|计入)|不通过)(?:给?(?:该|"
                rf"原)?(?:单位|县|区))?(?:重报|重新(?:填报|报送|上报)|修改|更正)?"
            r"(?=[\s,。;:!(]|$)(?P<colon>\s?[:(])?[\s,。;!:]*(?:(?:原因|"
                r"理由)(?:是|为|如下)?\s?(?P<colon2>:)?|因为?(?=\S))?\s?(?P<why>.*)$",
        ),
        (_What.VOID, rf"{_BY}(?:作废|按作废处理)(?:处理|吧|了)?(?:\s?[:](?P<why>.*)$|{_END})"),
        (
            _What.PERIOD,
            rf"{_BY}(?:算(?:作|在|到|入)?|归(?:入|到)?|[计记]入|期次?(?:应)?(?:是|"
                rf"为|算|改为)?\s?:?|按)\s?(?P<day>{_DATE})\s?(?:的|那一?期|这一?期|"
                rf"一?期|旬|报表|报送|[计记]入|算)*{_END}",
        ),
        (
            _What.CORRECT,
            rf"{_BY}(?:(?:将|把|由|从)?(?:表[上中里]的?)?(?:累计数?|数字|"
                rf"完成数)?\s?(?P<was>{_N}){_PEOPLE}\s?)?(?:[将把]?(?:表[上中里]的?)?"
                rf"(?:数字|累计数?|完成数))?\s?(?:应?(?:更正|改|修改|订正|变更|调整)(?:为|成|到)?|应为|"
                rf"应是)"
            rf"\s?:?\s?(?:累计(?:完成)?数?为?|已完成|完成数|"
                rf"总数)?\s?:?\s?(?P<n>{_N}){_PEOPLE}(?:\s?\({_OLD}(?P<was2>{_N}){_PEOPLE}\))?"
            rf"(?:\s?:(?P<why>.*)$|{_END})",
        ),
        (_What.CORRECT, rf"{_BY}(?:按|以|照)(?:累计)?\s?(?P<n>{_N}){_PEOPLE}\s?(?:计入|计算|算|"
            rf"为准|统计|采纳)(?:\s?:(?P<why>.*)$|{_END})"),
        (_What.WAS, rf"{_OLD}(?P<n>{_N}){_PEOPLE}(?:\s?是?(?:笔误|写错了?|填错了?))?{_END}"),
        (
            _What.ACCEPT,
            rf"(?:我|本人|我们)?(?:审核|审批|复核|核实|确认)?(?:同意|准予|予以|"
                rf"可以)?(?:采纳|通过|计入|采用)(?:吧|了)?(?:此数|该数|此表|该表|"
                rf"这个数字?)?{_END}"
            rf"|(?:我|本人|我们)?同意(?:发布|的|吧)?{_END}|发布{_END}|{_BY}(?:按|"
                rf"照)(?:表上?|表中|表内|原|此)的?(?:数字?)?(?:计入|采纳|通过){_END}",
        ),
        (
            _What.SURE,
            rf"(?:以上|该(?:单位|县|区))?(?:情况|数字|数据)?(?:完全|确实|"
                rf"均)?属实(?:\s?[:](?P<why>.*)$|{_END})",
        ),
        (
            _What.REMEMBER,
            rf"(?:请|并|也|请并|并请){{0,2}}(?:记住|记下来?)(?:这个|该|"
                rf"它的?)?(?P<what>邮箱|地址|名称|名字|别名|叫法|写法)?(?:吧)?{_END}",
        ),
        (
            _What.UNIT,
            rf"{_BY}(?:归(?:到|入|属于?|于)?|属于?|划归|改归|算(?:作|到|在)?|"
                rf"[计记](?:到|在|入)|(?:报送)?单位(?:应?是|应?为|改为|"
                rf"\s?:))\s?(?P<name>[^\s,。;!:?、\d]{{2,30}}?)(?:的(?:数|报表|表)?|"
                rf"名下)?(?!{_ANOTHER_UNIT})"
            rf"(?P<memo>并?(?:请)?记住(?:这个|该)?(?P<what>邮箱|地址|名称|名字|别名|叫法|写法)?)?{_END}",
        ),
        (
            _What.NEUTRAL,
            rf"(?:收到|好的?|已阅|阅|知悉|您好|你好|谢谢|辛苦了?|请处理|请办理|"
                rf"特此(?:回复|答复)|(?:审核|我的|处理)?(?:意见|答复|回复|结论)(?:如下|"
                rf"是)?\s?:|[的了]){_END}?(?=[\s,。;!~、]|$|(?<=:))",
        ),
        (
            _What.NEUTRAL,
            r"(?:经?核[实对])?(?:数字|数据|人数|情况|内容)?(?:均|都|确实?)?"
            rf"(?:无误|没有?问题|无问题|无异议){_END}",
        ),
        (
            _What.NEUTRAL,
            rf"(?:(?!{_NOT_YET})[^,。;!?:\d]){{0,16}}?(?:核实|核对|联系|沟通|复核|查证|请示|"
                r"研究)(?:过|了|后|完毕|清楚|无误|一致)*(?=$|[\s,。;!])",
        ),
    )
)  # fmt: skip
_VERBS = re.compile(
    r"改(?![革善造进制])|更正|订正|退回|驳回|作废|撤(?!县)|归(?!口)|划归|通过|"
    r"采纳|同意|[计记]入|属实|记住|发布|应为|应是|为准|(?<![计预结核决清])算(?!账)"
)
# What a unit did, where it stands in a reason: 电话更正
_CORRECTED = re.compile("更正|订正")
_AGAINST = re.compile(
    r"[?？]|[不没未别勿非]|[吗呢么]|但|然而|只是|除|如果|若|假如|要是|的话|待|"
    r"等(?!级|额)|再|暂|尚|[需须]要|如(?![下实期上])|先(?!进)|缓|原则上|建议|应该|应当|可能|也许|好像|似乎|"
    r"大概|估计|约|疑|误|错|问题|是否|"
    r"能否|可否|或者|或是|还是|随便|部分|另外|其中|实际|人数|多报|少报|漏|以后|"
    r"今后|下次|替|代|转告|让我|叫我|说(?!明)|自动|休假|外出|出差"
)
_HARD = re.compile(
    r"[?？]|[吗]|但|应为|应是|应该|改为|改成|实际|是否|退回|作废|算了|还是|暂|待|不属实|撤销"
)
_BACK = re.compile(
    r"算了|还是(?:通过|采纳|同意)|不退|不用退|先不|可以通过|又通过"
)
# 退回：改为638: to the unit, or to us
_ANOTHER_FIGURE = re.compile(r"改[为成]\s?:?\s?\d[\d,]*\s?[名人个]?")
# In whichever paragraph: not now, or the figure that stood there is right
_PUTS_OFF = re.compile(r"再说|等.{1,12}[后再]|(?:是|才)对的?$")
_CASE_WORDS = re.compile(r"数|报|表|人|名|单位|期|核|旬|县|区")
_HARMLESS_NUMBERS = re.compile(
    r"\d+\s?(?:场|次|天|家|期|份|个(?:工地|企业|乡镇|项目|街道|村|点)|时|点|分|楼|室|%)|\d{1,2}:\d{2}"
)


@frozen
class _Said:
    """One thing that they say; `text` is a number, a name, a day or a reason; `why` is
    the reason where `text` is a number."""

    what: _What
    text: str = ""
    was: str = ""
    why: str = ""
    memo: Remember | None = None
    beside: FigureOrder | None = None


_Sayings = list[_Said]


def read_answer(
    text: str,
    by: str,
    today: date | None = None,
    figures: FigureWords = NO_FIGURES,
) -> Ruling:
    """The ruling in a reply's first lines; `today` gives the year to a day without one,
    `figures` are those that the campaign's form has. Raises Unclear."""
    said: _Sayings = []
    read = 0
    for number, written in enumerate(own_words.paragraphs(text)):
        lines = [without_units(line, figures) for line in written]
        place = 0
        while place < len(lines):
            if read >= _FIRST_LINES and not any(map(_decides, said)):
                raise Unclear(f"决定要写在开头几行。{HOW}")
            found, taken = _line(lines, place, figures, first=number == 0)
            said, place, read = said + found, place + taken, read + taken
    if sum(1 for _ in _deciding(said)) == 0:
        raise Unclear(f"没有看懂答复。{HOW}")
    return _ruling(said, by, today)


def _line(
    lines: list[str], place: int, figures: FigureWords, *, first: bool
) -> tuple[_Sayings, int]:
    """What a line says, and how many lines that took (a reason may run on to the end of
    its paragraph)."""
    said = list(_clauses(lines[place], figures, first=first))
    if said:
        last = said[-1]
    else:
        last = None
    if last is None or last.what not in (_What.REJECT, _What.SURE, _What.VOID):
        return said, 1
    rest = _run_on(lines[place + 1 :], last)
    if rest:
        together = " ".join([last.text, *rest])
        said[-1] = _Said(last.what, together.strip())
    if last.what is _What.REJECT:
        _check_reason(said[-1].text)
    return said, 1 + len(rest)


def _run_on(lines: list[str], said: _Said) -> list[str]:
    """The lines below that belong to a reason: those of a 退回 that begin no decision of their own."""
    if said.what is not _What.REJECT and not said.text:
        return []
    rest: list[str] = []
    for line in lines:
        if _starts_decision(line) or (
            not said.text
            and not rest
            and not re.match(r"(?:原因|理由|因)", line)
        ):
            break
        rest.append(re.sub(r"^(?:原因|理由)(?:是|为|如下)?\s?:?\s?", "", line))
    return rest


def _starts_decision(line: str) -> bool:
    return any(
        what is not _What.NEUTRAL and pattern.match(line)
        for what, pattern in _ACTS
    )


def _check_reason(why: str) -> None:
    if len(re.sub(r"[\W_]|谢谢|辛苦了?", "", why)) < 2:
        raise Unclear("退回要写明原因，例如 退回：报送单位写错")
    if _ANOTHER_FIGURE.fullmatch(why.strip(" ,。;!")):
        raise Unclear(
            f"“退回”是请单位重报，“{why[:30]}”是照此计入，只能写一种，不敢替您决定。{HOW}"
        )
    if _BACK.search(why):
        raise Unclear(f"前面写了退回，后面又像不退，不敢替您决定。{HOW}")


def _clauses(
    line: str, figures: FigureWords, *, first: bool
) -> Iterator[_Said]:
    """A line's clauses from left to right. Raises Unclear for one that may speak against a decision."""
    rest = line
    while rest := re.sub(r"^[\s,。;!、.~)】(【“”\"'’‘『』「」]+", "", rest):
        beside = figure_order(rest, figures)
        if beside is not None:
            yield _Said(_What.BESIDE, beside.number, beside=beside)
            rest = rest[beside.taken :]
            continue
        for what, pattern in _ACTS:
            if match := pattern.match(rest):
                yield _said(what, match)
                rest = rest[match.end() :]
                break
        else:
            clause = re.split(r"[,。;!]", rest, maxsplit=1)[0]
            _check_clause(clause, first=first)
            yield _Said(_What.NEUTRAL, clause.strip())
            rest = rest[len(clause) :]


def _check_clause(clause: str, *, first: bool) -> None:
    """A clause that is no decision may only be a greeting, a reason or a name: nothing
    that limits, asks, denies or counts."""
    against = _AGAINST.search(clause) and (first or _CASE_WORDS.search(clause))
    if against or _VERBS.search(clause) or _PUTS_OFF.search(clause):
        raise Unclear(f"“{clause[:30]}”这句话没有看懂，不敢替您决定。{HOW}")
    _check_numbers(clause)


def _check_aside(why: str) -> None:
    """The reason for another figure may hold no decision, doubt or figure of its own."""
    plain = _CORRECTED.sub("", why)
    if _VERBS.search(plain) or "疑" in plain:
        raise Unclear(f"“{why[:30]}”这句话没有看懂，不敢替您决定。{HOW}")
    _check_numbers(why)


def _check_numbers(text: str) -> None:
    """Beside a decision no number may stand that could be another figure."""
    counts = re.search(
        rf"\d|[{_HAN}]{{2,}}\s?[名人]",
        _HARMLESS_NUMBERS.sub("", without_days(text)),
    )
    if counts:
        raise Unclear(f"“{text[:30]}”这句话没有看懂，不敢替您决定。{HOW}")


def _said(what: _What, match: re.Match[str]) -> _Said:
    part = {}
    for key, value in match.groupdict().items():
        part[key] = value or ""
    if what in _WITH_REASON:
        return _with_reason(what, part)
    if what is _What.UNIT:
        memo = _memo(part["what"]) if part["memo"] else None
        return _Said(what, part["name"], memo=memo)
    if what is _What.REMEMBER:
        return _Said(what, memo=_memo(part["what"]))
    if what is _What.NEUTRAL:
        return _Said(what, match.group().strip(" :"))
    why = ""
    if part.get("why"):
        why = _with_reason(what, part).text
        _check_aside(why)
    return _Said(
        what=what,
        text=part.get("n") or part.get("day") or "",
        was=part.get("was") or part.get("was2") or "",
        why=why,
    )


_WITH_REASON = (_What.REJECT, _What.SURE, _What.VOID, _What.UNDO)
# Characters of a reason that are kept
_LONGEST_REASON = 200


def _with_reason(what: _What, part: dict[str, str]) -> _Said:
    """Raises Unclear where the reason speaks against what it is given for."""
    why = part.get("why", "").strip(" :,。;!)")[:_LONGEST_REASON]
    if what is _What.REJECT:
        explicit = part.get("colon") or part.get("colon2")
        if not explicit and re.search(r"[?？]|[吗]$|通过|采纳", why):
            raise Unclear(f"不清楚是不是要退回。{HOW}")
    elif _HARD.search(why):
        raise Unclear(f"“{why[:30]}”与“{what}”对不上，不敢替您决定。{HOW}")
    return _Said(what, why)


def _memo(what: str) -> Remember:
    if not what:
        return Remember.ALL
    if what in ("邮箱", "地址"):
        return Remember.ADDRESS
    return Remember.NAME


def _decides(said: _Said) -> bool:
    return said.what not in (_What.NEUTRAL, _What.REMEMBER, _What.WAS)


def _deciding(said: _Sayings) -> Iterator[_Said]:
    return (one for one in said if _decides(one))


_TOGETHER = frozenset({_What.UNIT, _What.PERIOD})
_RULES = {
    _What.ACCEPT: DecisionRule.ACCEPT,
    _What.SURE: DecisionRule.ACCEPT,
    _What.CORRECT: DecisionRule.CORRECT,
    _What.REJECT: DecisionRule.REJECT,
    _What.VOID: DecisionRule.VOID,
    _What.UNDO: DecisionRule.UNDO,
}


def _ruling(said: _Sayings, by: str, today: date | None) -> Ruling:
    """All that they say as one ruling. Raises Unclear where it does not go together."""
    kinds = {one.what for one in _deciding(said)}
    _check_order(said)
    memo = {one.memo for one in said if one.memo}
    unit = _one(said, _What.UNIT)
    if len(memo) > 1 or (memo and not unit):
        raise Unclear("要程序记住，请写明归哪个单位，例如：归某单位并记住")
    corrected = _one(said, _What.CORRECT)
    was = _former(said)
    if was and (len(was) > 1 or not corrected):
        raise Unclear(f"答复里有几个数，不知道以哪个为准。{HOW}")
    period = _one(said, _What.PERIOD)
    return Ruling(
        rule=_rule(kinds),
        by=Actor(by),
        why=_why(said),
        completed=_number(corrected) if corrected else None,
        unit=unit,
        period=_day(period, today) if period else None,
        was=next(iter(was), None),
        sure=_What.SURE in kinds,
        remember=next(iter(memo), None),
        also=_beside(said, corrects=_What.CORRECT in kinds),
    )


def _rule(kinds: set[_What]) -> DecisionRule:
    """The one rule that what they say comes to. Raises Unclear where it is several."""
    main = kinds - _TOGETHER - {_What.BESIDE}
    if kinds & {_What.ACCEPT, _What.CORRECT}:
        main -= {_What.SURE}
    out = main & {_What.REJECT, _What.VOID, _What.UNDO}
    if len(main) > 1 or (out and kinds & (_TOGETHER | {_What.BESIDE})):
        raise Unclear(
            f"答复里有互相矛盾的说法（{'、'.join(sorted(kinds))}）。{HOW}"
        )
    if main:
        return _RULES[next(iter(main))]
    if kinds & _TOGETHER:
        return DecisionRule.ASSIGN
    return DecisionRule.CORRECT


def _check_order(said: _Sayings) -> None:
    order = [
        one.what for one in said if one.what in (_What.SURE, _What.CORRECT)
    ]
    if order[:1] == [_What.SURE] and _What.CORRECT in order:
        raise Unclear(f"前面说情况属实，后面又要改数，不敢替您决定。{HOW}")


def _former(said: _Sayings) -> set[int]:
    """The figures that they say stood there before."""
    found = set()
    for one in said:
        if one.was:
            found.add(_number(one.was))
        if one.what is _What.WAS and one.text:
            found.add(_number(one.text))
    return found


def _beside(said: _Sayings, *, corrects: bool) -> NamedCounts:
    """The figures beside the main one that they give. One that is named without a verb
    (其中实名登记1100) counts beside one that they change, `corrects` or another of these."""
    orders = [one.beside for one in said if one.beside is not None]
    if orders and not corrects and not any(one.orders for one in orders):
        raise Unclear(f"写了{orders[0].name}的数，没有写怎么处理。{HOW}")
    given: dict[str, int] = {}
    for order in orders:
        value = _number(order.number)
        if given.setdefault(order.figure, value) != value:
            raise Unclear(f"{order.name}写了几个数，不知道以哪个为准。{HOW}")
    return tuple(given.items())


def _one(said: _Sayings, what: _What) -> str:
    found = {}
    for one in said:
        if one.what is what:
            found[_number(one.text) if what is _What.CORRECT else one.text] = (
                one.text
            )
    if len(found) > 1:
        raise Unclear(
            f"答复里“{what}”有几种说法（{'、'.join(found.values())}），不知道以哪个为准。{HOW}"
        )
    return next(iter(found.values()), "")


def _why(said: _Sayings) -> str:
    """Their reason: what they give as one, else the words around the decision."""
    given = [
        one.text
        for one in said
        if one.what in (_What.REJECT, _What.SURE, _What.VOID, _What.UNDO)
        and one.text
    ]
    given += [one.why for one in said if one.why]
    around = [
        one.text
        for one in said
        if one.what is _What.NEUTRAL and re.search(r"\w{4}", one.text)
    ]
    if any(one.what is _What.SURE for one in said):
        sure = ["情况属实"]
    else:
        sure = []
    return "；".join([*sure, *given] if given else [*sure, *around])[:200]


def _number(text: str) -> int:
    value = value_of(text.replace(",", "").replace(" ", ""))
    if value is None or value != int(value) or value >= 10**9:
        raise Unclear(f"“{text}”不像一个人数。{HOW}")
    return int(value)


def _day(text: str, today: date | None) -> date:
    """The day that is meant; without a year the one nearest to `today`."""
    found = mentions(text)
    if len(found) != 1:
        raise Unclear(f"“{text}”不像一个日期。{HOW}")
    day = day_meant(found[0], today)
    if day is None:
        raise Unclear(f"“{text}”这一天没有看懂，请写成 算2015年9月20日")
    return day
