"""Strangers at the door: a matrix of named mails that claim to be a unit's, and what must become of each.

Every row goes the whole way from raw bytes to judgement. `held` and `ignored` keep a figure out; `accepted` rows are the
genuine ones beside them, so that a judge who holds everything fails too.
"""

from dataclasses import replace
from email.utils import format_datetime
from pathlib import Path

import pytest
from campaign_maker import CLAUSES, made, moment, settings
from plain_reader import PlainReader

from pipeline.bootstrap import assemble
from pipeline.judging.intake.judge import judge
from pipeline.judging.rulebook import Rulebook
from pipeline.model.arrival import Judgement
from pipeline.model.form import Hold
from pipeline.model.ledger import Ledger
from pipeline.reading.understand import understand

AT = moment("2015-09-10 10:00")
FROM = "From: 甲县 <jia@example.cn>"
RECEIVED = (
    f"Received: from sender.example by mx1.provider.cn; {format_datetime(AT)}"
)
UNKNOWN, UNPROVEN, UNCLEAR = (
    Hold.UNKNOWN_SENDER,
    Hold.SENDER_UNPROVEN,
    Hold.UNIT_UNCLEAR,
)
BODY = (
    "<table border='1'><tr><td colspan='4'>演示行动旬报表</td></tr>"
    "<tr><td>报送单位</td><td>甲县</td><td>报送时间</td><td>2015年9月10日</td></tr>"
    "<tr><td>已完成目标任务数</td><td colspan='3'>300</td></tr>"
    f"<tr><td>主要工作举措</td><td colspan='3'>1、{CLAUSES[0]}<br>2、{CLAUSES[1]}</td></tr></table>"
)


def seal(*tests: str, by: str = "mx1.provider.cn") -> str:
    return "Authentication-Results: " + ";\r\n\t".join((by, *tests))


OWN_SPF = "spf=pass smtp.mail=jia@example.cn"
FOREIGN_SPF = "spf=pass smtp.mailfrom=a@evil.example"

# (what it shows, header lines from the topmost, the holds; None: no report at all)
MATRIX: list[tuple[str, list[str], set[Hold] | None]] = [
    # --- genuine ---
    ("a plain mail", [RECEIVED, FROM], set()),
    ("capitals in the address", [RECEIVED, "From: JIA@Example.CN"], set()),
    ("its own address as display name", [RECEIVED, 'From: "jia@example.cn" <jia@example.cn>'], set()),
    ("a comma in the name", [RECEIVED, 'From: "甲县, 工会" <jia@example.cn>'], set()),
    ("Reply-To elsewhere", [RECEIVED, FROM, "Reply-To: somebody@other.example"], set()),
    ("two To headers", [RECEIVED, FROM, "To: other@example.cn"], set()),
    ("Sender of its own domain", [RECEIVED, FROM, "Sender: office@mail.example.cn"], set()),
    ("the provider found it genuine", [seal(OWN_SPF), RECEIVED, FROM], set()),
    ("DKIM of a domain above", [seal("spf=softfail smtp.mail=jia@example.cn", "dkim=pass header.d=example.cn"), RECEIVED, FROM], set()),
    ("forwarded: SPF foreign, DKIM its own", [seal(FOREIGN_SPF, "dkim=pass header.i=@example.cn"), RECEIVED, FROM], set()),
    ("DMARC passed, no domain named", [seal("dmarc=pass"), RECEIVED, FROM], set()),
    ("nothing was tested", [seal("none"), RECEIVED, FROM], set()),
    ("its domain publishes nothing", [seal("spf=none smtp.mail=jia@example.cn", "dkim=none"), RECEIVED, FROM], set()),
    ("the DNS was down", [seal("spf=temperror smtp.mail=jia@example.cn"), RECEIVED, FROM], set()),
    ("an inner server's failure below the provider's pass", [seal(OWN_SPF), RECEIVED, seal("dkim=fail header.d=example.cn", by="gateway.example"), FROM], set()),
    # --- other addresses in a known dress ---
    ("a registered name over a foreign address", [RECEIVED, "From: 甲县总工会 <jia@evil.example>"], {UNKNOWN}),
    ("a registered address as display name", [RECEIVED, 'From: "jia@example.cn" <a@evil.example>'], {UNKNOWN}),
    ("a registered address in a comment", [RECEIVED, "From: a@evil.example (jia@example.cn)"], {UNKNOWN}),
    ("a registered address as quoted local part", [RECEIVED, 'From: "jia@example.cn"@evil.example'], {UNKNOWN}),
    ("digits for letters", [RECEIVED, "From: jia@examp1e.cn"], {UNKNOWN}),
    ("another ending", [RECEIVED, "From: jia@example.com.cn"], {UNKNOWN}),
    ("a subdomain", [RECEIVED, "From: jia@example.cn.evil.example"], {UNKNOWN}),
    ("a longer local part", [RECEIVED, "From: x-jia@example.cn"], {UNKNOWN}),
    ("Cyrillic letters", [RECEIVED, "From: j\u0456\u0430@example.cn"], {UNKNOWN}),
    ("full-width letters", [RECEIVED, "From: \uff4aia@example.cn"], {UNKNOWN}),
    ("a full-width stop and ending", [RECEIVED, "From: jia@example\uff0ecn"], {UNKNOWN}),
    ("punycode of a look-alike", [RECEIVED, "From: jia@xn--exampl-8of.cn"], {UNKNOWN}),
    ("a zero-width space", [RECEIVED, "From: jia\u200b@example.cn"], {UNKNOWN}),
    ("a NUL in the address", [RECEIVED, "From: jia@example.cn\x00.evil.example"], {UNKNOWN}),
    ("direction turned round", [RECEIVED, "From: \u202enc.elpmaxe@aij"], {UNKNOWN}),
    ("an encoded word for an address", [RECEIVED, "From: =?utf-8?q?jia=40example=2Ecn?= <a@evil.example>"], {UNKNOWN}),
    ("a known Reply-To", [RECEIVED, "From: a@evil.example", "Reply-To: jia@example.cn"], {UNKNOWN}),
    ("a known Sender", [RECEIVED, "From: a@evil.example", "Sender: jia@example.cn"], {UNKNOWN, UNPROVEN}),
    ("a known return path", ["Return-Path: <jia@example.cn>", RECEIVED, "From: a@evil.example"], {UNKNOWN}),
    # --- several writers, or none ---
    ("two From headers", [RECEIVED, FROM, "From: a@evil.example"], {UNPROVEN}),
    ("two From headers, the stranger first", [RECEIVED, "From: a@evil.example", FROM], {UNKNOWN, UNPROVEN}),
    ("one From twice", [RECEIVED, FROM, FROM], {UNPROVEN}),
    ("two addresses in From", [RECEIVED, "From: jia@example.cn, a@evil.example"], {UNPROVEN}),
    ("an address behind a group", [RECEIVED, "From: x: jia@example.cn, a@evil.example;"], {UNPROVEN}),
    ("two bracketed addresses", [RECEIVED, "From: 甲县 <jia@example.cn> <a@evil.example>"], {UNPROVEN}),
    ("no From, a known Sender", [RECEIVED, "Sender: jia@example.cn"], {UNPROVEN}),
    ("no From, a known return path", ["Return-Path: <jia@example.cn>", RECEIVED], {UNPROVEN}),
    ("an empty From", [RECEIVED, "From: ", "Sender: jia@example.cn"], {UNPROVEN}),
    ("sent by another's hand", [RECEIVED, FROM, "Sender: a@evil.example"], {UNPROVEN}),
    ("two Senders", [RECEIVED, FROM, "Sender: jia@example.cn", "Sender: a@evil.example"], {UNPROVEN}),
    # --- what the provider tested ---
    ("SPF failed", [seal("spf=fail smtp.mailfrom=jia@example.cn"), RECEIVED, FROM], {UNPROVEN}),
    ("SPF softly failed", [seal("spf=softfail smtp.mail=jia@example.cn"), RECEIVED, FROM], {UNPROVEN}),
    ("DKIM failed", [seal("dkim=fail header.d=example.cn"), RECEIVED, FROM], {UNPROVEN}),
    ("DMARC failed over an SPF that passed", [seal(OWN_SPF, "dmarc=fail header.from=example.cn"), RECEIVED, FROM], {UNPROVEN}),
    ("SPF passed for another domain", [seal(FOREIGN_SPF), RECEIVED, FROM], {UNPROVEN}),
    ("DKIM passed for another domain", [seal("dkim=pass header.d=evil.example"), RECEIVED, FROM], {UNPROVEN}),
    ("DKIM passed for a look-alike", [seal("dkim=pass header.d=notexample.cn"), RECEIVED, FROM], {UNPROVEN}),
    ("DKIM passed for cn", [seal("dkim=pass header.d=cn"), RECEIVED, FROM], {UNPROVEN}),
    ("DMARC passed for the other From", [seal("dmarc=pass header.from=evil.example"), RECEIVED, FROM], {UNPROVEN}),
    ("a forged pass below the provider's failure", [seal("spf=fail smtp.mail=jia@example.cn"), RECEIVED, seal(OWN_SPF), FROM], {UNPROVEN}),
    ("a forged pass right below, by its name", [RECEIVED, seal("spf=fail smtp.mail=jia@example.cn"), seal(OWN_SPF, "dkim=pass header.d=example.cn", "dmarc=pass"), FROM], {UNPROVEN}),
    ("a pass in a comment", [seal("spf=fail (dkim=pass header.d=example.cn; dmarc=pass) smtp.mail=jia@example.cn"), RECEIVED, FROM], {UNPROVEN}),
    ("a pass in a quoted local part", [seal('spf=pass smtp.mailfrom="; dkim=pass header.d=example.cn; x"@evil.example'), RECEIVED, FROM], {UNPROVEN}),
    ("a pass in a reason", [seal('spf=fail reason="; dkim=pass header.d=example.cn" smtp.mailfrom=a@evil.example'), RECEIVED, FROM], {UNPROVEN}),
    ("a domain in a reason", [seal('dkim=pass reason="header.d=example.cn" header.d=evil.example'), RECEIVED, FROM], {UNPROVEN}),
    ("a comment that never ends", [seal("spf=fail (dkim", "dmarc=pass"), RECEIVED, FROM], {UNPROVEN}),
    ("64 KB of tests", [seal("x=" + "y" * 64_000, "dmarc=pass"), RECEIVED, FROM], {UNPROVEN}),
    # --- machines and loops: a registered unit's filled form is never silently ignored ---
    ("our own marker", [RECEIVED, FROM, "X-Xunbao: receipt"], set()),
    ("from our own address", [RECEIVED, "From: demo@example.cn"], None),
    ("an auto-reply", [RECEIVED, FROM, "Auto-Submitted: auto-replied"], set()),
    ("a vacation program", [RECEIVED, FROM, "Precedence: auto_reply"], set()),
    ("a mailing list", [RECEIVED, FROM, "Precedence: list"], set()),
    ("a bounce", ["Return-Path: <>", RECEIVED, "From: MAILER-DAEMON@example.cn", "X-Failed-Recipients: jia@example.cn"], None),
]  # fmt: skip


@pytest.fixture(scope="module")
def rulebook(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    return assemble(
        settings(made(tmp_path_factory.mktemp("strangers"))), AT
    ).campaign.rulebook


def raw(lines: list[str], subject: str = "报送旬报表") -> bytes:
    head = [
        *lines,
        "To: demo@example.cn",
        f"Subject: {subject}",
        f"Date: {format_datetime(AT)}",
    ]
    head += [
        "Message-ID: <case@example.cn>",
        "MIME-Version: 1.0",
        "Content-Type: text/html; charset=utf-8",
    ]
    return "\r\n".join([*head, "", BODY, ""]).encode()


def judged(lines: list[str], rulebook: Rulebook, folder: Path) -> Judgement:
    reader = PlainReader(settings(made(folder)).form_spec)
    arrival = understand(reader.message(raw(lines), AT), reader)
    return judge(arrival, rulebook, Ledger())


@pytest.mark.parametrize(
    ("lines", "holds"),
    [row[1:] for row in MATRIX],
    ids=[row[0] for row in MATRIX],
)
def test_the_matrix(
    lines: list[str],
    holds: set[Hold] | None,
    rulebook: Rulebook,
    tmp_path: Path,
) -> None:
    judgement = judged(lines, rulebook, tmp_path)
    if holds is None:
        assert judgement.outcome == "ignored", judgement
        return
    (report,) = judgement.reports
    assert set(report.holds) == holds
    assert report.state == ("held" if holds else "accepted")


def test_the_matrix_is_whole() -> None:
    """Both kinds of row are there, no two alike: a table that lost its hostile half would pass for nothing."""
    names = [row[0] for row in MATRIX]
    assert len(set(names)) == len(names)
    assert sum(row[2] == set() for row in MATRIX) >= 14
    assert sum(bool(row[2]) for row in MATRIX) >= 40


# (what the config says, sender_proof, authserv, header lines, held)
TRUST: list[tuple[str, str, list[str], list[str], bool]] = [
    ("fail holds what failed", "fail", [], [seal("spf=fail smtp.mail=jia@example.cn"), RECEIVED, FROM], True),
    ("off looks at no test", "off", [], [seal("spf=fail smtp.mail=jia@example.cn"), RECEIVED, FROM], False),
    ("off still holds two writers", "off", [], [RECEIVED, FROM, "From: a@evil.example"], True),
    ("pass holds what was not tested", "pass", ["mx*.provider.cn"], [RECEIVED, FROM], True),
    ("pass takes the provider's pass", "pass", ["mx*.provider.cn"], [seal(OWN_SPF), RECEIVED, FROM], False),
    ("pass takes no stranger's pass", "pass", ["mx*.provider.cn"], [seal(OWN_SPF, by="mx1.evil.example"), RECEIVED, FROM], True),
    ("a stranger's seal on top of the provider's", "fail", ["mx*.provider.cn"], [seal("none", by="evil.example"), seal("spf=fail smtp.mail=jia@example.cn"), RECEIVED, FROM], True),
    ("a stranger's failure harms nobody", "fail", ["mx*.provider.cn"], [seal("spf=fail", by="gateway.example"), RECEIVED, FROM], False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("proof", "authserv", "lines", "held"),
    [row[1:] for row in TRUST],
    ids=[row[0] for row in TRUST],
)
def test_whose_word_counts_is_the_configs(
    proof: str,
    authserv: list[str],
    lines: list[str],
    held: bool,
    rulebook: Rulebook,
    tmp_path: Path,
) -> None:
    checks = replace(
        rulebook.checks, sender_proof=proof, authserv=tuple(authserv)
    )
    (report,) = judged(
        lines, replace(rulebook, checks=checks), tmp_path
    ).reports
    assert (UNPROVEN in report.holds) is held
