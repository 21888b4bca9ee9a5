"""Every mail of tests/data/cases/mail, alone or in its situation, through the real way in: what is recorded of it."""

import csv
from pathlib import Path

import pytest
from mails.programs import Box, program_in

from pipeline.bootstrap import Program
from pipeline.flows.fetch import poll
from pipeline.flows.ingest import Taken
from pipeline.model.arrival import Outcome
from pipeline.model.report import Report, ReportState

ROOT = Path(__file__).parents[4]
DATA = ROOT / "tests/data"
CASES = DATA / "cases/mail"
TABLE = list(
    csv.DictReader((CASES / "cases.tsv").open(encoding="utf-8"), delimiter="\t")
)

ACCEPTED, HELD = {"accepted"}, {"accepted", "held"}
NOTHING = {"ignored", "unreadable"}
# The outcome of each mail that can be judged alone, or the state of its report.
ALONE: dict[str, set[str]] = {
    "bom_at_start": ACCEPTED, "blank_line_first": ACCEPTED, "header_space_before_colon": ACCEPTED,
    "unindented_fold_xheader": ACCEPTED, "subject_raw_broken_line": ACCEPTED, "content_type_space_before_colon": ACCEPTED,
    "part_header_bad_wrap": ACCEPTED, "ctype_no_semicolon_boundary": ACCEPTED, "multipart_cte_base64_whole": ACCEPTED,
    "eml_bom_octet": ACCEPTED, "eml_leading_blank": ACCEPTED, "reply_thanks_with_prefilled": {"ignored"},
    "reply_filled_plus_prefilled": ACCEPTED, "virus_gateway_notice": {"ignored"}, "ndr_mixed_rfc822_unknown": {"ignored"},
    "thanks_with_logo_meant": {"ignored"}, "tracking_pixel": {"ignored"}, "logo_mixed_without_form": {"unreadable"},
    "precedence_bulk_form": ACCEPTED, "own_marker_registered": HELD, "xautoreply_no": ACCEPTED, "smime_opaque_signed": ACCEPTED,
    "smime_encrypted_subject_other": {"unreadable"}, "gmail_reaction": {"ignored"}, "ics_reply_accepted": {"ignored"},
    "oof_subject_7": {"ignored"}, "oof_subject_3": {"ignored"}, "msgid_long_outlook": ACCEPTED,
    "m08_qq_correction_by_words": NOTHING, "m10_reply_to_reminder_with_logo": {"ignored"}, "m11_thanks": {"ignored"},
    "m17_cloud_link_no_word": {"unreadable"}, "m19_out_of_office": {"ignored"},
}  # fmt: skip


ONE_REPORT = {
    "m13_thirty_towns": 1635, "m14_circular_attached": 97, "m16_detail_table": 112, "m23_old_file_beside": 38,
}  # fmt: skip
SITUATIONS = "tests/unit/flows/mail/test_mail_situations.py"
ODD_IMAP = "tests/live/test_odd_imap.py"
HERE = "tests/unit/flows/mail/test_mail_cases.py"
# Where each case is tried that cannot be judged alone: the beginning of its file's name, the test, in which file.
ELSEWHERE: dict[str, tuple[str, str]] = {
    "seq_old_version_supersedes/1,2,3": ("test_an_old_mail_inside_the_next_report_undoes_no_correction", HERE),
    "seq_old_version_supersedes/1,2,3b": ("test_thanks_with_the_first_file_undoes_no_correction", HERE),
    "seq_old_version_supersedes/1,2,3c": ("test_thanks_with_the_counted_file_is_no_report_of_the_next_period", HERE),
    "seq_cr_only_same_id/1,2": ("test_two_reports_with_one_message_id_and_line_ends_of_cr_are_both_reported", HERE),
    "imap_fetch_no_throttled.txt": ("test_throttled_for_five_wakes_all_mails_are_taken_in_afterwards", "tests/unit/flows/test_given_up.py"),
    "imap_sizes_nothing.txt": ("test_messages_that_are_listed_and_not_described_were_not_read", ODD_IMAP),
    "imap_search_empty_exists.txt": ("test_a_search_is_understood_however_it_is_answered", ODD_IMAP),
    "imap_partial_origin.txt": ("test_a_big_mail_comes_whatever_its_pieces_are_called", ODD_IMAP),
    "imap_empty_box_no.txt": ("test_an_empty_box_that_says_no_is_empty", ODD_IMAP),
    "imap_internaldate_size.txt": ("test_nonsense_costs_that_mail_its_time_and_no_other_anything", ODD_IMAP),
    "smtp_about_us_at_rcpt.txt": ("test_what_is_said_of_us_shuts_the_door", "tests/unit/edges/mail/test_smtp_replies.py"),
    "smtp_sender_rejected_postfix.txt": ("test_a_sender_that_is_refused_costs_no_letter", "tests/live/test_other_servers.py"),
    "smtp_auth_login.txt": ("test_the_name_comes_before_the_password", "tests/live/test_smtp_login.py"),
    "bounce_unmatched.txt": ("test_a_bounce_that_names_another_address_fails_our_copy", "tests/unit/flows/mail/test_mail_bounces.py"),
    "f06_running_sheet.xlsx": ("test_a_sheet_of_a_row_a_period_counts_for_the_newest", SITUATIONS),
    "f27_inconsistent.docx": ("test_a_total_that_its_parts_do_not_make_is_remarked", SITUATIONS),
    "f30_struck_on_scan.jpg": ("test_a_picture_of_the_form_is_a_case", SITUATIONS),
    "g17_unit_and_contact.docx": ("test_what_stands_behind_the_units_name_is_no_part_of_it", SITUATIONS),
    "g18_unit_and_day.docx": ("test_what_stands_behind_the_units_name_is_no_part_of_it", SITUATIONS),
    "g20_picture_in.doc": ("test_a_picture_of_the_form_is_a_case", SITUATIONS),
    "g21_picture_in.xlsx": ("test_a_picture_of_the_form_is_a_case", SITUATIONS),
    "m01_old_sheet_over_reviewer.eml": ("test_an_old_sheet_undoes_no_ruling", SITUATIONS),
    "m02_old_sheet_over_correction.eml": ("test_an_old_sheet_undoes_no_correction", SITUATIONS),
    "m04_range_of_days.eml": ("test_a_range_of_days_means_the_period_in_which_it_ends", SITUATIONS),
    "m05_year_typo_known.eml": ("test_a_slip_of_the_year_is_no_old_date", SITUATIONS),
    "m07_correction_receipt.eml": ("test_a_correction_of_a_report_that_was_on_time_is_not_called_late", SITUATIONS),
    "m20_forward_for_other_unit.eml": ("test_a_form_passed_on_is_decided_where_there_is_nothing_to_remember", SITUATIONS),
    "m22_correction_after_bulletin.eml": ("test_a_correction_after_the_bulletin_supersedes", SITUATIONS),
}  # fmt: skip


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return program_in(tmp_path)


def received(program: Program, *mails: tuple[str, str]) -> None:
    """(time, case) each, in one poll."""
    raw = [(when, (CASES / name).read_bytes()) for when, name in mails]
    poll(Box(raw), program.intake(), Taken())


def reports(program: Program) -> list[Report]:
    return list(program.store.ledger().reports)


def says(program: Program) -> str:
    (message,) = program.store.ledger().messages
    if message.outcome != Outcome.REPORTED:
        return message.outcome
    return reports(program)[0].state.value


def test_every_line_of_the_table_names_a_case_that_is_here() -> None:
    assert TABLE
    for line in TABLE:
        first = line["file"].partition("/")[0]
        assert (CASES / first).exists(), first


@pytest.mark.parametrize("line", [line["file"] for line in TABLE])
def test_every_line_of_the_table_is_tried(line: str) -> None:
    if line in ELSEWHERE:
        name, file = ELSEWHERE[line]
        text = (ROOT / file).read_text(encoding="utf-8")
        assert f"def {name}(" in text
        return
    assert line.removesuffix(".eml") in {*ALONE, *ONE_REPORT}


@pytest.mark.parametrize("case", ALONE)
def test_a_mail_alone(program: Program, case: str) -> None:
    received(program, ("2015-09-10 10:00", f"{case}.eml"))
    assert says(program) in ALONE[case]


def figures(program: Program) -> dict[tuple[str, str], int | None]:
    counting = program.store.ledger().counting
    return {
        (unit, f"{period:%m-%d}"): report.completed
        for unit, by in counting.items()
        for period, report in by.items()
    }


SEQUENCE = "seq_old_version_supersedes"
FIRST = ("2015-09-10 10:00", f"{SEQUENCE}/1_0910_10h_first.eml")
CORRECTION = ("2015-09-10 11:00", f"{SEQUENCE}/2_0910_11h_correction.eml")


def test_an_old_mail_inside_the_next_report_undoes_no_correction(
    program: Program,
) -> None:
    name = f"{SEQUENCE}/3_0919_10h_new_with_old_mail_inside.eml"
    received(program, FIRST, CORRECTION, ("2015-09-19 10:00", name))
    found = figures(program)
    assert found["市中区", "09-10"] == 1300
    assert ("市中区", "09-20") in found
    assert not any(r.state is ReportState.HELD for r in reports(program))


def test_thanks_with_the_first_file_undoes_no_correction(
    program: Program,
) -> None:
    name = f"{SEQUENCE}/3b_0910_15h_thanks_with_first_file.eml"
    received(program, FIRST, CORRECTION, ("2015-09-10 15:00", name))
    assert figures(program) == {("市中区", "09-10"): 1300}
    assert reports(program)[-1].state is ReportState.DUPLICATE


def test_thanks_with_the_counted_file_is_no_report_of_the_next_period(
    program: Program,
) -> None:
    name = f"{SEQUENCE}/3c_0916_15h_thanks_with_counted_file.eml"
    received(program, FIRST, CORRECTION, ("2015-09-16 15:00", name))
    assert figures(program) == {("市中区", "09-10"): 1300}


def test_two_reports_with_one_message_id_and_line_ends_of_cr_are_both_reported(
    program: Program,
) -> None:
    one, other = sorted(
        path.name for path in (CASES / "seq_cr_only_same_id").iterdir()
    )
    folder = "seq_cr_only_same_id"
    received(
        program,
        ("2015-09-10 10:00", f"{folder}/{one}"),
        ("2015-09-19 10:00", f"{folder}/{other}"),
    )
    assert {period for _, period in figures(program)} == {"09-10", "09-20"}


@pytest.mark.parametrize("case", ONE_REPORT)
def test_what_lies_beside_the_form_is_no_report(
    program: Program, case: str
) -> None:
    received(program, ("2015-09-10 10:00", f"{case}.eml"))
    (report,) = reports(program)
    assert (report.completed, report.state) == (
        ONE_REPORT[case],
        ReportState.ACCEPTED,
    )
