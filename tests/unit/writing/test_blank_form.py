"""The pre-filled form: what stands in it, and that the reader reads it right, filled and unfilled."""

import io
import re
import zipfile
from datetime import UTC, date, datetime

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.form import FormSpec
from pipeline.model.form_serial import serial_for
from pipeline.reading.files.read_file import read_file
from pipeline.writing.blank_form import blank_form
from pipeline.writing.docx.package import members_of, packed
from pipeline.writing.docx.packed_members import assembled, packed_alone
from pipeline.writing.sample_month import SENDER

UNIT, PERIOD = "马边县", date(2015, 9, 30)
SERIAL = serial_for(SENDER.campaign, UNIT, PERIOD)
SPEC = FormSpec(
    title=SENDER.form_title,
    unit_labels=("报送单位",),
    date_labels=("报送时间",),
    completed_labels=("已完成目标任务数",),
    measures_labels=("主要工作举措",),
)
CLAUSES = ("走访建筑工地12处，发展会员46名。", "举办集中入会仪式2场。")


def prefilled() -> bytes:
    return blank_form(
        SENDER, UNIT, PERIOD, 610, 1965, SERIAL, "2015年9月上旬（9月10日）"
    )


def filled(content: bytes, figure: str = "1,234") -> bytes:
    """As a clerk fills it: the figure and numbered clauses in the tinted cells."""
    document = docx.Document(io.BytesIO(content))
    table = document.tables[0]
    table.cell(1, 2).paragraphs[0].add_run(figure)
    table.cell(2, 1).paragraphs[0].add_run("1.").add_text(CLAUSES[0])
    table.cell(2, 1).add_paragraph("2." + CLAUSES[1])
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def only_form(content: bytes, name: str = "旬报表.docx"):
    (reading,) = read_file(name, content, SPEC)
    (form,) = reading.forms
    return form


def test_equal_arguments_give_equal_bytes():
    assert prefilled() == prefilled()


@given(
    st.lists(
        st.tuples(st.sampled_from(["a.xml", "b/c.xml", "表.xml"]), st.binary()),
        unique_by=lambda member: member[0],
    )
)
def test_members_packed_alone_make_the_package_of_all(
    members: list[tuple[str, bytes]],
):
    at = datetime(2000, 1, 1, tzinfo=UTC)
    alone = [packed_alone(name, content, at) for name, content in members]
    whole = assembled(alone)
    assert whole == packed(members, at)
    assert members_of(whole) == tuple(members)


def test_an_unfilled_form_has_no_figure():
    form = only_form(prefilled())
    assert (form.figure.completed, form.figure.added, form.figure.nil) == (
        None,
        None,
        None,
    )
    assert form.measures == ()
    assert form.serial == SERIAL


@pytest.mark.parametrize("figure", ["1,234", "1234名", "一千二百三十四"])
def test_a_filled_form_is_read_right(figure):
    form = only_form(filled(prefilled(), figure))
    assert form.figure.completed == 1234
    assert form.figure.holds == ()
    assert form.measures == CLAUSES
    assert form.unit_text == UNIT
    assert form.reported_on == PERIOD
    assert form.serial == SERIAL


def test_an_empty_form_can_be_filled_by_anyone():
    content = blank_form(SENDER)
    form = only_form(filled(content))
    assert (form.unit_text, form.serial, form.figure.completed) == (
        "",
        "",
        1234,
    )


def test_the_printed_number_alone_settles_it():
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(filled(prefilled()))) as old,
        zipfile.ZipFile(buffer, "w") as new,
    ):
        for name in old.namelist():
            empty = re.sub(rb"<property .*</property>", b"", old.read(name))
            new.writestr(
                name, empty if name == "docProps/custom.xml" else old.read(name)
            )
    assert only_form(buffer.getvalue()).serial == SERIAL


def test_forms_made_one_after_the_other_hold_nothing_of_each_other() -> None:
    """They are copies of one pattern: what is written into one must not stand in the next."""
    first = blank_form(
        SENDER, "犍为县", date(2015, 9, 10), 12, 1200, "ABC-DEFGHJ"
    )
    blank_form(SENDER, "国网“乐”·山", date(2015, 9, 20), 13, 900, "XYZ-DEFGHJ")
    empty = blank_form(SENDER)
    assert first == blank_form(
        SENDER, "犍为县", date(2015, 9, 10), 12, 1200, "ABC-DEFGHJ"
    )
    assert empty == blank_form(SENDER)
    assert len({first, empty}) == 2
