"""Every kind of letter has its trio, is one line, a text and a document; mistakes in templates are named by file and line."""

import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2.exceptions import SecurityError
from long_rows import long_rows

from pipeline.model.letters.receipts import FileLine
from pipeline.model.letters.reminders import UnitLetter
from pipeline.model.notice import NoticeKind
from pipeline.writing import samples
from pipeline.writing.sample_month import SENDER
from pipeline.writing.templates import PARTS, Renderer, packaged_templates

RENDERER = Renderer()
HOSTILE = "<script>alert(1)</script>\r\nBcc: all@example.cn\u202e文档\x00\u200b{{ 7 * 7 }}"


def mails():
    return [pytest.param(letter, id=name) for name, letter in samples.LETTERS]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "mail_templates"
    shutil.copytree(packaged_templates(), folder)
    return folder


def test_the_samples_show_every_kind():
    kinds = {
        part.kind
        for _, letter in samples.LETTERS
        for part in (
            letter.parts if isinstance(letter, UnitLetter) else (letter,)
        )
    }
    assert kinds == set(NoticeKind)


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("part", PARTS)
def test_every_kind_has_its_trio(kind, part):
    assert (packaged_templates() / kind / part).is_file()


@pytest.mark.parametrize("letter", mails())
def test_a_mail_is_one_line_a_text_and_a_document(letter):
    mail = RENDERER.render(letter, samples.SENDER)
    assert mail.subject.startswith("【")
    assert "\n" not in mail.subject
    assert samples.SENDER.mailbox in mail.text
    assert mail.html.startswith("<!DOCTYPE html>")
    for left_over in ("None", "{{", "{%", "Undefined", "datetime"):
        assert left_over not in mail.subject + mail.text + mail.html


@pytest.mark.parametrize("letter", mails())
def test_never_a_word_that_accuses(letter):
    mail = RENDERER.render(letter, samples.SENDER)
    assert not re.search("瞒报|虚报|拒报", mail.subject + mail.text + mail.html)


def test_the_packaged_templates_have_no_mistake():
    assert RENDERER.check() == []


def test_what_came_from_a_mail_is_harmless():
    line = replace(
        samples.ACCEPTED,
        unit=HOSTILE,
        measures=(HOSTILE,),
        notes=(HOSTILE,),
        fields=(
            replace(
                samples.ACCEPTED.fields[0],
                text=HOSTILE,
                value=HOSTILE,
                where=HOSTILE,
            ),
        ),
    )
    receipt = replace(
        samples.RECEIPT,
        subject=HOSTILE,
        reports=(line,),
        files=(FileLine(HOSTILE, HOSTILE),),
    )
    mail = RENDERER.render(receipt, samples.SENDER)
    assert "<script" not in mail.html
    assert not re.search(
        "[\u202e\x00\u200b\r]", mail.subject + mail.text + mail.html
    )
    assert not re.search(r"^\s*Bcc:", mail.text, re.MULTILINE)
    assert "49" not in mail.text.replace("1,849", "")
    assert "\n" not in mail.subject


@pytest.mark.parametrize(("text", "quoted"), [("", False), ("约百", True)])
def test_what_stands_empty_is_not_quoted(text, quoted):
    field = replace(
        samples.HELD.fields[0], value="没有读出", where="表格1 第3行", text=text
    )
    line = replace(samples.HELD, fields=(field,))
    for letter in (
        replace(samples.RECEIPT_HELD, reports=(line,)),
        replace(samples.REVIEW, case=replace(samples.CASE, line=line)),
    ):
        mail = RENDERER.render(letter, samples.SENDER)
        assert ("，原文“约百”" in mail.text) == quoted
        assert "“”" not in mail.text + mail.html
        assert "没有读出（" in mail.text
        assert "表格1 第3行" in mail.text


def test_a_subject_never_grows_beyond_reason():
    case = replace(samples.CASE, line=replace(samples.HELD, unit="长" * 500))
    mail = RENDERER.render(replace(samples.REVIEW, case=case), samples.SENDER)
    assert len(mail.subject) <= 120


def test_the_gravest_part_names_the_subject_whatever_the_order():
    parts = samples.OVERDUE.parts
    forth, back = (
        RENDERER.render(UnitLetter("马边县", order), samples.SENDER)
        for order in (parts, parts[::-1])
    )
    assert forth == back
    assert "催报" in forth.subject
    assert forth.text.index("还没有收到") < forth.text.index("进度滞后")


@pytest.mark.parametrize(
    ("file", "old", "new", "line_has", "message"),
    [
        pytest.param(
            *("alert/body.txt", "it.since", "it.sinse", "sinse", "sinse"),
            marks=pytest.mark.long,
        ),
        (
            "_ui.html",
            "t.edge }};font-size:0",
            "t.egde }};font-size:0",
            "egde",
            "egde",
        ),
        ("receipt/subject.txt", "{% endif %}", "{% endfi %}", "endfi", "endfi"),
        pytest.param(
            "lag_notice/subject.txt",
            "it.rate|percent",
            "it.unit|percent",
            "it.unit|percent",
            "填写时出错",
            marks=pytest.mark.long,
        ),
    ],
)
def test_a_mistake_is_named_by_file_and_line(
    copied, file, old, new, line_has, message
):
    path = copied / file
    text = path.read_text(encoding="utf-8").replace(old, new)
    path.write_text(text, encoding="utf-8")
    (mistake, *_) = Renderer(copied).check()
    assert mistake.file == file
    assert line_has in text.splitlines()[mistake.line - 1]
    assert message in mistake.message


def test_a_template_that_the_folder_lacks_is_the_packaged_one(tmp_path):
    (tmp_path / "alert").mkdir()
    (tmp_path / "alert" / "subject.txt").write_text(
        "【本单位告警】{{ it.what }}", encoding="utf-8"
    )
    renderer = Renderer(tmp_path)
    assert renderer.check() == []
    assert renderer.render(samples.ALERT, samples.SENDER).subject.startswith(
        "【本单位告警】"
    )
    assert renderer.render(samples.RECEIPT, samples.SENDER) == RENDERER.render(
        samples.RECEIPT, samples.SENDER
    )


def test_an_absent_template_is_named(copied, monkeypatch):
    monkeypatch.setattr(
        "pipeline.writing.templates.packaged_templates", lambda: copied
    )
    (copied / "alert" / "body.html").unlink()
    assert [(m.file, m.line) for m in Renderer().check()] == [
        ("alert/body.html", 0)
    ]


@pytest.mark.parametrize(
    "attack",
    [
        "{{ it.__init__.__globals__ }}",
        # The second time it is known that texts have a safe `format`
        "{{ '{}'.format(1) }}{{ '{0.__class__}'.format(it) }}",
        # Attributes, too
        *long_rows(
            "{{ ''.__class__.__mro__ }}",
            "{{ sender.__class__ }}",
            "{{ it.unit }}{{ it.unit.__class__ }}",
        ),
    ],
)
def test_a_template_stays_in_its_sandbox(copied, attack):
    (copied / "alert" / "subject.txt").write_text(attack, encoding="utf-8")
    assert [m.file for m in Renderer(copied).check()] == ["alert/subject.txt"]


def test_a_template_saved_in_gbk_is_a_sentence(copied: Path) -> None:
    file = copied / "receipt" / "body.txt"
    file.write_bytes(file.read_text(encoding="utf-8").encode("gb18030"))
    (mistake,) = Renderer(copied).check()
    assert mistake.file == "receipt/body.txt"
    assert "UTF-8" in mistake.message


@pytest.mark.parametrize("left", [9, 0])
def test_a_bulletin_after_the_last_period_has_no_column_of_pace(left) -> None:
    """As in the document: there is nothing left to be fast for."""
    behind = samples.BULLETIN.lagging
    if not left:
        behind = tuple(replace(a, per_period=None) for a in behind)
    bulletin = replace(samples.BULLETIN, periods_left=left, lagging=behind)
    page = RENDERER.render(bulletin, samples.SENDER).html
    assert ("每旬需增<" in page) is bool(left)
    table = page.partition("附：进度滞后单位情况表")[2].partition("</table>")[0]
    assert len(behind) == table.count("<tr>") - 1
    assert "—" not in table


def test_a_template_that_was_changed_is_taken_up_between_two_rounds(
    tmp_path: Path,
) -> None:
    renderer = Renderer(tmp_path)
    own = tmp_path / "receipt" / "subject.txt"
    own.parent.mkdir()
    own.write_text("第一种", encoding="utf-8")
    assert renderer.render(samples.RECEIPT, SENDER).subject == "第一种"
    own.write_text("第二种", encoding="utf-8")
    # As an editor that saved it later would
    os.utime(own, (1, 1))
    assert renderer.render(samples.RECEIPT, SENDER).subject == "第一种"
    renderer.take_up_changes()
    assert renderer.render(samples.RECEIPT, SENDER).subject == "第二种"


def test_what_is_forbidden_stays_so_when_it_is_asked_again(
    tmp_path: Path,
) -> None:
    own = tmp_path / "receipt" / "subject.txt"
    own.parent.mkdir()
    own.write_text("{{ it.__class__.__mro__ }}", encoding="utf-8")
    renderer = Renderer(tmp_path)
    for _ in range(2):
        with pytest.raises(SecurityError):
            renderer.render(samples.RECEIPT, SENDER)


@pytest.mark.parametrize("letter", [samples.UNREADABLE, samples.RETURNED])
def test_a_unit_that_is_not_known_is_asked_for_among_the_lines(letter) -> None:
    text = RENDERER.render(replace(letter, unit=""), SENDER).text
    assert "报送单位：\n" in text
    assert "（单位、累计数和举措）" in text
