"""What a message is and what its reports count for: every outcome and every hold of rules.md 3-6."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from judging_makers import (
    ADDRESS,
    CHECKS,
    MEASURES,
    OCT10,
    RULEBOOK,
    SEP10,
    SEP20,
    SEP30,
    arrival,
    file,
    form,
    ledger,
    report,
    trouble,
)

from pipeline.judging.intake.judge import judge
from pipeline.model.arrival import Arrival, FileOutcome, Judgement, Outcome
from pipeline.model.form import Figure, Hold, Nil, Note, Place
from pipeline.model.form_serial import serial_for
from pipeline.model.ledger import Ledger
from pipeline.model.mail import OURS, CloudLink, MailNature
from pipeline.model.report import DecisionRule, Report, ReportState, Timeliness
from pipeline.model.trouble import TroubleCode

EMPTY = Ledger()


def judged(found: Arrival, known: Ledger = EMPTY) -> Judgement:
    return judge(found, RULEBOOK, known)


def only(found: Arrival, known: Ledger = EMPTY) -> Report:
    (one,) = judged(found, known).reports
    return one


# ---------------------------------------------------------------------- outcomes


def test_a_form_is_a_report() -> None:
    found = judged(arrival(file(form("甲县总工会", 356, "2015-9-10"))))
    (one,) = found.reports
    assert (found.outcome, found.reason) == (Outcome.REPORTED, None)
    assert (one.unit, one.period, one.completed, one.state) == (
        "甲县",
        SEP10,
        356,
        ReportState.ACCEPTED,
    )
    assert (one.notes, one.holds, one.measures, one.files) == (
        (),
        (),
        MEASURES,
        ("旬报表.docx",),
    )


@pytest.mark.parametrize(
    ("nature", "reason"),
    [
        (MailNature.BOUNCE, "bounce"),
        (MailNature.DELAY, "bounce"),
        (MailNature.READ_RECEIPT, "auto_reply"),
        (MailNature.GESTURE, "auto_reply"),
    ],
)
def test_what_a_machine_wrote_is_never_a_report(
    nature: MailNature, reason: str
) -> None:
    found = judged(arrival(file(form()), nature=nature))
    assert (found.outcome, found.reason, found.reports) == (
        Outcome.IGNORED,
        reason,
        (),
    )


MARKS: list[tuple[dict[str, Any], str]] = [
    ({"nature": MailNature.AUTO_REPLY}, "auto_reply"),
    ({"nature": MailNature.LIST}, "list"),
    ({"own": True}, "own_mail"),
]


@pytest.mark.parametrize(("mark", "reason"), MARKS)
def test_a_filled_form_of_a_registered_sender_is_heard_whatever_the_headers_say(
    mark: dict[str, Any], reason: str
) -> None:
    assert only(arrival(file(form()), **mark)).state is ReportState.ACCEPTED
    blank = file(form(completed=None, measures=()))
    for nothing in (arrival(blank, **mark), arrival(**mark)):
        assert judged(nothing).reason == reason
    stranger = judged(
        arrival(file(form()), sender="x@elsewhere.example", **mark)
    )
    assert (stranger.outcome, stranger.reason) == (Outcome.IGNORED, reason)


@pytest.mark.parametrize(
    "mail",
    [{"own": True, "sender": "x@elsewhere.example"}, {"sender": ADDRESS}],
)
def test_our_own_mail_is_never_a_report(mail: dict[str, Any]) -> None:
    found = judged(arrival(file(form()), **mail))
    assert (found.outcome, found.reason, found.reports) == (
        Outcome.IGNORED,
        "own_mail",
        (),
    )


NO_FORM = trouble(TroubleCode.NO_FORM, "名单.docx", "docx")


@pytest.mark.parametrize(
    ("what", "outcome"),
    [
        (arrival(NO_FORM, subject="报送旬报"), Outcome.UNREADABLE),
        (arrival(NO_FORM, subject="报 表"), Outcome.UNREADABLE),
        (
            arrival(NO_FORM, subject="你好", text="现将旬报发上"),
            Outcome.UNREADABLE,
        ),
        (
            arrival(
                trouble(TroubleCode.ENCRYPTED, "9月旬报.docx", "docx"),
                subject="你好",
            ),
            Outcome.UNREADABLE,
        ),
        (arrival(subject="旬报"), Outcome.UNREADABLE),
        (
            arrival(NO_FORM, subject="会议通知"),
            Outcome.IGNORED,
        ),  # not meant as a report
        (
            arrival(NO_FORM, subject="报送旬报", sender="a@example.cn"),
            Outcome.IGNORED,
        ),  # not registered
        (
            arrival(NO_FORM, subject="报送旬报", sender="staff@example.cn"),
            Outcome.IGNORED,
        ),  # no unit's address
        (arrival(subject="会议通知"), Outcome.IGNORED),
    ],
)
def test_a_mail_without_a_form(what: Arrival, outcome: Outcome) -> None:
    found = judged(what)
    assert found.outcome is outcome
    assert found.reason == ("no_form" if outcome is Outcome.IGNORED else None)
    assert found.reports == ()


def test_an_unreadable_mail_says_whose_it_is_and_what_is_wrong() -> None:
    found = judged(
        arrival(
            NO_FORM, subject="9月20日旬报", days=["9-20"], when="09-20 10:00"
        )
    )
    assert (found.unit, found.period) == ("甲县", SEP20)
    assert [one.name for one in found.files] == ["名单.docx"]
    assert found.files[0].outcome is TroubleCode.NO_FORM


def test_an_unreadable_mail_of_an_address_of_two_units_is_nobodys() -> None:
    assert (
        judged(arrival(subject="旬报", sender="shared@example.cn")).unit is None
    )


def test_a_link_in_place_of_a_file_is_unreadable_and_says_so() -> None:
    bare = arrival(subject="你好")
    linked = replace(
        bare.message, links=(CloudLink("https://example.cn/f", "旬报表.docx"),)
    )
    found = judged(Arrival(linked, ()))
    assert found.outcome is Outcome.UNREADABLE
    assert found.files[0].outcome is TroubleCode.CLOUD_LINK


# ---------------------------------------------------------------------- scans


def test_a_scan_beside_a_form_is_no_case_of_its_own() -> None:
    found = judged(
        arrival(file(form("甲县", 356)), trouble(TroubleCode.SCAN_UNREAD))
    )
    (one,) = found.reports
    assert (one.state, one.holds) == (ReportState.ACCEPTED, ())
    assert found.files[1].outcome is FileOutcome.NOT_COMPARED


@pytest.mark.parametrize(
    ("code", "hold"),
    [
        (TroubleCode.SCAN_UNREAD, Hold.SCAN_UNREAD),
        (TroubleCode.SCAN_UNCERTAIN, Hold.SCAN_UNCERTAIN),
    ],
)
def test_a_scan_alone_is_held(code: TroubleCode, hold: Hold) -> None:
    one = only(arrival(trouble(code), when="09-20 10:00"))
    assert (one.unit, one.period, one.completed) == ("甲县", SEP20, None)
    assert (one.state, one.holds) == (ReportState.HELD, (hold,))


def test_a_scan_of_an_unknown_sender_that_was_meant_as_a_report() -> None:
    one = only(
        arrival(
            trouble(TroubleCode.SCAN_UNREAD),
            sender="a@example.cn",
            subject="甲县旬报",
        )
    )
    assert one.unit == "甲县"
    assert set(one.holds) == {Hold.UNKNOWN_SENDER, Hold.SCAN_UNREAD}


def test_a_picture_of_a_stranger_is_no_report() -> None:
    found = judged(
        arrival(
            trouble(TroubleCode.SCAN_UNREAD, "照片.jpg"),
            sender="a@example.cn",
            subject="你好",
        )
    )
    assert (found.outcome, found.reason) == (Outcome.IGNORED, "no_form")


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [("你好", Outcome.IGNORED), ("旬报", Outcome.REPORTED)],
)
def test_a_picture_within_the_text_is_a_scan_only_where_a_report_was_meant(
    subject: str, outcome: Outcome
) -> None:
    logo = trouble(TroubleCode.SCAN_UNREAD, "logo.png", "png", inline=True)
    assert judged(arrival(logo, subject=subject)).outcome is outcome


@pytest.mark.parametrize(
    ("reported", "subject", "period", "notes"),
    [
        (
            (SEP10,),
            "旬报",
            SEP20,
            (Note.STALE_DATE,),
        ),  # 3b: the date of last time
        ((), "旬报", SEP10, ()),  # 3c: a late one
        ((SEP10,), "更正旬报", SEP10, ()),  # 3a
    ],
)
def test_the_period_of_a_scan_alone(
    reported: tuple[date, ...],
    subject: str,
    period: date,
    notes: tuple[Note, ...],
) -> None:
    known = ledger(*(report("甲县", due) for due in reported))
    one = only(
        arrival(
            trouble(TroubleCode.SCAN_UNREAD, days=["9-10"]),
            when="09-20 10:00",
            subject=subject,
        ),
        known,
    )
    assert (one.period, one.notes) == (period, notes)


# ---------------------------------------------------------------------- units


@pytest.mark.parametrize(
    ("unit_text", "sender", "unit", "holds"),
    [
        ("甲县", "jia@example.cn", "甲县", ()),
        ("乙县", "jia@example.cn", "乙县", (Hold.SENDER_MISMATCH,)),
        ("甲县", "a@example.cn", "甲县", (Hold.UNKNOWN_SENDER,)),
        ("嘉阳电力公司", "jiayang@example.cn", None, (Hold.UNIT_UNCLEAR,)),
        ("其他", "dongfeng@example.cn", None, (Hold.UNIT_UNCLEAR,)),
    ],
)
def test_holds_for_the_unit(
    unit_text: str, sender: str, unit: str | None, holds: tuple[Hold, ...]
) -> None:
    one = only(arrival(file(form(unit_text, 100)), sender=sender))
    assert (one.unit, one.holds) == (unit, holds)
    assert one.state is (ReportState.HELD if holds else ReportState.ACCEPTED)


def test_an_unknown_sender_may_be_taken_with_a_note() -> None:
    rulebook = replace(
        RULEBOOK, checks=replace(CHECKS, accept_unknown_sender=True)
    )
    (one,) = judge(
        arrival(file(form("甲县", 100)), sender="a@example.cn"), rulebook, EMPTY
    ).reports
    assert (one.state, one.notes) == (
        ReportState.ACCEPTED,
        (Note.UNKNOWN_SENDER,),
    )


def test_two_units_in_a_mail_are_two_reports() -> None:
    found = judged(
        arrival(
            file(form("丙区", 10), name="a.docx"),
            file(form("丁市", 20), name="b.docx"),
            sender="shared@example.cn",
        )
    )
    assert {(r.unit, r.completed, r.state) for r in found.reports} == {
        ("丙区", 10, ReportState.ACCEPTED),
        ("丁市", 20, ReportState.ACCEPTED),
    }
    assert len({r.id for r in found.reports}) == 2


def test_a_pre_filled_form_says_unit_and_period() -> None:
    serial = serial_for(RULEBOOK.campaign, "丁市", SEP20)
    one = only(
        arrival(
            file(form("", 20, serial=serial)),
            sender="shared@example.cn",
            when="09-24 10:00",
        )
    )
    assert (one.unit, one.period, one.holds) == ("丁市", SEP20, ())


def test_a_day_written_by_hand_beats_the_number_of_a_pre_filled_form() -> None:
    serial = serial_for(RULEBOOK.campaign, "甲县", SEP10)
    one = only(
        arrival(
            file(form("", 20, "2015-9-20", serial=serial)), when="09-20 10:00"
        )
    )
    assert (one.unit, one.period, one.notes) == ("甲县", SEP20, ())


def test_a_number_of_another_campaign_says_nothing() -> None:
    serial = serial_for("另一行动", "丁市", SEP10)
    one = only(
        arrival(
            file(form("", 20, serial=serial)),
            sender="shared@example.cn",
            when="09-20 10:00",
        )
    )
    assert (one.unit, one.period) == (None, SEP20)


# ---------------------------------------------------------------------- several files, one form


def scan(*forms: object, name: str = "盖章.jpg") -> object:
    return file(*forms, name=name, kind="jpg")  # type: ignore[arg-type]


def test_word_and_its_scan_that_agree_are_one_report() -> None:
    one = only(
        arrival(file(form("甲县", 356)), scan(form("甲县", 356, measures=())))
    )  # type: ignore[arg-type]
    assert (one.completed, one.state, one.files) == (
        356,
        ReportState.ACCEPTED,
        ("旬报表.docx", "盖章.jpg"),
    )
    assert one.measures == MEASURES, "the typed one speaks"


DOUBTFUL = (Hold.SCAN_UNCERTAIN,)


@pytest.mark.parametrize(
    "unit_text", ["甲县", "申县"]
)  # as written, and misread
@pytest.mark.parametrize("completed", [356, 365, None])
def test_a_scan_in_doubt_never_holds_the_form_beside_it(
    unit_text: str, completed: int | None
) -> None:
    doubtful = scan(
        form(unit_text, figure=Figure(completed, holds=DOUBTFUL), measures=())
    )
    both = (file(form("甲县", 356)), doubtful)
    for readings in (both, both[::-1]):
        found = judged(arrival(*readings))  # type: ignore[arg-type]
        (one,) = found.reports
        assert (one.completed, one.state, one.holds) == (
            356,
            ReportState.ACCEPTED,
            (),
        )
        outcomes = {one.name: one.outcome for one in found.files}
        assert outcomes["盖章.jpg"] is FileOutcome.NOT_COMPARED
        assert outcomes["旬报表.docx"] is FileOutcome.READ


def test_a_scan_in_doubt_of_another_unit_is_held_for_itself() -> None:
    doubtful = scan(form("丙区", figure=Figure(120, holds=DOUBTFUL)))
    found = judged(
        arrival(file(form("丁市", 356)), doubtful, sender="shared@example.cn")
    )  # type: ignore[arg-type]
    states = {r.unit: (r.state, r.holds) for r in found.reports}
    assert states == {
        "丁市": (ReportState.ACCEPTED, ()),
        "丙区": (ReportState.HELD, DOUBTFUL),
    }


def test_a_scan_in_doubt_alone_is_held_with_what_was_read() -> None:
    found = judged(
        arrival(scan(form("甲县", figure=Figure(356, holds=DOUBTFUL))))
    )  # type: ignore[arg-type]
    (one,) = found.reports
    assert (one.unit, one.completed, one.state, one.holds) == (
        "甲县",
        356,
        ReportState.HELD,
        DOUBTFUL,
    )
    assert found.files[0].outcome is TroubleCode.SCAN_UNCERTAIN


def test_a_scan_that_was_surely_read_and_says_otherwise_holds_the_report() -> (
    None
):
    one = only(arrival(file(form("甲县", 356)), scan(form("甲县", 365))))  # type: ignore[arg-type]
    assert one.holds == (Hold.FIGURE_UNCLEAR,)


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [
        (Figure(completed=356), Figure(completed=356), True),
        (Figure(completed=356), Figure(completed=365), False),
        (
            Figure(completed=356, added=56),
            Figure(completed=356),
            True,
        ),  # one says more than the other
        (
            Figure(completed=356, added=56),
            Figure(completed=356, added=65),
            False,
        ),
        (Figure(added=56), Figure(added=56), True),
        (Figure(completed=356), Figure(added=356), False),  # nothing in common
        (Figure(nil=Nil.SAME), Figure(nil=Nil.SAME), True),
        (Figure(nil=Nil.NOUGHT), Figure(completed=356), False),
        (Figure(completed=356), Figure(), False),
    ],
)
def test_several_files_with_the_same_form(
    first: Figure, second: Figure, agree: bool
) -> None:
    known = ledger(report("甲县", SEP10, 300))
    both = (
        file(form("甲县", figure=first)),
        file(form("甲县", figure=second), name="b.xlsx", kind="xlsx"),
    )
    for readings in (both, both[::-1]):
        one = only(arrival(*readings, when="09-20 10:00"), known)
        assert (Hold.FIGURE_UNCLEAR not in one.holds) == agree
        assert len(one.files) == 2


def test_a_blank_form_sent_along_is_not_looked_at() -> None:
    blank = file(form("", None, measures=()), name="空白表.docx")
    one = only(arrival(file(form("甲县", 356)), blank))
    assert (one.completed, one.state, one.files) == (
        356,
        ReportState.ACCEPTED,
        ("旬报表.docx",),
    )


@pytest.mark.parametrize("unit", ["", "甲县"])
def test_a_form_that_nobody_filled_in_is_no_report(unit: str) -> None:
    found = judged(arrival(file(form(unit, None, measures=()))))
    assert (found.outcome, found.reports) == (Outcome.UNREADABLE, ())
    (told,) = found.files
    assert told.outcome is TroubleCode.NO_FORM
    thanked = judged(
        arrival(
            file(form(unit, None, measures=()), name="附.docx"),
            text="收到，谢谢！",
        )
    )
    assert (thanked.outcome, thanked.reason) == (Outcome.IGNORED, "no_form")


def test_what_came_out_of_a_letter_of_ours_proves_nothing() -> None:
    ours = replace(file(form("甲县", 356), name="通报.docx"), origin=OURS)
    quoted = replace(ours, origin=ADDRESS)
    another = replace(ours, origin="yi@example.cn")
    for returned in (ours, quoted):
        assert judged(arrival(returned, subject="转发")).reports == ()
        one = only(arrival(returned, file(form("甲县", 400))))
        assert (one.completed, one.holds) == (400, ())
    assert only(arrival(another)).completed == 356


# ---------------------------------------------------------------------- periods


def test_sheets_for_several_periods_keep_their_own() -> None:
    sheets = file(
        form("甲县", 300, "2015-9-20"),
        form("甲县", 356, "2015-9-30"),
        form("甲县", 200, "2015-9-10"),
    )
    found = judged(arrival(sheets, when="09-30 10:00"))
    assert [(r.period, r.completed, r.state) for r in found.reports] == [
        (SEP10, 200, ReportState.ACCEPTED),
        (SEP20, 300, ReportState.ACCEPTED),
        (SEP30, 356, ReportState.ACCEPTED),
    ]
    assert [r.timeliness for r in found.reports] == [
        Timeliness.LATE,
        Timeliness.LATE,
        Timeliness.ON_TIME,
    ]


def test_sheets_for_several_periods_are_judged_one_after_the_other() -> None:
    sheets = file(
        form("甲县", 356, "2015-9-30"),
        form("甲县", None, "2015-9-20", added=20),
        form("甲县", 400, "2015-9-10"),
    )
    first, second, third = judged(arrival(sheets, when="09-30 10:00")).reports
    assert (first.completed, second.completed) == (400, 420)
    assert (third.completed, third.holds) == (356, (Hold.FIGURE_DECREASED,))


CORRECTED = (
    report("甲县", SEP10, 200, "09-10 09:00"),
    report("甲县", SEP10, 210, "09-10 12:00"),
)
RULED = (report("甲县", SEP10, 210, rule=DecisionRule.CORRECT),)


@pytest.mark.parametrize(
    ("known", "old", "words", "held"),
    [
        (CORRECTED, 190, "请查收", True),
        (RULED, 190, "请查收", True),
        (RULED, 210, "请查收", False),
        (RULED, 190, "9月10日的更正", False),
        (CORRECTED[:1], 190, "请查收", False),
    ],
)
def test_an_old_sheet_beside_the_new_one_undoes_no_correction_and_no_ruling(
    known: tuple[Report, ...], old: int, words: str, held: bool
) -> None:
    sheets = file(
        form("甲县", old, "2015-9-10", measures=("一、另一些举措",)),
        form("甲县", 356, "2015-9-30"),
    )
    before = ledger(*known)
    found = judged(
        arrival(sheets, when="09-30 10:00", text=words), before
    ).reports
    by_period = {r.period: r for r in found}
    assert by_period[SEP30].state is ReportState.ACCEPTED
    assert (by_period[SEP10].state is ReportState.HELD) is held
    if held:
        seen = by_period[SEP10].form.figure.seen
        assert [(n.value, n.place) for n in seen] == [(210, Place.RECORD)]
        counting = before.with_reports(found).counting["甲县"][SEP10]
        assert counting.completed == 210


def test_two_tables_of_one_file_that_differ_say_where_they_stand() -> None:
    tables = file(form("甲县", 356), form("甲县", 357))
    one = only(arrival(tables))
    assert one.holds == (Hold.FIGURE_UNCLEAR,)
    assert [n.place for n in one.form.figure.seen] == [Place.TABLE]


def test_a_sheet_far_ahead_is_held_even_among_others() -> None:
    """Its period is unclear, so it stands with the one received for, and that one is for a person to sort out."""
    sheets = file(
        form("甲县", 200, "2015-9-10"), form("甲县", 300, "2015-10-10")
    )
    found = judged(arrival(sheets)).reports
    assert [(r.period, r.state) for r in found] == [(SEP10, ReportState.HELD)]


def test_a_stale_form_beside_one_without_a_date_is_one_stale_report() -> None:
    known = ledger(report("甲县", SEP10, 300))
    both = (
        file(form("甲县", 356, "2015-9-10")),
        file(form("甲县", 356), name="旬报表.pdf", kind="pdf"),
    )
    one = only(arrival(*both, when="09-20 10:00"), known)
    assert (one.period, one.completed, one.notes) == (
        SEP20,
        356,
        (Note.STALE_DATE,),
    )


@pytest.mark.parametrize(
    ("days", "subject_days", "file_days", "period", "notes", "holds"),
    [
        ((), (), (), SEP20, (), ()),
        (("9-20",), (), (), SEP20, (), ()),
        ((), ("9-10",), (), SEP10, (), ()),
        ((), (), ("9-10",), SEP10, (), ()),
        (("9-20",), ("9-10",), (), SEP20, (Note.PERIOD_CONFLICT,), ()),
        (("9-10",), (), ("10-10",), SEP20, (), (Hold.PERIOD_UNCLEAR,)),
        (("9-30",), (), (), SEP30, (), ()),
    ],
)
def test_the_days_of_form_subject_and_file_name(
    days: tuple[str, ...],
    subject_days: tuple[str, ...],
    file_days: tuple[str, ...],
    period: date,
    notes: tuple[Note, ...],
    holds: tuple[Hold, ...],
) -> None:
    one = only(
        arrival(
            file(form("甲县", 100, *days), days=file_days),
            days=subject_days,
            when="09-20 10:00",
        )
    )
    assert (one.period, one.notes, one.holds) == (period, notes, holds)


@pytest.mark.parametrize("where", ["subject", "text", "name"])
def test_words_of_a_correction_anywhere_in_the_mail(where: str) -> None:
    known = ledger(report("甲县", SEP10, 300))
    mail = {where: "更正旬报表"} if where != "name" else {}
    name = "更正旬报表.docx" if where == "name" else "旬报表.docx"
    one = only(
        arrival(
            file(form("甲县", 310, "9-10"), name=name),
            when="09-20 10:00",
            **mail,
        ),
        known,
    )
    assert (one.period, one.notes) == (SEP10, ())


def test_quoted_mail_says_nothing_of_corrections() -> None:
    known = ledger(report("甲县", SEP10, 300))
    bare = arrival(file(form("甲县", 310, "9-10")), when="09-20 10:00")
    quoted = replace(bare, message=replace(bare.message, quoted="请以此件为准"))
    assert only(quoted, known).period == SEP20


# ---------------------------------------------------------------------- figures against the ledger


@pytest.mark.parametrize(
    ("completed", "holds"),
    [
        (300, ()),
        (299, (Hold.FIGURE_DECREASED,)),
        (800, ()),
        (801, (Hold.FIGURE_JUMP,)),
    ],
)
def test_the_figure_is_compared_with_the_last_of_an_earlier_period(
    completed: int, holds: tuple[Hold, ...]
) -> None:
    known = ledger(
        report("甲县", SEP10, 300), report("甲县", OCT10, 900, "10-10 09:00")
    )
    assert (
        only(
            arrival(file(form("甲县", completed)), when="09-20 10:00"), known
        ).holds
        == holds
    )


@pytest.mark.parametrize("state", [ReportState.HELD, ReportState.REJECTED])
def test_a_report_that_does_not_count_is_nothing_to_compare_with(
    state: ReportState,
) -> None:
    known = ledger(report("甲县", SEP10, 300, state=state))
    assert (
        only(arrival(file(form("甲县", 100)), when="09-20 10:00"), known).holds
        == ()
    )


def test_a_correction_downwards_is_compared_with_the_period_before() -> None:
    known = ledger(
        report("甲县", SEP10, 300), report("甲县", SEP20, 400, "09-20 09:00")
    )
    one = only(arrival(file(form("甲县", 350)), when="09-20 11:00"), known)
    assert (one.state, one.holds) == (ReportState.ACCEPTED, ())
    after = known.with_reports((one,))
    assert after.counting["甲县"][SEP20].completed == 350
    assert [r.state for r in after.for_period("甲县", SEP20)] == [
        ReportState.SUPERSEDED,
        ReportState.ACCEPTED,
    ]


# ---------------------------------------------------------------------- duplicates, timeliness


@pytest.mark.parametrize(
    ("completed", "measures", "state"),
    [
        (400, MEASURES, ReportState.DUPLICATE),
        (401, MEASURES, ReportState.ACCEPTED),
        (400, MEASURES[:1], ReportState.ACCEPTED),
    ],
)
def test_a_later_report_with_the_same_figure_and_measures_is_a_duplicate(
    completed: int, measures: tuple[str, ...], state: ReportState
) -> None:
    known = ledger(report("甲县", SEP20, 400, "09-20 09:00"))
    one = only(
        arrival(
            file(form("甲县", completed, measures=measures)), when="09-20 11:00"
        ),
        known,
    )
    assert one.state is state
    assert (
        known.with_reports((one,)).counting["甲县"][SEP20].completed
        == completed
    )


def test_a_held_report_is_never_a_duplicate() -> None:
    known = ledger(report("甲县", SEP20, 400, "09-20 09:00"))
    one = only(
        arrival(
            file(form("甲县", 400)), when="09-20 11:00", sender="a@example.cn"
        ),
        known,
    )
    assert one.state is ReportState.HELD


def test_the_same_figure_in_the_next_period_is_no_duplicate() -> None:
    known = ledger(report("甲县", SEP10, 400))
    assert (
        only(arrival(file(form("甲县", 400)), when="09-20 11:00"), known).state
        is ReportState.ACCEPTED
    )


@pytest.mark.parametrize(
    ("when", "timeliness"),
    [
        ("09-10 18:00", Timeliness.ON_TIME),
        ("09-10 18:01", Timeliness.LATE),
        ("09-08 00:00", Timeliness.ON_TIME),
    ],
)
def test_timeliness(when: str, timeliness: Timeliness) -> None:
    assert (
        only(arrival(file(form("甲县", 100)), when=when)).timeliness
        is timeliness
    )


def test_the_same_mail_gets_the_same_ids() -> None:
    what = arrival(file(form("甲县", 100)))
    assert judged(what) == judged(what)
    assert only(what).id.startswith(what.message.key[:8])


def test_two_messages_whose_keys_begin_alike_get_ids_of_their_own() -> None:
    what = arrival(file(form("甲县", 100)))
    other = replace(report("乙县", SEP10, 100), id=f"{what.message.key[:8]}-1")
    assert only(what, ledger(other)).id == f"{what.message.key[8:16]}-1"
    same = replace(only(what), state=ReportState.ACCEPTED)
    assert only(what, ledger(same)).id == same.id


def test_notes_of_unit_period_figure_and_measures_come_together() -> None:
    known = ledger(report("甲县", SEP10, 300))
    found = form(
        "甲县",
        None,
        "9-20",
        "9-10",
        figure=Figure(added=10, rate=0.9),
        measures=(),
    )
    assert set(only(arrival(file(found), when="09-20 10:00"), known).notes) == {
        Note.PERIOD_CONFLICT,
        Note.DERIVED_CUMULATIVE,
        Note.RATE_MISMATCH,
        Note.MEASURES_MISSING,
    }
