"""How long a mail server asks to be left alone, in the words of known servers."""

import pytest

from pipeline.edges.mail.asked_wait import asked_wait


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (
            "Request is throttled. Suggested Backoff Time: 299910 milliseconds",
            300,
        ),
        ("[LIMIT] Too many connections, try again in 5 minutes", 300),
        ("System busy, try again in 30s", 30),
        ("retry after 90 sec", 90),
        ("Suggested Backoff Time: 99999999 milliseconds", 3600),
        ("[THROTTLED] slow down", None),
        ("[UNAVAILABLE] try again later", None),
    ],
)
def test_the_time_that_an_answer_names(
    answer: str, seconds: int | None
) -> None:
    assert asked_wait(answer) == seconds
