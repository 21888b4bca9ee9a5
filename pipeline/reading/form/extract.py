"""Document to forms: the four fields of each, with their evidence and what their words
settle (rules.md 3-5).

Trusts identify for where a field stands. Never corrects what is written: a unit's name
stays as typed, a date without a year has none.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from pipeline.model import form_serial
from pipeline.model.document import Document, Doubt, Grid
from pipeline.model.form import (
    AlsoFigure,
    DateMention,
    Evidence,
    Figure,
    Form,
    FormSpec,
    Hold,
    TextField,
)
from pipeline.model.values.frozen import frozen
from pipeline.reading.form import clauses, dates, figure
from pipeline.reading.form.beside.also_figures import taken_out
from pipeline.reading.form.beside.also_figures import within as also_within
from pipeline.reading.form.beside.as_of import other_period, other_time
from pipeline.reading.form.beside.counted_in import other_measures
from pipeline.reading.form.beside.note_sense import (
    Note,
    doubtful_note,
    notes_in,
)
from pipeline.reading.form.beside.other_title import other_title
from pipeline.reading.form.beside.remarks import (
    Remark,
    headed_notes,
    lines_in,
    remark_against,
    remarks_in,
    total_beside,
)
from pipeline.reading.form.beside.text_fields import (
    each_once,
    texts_taken_out,
)
from pipeline.reading.form.findings import Fields, Found
from pipeline.reading.form.identify import forms_in
from pipeline.reading.form.labels import Field, fold
from pipeline.reading.form.numbers import normalise
from pipeline.reading.form.period_mentions import whole_periods

Mentions = tuple[DateMention, ...]

_SERIAL = re.compile(
    rf"{form_serial.LABEL}\s{{0,4}}:?\s{{0,4}}([A-Za-z0-9]{{2,32}}(?:\s?[-–—_]\s?[A-Za-z0-9]{{1,32}}){{0,3}})"
)
_SEAL = re.compile(r"[(（]\s*(?:盖\s*章|公\s*章|章|签\s*章)\s*[)）]|_+|＿+")
# What clerks write behind the unit's name into its cell: who filled the form in, and the
# day, which no name ends in.
_CONTACT = re.compile(
    r"[\s\u3000,，;；、(（]+(?:填报人?|填表人?|联系人|经办人|负责人|报送人|制表人?|审核人?|(?:联系)?电话|手机)"
    r"\s{0,4}[:：].*$",
    re.DOTALL,
)
_DAY_BEHIND = re.compile(
    r"[\s\u3000/／,，;；、|]*(?:(?:报送|填报)?(?:时间|日期)\s{0,4}[:：]?\s{0,4})?"
    r"(\d{4}\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d{1,2}\s?[日号]?)\s*$"
)
# What sets a form in doubt where it is seen of its unit or day; a prompt there is an
# empty place, and whose form it is the sender says.
_ELSEWHERE = frozenset((Doubt.STRUCK, Doubt.BARELY_SEEN, Doubt.REORDERED))
# Day 0 of a sheet's day numbers
_FIRST_SERIAL_DAY = date(1899, 12, 30)


def extract(
    document: Document, spec: FormSpec, file_name: str = ""
) -> tuple[Form, ...]:
    """Every form of a document in reading order; () where there is none."""
    document, texts = texts_taken_out(document, spec)
    document, beside = taken_out(document, spec)
    found = forms_in(document, spec)
    if not found:
        return ()
    numbers = _serials(document, len(found))
    titled = _stands_in(spec.title, document)
    said = _said_in(document, spec)
    tables = _tables(document)
    homes = _homes(found, tables)
    beside_in = _by_table(beside, tables)
    texts_in = _by_table(texts, tables)
    made = []
    for f, number, home in zip(found, numbers, homes, strict=True):
        theirs = beside
        own = texts
        if len(found) > 1:
            theirs = tuple(beside_in.get(home, ()))
            own = tuple(texts_in.get(home, ()))
        form = _form(
            fields=f,
            spec=spec,
            file=file_name,
            number=number,
            beside=theirs,
        )
        form = replace(form, titled=titled)
        measures = _text_of(f, Field.MEASURES)
        form = _held_by_any_file(form, said, measures)
        if len(found) == 1:
            form = _held_by_its_own_file(form, spec, document, measures)
        made.append(_with_texts(form, each_once(own), file_name))
    return tuple(made)


def _tables(document: Document) -> list[str]:
    """The names of a document's tables."""
    names = []
    for block in document.blocks:
        if isinstance(block, Grid):
            names.append(block.name)
    return names


def _homes(found: Sequence[Fields], tables: list[str]) -> list[str]:
    """The name of the table that each form has for itself, "" for all where any two
    share one or a form is spread: then nobody can tell whose a field beside them is."""
    homes: list[str] = []
    for fields in found:
        stands = set()
        for field in fields.values():
            stands.add(_table_of(field.where, tables))
        if len(stands) == 1:
            homes += stands
    if "" in homes or len(set(homes)) < len(found):
        return [""] * len(found)
    return homes


def _table_of(where: str, tables: list[str]) -> str:
    """The table that a place lies in; "" for one outside of all tables."""
    held = [name for name in tables if where.startswith(name)]
    # 表格12 begins with 表格1, too.
    return max(held, key=len, default="")


Beside = TypeVar("Beside", AlsoFigure, TextField)


def _by_table(
    beside: Iterable[Beside], tables: list[str]
) -> dict[str, list[Beside]]:
    """The fields that stand in each table, by its name; none that stands outside."""
    held: dict[str, list[Beside]] = {}
    for field in beside:
        table = _table_of(field.evidence.where, tables)
        if table:
            held.setdefault(table, []).append(field)
    return held


def _stands_in(title: str, document: Document) -> bool:
    """Whether the campaign's title of the form is read in the document, however it is
    spaced."""
    wanted = fold(title)
    if not wanted:
        return False
    # Folding every text of a document costs more than reading it.
    likely = [text for text in document.texts() if wanted[0] in text]
    return any(wanted in fold(text) for text in likely)


@frozen
class _Said:
    """What a document says beside its forms: remarks that speak against any figure, and
    notes that may."""

    remarks: tuple[Remark, ...]
    notes: tuple[Note, ...]


def _said_in(document: Document, spec: FormSpec) -> _Said:
    lines = lines_in(document, spec)
    remarks = remarks_in(lines, document)
    own = []
    for line in (*lines, *headed_notes(document)):
        own.append(_without_printed(line, spec))
    return _Said(
        remarks=(*remarks, *other_measures(document, spec)),
        notes=notes_in(own, cumulative=spec.count == "cumulative"),
    )


def _without_printed(line: str, spec: FormSpec) -> str:
    """A line without what the office itself printed on its form."""
    for printed in spec.printed:
        line = line.replace(printed, "")
    return line


def _held_by_any_file(form: Form, said: _Said, measures: str) -> Form:
    """The form, held for what counts for each form of its file."""
    form = _against(form, remark_against(said.remarks, measures))
    return _against(form, doubtful_note(said.notes, form, measures))


def _held_by_its_own_file(
    form: Form, spec: FormSpec, document: Document, measures: str
) -> Form:
    """The form, held for what can only be told of a file's only one."""
    form = _against(form, total_beside(document, form, measures))
    form = _against(form, _time_beside(form, spec, document))
    if form.titled:
        return form
    return _against(form, other_title(document, form.unit_text, spec))


def _against(form: Form, said: str) -> Form:
    """The form with what its file says elsewhere against its figure, "" for nothing."""
    if not said:
        return form
    return form.contradicted(said)


def _time_beside(form: Form, spec: FormSpec, document: Document) -> str:
    """What a document says of the time that its only form is for, where that is another.
    A month's report is handed in when the month is over."""
    if spec.span or len(form.mentions) != 1:
        return ""
    reported = form.mentions[0]
    time = other_time(document, reported)
    return time or other_period(document, reported, spec)


def _text_of(fields: Fields, name: Field) -> str:
    if name in fields:
        return fields[name].text
    return ""


def _with_texts(form: Form, texts: tuple[TextField, ...], file: str) -> Form:
    """The form with its fields of words, each with its evidence."""
    if not texts:
        return form
    evidence = []
    for field in texts:
        evidence.append((field.name, replace(field.evidence, file=file)))
    return replace(form, texts=texts, evidence=(*form.evidence, *evidence))


def _form(
    fields: Fields,
    spec: FormSpec,
    file: str,
    number: str,
    beside: tuple[AlsoFigure, ...],
) -> Form:
    mentions = _mentions(fields.get(Field.DATE), spec.span)
    place = fields.get(Field.DATE)
    if not mentions and (place is None or not place.text.strip()):
        mentions = _day_behind(fields.get(Field.UNIT))
    fields, also = _with_also(fields, spec, beside)
    named = [(name.value, _evidence(f, file)) for name, f in fields.items()]
    named += [(a.name, replace(a.evidence, file=file)) for a in also]
    return Form(
        unit_text=_unit(fields.get(Field.UNIT)),
        mentions=mentions,
        reported_on=_reported_on(mentions),
        figure=_figure(fields, mentions, spec),
        measures=_measures(fields.get(Field.MEASURES), fields.get(Field.UNIT)),
        evidence=tuple(named),
        serial=number,
        also=also,
    )


def _with_also(
    fields: Fields, spec: FormSpec, beside: tuple[AlsoFigure, ...]
) -> tuple[Fields, tuple[AlsoFigure, ...]]:
    """The fields, and the figures beside the main one: each once, where two places say
    the same; one that two places tell differently is not read."""
    found = fields[Field.COMPLETED]
    text, inside = also_within(found.text, found.where, spec)
    if text != found.text:
        fields = {**fields, Field.COMPLETED: replace(found, text=text)}
    told: dict[str, AlsoFigure] = {}
    for one in (*beside, *inside):
        known = told.get(one.name)
        if known is None or known.value is None:
            told[one.name] = one
        elif one.value is not None and one.value != known.value:
            told[one.name] = replace(known, value=None)
    return fields, tuple(told.values())


# Digits parted by a line's end
_TORN = re.compile(r"(?<=\d)[\t\n](?=\d)")


def _unit(found: Found | None) -> str:
    """The unit as written, line breaks closed up; the place for the seal, whoever filled
    it in and the day left out."""
    if found:
        text = _DAY_BEHIND.sub("", _CONTACT.sub("", _SEAL.sub(" ", found.text)))
    else:
        text = ""
    return re.sub(r"\s*\n\s*", "", text).strip(" \t\u3000:：,，;；。")


def _day_behind(unit: Found | None) -> Mentions:
    """The day that stands behind the unit's name, where it has no place of its own."""
    if unit is None:
        return ()
    behind = _DAY_BEHIND.search(unit.text)
    if behind is None:
        return ()
    return dates.mentions(behind[1])


def _mentions(found: Found | None, span: str) -> Mentions:
    if found is None:
        return ()
    day = found.day or _day_number(found)
    if day is not None:
        return (
            DateMention(
                month=day.month,
                day=day.day,
                year=day.year,
                text=found.text.strip() or day.isoformat(),
            ),
        )
    named = _torn_day(found.text) or dates.mentions(found.text)
    return named or whole_periods(found.text, span)


def _torn_day(text: str) -> Mentions:
    """The day of a cell too narrow for it, some of whose digits stand on the next line
    (2015.11.3 / 0), where it is all that stands there; () for any other text."""
    joined = _TORN.sub("", text.strip())
    if joined == text.strip():
        return ()
    whole = dates.mentions(joined)
    if len(whole) == 1 and whole[0].text == normalise(joined).strip():
        return whole
    return ()


def _day_number(found: Found) -> date | None:
    """A date that lost its format shows as the sheet's day number (42257)."""
    number = found.number
    if (
        number is None
        or not 36_526 <= number < 73_051
        or dates.mentions(found.text)
    ):
        return None
    return _FIRST_SERIAL_DAY + timedelta(days=int(number))


def _reported_on(mentions: Mentions) -> date | None:
    """The first day written in full; a day that the calendar lacks is none."""
    for mention in mentions:
        if mention.year is not None:
            try:
                return date(mention.year, mention.month, mention.day)
            except ValueError:
                return None
    return None


def _figure(
    fields: Fields,
    mentions: Mentions,
    spec: FormSpec,
) -> Figure:
    found = fields[Field.COMPLETED]
    reported = mentions[0] if len(mentions) == 1 else None
    read = figure.read_figure(
        label_text=found.label,
        value_text=found.text,
        number=found.number,
        spec=spec,
        reported=reported,
        lead=found.lead,
    )
    if reported and found.row_day and figure.is_far(found.row_day, reported):
        # The row of another period than the form says it is for
        read = read.held(Hold.FIGURE_UNCLEAR)
    doubts = set(found.doubts)
    for field in (Field.UNIT, Field.DATE):
        if field in fields:
            doubts |= fields[field].doubts & _ELSEWHERE
    if not doubts:
        return read
    held = read.held(Hold.FIGURE_UNCLEAR)
    return replace(held, doubts=tuple(sorted(doubts)))


def _measures(found: Found | None, unit: Found | None) -> tuple[str, ...]:
    """The clauses, without the unit's name and the day that may be signed below them."""
    if found:
        read = clauses.split(found.text)
    else:
        read = ()
    signed = ("", fold(_unit(unit)))
    while read and fold(dates.without_days(normalise(read[-1]))) in signed:
        read = read[:-1]
    return read


def _evidence(found: Found, file: str) -> Evidence:
    if found.text.strip() or found.field is not Field.COMPLETED:
        text = found.text
    else:
        text = found.label
    return Evidence(found.where, text.strip(), file)


def _serials(document: Document, count: int) -> list[str]:
    """The 报表编号 of each form: the document's property where there is one form, else
    as printed, form by form."""
    named = dict(document.properties).get(form_serial.PROPERTY, "")
    if named and count == 1:
        return [named]
    printed = list(
        dict.fromkeys(
            m.group(1)
            for text in document.texts()
            if form_serial.LABEL in text
            for m in _SERIAL.finditer(normalise(text))
        )
    )
    if len(printed) == count:
        return printed
    return [""] * count
