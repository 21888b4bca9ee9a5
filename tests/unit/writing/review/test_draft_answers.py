"""How a draft may be answered is shown with a number of the campaign's own kind."""

import pytest

from pipeline.reading.replies.draft_reply import read_draft_answer
from pipeline.reading.replies.reply_words import Unclear
from pipeline.writing.review.draft_words import draft_answers

OF_CAMPAIGNS = pytest.mark.parametrize(
    ("document", "organ"),
    [
        ("乐工发〔2015〕33号", "乐工发〔2015〕"),
        ("清安办〔2024〕6号", "清安办〔2024〕"),
        ("", "某发〔2024〕"),
    ],
)


@OF_CAMPAIGNS
def test_the_example_of_a_number_is_the_campaign_s(
    document: str, organ: str
) -> None:
    said = draft_answers(document)[1][0]
    assert organ in said
    assert said != f"同意发布，文号{document}"
    # What is shown as an answer is understood as one.
    order = read_draft_answer(said)
    assert order.release
    assert organ in order.number


@OF_CAMPAIGNS
@pytest.mark.parametrize(
    "unclear", ["随便", "暂缓发布，同意发布", "文号某办〔2024〕7号", "收到"]
)
def test_so_is_that_of_a_reply_that_was_not_understood(
    document: str, organ: str, unclear: str
) -> None:
    with pytest.raises(Unclear) as caught:
        read_draft_answer(unclear, document=document)
    shown = draft_answers(document)[1][0]
    assert organ in shown
    assert f"或 {shown}，" in str(caught.value)
