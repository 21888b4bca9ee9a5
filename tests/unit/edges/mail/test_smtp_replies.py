"""Each row of facts.md's table for 126.com, and what is left to the stage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.edges.mail.smtp_replies import Stage, classify, queue_id
from pipeline.model.post import Verdict

CONFIGURATION, PAUSED, RECIPIENT, TEXT = (
    Verdict.CONFIGURATION,
    Verdict.PAUSED,
    Verdict.REFUSED_RECIPIENT,
    Verdict.REFUSED_TEXT,
)


@pytest.mark.parametrize(
    ("stage", "code", "text", "verdict", "retry_after"),
    [
        (Stage.LOGIN, 535, "Error: authentication failed", CONFIGURATION, None),
        (Stage.LOGIN, 550, "User has no permission", CONFIGURATION, None),
        (Stage.SENDER, 550, "User has no permission", CONFIGURATION, None),
        (
            Stage.SENDER,
            553,
            "Mail from must equal authorized user",
            CONFIGURATION,
            None,
        ),
        (
            Stage.CONTENT,
            553,
            "Mail from must equal authorized user",
            CONFIGURATION,
            None,
        ),
        (Stage.RECIPIENT, 550, "User not found: zxb@example.cn", RECIPIENT, None),
        (Stage.GREETING, 421, "HL:REP 163 smtp11", PAUSED, 900),
        (Stage.SENDER, 421, "HL:ICC 126 smtp3", PAUSED, 900),
        (
            Stage.RECIPIENT,
            450,
            "Requested mail action not taken: too many",
            Verdict.TRANSIENT,
            900,
        ),
        (Stage.RECIPIENT, 451, "MI:SFQ 126 smtp1", PAUSED, 900),
        (Stage.CONTENT, 451, "DT:SPM 126 smtp1", Verdict.TRANSIENT, 120),
        (Stage.CONTENT, 554, "DT:SPM 126 smtp1,CsCowAB", TEXT, None),
        (Stage.RECIPIENT, 554, "MI:STC 126 smtp1", PAUSED, 4 * 3600),
        (Stage.RECIPIENT, 550, "RP:TRL 126 smtp1", TEXT, None),
    ],
)
def test_a_reply_of_netease(
    stage: Stage, code: int, text: str, verdict: Verdict, retry_after: int | None
) -> None:
    row = classify(stage, code, text)
    assert (row.verdict, row.retry_after) == (verdict, retry_after)


@pytest.mark.parametrize(
    ("stage", "code", "text", "verdict"),
    [
        (Stage.GREETING, 554, "no service for you", CONFIGURATION),
        (Stage.LOGIN, 454, "4.7.0 Temporary authentication failure", PAUSED),
        (Stage.SENDER, 530, "5.7.0 Authentication required", CONFIGURATION),
        (Stage.SENDER, 501, "5.1.7 Bad sender address syntax", CONFIGURATION),
        (Stage.SENDER, 552, "5.3.4 Message size exceeds fixed limit", TEXT),
        (
            Stage.RECIPIENT,
            550,
            "5.1.1 <a@example.cn>: Recipient address rejected: User unknown",
            RECIPIENT,
        ),
        (Stage.RECIPIENT, 501, "5.1.3 Bad recipient address syntax", RECIPIENT),
        (
            Stage.RECIPIENT,
            554,
            "5.7.1 <a@example.cn>: Relay access denied",
            CONFIGURATION,
        ),
        (Stage.RECIPIENT, 550, "5.7.1 blocked by policy", TEXT),
        (Stage.RECIPIENT, 552, "5.2.2 Mailbox full", Verdict.TRANSIENT),
        (Stage.RECIPIENT, 550, "Mailbox full", Verdict.TRANSIENT),
        (Stage.RECIPIENT, 503, "Bad sequence of commands", TEXT),
        (Stage.CONTENT, 552, "5.3.4 Message too big", TEXT),
        (Stage.CONTENT, 550, "5.6.0 not liked", TEXT),
        (Stage.CONTENT, -1, "nonsense", Verdict.TRANSIENT),
    ],
)
def test_a_reply_of_any_server(
    stage: Stage, code: int, text: str, verdict: Verdict
) -> None:
    assert classify(stage, code, text).verdict is verdict


@given(st.sampled_from(Stage), st.integers(400, 599))
def test_without_netease_s_words_only_an_answer_to_rcpt_costs_a_recipient_his_mail(
    stage: Stage, code: int
) -> None:
    row = classify(stage, code, "some words")
    verdict, retry_after = row.verdict, row.retry_after
    assert (verdict is RECIPIENT) <= (stage is Stage.RECIPIENT)
    for_now = verdict in (Verdict.TRANSIENT, Verdict.PAUSED)
    assert for_now == (retry_after is not None)
    assert for_now >= (code < 500)
    assert verdict not in (Verdict.SENT, Verdict.UNKNOWN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Mail OK queued as smtp7,CsCowACXn5v+.123S2 1441880000",
            "smtp7,CsCowACXn5v+.123S2",
        ),
        ("2.0.0 Ok: queued as 4B2F1", "4B2F1"),
        ("2.0.0 OK", ""),
    ],
)
def test_the_queue_id_is_kept(text: str, expected: str) -> None:
    assert queue_id(text) == expected
