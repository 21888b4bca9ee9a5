"""Each row of facts.md's table for 126.com, and what is left to the stage."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.edges.mail.smtp_replies import (
    Stage,
    classify,
    greeting_time,
    queue_id,
)
from pipeline.model.operation.post import Verdict

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
        (
            Stage.RECIPIENT,
            550,
            "User not found: zxb@example.cn",
            RECIPIENT,
            None,
        ),
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
    stage: Stage,
    code: int,
    text: str,
    verdict: Verdict,
    retry_after: int | None,
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


US = (  # provider, stage, reply: said of us, whoever the recipient is
    ("Postfix", Stage.RECIPIENT, 550, "5.1.0 <us@example.cn>: Sender address rejected: User unknown in virtual mailbox table"),
    ("Postfix", Stage.RECIPIENT, 554, "5.7.1 <us@example.cn>: Sender address rejected: Access denied"),
    ("Postfix", Stage.RECIPIENT, 553, "5.7.1 <us@example.cn>: Sender address rejected: not logged in"),
    ("Postfix", Stage.RECIPIENT, 553, "5.7.1 <us@example.cn>: Sender address rejected: not owned by user zxb"),
    ("Postfix", Stage.RECIPIENT, 554, "5.7.1 <host[1.2.3.4]>: Client host rejected: Access denied"),
    ("Postfix", Stage.RECIPIENT, 454, "4.7.1 <a@example.cn>: Relay access denied"),
    ("QQ", Stage.RECIPIENT, 550, "Sender frequency limited"),
    ("QQ", Stage.RECIPIENT, 550, "Connection frequency limited"),
    ("QQ", Stage.LOGIN, 535, "Login Fail. Please enter your authorization code to login."),
    ("Exmail", Stage.RECIPIENT, 550, "Ip frequency limited"),
    ("Exmail", Stage.RECIPIENT, 550, "Domain frequency limited"),
    ("Exmail", Stage.CONTENT, 550, "Suspected spam ip"),
    ("Exmail", Stage.SENDER, 501, "mail from address must be same as authorization user"),
    ("Exmail", Stage.CONTENT, 501, "mail from address must be same as authorization user"),
    ("Aliyun", Stage.CONTENT, 553, "mail from must equal authorized user"),
    ("Aliyun", Stage.RECIPIENT, 554, "Reject by behaviour spam at Rcpt State(Connection IP address:1.2.3.4)"),
    ("Gmail", Stage.CONTENT, 550, "5.4.5 Daily user sending quota exceeded."),
    ("Gmail", Stage.CONTENT, 550, "5.7.26 This mail is unauthenticated, which poses a security risk"),
    ("Gmail", Stage.LOGIN, 534, "5.7.9 Application-specific password required."),
    ("Gmail", Stage.SENDER, 530, "5.7.0 Authentication Required."),
    ("Exchange", Stage.CONTENT, 550, "5.7.60 SMTP; Client does not have permissions to send as this sender"),
    ("Exchange", Stage.CONTENT, 554, "5.2.252 SendAsDenied; us@example.cn not allowed to send as other@example.cn"),
    ("Exchange", Stage.RECIPIENT, 550, "5.1.8 Access denied, bad outbound sender"),
    ("Exchange", Stage.RECIPIENT, 550, "5.7.708 Service unavailable. Access denied, traffic not accepted from this IP."),
    ("Exim", Stage.RECIPIENT, 550, "relay not permitted"),
    ("Exim", Stage.RECIPIENT, 550, "Sender verify failed"),
    ("any", Stage.RECIPIENT, 554, "5.7.1 Service unavailable; Client host [1.2.3.4] blocked using zen.spamhaus.org"),
    ("NetEase", Stage.RECIPIENT, 553, "Mail from must equal authorized user"),
    ("QQ", Stage.CONTENT, 550, "Message was refused because it contains a bad envelope sender"),
    ("any", Stage.CONTENT, 554, "5.7.0 Your account has been suspended"),
)  # fmt: skip
THEM = (  # said of the recipient's mailbox, that it is no more
    ("NetEase", 550, "User not found: zxb@example.cn"),
    ("QQ", 550, "Mailbox not found. http://service.mail.qq.com/cgi-bin/help"),
    ("QQ", 550, "Mailbox unavailable or access denied"),
    ("Postfix", 550, "5.1.1 <a@example.cn>: Recipient address rejected: User unknown in local recipient table"),
    ("Gmail", 550, "5.1.1 The email account that you tried to reach does not exist."),
    ("Gmail", 550, "5.2.1 The email account that you tried to reach is disabled."),
    ("Exchange", 550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"),
    ("Exim", 550, "Unrouteable address"),
    ("Aliyun", 559, "Invalid rcptto [@sm110103]"),
    ("Coremail", 550, "User unknown"),
    ("Sun", 525, "5.7.13 Disabled recipient address"),
    ("McAfee", 550, "<a@example.cn>... User not exist"),
    ("sendmail", 551, "not our customer"),
    ("qmail", 553, "sorry, no mailbox here by that name"),
)  # fmt: skip
LETTER = (  # said of that letter alone: it fails or waits, its address stays
    (Stage.RECIPIENT, 552, "5.2.2 Mailbox full"), (Stage.RECIPIENT, 550, "5.2.2 over quota"), (Stage.RECIPIENT, 550, "rejected"),
    (Stage.RECIPIENT, 552, "5.2.2 <a@example.cn> Quota exceeded (mailbox for user is full)"), (Stage.CONTENT, 552, "5.2.2 Mailbox full"),
    (Stage.RECIPIENT, 552, "5.2.3 Message length exceeds limit set by recipient"), (Stage.RECIPIENT, 550, "5.1.0 Address rejected."),
    (Stage.RECIPIENT, 550, "5.7.1 RESOLVER.RST.AuthRequired; authentication required"), (Stage.CONTENT, 550, "5.7.124 RESOLVER.RST.NotAuthorized; not authorized"),
    (Stage.RECIPIENT, 550, "5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered."),
    (Stage.RECIPIENT, 550, "5.7.1 Recipient address rejected: User temporary locked. Please try again later!"), (Stage.CONTENT, 554, "5.7.9 Message not accepted for policy reasons."),
    (Stage.RECIPIENT, 550, "5.7.1 rejected by recipient's policy"), (Stage.CONTENT, 552, "5.3.4 Message size exceeds fixed limit"),
    (Stage.CONTENT, 554, "5.7.1 Message rejected as spam"), (Stage.CONTENT, 550, "Mail content denied"),
)  # fmt: skip


@pytest.mark.parametrize(("provider", "stage", "code", "text"), US)
def test_what_is_said_of_us_shuts_the_door(
    provider: str, stage: Stage, code: int, text: str
) -> None:
    wanted = (CONFIGURATION, PAUSED)
    if code < 500:
        wanted += (Verdict.TRANSIENT,)
    assert classify(stage, code, text).verdict in wanted


@pytest.mark.parametrize(("provider", "code", "text"), THEM)
def test_a_dead_address_is_known(provider: str, code: int, text: str) -> None:
    assert classify(Stage.RECIPIENT, code, text).verdict is RECIPIENT


@pytest.mark.parametrize(("stage", "code", "text"), LETTER)
def test_what_is_said_of_a_letter_costs_no_address(
    stage: Stage, code: int, text: str
) -> None:
    assert classify(stage, code, text).verdict in (Verdict.TRANSIENT, TEXT)


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
        (
            "Mail OK queued as smtp7,CsCowACXn5v+.123S2,1441880000",
            "smtp7,CsCowACXn5v+.123S2",
        ),
        ("2.0.0 Ok: queued as 4B2F1", "4B2F1"),
        ("2.0.0 OK", ""),
    ],
)
def test_the_queue_id_is_kept(text: str, expected: str) -> None:
    assert queue_id(text) == expected


# As each server greets, at one moment
GREETINGS = [
    "mail.example.cn ESMTP Exim 4.96 Thu, 10 Sep 2015 18:05:00 +0800",
    "mx ESMTP Sendmail 8.17.1/8.17.1; Thu, 10 Sep 2015 10:05:00 GMT",
    "mx Microsoft ESMTP MAIL Service ready at Thu, 10 Sep 2015 06:05:00 -0400",
]


@pytest.mark.parametrize("greeting", GREETINGS)
def test_a_greeting_that_names_the_time_is_understood(greeting: str) -> None:
    moment = datetime(2015, 9, 10, 10, 5, tzinfo=UTC)
    assert greeting_time(greeting) == moment


@pytest.mark.parametrize(
    "greeting",
    [
        "126.com Anti-spam GT for Coremail System (126com[20140526])",
        "mail.example.cn ESMTP Postfix (Debian/GNU)",
        "mx ESMTP Thu, 10 Sep 2015 10:05:00",
        "mx ESMTP Thu, 99 Sep 2015 10:05:00 +0800",
    ],
)
def test_a_greeting_that_names_none_says_nothing(greeting: str) -> None:
    assert greeting_time(greeting) is None
