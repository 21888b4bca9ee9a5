"""The HTML of every mail keeps to what the mail clients of the units support; the linter itself sees each fault."""

import re
from dataclasses import replace
from functools import cache

import pytest
from lxml import html as lxml_html

from pipeline.writing.sample_month import SENDER
from pipeline.writing.samples import ALERT, LETTERS
from pipeline.writing.templates import Renderer
from tests.unit.writing.maillint import contrast, faults, weak_texts


@cache
def page_of(name: str) -> str:
    """A sample's HTML."""
    return Renderer().render(dict(LETTERS)[name], SENDER).html


# What is no word: addresses, commands, names of files, the codes that a reply is known
# by, and what a server said.
_NO_WORDS = re.compile(
    r"[\w.+-]+@[\w.-]+|xunbao [a-z-]+(?: --?[a-z]+(?: [\d-]+)?)*"
    r"|[\w-]+\.(?:docx?|xlsx?|jpg|pdf|eml|png)|\b[a-z]{2}-20\d\d-[\w-]+"
    r"|[0-9a-f]{8}-[\w-]+|报表编号[A-Z-]+|数据编号 ?[\w-]+|535 Login[^<\n]*"
    r"|imap\.\S+"
)
# What people call these things.
_NAMES = {"Word", "WPS", "docx", "POP", "SMTP", "IMAP"}


def english(letter) -> set[str]:
    """The words in Latin letters that a letter shows, in subject, text and page."""
    mail = Renderer().render(letter, SENDER)
    page = lxml_html.document_fromstring(mail.html).text_content()
    shown = "\n".join((mail.subject, mail.text, page))
    return set(re.findall(r"[A-Za-z_]{2,}", _NO_WORDS.sub(" ", shown))) - _NAMES


CELL = '<td bgcolor="#ffffff" style="font-family:a;color:#000000;background-color:#ffffff">字</td>'


@pytest.mark.parametrize("name", dict(LETTERS))
def test_it_holds_everywhere(name):
    assert list(faults(page_of(name))) == []


@pytest.mark.parametrize("name", dict(LETTERS))
def test_it_can_be_read(name):
    assert list(weak_texts(page_of(name))) == []


@pytest.mark.parametrize("letter", dict(LETTERS).values(), ids=dict(LETTERS))
def test_no_code_of_the_program_stands_in_it(letter):
    assert english(letter) == set()


@pytest.mark.parametrize("letter", dict(LETTERS).values(), ids=dict(LETTERS))
def test_it_names_whom_to_ask_and_how_to_answer(letter):
    office = replace(SENDER, contact="值班室", phone="0000-2100000")
    mail = Renderer().render(letter, office)
    page = lxml_html.document_fromstring(mail.html).text_content()
    for said in (mail.text, page):
        assert "值班室" in said
        assert "0000-2100000" in said
        assert "直接回复本邮件" in said


@pytest.mark.parametrize("letter", dict(LETTERS).values(), ids=dict(LETTERS))
def test_no_word_is_said_twice_where_two_are_put_together(letter):
    mail = Renderer().render(letter, SENDER)
    page = lxml_html.document_fromstring(mail.html).text_content()
    for said in (mail.subject, mail.text, page):
        found = re.findall("工会工会|旬旬|名名|。。|：：|，，|，。|、。", said)
        assert found == []


def test_a_code_would_be_seen():
    assert english(replace(ALERT, what="mailbox_unreachable"))


@pytest.mark.parametrize("name", dict(LETTERS))
def test_it_is_not_clipped(name):
    """Some clients cut a mail at 102 KB."""
    assert len(page_of(name).encode()) < 102_000


@pytest.mark.parametrize(
    "fault",
    [
        "<script>1</script>",
        "<style>td{color:red}</style>",
        '<img src="https://example.cn/a.png">',
        '<div style="display:flex">字</div>',
        '<div style="position:absolute">字</div>',
        '<div style="background-image:url(a)">字</div>',
        '<div style="font-size:2em">字</div>',
        '<div onclick="a()">字</div>',
        '<svg width="1"></svg>',
        '<p style="padding:4px">字</p>',
        "<h2></h2>",
        f"<table><tr>{CELL}</tr></table>",
        '<table><tr><th scope="all">字</th></tr></table>',
        CELL.replace('bgcolor="#ffffff" ', 'bgcolor="#000000" '),
        CELL.replace("font-family:a;", ""),
        CELL.replace("color:#000000;", "", 1),
    ],
)
def test_the_linter_sees_faults(fault):
    page = (
        '<html><body><h1>字</h1><table role="presentation">'
        "<tr>{}</tr></table></body></html>"
    )
    assert list(faults(page.format(CELL))) == []
    assert list(faults(page.format(CELL + fault))) != []


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
