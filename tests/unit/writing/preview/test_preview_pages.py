"""The previews open as mails and pages, and are the same every time."""

import email
from email.policy import default

from pipeline.model.notice import NoticeKind
from pipeline.writing.preview.preview_pages import write_previews
from pipeline.writing.sample_month import SENDER
from pipeline.writing.samples import DIGEST, GROUP_DIGEST, LAG, LETTERS
from pipeline.writing.templates import Renderer


def test_every_letter_as_mail_and_page(tmp_path):
    written = write_previews(tmp_path / "out", SENDER, Renderer())
    assert {path.name for path in written} == {
        *(f"{name}.{kind}" for name, _ in LETTERS for kind in ("eml", "html")), "index.html",
    }  # fmt: skip
    again = write_previews(tmp_path / "again", SENDER, Renderer())
    assert [p.read_bytes() for p in written] == [p.read_bytes() for p in again]
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    for name, letter in LETTERS:
        mail = email.message_from_bytes(
            (tmp_path / "out" / f"{name}.eml").read_bytes(), policy=default
        )
        rendered = Renderer().render(letter, SENDER)
        assert mail["Subject"] == rendered.subject
        assert (
            mail.get_body(("plain",)).get_content().split()
            == rendered.text.split()
        )
        assert f"{name}.html" in index


def test_reminders_carry_the_form_and_bulletins_their_files(tmp_path):
    write_previews(tmp_path, SENDER, Renderer())
    names = {
        name: [part.get_filename() for part in email.message_from_bytes(
            (tmp_path / f"{name}.eml").read_bytes(), policy=default).iter_attachments()]
        for name, _ in LETTERS
    }  # fmt: skip
    kinds = {
        name: [str(file).rsplit(".", 1)[-1] for file in files]
        for name, files in names.items()
    }
    assert (
        kinds["due_reminder"]
        == kinds["overdue_reminder"]
        == kinds["unreadable"]
        == ["docx"]
    )
    assert kinds["monthly_bulletin"] == ["docx", "xlsx"]
    assert kinds["receipt"] == kinds["lag_notice"] == []


def test_what_a_configuration_never_sends_is_not_shown(tmp_path):
    never = frozenset({NoticeKind.BULLETIN_DRAFT, NoticeKind.BULLETIN_WAITS})
    written = {
        p.name for p in write_previews(tmp_path, SENDER, Renderer(), never)
    }
    assert "bulletin_draft.html" not in written
    assert "bulletin_waits.html" not in written
    assert "monthly_bulletin.html" in written


def test_no_page_shows_a_broken_picture(tmp_path):
    written = write_previews(tmp_path, SENDER, Renderer())
    pages = [path for path in written if path.suffix == ".html"]
    broken = [p.name for p in pages if "cid:" in p.read_text(encoding="utf-8")]
    assert pages
    assert broken == []


def test_a_groups_sample_digest_tells_of_its_own_units_alone():
    """The staff's tells of others."""
    assert GROUP_DIGEST.group is not None
    own = set(GROUP_DIGEST.group.units)
    assert named(GROUP_DIGEST) <= own
    assert GROUP_DIGEST.lagging and named(DIGEST) - own


def named(digest):
    return {
        *digest.missing,
        *(delay.unit for delay in digest.late),
        *(case.line.unit for case in digest.held),
        *(one.unit for one in digest.lagging),
    }


def test_the_samples_promise_the_same_of_what_lifts_a_lag():
    promised = {one.unit: one.gap_to_lift for one in DIGEST.lagging}
    assert promised[LAG.unit] == LAG.gap_to_lift
