"""What a control that is bound to stored data shows, and where nobody can tell."""

import pytest
from lxml import etree

from pipeline.reading.formats.word.markup.content_controls import UNTOLD, settle
from pipeline.reading.formats.word.markup.wordml import W

W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
DATA = "<form><count>356</count><part>24</part></form>"
BY_NAME = "/*[local-name()='form'][1]/*[local-name()='count'][1]"


def control(path: str, saved: str, prefix: str = "w") -> etree._Element:
    return etree.fromstring(
        f'<w:body xmlns:w="{W}" xmlns:w15="{W15}"><w:sdt><w:sdtPr>'
        f'<{prefix}:dataBinding w:xpath="{path}" w:storeItemID="{{1}}"/></w:sdtPr>'
        f"<w:sdtContent><w:r><w:t>{saved}</w:t></w:r></w:sdtContent></w:sdt></w:body>"
    )


@pytest.mark.parametrize(
    ("path", "saved", "prefix", "shown", "untold"),
    [
        ("/form[1]/count[1]", "356", "w", "356", False),
        ("/form[1]/count[1]", "120", "w", "356", True),
        ("/form[1]/count[1]", "120", "w15", "356", True),
        ("/form[1]/other[1]", "120", "w", "120", False),
        # Paths that are not followed: the data may say so, or something else
        (BY_NAME, "356", "w", "356", False),
        (BY_NAME, "120", "w", "120", True),
    ],
)
def test_a_bound_control(
    path: str, saved: str, prefix: str, shown: str, untold: bool
) -> None:
    body = control(path, saved, prefix)
    settle(body, lambda key: etree.fromstring(DATA) if key == "{1}" else None)
    (text,) = body.iter(f"{{{W}}}t")
    assert (text.text, text.get(UNTOLD) is not None) == (shown, untold)


def test_without_its_data_a_control_shows_what_was_saved() -> None:
    body = control(BY_NAME, "120")
    settle(body, lambda key: None)
    (text,) = body.iter(f"{{{W}}}t")
    assert (text.text, text.get(UNTOLD)) == ("120", None)
