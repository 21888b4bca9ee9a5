"""The official document keeps to the standard's numbers, holds the snapshot's figures, and the checker sees departures."""

import ast
import inspect
import io
import re
import zipfile
from dataclasses import replace

import docx
import pytest
from lxml import etree

from pipeline.model.letters.bulletins import UnitMonth
from pipeline.model.standing import State
from pipeline.writing.blank_form import blank_form
from pipeline.writing.bulletin.official_document import bulletin_document
from pipeline.writing.bulletin.title import title_lines
from pipeline.writing.docx import lint_head, lint_page, lint_text
from pipeline.writing.docx.lint import NotADocument, lint
from pipeline.writing.sample_month import SENDER
from pipeline.writing.samples import ADHOC, BULLETIN
from pipeline.writing.words import number, percent

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PERFECT = replace(
    BULLETIN,
    months=tuple(replace(m, states=("on_time",) * 3, growth=1) for m in BULLETIN.months),
    lagging=(), talks=(), circulated=(), copies=(), praise=(),
    standing=replace(
        BULLETIN.standing,
        rows=tuple(
            replace(r, completed=r.target, rate=1.0, lagging=False, state=State.ON_TIME) for r in BULLETIN.standing.rows
        ),
    ),
)  # fmt: skip
CONTENT = bulletin_document(BULLETIN, SENDER)


def text_of(content: bytes) -> str:
    return "\n".join(
        p.text for p in docx.Document(io.BytesIO(content)).paragraphs
    )


def changed(name: str, old: str, new: str, content: bytes = CONTENT) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(buffer, "w") as after,
    ):
        for part in before.namelist():
            xml = before.read(part)
            if part == name:
                text = xml.decode()
                assert re.search(old, text), f"{old} is not in {name}"
                xml = re.sub(old, new, text).encode()
            after.writestr(part, xml)
    return buffer.getvalue()


LAST = replace(
    BULLETIN,
    periods_left=0,
    talks=(),
    circulated=(),
    praise=(),
    months=PERFECT.months,
)


@pytest.mark.parametrize(
    "bulletin",
    [BULLETIN, ADHOC, PERFECT, LAST],
    ids=["monthly", "adhoc", "perfect", "last"],
)
def test_our_own_document_has_no_finding(bulletin):
    assert lint(bulletin_document(bulletin, SENDER)) == []


def test_equal_snapshots_give_equal_bytes():
    assert bulletin_document(BULLETIN, SENDER) == CONTENT


def test_every_row_stands_in_the_annex():
    table = docx.Document(io.BytesIO(CONTENT)).tables[0]
    rows = {
        row.cells[2].text or row.cells[0].text: [
            cell.text for cell in row.cells
        ]
        for row in table.rows
    }
    for row in BULLETIN.standing.rows:
        told = rows[row.unit]
        assert (told[3], told[5], told[6]) == (
            number(row.completed),
            number(row.target),
            percent(row.rate),
        )
    assert rows["合计"][3] == number(BULLETIN.standing.totals.completed)


def test_an_unconfirmed_talk_is_never_told():
    proposed = replace(
        BULLETIN,
        talks=tuple(replace(t, state="proposed") for t in BULLETIN.talks),
        circulated=(),
    )
    assert "约谈" not in text_of(bulletin_document(proposed, SENDER))
    assert "对1个单位的负责人进行约谈" in text_of(CONTENT)


def test_sections_are_numbered_without_a_gap():
    text = text_of(bulletin_document(PERFECT, SENDER))
    assert re.findall(r"^([一二三四五])、", text, re.MULTILINE) == [
        "一",
        "二",
        "三",
    ]


DEPARTURES = (
    ("word/document.xml", 'w:w="11906"', 'w:w="12240"', "纸张宽"),
    ("word/document.xml", 'w:top="2098"', 'w:top="1440"', "天头"),
    ("word/document.xml", 'w:linePitch="579"', 'w:linePitch="640"', "每面行数"),
    ("word/document.xml", "FF0000", "000000", "发文机关标志"),
    ("word/document.xml", "第1期", "〔2015〕第033号", "发文字号"),
    ("word/document.xml", "第1期", "乐工发[2015]33号", "发文字号"),
    ("word/document.xml", 'w:sz w:val="44"', 'w:sz w:val="40"', "标题字号"),
    ("word/document.xml", "方正小标宋简体", "宋体", "标题字体"),
    ("word/document.xml", 'w:sz w:val="32"', 'w:sz w:val="28"', "正文字号"),
    ("word/document.xml", "仿宋_GB2312", "宋体", "正文字体"),
    ("word/document.xml", 'w:line="579"', 'w:line="480"', "行距"),
    ("word/document.xml", 'w:firstLineChars="200" w:firstLine="640"', 'w:firstLine="0"', "首行缩进"),
    ("word/document.xml", "黑体", "宋体", "一级标题字体"),
    ("word/document.xml", "楷体_GB2312", "宋体", "二级标题字体"),
    ("word/document.xml", "印发<", "印<", "印发机关和印发日期"),
    ("word/document.xml", "督促指导推进组。<", "督促指导推进组<", "抄送机关"),
    ("word/document.xml", 'w:eastAsia="仿宋_GB2312"', 'w:eastAsiaTheme="minorEastAsia"', "字体设置"),
    ("word/settings.xml", "<w:evenAndOddHeaders/>", "", "单双页"),
    ("word/footer1.xml", 'w:sz w:val="28"', 'w:sz w:val="18"', "页码字号"),
    ("word/footer1.xml", 'w:jc w:val="right"', 'w:jc w:val="center"', "页码位置"),
    ("word/footer1.xml", "—", "-", "页码样式"),
    ("word/footer1.xml", "宋体", "楷体", "页码字体"),
    ("word/footer1.xml", 'w:ascii="宋体"', 'w:ascii="Times New Roman"', "页码数字字体"),
    ("word/document.xml", "企业工会：", "企业工会", "主送机关"),
    ("word/document.xml", ">2015年10月1日<", "><", "成文日期"),
    ("word/document.xml", "第1期", "", "发文字号"),
    ("word/document.xml", "<w:keepNext/>", "", "落款位置"),
    ("word/document.xml", 'w:tblpYSpec="bottom"', "", "版记位置"),
    ("word/document.xml", 'w:hangingChars="300" w:hanging="840"', "", "抄送机关"),
    ("word/document.xml", "<w:pageBreakBefore/>", "", "附件位置"),
    ("word/document.xml", 'w:h="16838"', 'w:h="15840"', "纸张高"),
    ("word/document.xml", 'w:left="1588" w:right="1474"', 'w:left="1800" w:right="1262"', "订口"),
    ("word/document.xml", 'w:right="1474"', 'w:right="1800"', "版心宽"),
    ("word/document.xml", 'w:bottom="1984"', 'w:bottom="1440"', "版心高"),
    ("word/document.xml", "<w:docGrid[^>]*/>", "", "每面行数"),
    ("word/document.xml", '(w:line="1000"[^>]*/><w:jc w:val=)"center"', r'\1"left"', "发文机关标志位置"),
    ("word/document.xml", '方正小标宋简体("[^>]*><w:color)', r"宋体\1", "发文机关标志字体"),
    ("word/document.xml", "<w:pBdr>.*?</w:pBdr>", "", "红色分隔线"),
    ("word/document.xml", r'(w:sz w:val="44"/>(?:(?!</w:r>).)*<w:t>)[^<]*', r"\1", "标题"),
    ("word/document.xml", r'"center"(/></w:pPr><w:r><w:rPr><w:rFonts[^>]*/><w:sz w:val="44")', r'"left"\1', "标题位置"),
    ("word/document.xml", r'w:eastAsia="黑体"( w:ascii="黑体")', r'w:eastAsia="宋体"\1', "附件字体"),
    ("word/document.xml", r'方正小标宋简体("[^>]*/><w:sz w:val="32")', r"宋体\1", "附件标题字体"),
    ("word/document.xml", r'"center"(/></w:pPr><w:r><w:rPr><w:rFonts w:eastAsia="方正小标宋简体"[^>]*/><w:sz w:val="32")', r'"left"\1', "附件标题位置"),
    ("word/document.xml", 'w:sz w:val="28"', 'w:sz w:val="32"', "版记字号"),
)  # fmt: skip


# Every other by default: of the page, of fonts, of sizes, of places, of words and of what lacks
@pytest.mark.parametrize(
    ("name", "old", "new", "rule"),
    [
        pytest.param(*row, marks=pytest.mark.long if number % 2 else [])
        for number, row in enumerate(DEPARTURES)
    ],
)
def test_the_checker_sees_each_departure(name, old, new, rule):
    findings = lint(changed(name, old, new))
    assert rule in {finding.rule for finding in findings}
    assert all(f.where and f.expected and f.found for f in findings)


BLANK = r'<w:p><w:pPr><w:widowControl w:val="0"/><w:spacing[^>]*line="579"[^>]*/></w:pPr></w:p>'


TOO_FEW_BLANKS = (
    ("乐山市总工会</w:t></w:r></w:p>", "发文字号位置"),
    ("第1期</w:t></w:r></w:p>", "标题位置"),
    ("的通报</w:t></w:r></w:p>", "主送机关位置"),
    ("附件1</w:t></w:r></w:p>", "附件标题位置"),
)


@pytest.mark.parametrize(("after", "rule"), TOO_FEW_BLANKS)
def test_the_checker_counts_the_blank_lines_of_the_standard(after, rule):
    fewer = changed("word/document.xml", f"({after}){BLANK}", r"\1")
    assert rule in {finding.rule for finding in lint(fewer)}


# Where each way of making a finding is told which rule it is about.
_RULE_AT = {"Finding": 1, "font_findings": 2, "size_findings": 2, "align_findings": 1}  # fmt: skip


def rules_of_the_checker() -> set[str]:
    """The names that stand as rules in the checker's own source."""
    found = set()
    for module in (lint_head, lint_page, lint_text):
        tree = ast.parse(inspect.getsource(module))
        for call in ast.walk(tree):
            name = getattr(getattr(call, "func", None), "id", "")
            if isinstance(call, ast.Call) and name in _RULE_AT:
                named = [k.value for k in call.keywords if k.arg == "rule"]
                rule = (named or call.args[_RULE_AT[name] :])[0]
                if isinstance(rule, ast.Constant):
                    found.add(rule.value)
    return found


def test_each_rule_is_proved_by_a_document_made_wrong():
    """But for 页码, below, all stand in the tables; names that are put together, too."""
    proved = {rule for *_, rule in (*DEPARTURES, *TOO_FEW_BLANKS)} | {"页码"}
    assert len(rules_of_the_checker()) > 20
    assert rules_of_the_checker() - proved == set()
    measures = {"纸张宽", "纸张高", "天头", "订口", "版心宽", "版心高"}
    assert measures | {"一级标题字体", "二级标题字体"} <= proved


def test_a_document_without_a_page_number_is_told_so():
    bare = changed("word/footer1.xml", ">PAGE<", "><")
    bare = changed("word/footer2.xml", ">PAGE<", "><", bare)
    assert "页码" in {finding.rule for finding in lint(bare)}


def test_the_title_names_the_organ_and_breaks_outside_names():
    named = replace(BULLETIN, title="")
    text = text_of(bulletin_document(named, SENDER))
    title = "乐山市总工会关于2015年9月\n农民工入会集中行动进展情况的通报"
    assert title in text


def test_nothing_stands_between_the_text_and_its_signature_that_lets_a_page_end():
    paragraphs = docx.Document(io.BytesIO(CONTENT)).paragraphs
    date = next(
        i for i, p in enumerate(paragraphs) if p.text == "2015年10月1日"
    )
    last = next(i for i, p in enumerate(paragraphs) if "落实约谈整改" in p.text)
    chain = paragraphs[last:date]
    assert len(chain) > 5
    assert all(p.paragraph_format.keep_with_next for p in chain)


@pytest.mark.parametrize(
    "content", [b"", b"no zip", b"PK\x03\x04broken", CONTENT[:2000]]
)
def test_what_is_no_document_is_said_so(content):
    with pytest.raises(NotADocument):
        lint(content)


def test_a_dtd_is_refused():
    bomb = changed(
        "word/document.xml", r"\?>", '?><!DOCTYPE w:document [<!ENTITY a "b">]>'
    )
    with pytest.raises(NotADocument):
        lint(bomb)


def test_long_titles_break_into_lines_of_like_length():
    title = "关于2015年9月农民工入会集中行动进展情况的通报"
    lines = title_lines(title)
    assert "".join(lines) == title
    assert max(map(len, lines)) <= 20
    assert title_lines("通报") == ["通报"]
    assert all(len(line) <= 20 for line in title_lines("甲" * 77))


# The order that the schema of WordprocessingML wants; Word calls a file damaged that breaks it.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr pBdr shd tabs snapToGrid spacing ind jc",
    "rPr": "rStyle rFonts b i strike color spacing w kern position sz szCs highlight u lang",
    "tblPr": "tblStyle tblpPr tblOverlap tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "tcPr": "tcW gridSpan vMerge tcBorders shd noWrap tcMar vAlign",
    "sectPr": "headerReference footerReference type pgSz pgMar pgNumType cols titlePg docGrid",
}


@pytest.mark.parametrize(
    "content",
    [
        CONTENT,
        blank_form(SENDER, "犍为县", BULLETIN.periods[0], 1, 2, "ABC-DEFGHJ"),
    ],
)
def test_elements_stand_in_the_schemas_order(content):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = [
            package.read(n)
            for n in package.namelist()
            if re.fullmatch(r"word/(document|footer\d)\.xml", n)
        ]
    looked_at = 0
    for element in (e for part in parts for e in etree.fromstring(part).iter()):
        wanted = ORDER.get(element.tag.removeprefix(W), "").split()
        if wanted:
            looked_at += 1
            places = [
                wanted.index(child.tag.removeprefix(W)) for child in element
            ]
            assert places == sorted(places), [child.tag for child in element]
    assert looked_at > 20


def test_a_month_with_nothing_reported_still_reads_well():
    rows = tuple(
        replace(
            r,
            completed=None,
            rate=None,
            rank=None,
            lagging=False,
            state=State.MISSING,
        )
        for r in BULLETIN.standing.rows
    )
    bare = replace(
        PERFECT, standing=replace(BULLETIN.standing, rows=rows), before=None, growth_on_base=None,
        months=tuple(UnitMonth(m.unit, ("missing",) * 3, (None,) * 3, None) for m in BULLETIN.months),
    )  # fmt: skip
    content = bulletin_document(bare, SENDER)
    assert lint(content) == []
    assert "None" not in text_of(content)


def test_who_printed_it_and_when_stand_on_one_line() -> None:
    office = "云川市人力资源和社会保障局"
    named = replace(SENDER, organizer=office, department="职业能力建设科")
    # The office's name leaves no room for the department.
    assert printed_by(named).startswith(f"{office}\t2015年")
    short = replace(SENDER, organizer="云川市总工会", department="组宣部")
    assert printed_by(short).startswith("云川市总工会组宣部\t2015年")


def printed_by(sender) -> str:
    content = bulletin_document(BULLETIN, sender)
    closing = docx.Document(io.BytesIO(content)).tables[-1]
    return closing.rows[-1].cells[0].text
