"""What the notes of a form's file say of its figure: 注：缺城关镇数据 sets it in doubt,
注：数据已经县总工会审核 does not. The words that may stand in one, and what each says.

For: extract, which holds a figure that a note sets in doubt. Pure. Trusts nothing that it
does not know: a clause whose subject is the figure and that no line here explains, holds
it, as an unknown word beside the figure does (rules.md 5). Never takes a number from one.
"""

import re
from collections.abc import Iterable, Iterator, Set
from enum import Enum

from pipeline.model.form import Form
from pipeline.model.values.frozen import frozen

_NUMBERS = r"(?:数(?![字据]?[0-9])[据字]?|人数|完成数|累计数|任务数|新增数|统计数|总数)"
_OF_THIS = r"(?:(?:以上|上述|上列|上面|[此该]|表[中内]|[此该本上]表)(?:的|所[报列填含])?)"
# What a note begins with
_HEAD = re.compile(
    r"[(（\[【]?\s*(?:(?:附|备)?注|(?:补充|数据|统计)?说明|(?:数据|统计|填报)?口径)"
    r"\s*[0-9一二三四五]?\s*[:：]\s*"
)
# What is said of a number begins with one of these: heads of columns do not
SAID_OF_IT = r"(?:[均已未尚不为是系以由从自待有来可正无真准仅只先按照沿与同需经含包还]|截[至止]|更新|口径)"
# Or it speaks of the form or its figure from its first word on
_SUBJECT = re.compile(
    rf"[(（\[【]?\s*(?:{_OF_THIS}{_NUMBERS}?|{_NUMBERS}(?={SAID_OF_IT}))"
)
# The figure itself, which an unknown word then sets in doubt
_OF_THE_FIGURE = re.compile(rf"{_OF_THIS}?{_NUMBERS}(?=.)")
_CLAUSE_ENDS = re.compile(r"[。；;，,！!]")
_MARK = re.compile(r"[(（]?[0-9一二三四五六七八九十]{1,2}[)）、.．]\s*")
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})\s?年")

_LAST = r"[上前][一个]?[期旬次月周季年]"
_NOT_ASKED = (
    r"(?:城镇|非农|退会|退休|机关|事业|干部|上年|去年|往年|历年|以前|20[0-9]{2}年|存量|原有|老会员"
    r"|目标[外以]|未入会|意向|拟入|预[计估]|估|重复|流出|流失|减员)"
)


class Sense(Enum):
    """What a clause of a note does to the figure."""

    # Explains it, or speaks of something else
    HARMLESS = "harmless"
    # Says that it is not what the form asks for, or is not proved
    DOUBTED = "doubted"
    # As DOUBTED where a bare number is cumulative
    ADDED = "added"
    # HARMLESS where it names no year but the form's own
    TOTAL = "total"


@frozen
class Saying:
    """One thing that notes say: where `pattern` is found in a clause. Each of `examples`
    is such a clause, parted by blanks."""

    sense: Sense
    pattern: str
    examples: str


# The first that is found in a clause decides
SAYINGS: tuple[Saying, ...] = (
    Saying(
        Sense.HARMLESS,
        r"^[数人][字据数]?已经?(?:更?改|修改|改正|更正|订正|更新|调整)(?:[好过了]|$)",
        "数字已改 数据已更正 人数已经改好",
    ),
    Saying(
        Sense.HARMLESS,
        r"(?<![未没应需须])(?:不含|不包括|不计|未计入|剔除|扣除|除去|去除|核减)了?"
        rf"[^含]{{0,6}}?{_NOT_ASKED}",
        "不含城镇职工 已剔除重复人员 已扣除流出会员15人",
    ),
    Saying(
        Sense.HARMLESS,
        r"[如若]有|^(?:[如若凡请须]|必须|应(?![扣加减为是改])|不得|务必|各|每)",
        "请按时报送 如有变动另行报告 数据如有调整 每月10日报送 应于18:00前报送",
    ),
    Saying(
        Sense.HARMLESS,
        rf"^{_LAST}[^0-9]{{0,10}}[0-9]|^(?:下|今后|年底|年内|明年|月底前|力争|争取)"
        r"|^(?:全年)?目标[^0-9]{0,6}[0-9]|^(?:完成率|进度)",
        "上期数据为332人 上月底为300人 下期预计完成500人 目标任务数600 完成率59.3%",
    ),
    Saying(
        Sense.DOUBTED,
        r"缺.{0,10}(?:数|[县区市乡镇]|街道|公司|单位|企业)"
        r"|(?:[未漏欠缺少多]|没有?)(?:上报|报|统计|计入|计算|纳入|汇总|包含|包括|含|扣除|剔除|录入)"
        r"(?!送?的|者|将|或|、)"
        r"|不(?:全|齐|完整|含|包括|包含|计入?)|(?:部分|个别).{0,6}(?:数|未|没)",
        "缺城关镇数据 有2个乡镇未报 部分乡镇数据未报 不包括经开区 数据不全 未扣除退会人员",
    ),
    Saying(
        Sense.DOUBTED,
        r"[仅只](?:统计|含|包括|包含|报|计|算|有|[是为]|限|[0-9])|扣除",
        "仅统计了3个乡镇 只含县级单位 农民工仅200人 应扣除借调人员12人",
    ),
    Saying(
        Sense.DOUBTED,
        r"(?:含|包括|计入|纳入|其中).{0,12}?"
        rf"(?:{_NOT_ASKED}|{_LAST}|结转|补报|未[办录]|申请|办理|正在|拟)|其中[:：]?\s*农民工",
        "含退会12人 其中农民工300人 包含2014年发展的会员 其中城镇职工100人 "
        "含已提交申请未入会的50人 完成数含以前年度",
    ),
    Saying(
        Sense.DOUBTED,
        r"虚|错|有误|不[对符]|误差|出入|不实|不[一太]?[定够]?准|不确|可能|大概|大约|估|(?<!不含)预[计报]|暂[报定统]"
        r"|初步|初报|尚[未需待]|待[核审查定补确更]|需[核再]|未经?(?:领导|主席)?[核审查定确]|先[报填](?:这个?|此)?数|重[复报]|水分",
        "数字不准确 数据可能有出入 不一定准确 数据未核 数据未经领导审定 先报这个数 "
        "初步统计 以上数字重复统计了12人 数字尚需核对",
    ),
    Saying(
        Sense.DOUBTED,
        rf"[沿照][用抄搬]|[为是系按]{_LAST}|^{_LAST}|(?:正在|重新|继续)[核统]",
        "沿用上期数 数据照抄上期 本表为上一期报表 数据正在核实",
    ),
    Saying(
        Sense.DOUBTED,
        r"[十百千万]人|百分|以[十百千万]{1,2}为|[0-9]{1,2}倍"
        r"|(?:企业|基层工会|新建工会|单位|户|[家班]组?|项目|职工|职工总|(?<!新增)(?<!发展)(?<!入会)(?<!农民工)会员|总人)"
        r"个?数(?![据字])|会员总数|总会员|在册",
        "本表数字单位为百人 系百分比 本表所填人数为企业数 完成数按职工总数统计 完成数为会员总数",
    ),
    Saying(
        Sense.DOUBTED,
        r"更正|订正|作废|改[为成]|应[为是扣加减]|以(?![此本该这])[^。]{1,12}为准"
        r"|(?:^|[为是系].{0,6}?)(?:目标|计划|任务|去年|上年)(?:任务)?(?:数|人数|值|$)"
        r"|模板|样[表本稿]|示例|测试|练习|草稿|勿|忽略",
        "此数据为全年累计目标 目标数 该表为模板 数据以后续报送为准",
    ),
    Saying(
        Sense.ADDED,
        r"(?<!不)填(?:的|写|报)?(?:[是为])?(?:本[旬期月次周季]|当[旬期月]|新增)|增量"
        r"|(?<!不是)(?<!不填)(?<!非)(?:本[旬期月次周季]|当[旬期月])(?:新增|净增|发展)?的?人?数(?![据字])"
        r"|[为是系](?:本[旬期月次周季]|当[旬期月])(?:新增|净增)",
        "表中填的是本旬新增数 上表为本旬数 表中数为本旬新增 本表只填本旬新增数",
    ),
    Saying(
        Sense.HARMLESS,
        r"真实|有效|属实|无误|准确|完整|[核审][实核对定查]|确认|一致|负责",
        "以上数据真实有效 数据已经县总工会审核 以上数据核对无误",
    ),
    Saying(
        Sense.HARMLESS,
        r"由.{1,24}(?:汇总|统计|填报|填写|提供|报送|上报|组织)|来[源自]|根据|依据|按照|取自|导出|系统",
        "数据由各乡镇汇总 数据来源于实名制系统 本表由县总工会组织部填报",
    ),
    Saying(
        Sense.TOTAL,
        r"累计|以来|起算|算起|至今|截[至止]|含|包括|其中",
        "数据为累计数 指今年以来新发展的会员 数据截至9月10日 以上数据含乡镇和街道",
    ),
    Saying(
        Sense.HARMLESS,
        r"(?:新增|发展|入会|吸收)的?(?:农民工|会员|人)|[本当][旬期月次周季]|[较比]上"
        r"|持平|相同|(?:无|没有|未)变[化动]",
        "以上均为实际入会人数 本期新增24人 较上期增加24人 数据为本旬数据 数字与上期持平",
    ),
    Saying(
        Sense.HARMLESS,
        r"另[附行报文]|详?见附|附后|后附|作为|用于|通报|公示|备查|存档|报告|汇报|审阅",
        "各乡镇数据另附 数据详见附件 以上情况特此报告 本表将作为通报的依据",
    ),
)


@frozen
class Note:
    """A line that sets every form's figure in doubt (`doubted`), or those of forms of
    another year than it names."""

    line: str
    doubted: bool
    years: frozenset[int]


def notes_in(lines: Iterable[str], *, cumulative: bool) -> tuple[Note, ...]:
    """The lines that may set a figure in doubt. `cumulative`: a bare number means a
    total."""
    found = []
    for line in lines:
        note = _note_of(line, cumulative)
        if note.doubted or note.years:
            found.append(note)
    return tuple(found)


def _note_of(line: str, cumulative: bool) -> Note:
    doubted = False
    years: set[int] = set()
    for clause in _clauses_of_a_note(line):
        sense = sense_of(clause)
        unknown = sense is None and _OF_THE_FIGURE.match(clause) is not None
        doubted = doubted or unknown or is_doubted(sense, cumulative)
        years |= years_of(sense, clause)
    return Note(line, doubted, frozenset(years))


def doubtful_note(notes: Iterable[Note], form: Form, measures: str) -> str:
    """The first note that sets a form's figure in doubt, "" for none. Within its measures
    only one that is headed as a note does."""
    for note in notes:
        inside = note.line in measures and not is_headed(note.line)
        if not inside and (note.doubted or of_another_year(note.years, form)):
            return note.line.strip()
    return ""


def is_headed(line: str) -> bool:
    """Whether a line says itself that it is a note: 注：, 备注：, 说明：."""
    return _HEAD.match(line.strip()) is not None


def _clauses_of_a_note(line: str) -> Iterator[str]:
    """The clauses of a line, none where it is no note."""
    said = line.strip()
    head = _HEAD.match(said)
    if head is not None:
        said = said[head.end() :]
    elif not _SUBJECT.match(said):
        return
    for clause in clauses_of(said):
        yield clause.lstrip("(（[【")


def clauses_of(line: str) -> Iterator[str]:
    """The clauses of a line, without the marks of a list."""
    for clause in _CLAUSE_ENDS.split(line):
        yield _MARK.sub("", clause.strip(), 1)


def sense_of(clause: str) -> Sense | None:
    """What a clause says of a figure, None where nobody knows."""
    for saying in SAYINGS:
        if re.search(saying.pattern, clause):
            return saying.sense
    return None


def is_doubted(sense: Sense | None, cumulative: bool) -> bool:
    """Whether a clause of this sense sets any form's figure in doubt. `cumulative`: the
    number there means a total."""
    return sense is Sense.DOUBTED or (sense is Sense.ADDED and cumulative)


def years_of(sense: Sense | None, clause: str) -> set[int]:
    """The years of which a clause that explains the figure says so."""
    if sense is not Sense.TOTAL:
        return set()
    return {int(said) for said in _YEAR.findall(clause)}


def of_another_year(years: Set[int], form: Form) -> bool:
    """Whether one of some years is not the form's own, where it says one."""
    if form.reported_on is None:
        return False
    return bool(years - {form.reported_on.year})
