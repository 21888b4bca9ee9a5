"""The HTML of every mail keeps to what the mail clients of the units support; the linter itself sees each fault."""

import pytest

from pipeline.writing.sample_month import SENDER
from pipeline.writing.samples import LETTERS
from pipeline.writing.templates import Renderer
from tests.unit.writing.maillint import contrast, faults, weak_texts

MAILS = {
    name: Renderer().render(letter, SENDER).html for name, letter in LETTERS
}
CELL = '<td bgcolor="#ffffff" style="font-family:a;color:#000000;background-color:#ffffff">字</td>'


@pytest.mark.parametrize("name", MAILS)
def test_it_holds_everywhere(name):
    assert list(faults(MAILS[name])) == []


@pytest.mark.parametrize("name", MAILS)
def test_it_can_be_read(name):
    assert list(weak_texts(MAILS[name])) == []


@pytest.mark.parametrize("name", MAILS)
def test_it_is_not_clipped(name):
    """Some clients cut a mail at 102 KB."""
    assert len(MAILS[name].encode()) < 102_000


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
        CELL.replace('bgcolor="#ffffff" ', 'bgcolor="#000000" '),
        CELL.replace("font-family:a;", ""),
        CELL.replace("color:#000000;", "", 1),
    ],
)
def test_the_linter_sees_faults(fault):
    page = "<html><body><table><tr>{}</tr></table></body></html>"
    assert list(faults(page.format(CELL))) == []
    assert list(faults(page.format(CELL + fault))) != []


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
