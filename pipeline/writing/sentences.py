"""Why, in one sentence that a clerk would accept: every note, hold, trouble and talk
rule in plain Chinese.

The program never writes 瞒报, 虚报 or 拒报 of anyone (rules.md 8): a sentence here says
what stands where, and what to do.
"""

from collections.abc import Iterable, Sequence

from pipeline.model.arrival import Aside, AsideKind, FileOutcome, FileResult
from pipeline.model.document import Doubt
from pipeline.model.form import (
    PASSED_ON_BETWEEN,
    AlsoSpec,
    Figure,
    Hold,
    Note,
    Place,
    SeenNumber,
    TextSpec,
)
from pipeline.model.notice import DropReason
from pipeline.model.report import ENOUGH, Pace, Report
from pipeline.model.review.rival_numbers import rival_numbers
from pipeline.model.rules import CheckRules
from pipeline.model.trouble import ADVICE, FORM, TroubleCode
from pipeline.model.wording.campaign_words import PLAIN_WORDS, CampaignWords
from pipeline.writing.words import points

_MEASURES = PLAIN_WORDS.labels.measures
# Of a file that was read and holds no form to adopt; where the reader itself found none
# its advice says what to do.
_NOT_ADOPTED = "文件里没有找到报送表，未采用。"

_NOTES = {
    Note.PERIOD_CONFLICT: "邮件里出现了不止一个报送日期，已按本期计。",
    Note.YEAR_CORRECTED: "报送时间的年份不在本次行动之内，已按收到的年份理解；下次请改正年份。",
    Note.STALE_DATE: "报送时间仍是上一期的日期，已按收到的时间计入本期；下次请更新报送时间。",
    Note.ROUNDED: "数字是以万为单位填写的，请下次填写到个位。",
    Note.NIL_REPORT: "按零报告处理：本期没有新增，沿用上一次的累计数。",
    Note.DERIVED_CUMULATIVE: "表中只有本期新增数，累计数由上一次的累计加本期新增得出。",
    Note.ADDED_MISMATCH: "上期累计数加本期数不等于本期累计数，请核对；现按累计数计。",
    Note.RATE_MISMATCH: "表中写的完成率与完成数除以目标数的结果相差超过1个百分点，以完成数为准。",
    Note.MEASURES_MISSING: "没有填写主要工作举措。",
    Note.MEASURES_SHORT: "主要工作举措偏短（要求300字左右）。",
    Note.MEASURES_NOT_ITEMISED: "主要工作举措没有分条列举。",
    Note.REGISTERED_BELOW: "实名登记数少于累计完成数，请抓紧补登。",
    Note.ALSO_ABOVE: "有一项分项数大于它所属的数，请核对。",
    Note.ALSO_MISSING: "要求填报的分项数没有填写，或没有读出来。",
    Note.FIELD_MISSING: "表上有一栏要求填写而没有填，下次请填上。",
    Note.EXTENDED: "准予延期：在批准的期限内收到，按时。",
    Note.PROVIDER_DELAY: "邮件在截止前已送到邮箱服务商，是服务商延误投递，按时计，另行注明。",
    Note.UNKNOWN_SENDER: "发件邮箱不在登记名单里。",
}

_HOLDS = {
    Hold.CAMPAIGN_UNCLEAR: "这张表也可能是同一邮箱另一项工作的（见“哪项工作”），"
    "两边都没有计入：是本项工作的请通过，不是的请作废。",
    Hold.SENDER_MISMATCH: "表中的报送单位与发件邮箱登记的单位不一致。",
    Hold.UNKNOWN_SENDER: "发件邮箱不在登记名单里。",
    Hold.SENDER_UNPROVEN: "这封邮件自称来自登记的邮箱，但没有得到证实，可能是冒名的，请先与该单位核实。",
    Hold.UNIT_UNCLEAR: "看不出是哪个单位的表：报送单位没有写明，或写法不在名单里。",
    Hold.PERIOD_UNCLEAR: "看不出是哪一期的表：写明的日期与收到的时间对不上。",
    Hold.FIGURE_UNCLEAR: "完成数不明确：没有填写，或几处数字不一致。",
    Hold.FIGURE_APPROXIMATE: "完成数是约数（约、近、余、多），需要准确数字。",
    Hold.FIGURE_DECREASED: "累计完成数比以前报过的少。",
    Hold.FIGURE_JUMP: "累计完成数一次增加过多，或超过目标过多，需要核实。",
    Hold.SET_BACK: "工作人员要求重新核对这份报表。",
    Hold.SCAN_UNREAD: "只收到扫描件或照片，需要人工读数。",
    Hold.SCAN_UNCERTAIN: "扫描件或照片的读数有疑问，需要人工核对。",
    Hold.SECOND_LOOK: "程序读出的内容与这个文件打印出来的样子不一致，需要打开原件核对。",
}

_DOUBTS = {
    Doubt.STRUCK: "填数处有带删除线的字",
    Doubt.RAISED: "数字旁有上标或下标的数字",
    Doubt.BARELY_SEEN: "填数处有几乎看不见的字",
    Doubt.UNTOLD: "看不准填数处显示的是什么，或各行相加与合计不符",
    Doubt.UNCOMPUTED: "填数处是公式，文件里没有算好的结果",
    Doubt.NOT_A_NUMBER: "填数处不是数字（日期、是否或出错的公式）",
    Doubt.REORDERED: "填数处的字符显示顺序与存放的不同",
    Doubt.PICTURED: "填数处有图片或公式对象",
    Doubt.UNFILLED: "填数处还是提示语，没有填写",
}

_PLACES = {
    Place.LABEL: "标题空白处",
    Place.VALUE: "填数处",
    Place.PRINT: "打印件上",
    Place.FILE: "另一个文件上",
    Place.TABLE: "同一个文件的另一张表上",
    Place.RECORD: "已经更正或核实过的报表上",
}


_FILES = {
    FileOutcome.READ: "已读取。",
    FileOutcome.MAIL_ENCRYPTED: f"邮件本身是加密的，无法读取，请不要加密，把{FORM}重新发送。",
    FileOutcome.NOT_COMPARED: "扫描件或照片，未与表格逐项核对，以表格文件为准。",
}


_DROPPED = {
    DropReason.LATE: "过期未发：超过应发时间太久",
    DropReason.OVERTAKEN: "已由更进一步的提醒代替",
    DropReason.HISTORY: "启用本程序之前的历史邮件，不再答复",
    DropReason.STORM: "同一天来信太多，不再自动答复",
    DropReason.NO_ADDRESS: "没有可用的邮箱地址",
    DropReason.RESTORED: "台账是从备份恢复的，这一期可能在备份以后已经发过，程序不再自动发",
    DropReason.AS_TOLD: "当时的情形不需要发",
}


def drop_sentence(reason: DropReason | None) -> str:
    """Why a notice did not go; "" for one that was not dropped."""
    if reason is None:
        return ""
    return _DROPPED[reason]


def dropped_for(kept: str) -> DropReason | None:
    """The reason that a row holds: its code, or the sentence of an older ledger."""
    if not kept:
        return None
    # Ledgers of before had the sentence itself in the row.
    if kept in set(DropReason):
        return DropReason(kept)
    by_sentence = {}
    for reason, sentence in _DROPPED.items():
        by_sentence[sentence] = reason
    return by_sentence.get(kept, DropReason.AS_TOLD)


def trouble_sentence(code: TroubleCode, form_name: str = FORM) -> str:
    """What a file's trouble means for its sender; `form_name` as of file_sentence."""
    return ADVICE[code].replace(FORM, form_name)


def file_sentence(result: FileResult, form_name: str = FORM) -> str:
    """What became of a file, for its sender: the reader's own advice where it gave one.
    `form_name` is how the campaign calls its form."""
    # The reader saw the file and knows the way out better than its code does.
    if result.advice:
        return result.advice.replace(FORM, form_name)
    if result.outcome is TroubleCode.NO_FORM:
        return _NOT_ADOPTED.replace(FORM, form_name)
    if isinstance(result.outcome, TroubleCode):
        return trouble_sentence(result.outcome, form_name)
    return _FILES[result.outcome].replace(FORM, form_name)


_ASIDES = {
    AsideKind.RECALL: "来信要求撤回邮件（{subject}），已收到的{report}没有变动，需要撤回的请核实后处理",
    AsideKind.STAND_IN: "自动回复提到另外的联系人，请核对名册：{text}",
    AsideKind.HANDED_OVER: "来信说换了联系人，请核对名册：{text}",
    AsideKind.TAKEN_BACK: "来信说先前报的有误或不要采用，没有附新的表，"
    "已收到的{report}没有变动，请核实后处理：{text}",
}
# Characters of a mail's subject and text that are shown
_SUBJECT_SHOWN = 60
_TEXT_SHOWN = 120


def aside_sentence(aside: Aside, report: str) -> str:
    """`report` is the campaign's word for one."""
    return _ASIDES[aside.kind].format(
        subject=aside.subject[:_SUBJECT_SHOWN],
        text=" ".join(aside.text.split())[:_TEXT_SHOWN],
        report=report,
    )


def file_name(result: FileResult) -> str:
    """A file's name; a link to a file may have none."""
    if not result.name and result.outcome is TroubleCode.CLOUD_LINK:
        return "超大附件"
    return result.name


def note_sentence(
    note: Note,
    rules: CheckRules | None = None,
    words: CampaignWords = PLAIN_WORDS,
) -> str:
    """A note as the rules of the campaign have it; without them as a fingerprint of a
    ledger has had it ever since."""
    # A threshold is told as the config sets it, never as it was once.
    if rules is not None and note is Note.RATE_MISMATCH:
        allowed = points(float(rules.rate_tolerance))
        return f"表中写的完成率与完成数除以目标数的结果相差超过{allowed}个百分点，以完成数为准。"
    if rules is not None and note is Note.MEASURES_SHORT:
        said = f"{_MEASURES}偏短（不足{rules.measures_min_chars}字）。"
        return _as_labelled(said, words)
    if rules is not None and note in (Note.ALSO_MISSING, Note.FIELD_MISSING):
        return _missing_sentence(note, rules)
    return _as_labelled(_NOTES[note], words)


def _missing_sentence(note: Note, rules: CheckRules) -> str:
    """By the names of all that is needed, which a clerk finds on the form; the common
    sentence where the config needs nothing of it any more."""
    specs: Sequence[AlsoSpec | TextSpec] = rules.also
    rest = "，或没有读出来。"
    if note is Note.FIELD_MISSING:
        specs = rules.texts
        rest = "，下次请填上。"
    needed = []
    for spec in specs:
        if spec.needed:
            needed.append(f"“{spec.title}”")
    if not needed:
        return _NOTES[note]
    if len(needed) == 1:
        return f"{needed[0]}要求填写而没有填{rest}"
    return f"{'、'.join(needed)}都要求填写，有的没有填{rest}"


def _as_labelled(sentence: str, words: CampaignWords) -> str:
    """A sentence with the form's own heads in place of the common ones."""
    pairs = (
        (PLAIN_WORDS.labels.unit, words.labels.unit),
        (PLAIN_WORDS.labels.date, words.labels.date),
        (_MEASURES, words.labels.measures),
    )
    for common, own in pairs:
        sentence = sentence.replace(common, own)
    return sentence


def _unclear_sentence(figure: Figure) -> str:
    """What of a figure's place was not understood or is in doubt, and every number that
    stands there; "" where there is nothing of it to tell."""
    told = []
    for doubt in figure.doubts:
        told.append(_DOUBTS[doubt])
    told += [f"“{words}”使这个数不能确定" for words in figure.unexplained]
    # Where all places agree, their number is no reason.
    if figure.rivals:
        told.append(places_told(figure.rivals))
    if not told and figure.seen:
        # 150人 where 处 are counted: neither left out nor at odds with another
        told.append(f"{places_told(figure.seen)}，看不准是什么数")
    if not told:
        return ""
    return f"完成数不明确：{'；'.join(told)}，请填写一个明确的数字。"


def places_told(numbers: Iterable[SeenNumber]) -> str:
    """Every number that was seen, with its place."""
    where = (
        f"{_PLACES[number.place]}写的是{number.value}" for number in numbers
    )
    return "、".join(dict.fromkeys(where))


def hold_sentence(
    hold: Hold,
    report: Report,
    last: int | None,
    target: int | None,
    words: CampaignWords = PLAIN_WORDS,
) -> str:
    """A hold with its numbers: what stands on the form against what is on record."""
    of = words.unit
    sentence = _as_labelled(_HOLDS[hold], words)
    # A figure may also be held since a later period counts less.
    earlier_was_more = last is not None and (report.completed or 0) < last
    if hold is Hold.FIGURE_DECREASED and not earlier_was_more:
        return "累计完成数与别的各期矛盾：比以前报过的少，或比以后一期已计入的多，需要核实。"
    if hold is Hold.FIGURE_DECREASED and last is not None:
        return (
            f"{_this_total(report, of)}，"
            f"比上一次的{last}{of}少{last - (report.completed or 0)}{of}。"
        )
    if hold in (Hold.FIGURE_UNCLEAR, Hold.SECOND_LOOK):
        return _sentence_of_form(hold, report, sentence)
    if hold is Hold.UNIT_UNCLEAR and report.form and report.form.writers:
        unit = words.labels.unit
        writers = PASSED_ON_BETWEEN.join(report.form.writers)
        return f"看不出是哪个单位的表：表上没有写明{unit}，又是从{writers}的邮件里转来的。"
    if hold is Hold.FIGURE_JUMP and target:
        if last is not None:
            before = f"，上一次是{last}{of}"
        else:
            before = ""
        return (
            f"{_this_total(report, of)}{before}，"
            f"{words.target_name}{target}{of}：增加或超出过多，需要核实。"
        )
    return sentence


def _this_total(report: Report, of: str) -> str:
    """The figure that was held against the history; of several numbers it is one."""
    if rival_numbers(report):
        return f"按表上的{report.completed}{of}"
    return f"本次累计{report.completed}{of}"


def _sentence_of_form(hold: Hold, report: Report, common: str) -> str:
    """A hold for what stands on the form, with the numbers that stand there; the common
    sentence where nothing more is known."""
    if report.form is None:
        return common
    figure = report.form.figure
    if hold is Hold.FIGURE_UNCLEAR:
        return _unclear_sentence(figure) or common
    if not figure.rivals:
        return common
    return f"{common.rstrip('。')}：{places_told(figure.rivals)}。"


def codes_in_words(
    kept: str,
    rules: CheckRules | None = None,
    words: CampaignWords = PLAIN_WORDS,
) -> str:
    """Why a decision was made as the ledger keeps it: the codes of the program's own,
    staff's words as they stand."""
    told = []
    for part in filter(None, kept.split(",")):
        if part in set(Hold):
            held = _as_labelled(_HOLDS[Hold(part)], words)
            told.append(held.rstrip("。"))
        elif part in set(Note):
            noted = note_sentence(Note(part), rules, words)
            told.append(noted.rstrip("。"))
        else:
            return kept
    return "；".join(told)


PACE_TITLE = "进度快慢"


def pace_words(
    known: Pace, report: Report, words: CampaignWords
) -> tuple[str, str]:
    """(what the form would add, what the unit usually adds)."""
    return _this_rise(known, report, words), _usual_rise(known, words)


def _this_rise(known: Pace, report: Report, words: CampaignWords) -> str:
    asked = _question(known, report, words)
    if known.last is None or known.away is None or report.completed is None:
        return asked
    rise = report.completed - known.last
    if known.away == 1 or rise < 0:
        return asked
    each = words.counts(round(rise / known.away))
    told = f"距上次报数{known.away}期，平均每期{each}"
    return "；".join(filter(None, (told, asked)))


def _question(known: Pace, report: Report, words: CampaignWords) -> str:
    """What the number may have been meant as."""
    added = report.added
    if added is not None and known.looks_cumulative(added):
        return (
            f"{words.counts(added)}像是累计数，不是本{words.span}新增：是累计数请回复"
            f" 改为{added}"
        )
    completed = report.completed
    if completed is not None and known.looks_added(completed):
        total = (known.last or 0) + completed
        return (
            f"{words.counts(completed)}像是本{words.span}新增，不是累计数：是新增请回复"
            f" 改为{total}"
        )
    return ""


def _usual_rise(known: Pace, words: CampaignWords) -> str:
    if known.usual is None:
        return (
            f"以往只有{known.rises}次增减（至少要{ENOUGH}次），太少，看不出快慢"
        )
    usual = words.counts(round(known.usual))
    return f"以往每期增加的中位数{usual}（{known.rises}次）"
