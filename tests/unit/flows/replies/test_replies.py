"""A reply's whole way on a real ledger: the letter that asks, each reviewer's own copy, what a reply does, and who is told.

Every promise of who may has its control beside it: the same words with the right token, address, version and day do decide.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, mail, moment, settings
from made_folders import MadeFolders, made_folders
from plain_reader import PlainReader

from pipeline.bootstrap import Program, assemble
from pipeline.cli.ledger.ingest_command import ingested
from pipeline.flows.ingest import Taken, take_in
from pipeline.flows.notify import notify
from pipeline.model.ledger import TalkRecord
from pipeline.model.report import Report, ReportState
from pipeline.model.review.reply_token import Token, code_for

__all__ = ["made_folders"]  # a fixture

ONE, TWO = "staff@example.cn", "fuhe@example.cn"
REVIEWERS = (
    '[[group]]\nname = "第一组"',
    f'[[staff]]\nname = "复核"\nemail = "{TWO}"\nroles = ["review"]\n\n[[group]]\nname = "第一组"',
)
FAILED = b"Authentication-Results: mx.example.cn; spf=fail smtp.mailfrom=staff@example.cn\r\n"
PASSED = b"Authentication-Results: mx.example.cn; spf=pass smtp.mailfrom=staff@example.cn\r\n"


class Office:
    """A campaign with two reviewers; mails go in, letters come out."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "config.toml"

    def begin(self, more: dict[str, str] | None = None) -> None:
        replaced = {REVIEWERS[0]: REVIEWERS[1], **(more or {})}
        made(self.config.parent, replaced=replaced)
        self.at("2015-09-01 08:00").store.born(moment("2015-09-01 08:00"))

    def at(self, now: str) -> Program:
        return assemble(
            settings(self.config), moment(now), read_with=PlainReader
        )

    def take(self, raw: bytes, received: str) -> None:
        worker = self.at(received)
        key = worker.vault.keep(raw)
        worker.store.keep_sighting(
            ingested(raw, moment(received)), key, worker.clock.now()
        )
        take_in(worker.intake(), Taken())
        notify(worker.clock.now(), worker.desk(), mailbox_read=False)

    def held(
        self,
        figure: object = "约50",
        unit: str = "丙公司",
        sender: str = "bing@example.cn",
    ) -> Report:
        self.take(
            form_mail(
                sender, unit, "2015年9月10日", figure, "2015-09-10 10:00"
            ),
            "2015-09-10 10:00",
        )
        return self.report()

    def report(self) -> Report:
        return self.at("2015-12-31 08:00").store.ledger().reports[0]

    def letters(self, kind: str) -> Iterator[tuple[str, EmailMessage]]:
        """(recipient, mail) of every copy of a kind, in the order they were planned."""
        worker = self.at("2015-12-31 08:00")
        for delivery in worker.outbox.open_deliveries():
            if any(action.kind.value == kind for action in delivery.actions):
                yield (
                    delivery.recipient,
                    message_from_bytes(
                        worker.vault.open(delivery.key), policy=default
                    ),
                )

    def code(
        self,
        reviewer: str,
        version: int = 1,
        expires: date = date(2015, 10, 10),
    ) -> str:
        store = self.at("2015-09-11 08:00").store
        return code_for(
            store.secret(), Token(self.report().id, version, expires), reviewer
        )

    def reply(
        self,
        words: str,
        code: str,
        sender: str = ONE,
        when: str = "2015-09-11 09:00",
        head: bytes = b"",
    ) -> str:
        """What became of it, as the ledger says."""
        self.take(
            head + mail(sender, f"回复：【待核】[{code}]", when, text=words),
            when,
        )
        return self.at(when).store.ledger().messages[-1].reason or ""


@pytest.fixture
def office(tmp_path: Path, made_folders: MadeFolders) -> Office:
    made_folders.copied(tmp_path, "begun", lambda at: Office(at).begin())
    return Office(tmp_path)


def with_held(folder: Path) -> None:
    office = Office(folder)
    office.begin()
    office.held()


@pytest.fixture
def waiting(tmp_path: Path, made_folders: MadeFolders) -> Office:
    """One that has asked its reviewers about a report."""
    made_folders.copied(tmp_path, "held", with_held)
    return Office(tmp_path)


def test_each_reviewer_gets_one_mail_with_a_token_of_his_own(
    waiting: Office,
) -> None:
    copies = dict(waiting.letters("review_request"))
    assert set(copies) == {ONE, TWO}
    assert len({copy["Message-ID"] for copy in copies.values()}) == 1
    assert (
        len(
            [
                n
                for n in waiting.at("2015-09-11 08:00").outbox.notices()
                if n.action.kind == "review_request"
            ]
        )
        == 1
    )
    for who, copy in copies.items():
        code, other = (
            waiting.code(who),
            waiting.code(TWO if who == ONE else ONE),
        )
        body = copy.get_body(("plain",))
        assert body is not None
        assert copy["To"] == who
        for place in (
            copy["Subject"],
            copy["References"],
            copy["X-Xunbao-Case"],
            body.get_content(),
        ):
            assert code in place
        assert other not in copy.as_string()


@pytest.mark.parametrize("place", ["subject", "references", "quoted", "bottom"])
def test_a_token_comes_back_wherever_a_program_leaves_it(
    waiting: Office, place: str
) -> None:
    code = waiting.code(ONE)
    subject = f"回复：待核 [{code}]" if place == "subject" else "回复：待核"
    text = {
        "quoted": f"改为52\n\n> 待核码 {code}",
        "bottom": f"> 待核码 {code}\n\n改为52",
    }.get(place, "改为52")
    raw = mail(ONE, subject, "2015-09-11 09:00", text=text)
    head = (
        f"References: <{code}.xunbao@example.cn> <rewritten@provider.cn>\r\n".encode()
        if place == "references"
        else b""
    )
    waiting.take(head + raw, "2015-09-11 09:00")
    assert (waiting.report().state, waiting.report().completed) == (
        ReportState.ACCEPTED,
        52,
    )


REFUSED = {
    "another's token": (lambda o: o.code(TWO), {}, "发给"),
    "an earlier version": (lambda o: o.code(ONE, 0), {}, "最近的一封"),
    "a later version": (lambda o: o.code(ONE, 2), {}, "最近的一封"),
    "an invented token": (
        lambda o: (
            o.code(ONE)[:-1] + "0123456789abcdef"[int(o.code(ONE)[-1], 16) - 1]
        ),
        {},
        "待核码不对",
    ),
    "a stranger who was shown it": (
        lambda o: o.code(ONE),
        {"sender": "jia@example.cn"},
        "不是登记的审核人",
    ),
    "too late": (lambda o: o.code(ONE), {"when": "2015-10-11 09:00"}, "已过期"),
    "the provider found it forged": (
        lambda o: o.code(ONE),
        {"head": FAILED},
        "没有得到证实",
    ),
    "two From headers": (
        lambda o: o.code(ONE),
        {"head": b"From: jia@example.cn\r\n"},
        None,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_who_may_not_changes_nothing_and_is_told_why(
    waiting: Office, name: str
) -> None:
    code, more, words = REFUSED[name]
    reason = waiting.reply("改为52", code(waiting), **more)  # type: ignore[arg-type]
    assert waiting.report().state is ReportState.HELD
    assert words is None or words in reason


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"when": "2015-10-10 23:00"},
        {"head": PASSED},
        {"sender": "STAFF@example.cn"},
    ],
)
def test_who_may_does(waiting: Office, more: dict[str, object]) -> None:
    """The control of the refusals above: the same words."""
    waiting.reply("改为52", waiting.code(ONE), **more)  # type: ignore[arg-type]
    assert (
        waiting.report().state,
        waiting.report().completed,
        waiting.report().decided_by,
    ) == (
        ReportState.ACCEPTED,
        52,
        ONE,
    )


def test_what_was_done_goes_to_all_in_the_thread_and_each_can_undo_it_once(
    waiting: Office,
) -> None:
    waiting.reply("改为52", waiting.code(ONE))
    asked = next(waiting.letters("review_request"))[1]
    echoes = dict(waiting.letters("review_answer"))
    assert set(echoes) == {ONE, TWO}
    for echo in echoes.values():
        assert str(echo["In-Reply-To"]) in str(echo["References"])
        assert echo["In-Reply-To"] == asked["Message-ID"]
    assert "最近的一封" in waiting.reply(
        "撤销", waiting.code(TWO, 1), TWO, "2015-09-11 10:00"
    )
    assert waiting.report().state is ReportState.ACCEPTED
    waiting.reply(
        "撤销", str(echoes[TWO]["X-Xunbao-Case"]), TWO, "2015-09-11 11:00"
    )
    assert waiting.report().state is ReportState.HELD
    waiting.reply(
        "改为53", str(echoes[TWO]["X-Xunbao-Case"]), TWO, "2015-09-11 12:00"
    )
    assert waiting.report().state is ReportState.HELD, "a token serves once"


def test_what_did_nothing_is_told_to_the_writer_alone(waiting: Office) -> None:
    waiting.reply("是否改为52？", waiting.code(ONE))
    assert [who for who, _ in waiting.letters("review_answer")] == [ONE]


def test_a_report_given_back_is_written_to_its_sender_with_the_reason_and_a_form(
    office: Office,
) -> None:
    report = office.held()
    office.reply("退回：请填写准确的人数", office.code(ONE))
    ((who, letter),) = office.letters("returned")
    body = letter.get_body(("plain",))
    assert body is not None
    assert (who, "请填写准确的人数" in body.get_content()) == (
        "bing@example.cn",
        True,
    )
    assert office.code(ONE) not in letter.as_string()
    assert [part.get_filename() for part in letter.iter_attachments()] == [
        "丙公司旬报表（9月10日）.docx"
    ]
    assert office.report().id == report.id


def test_void_writes_to_nobody(waiting: Office) -> None:
    waiting.reply("作废", waiting.code(ONE))
    assert waiting.report().state is ReportState.REJECTED
    assert list(waiting.letters("returned")) == []


def test_a_lesson_is_kept_and_counts_from_its_moment_on(office: Office) -> None:
    office.held(50, "丙公司", "renshi@example.cn")
    reason = office.reply("归丙公司并记住", office.code(ONE))
    assert "renshi@example.cn" in reason
    assert office.report().state is ReportState.ACCEPTED
    learned = office.config.parent / "learned.toml"
    echo = dict(office.letters("review_answer"))[TWO]
    undone = office.reply(
        "撤销", str(echo["X-Xunbao-Case"]), TWO, "2015-09-11 10:00"
    )
    assert "learned.toml" in undone, "what stays learnt is said"
    assert 'email = "renshi@example.cn"' in learned.read_text(encoding="utf-8")
    office.take(
        form_mail(
            "renshi@example.cn",
            "丙公司",
            "2015年9月20日",
            60,
            "2015-09-20 10:00",
        ),
        "2015-09-20 10:00",
    )
    assert (
        office.at("2015-09-21 08:00").store.ledger().reports[-1].state
        is ReportState.ACCEPTED
    )


def test_without_being_told_nothing_is_learnt(office: Office) -> None:
    office.held(50, "丙公司", "renshi@example.cn")
    office.reply("归丙公司", office.code(ONE))
    assert office.report().state is ReportState.ACCEPTED
    assert not (office.config.parent / "learned.toml").exists()
    office.take(
        form_mail(
            "renshi@example.cn",
            "丙公司",
            "2015年9月20日",
            60,
            "2015-09-20 10:00",
        ),
        "2015-09-20 10:00",
    )
    assert (
        office.at("2015-09-21 08:00").store.ledger().reports[-1].state
        is ReportState.HELD
    )


def test_a_figure_that_brings_a_new_doubt_is_asked_again(
    office: Office,
) -> None:
    office.take(
        form_mail(
            "bing@example.cn", "丙公司", "2015年9月10日", 90, "2015-09-10 09:00"
        ),
        "2015-09-10 09:00",
    )
    office.take(
        form_mail(
            "bing@example.cn",
            "丙公司",
            "2015年9月20日",
            "约95",
            "2015-09-20 10:00",
        ),
        "2015-09-20 10:00",
    )
    store = office.at("2015-09-20 11:00").store
    held = next(
        r for r in store.ledger().reports if r.state is ReportState.HELD
    )

    def say(words: str, version: int, when: str) -> Report:
        code = code_for(
            store.secret(), Token(held.id, version, date(2015, 10, 20)), ONE
        )
        office.reply(words, code, ONE, when)
        return replace(store.report(held.id) or held, form=None)

    typo = say("改为9", 1, "2015-09-20 12:00")
    assert (typo.state, typo.holds) == (ReportState.HELD, ("figure_decreased",))
    right = say("改为96", 2, "2015-09-20 13:00")
    assert (right.state, right.completed) == (ReportState.ACCEPTED, 96)


TALK_REPLIES = [
    ("确认约谈", {"甲县": "confirmed", "丙公司": "confirmed"}),
    ("确认约谈甲县", {"甲县": "confirmed", "丙公司": "proposed"}),
    (
        "确认约谈甲县\n不约谈丙公司：情况已经说明",
        {"甲县": "confirmed", "丙公司": "dropped"},
    ),
    ("不约谈：都已整改", {"甲县": "dropped", "丙公司": "dropped"}),
    (
        "增加乙县：连续两旬没有报送",
        {"甲县": "proposed", "丙公司": "proposed", "乙县": "confirmed"},
    ),
    ("不约谈", {"甲县": "proposed", "丙公司": "proposed"}),
    ("是否约谈甲县？", {"甲县": "proposed", "丙公司": "proposed"}),
    ("不约谈：甲县", {"甲县": "proposed", "丙公司": "proposed"}),
    ("确认约谈戊县", {"甲县": "proposed", "丙公司": "proposed"}),
    (
        "确认约谈甲县\n不约谈甲县：已说明",
        {"甲县": "proposed", "丙公司": "proposed"},
    ),
    (
        "列入通报：甲县",
        {"甲县": "proposed", "丙公司": "proposed"},
    ),  # not twice in a row
]


@pytest.mark.parametrize(("words", "states"), TALK_REPLIES)
def test_talks_are_decided_by_reply_and_each_decision_can_be_undone(
    office: Office, words: str, states: dict[str, str]
) -> None:
    store = office.at("2015-10-01 15:00").store
    for unit in ("甲县", "丙公司"):
        store.propose_talks(
            [TalkRecord("2015-09", unit, ("位居末位",), ("last_place",))],
            moment("2015-10-01 15:00"),
        )

    def say(text: str, version: int, when: str) -> dict[str, str]:
        code = code_for(
            store.secret(),
            Token("yt-2015-09", version, date(2015, 10, 31)),
            ONE,
        )
        office.reply(text, code, ONE, when)
        return {talk.unit: talk.state for talk in store.ledger().talks}

    assert say(words, 0, "2015-10-01 16:00") == states
    made = len(store.talk_events("2015-09"))
    assert say("撤销", made, "2015-10-01 17:00") | {"乙县": "dropped"} == {
        "甲县": "proposed",
        "丙公司": "proposed",
        "乙县": "dropped",
    }
