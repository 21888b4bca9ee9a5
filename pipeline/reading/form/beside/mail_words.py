"""A mail's own words against the forms that it brings: 附件里的数字写错了, another total than
theirs in its text or subject, 数据待核实, 数据截至8月底, 作废 in its subject or in a file's name.

For: understand, which knows the mail. Pure. Trusts nothing; never takes a number from them: a
person reads what is meant.
"""

import re
from collections.abc import Iterable, Sequence

from pipeline.model.form import Form
from pipeline.model.mail import Message
from pipeline.reading.form.beside.as_of import ends_elsewhere
from pipeline.reading.form.beside.forms_of_before import LATER, is_of_before
from pipeline.reading.form.beside.note_sense import (
    SAID_OF_IT,
    clauses_of,
    is_doubted,
    of_another_year,
    sense_of,
    years_of,
)
from pipeline.reading.form.beside.remarks import (
    BEFORE,
    TAKES_BACK,
    names_another,
)
from pipeline.reading.form.numbers import normalise
from pipeline.reading.mail.subject import strip_prefixes

# Of the files that a mail brings. A correction says such things of what came before
_OF_THE_FILE = (
    r"(?:附件|所附|附上的|此件|本件|[此本该]表|表[中内上]|这[份张]表?)"
)
_VOID = re.compile(
    rf"{_OF_THE_FILE}[^。；;，,\n]{{0,10}}?{TAKES_BACK}"
    rf"|{_OF_THE_FILE}[^。；;，,\n]{{0,4}}?(?:是|为)(?:样表|上[期旬月次])"
    r"|(?:请)?(?:忽略|勿用|勿采用|不要采用|不要使用)(?:附件|此件|本件|此邮件|本邮件|$)"
    r"|(?:不要|别|勿)(?:采?用|使用|计入)(?:附件|[此本]件|这[个份张]|该数|[此本该]表)"
    r"|以(?:下一|后[面续]|最[后终]|正式|盖章|纸质)[^。；;，,\n]{0,8}?为准"
    r"|^\s*(?:请勿采用|作\s*废)\s*[。！!]?\s*$",
    re.MULTILINE,
)
# Of the forms and their figures, as mails speak of them
_OF_THE_FORMS = re.compile(
    r"(?:但|因|现|目前|其中|我[县区市])?(?:"
    r"(?:附件|附表|所附|报表)(?:[中里内]|的?[数表]|人数|[是为系有含])"
    r"|[此本该上]表|表[中内里]|(?:[此该]|这个?)数|[此这](?:表|件|份)?[是为]"
    rf"|(?:以[下上]|下列|上述)?(?:数[据字]|人数|完成数|累计数)(?={SAID_OF_IT})"
    # Without a subject only of the form at hand
    r"|(?:先|暂|初步)[报填]|待[核审查定确]|含|包[含括]|(?<=其中)[:：]?\s*农民工)"
)
_ENCLOSED = re.compile(r"^\s*(?:附件|附表|所附|报表|旬报表?)[中里内]?的?")
# What was wrong is what came before, and this is the better one
_CORRECTS = re.compile("重新|重报|更正|更新|修改后|改正|以[此这本]|现[报将]")
_CALLED_VOID = re.compile(r"(?<![不未])作\s*废|^\s*[撤召]回\s*[:：]")


def said_by_mail(
    message: Message, forms: Sequence[Form], files: Sequence[str]
) -> str:
    """What a mail's own words say against the forms that it brings in `files`, "" for
    nothing: they take the files back, or name another total than each form."""
    # Beside others it may be a line of the list of what is enclosed
    alone = len(files) == 1
    for line in message.text.split("\n"):
        if (
            (alone and is_of_before(line))
            or _takes_back(line)
            or names_another(line, forms)
            or _counts_to_another_day(line, forms)
            or _sets_in_doubt(line, message.subject, forms)
        ):
            return line.strip()
    subject = message.subject.strip()
    # A thread's subject may be that of an earlier report
    if strip_prefixes(subject) == subject and names_another(subject, forms):
        return subject
    for name in (message.subject, *files):
        if _is_called_void(name):
            return name
    return ""


def said_above(lines: Iterable[str]) -> str:
    """The first of the lines above a form in the mail's own text that takes it back, ""
    for none."""
    for line in lines:
        if is_of_before(line) or _takes_back(line):
            return line
    return ""


def _takes_back(line: str) -> bool:
    void = _VOID.search(line)
    if not void:
        return False
    return BEFORE.search(line, 0, void.end()) is None


def _counts_to_another_day(line: str, forms: Sequence[Form]) -> bool:
    """Whether a clause says that all is counted up to a day of another period than that
    of every form: 附件数据截至8月31日."""
    days = [form.mentions[0] for form in forms if len(form.mentions) == 1]
    if not days or len(days) < len(forms):
        return False
    clauses = list(clauses_of(normalise(line)))
    for index, clause in enumerate(clauses):
        # The last day that is named behind it counts
        rest = "，".join((_ENCLOSED.sub("", clause), *clauses[index + 1 :]))
        if all(ends_elsewhere(rest, day) for day in days):
            return True
    return False


def _sets_in_doubt(line: str, subject: str, forms: Sequence[Form]) -> bool:
    """Whether a line says of the forms what a note on them would: 数据待核实."""
    if _CORRECTS.search(f"{subject} {line}") and not LATER.search(line):
        return False
    spoken = filter(_OF_THE_FORMS.match, clauses_of(line))
    return any(_is_against(clause, forms) for clause in spoken)


def _is_against(clause: str, forms: Sequence[Form]) -> bool:
    sense = sense_of(clause)
    years = years_of(sense, clause)
    for form in forms:
        figure = form.figure
        total = figure.completed is not None and figure.added is None
        if is_doubted(sense, total) or of_another_year(years, form):
            return True
    return False


def _is_called_void(name: str) -> bool:
    void = _CALLED_VOID.search(name)
    if not void:
        return False
    return BEFORE.search(name, 0, void.start()) is None
