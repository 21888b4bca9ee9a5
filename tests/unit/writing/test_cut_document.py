"""A document that is cut and filled is, byte for byte, one that was written into and saved."""

from datetime import UTC, datetime

from docx.oxml import OxmlElement
from docx.text.paragraph import Paragraph
from hypothesis import given
from hypothesis import strategies as st

from pipeline.writing import blank_form
from pipeline.writing.docx import layout
from pipeline.writing.docx.cut_document import cut_document, mark, xml_of
from pipeline.writing.docx.package import BODY_FONT

AT = datetime(2000, 1, 1, tzinfo=UTC)
TEXTS = st.text(st.sampled_from("甲1a “—·&<>\"' \t\n-!"), max_size=12)


def drawn() -> tuple[object, list[Paragraph]]:
    """A document, and two places in it to write into."""
    document = layout.blank_document()
    places = []
    for _ in range(2):
        paragraph = layout.layout(document.add_paragraph(), line=360)
        layout.write(paragraph, "前", BODY_FONT, 14)
        places.append(paragraph)
    return document, places


def runs(text: str) -> str:
    paragraph = Paragraph(OxmlElement("w:p"), None)
    layout.write(paragraph, text, BODY_FONT, 14)
    return "".join(map(xml_of, paragraph._p))


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=3))
def test_filled_it_is_the_document_that_was_written_into(
    letters: list[tuple[str, str]],
) -> None:
    pattern, places = drawn()
    for name, place in zip(("first", "second"), places, strict=True):
        place._p.append(mark(name))
    cut = cut_document(pattern, AT)
    filled, expected = [], []
    for first, second in letters:
        document, written = drawn()
        for place, text in zip(written, (first, second), strict=True):
            layout.write(place, text, BODY_FONT, 14)
        own = {"first": runs(first), "second": runs(second)}
        filled.append(cut.filled(own, {}))
        expected.append(layout.saved(document, AT))
    assert filled == expected


LINES = st.text(
    st.sampled_from("报1207AZ，,-—· &<>\t\ue000"), min_size=1, max_size=16
)


@given(LINES)
def test_a_line_with_other_figures_is_as_if_drawn_by_itself(line: str) -> None:
    assert blank_form._under_the_table(line) == blank_form._drawn_line(line)
