"""The demo's folder: made, cleared when it is the demo's own, and never touched when it is somebody else's."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.demo import show
from pipeline.demo.letters import sent_letters
from pipeline.demo.servers import Collected
from pipeline.model.notice import NoticeKind
from pipeline.model.wording.campaign_words import (
    PERIOD_WORDS,
    PLAIN_WORDS,
    PeriodKind,
)
from pipeline.writing.titles import NOTICE_KINDS

RAW = (
    b"Message-ID: <%d@example.cn>\r\nX-Xunbao: receipt\r\nSubject: hello\r\n"
    b"Date: Thu, 10 Sep 2015 12:00:00 +0800\r\nContent-Type: text/html\r\n\r\n<p>hello</p>\r\n"
)


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    show.prepare(tmp_path / "new" / "out")
    assert {p.name for p in (tmp_path / "new" / "out").iterdir()} == {
        show.MARKER,
        *show.FOLDERS,
    }


def test_an_earlier_demo_is_cleared_read_only_files_too(tmp_path: Path) -> None:
    show.prepare(tmp_path)
    kept = tmp_path / "campaign" / "kept"
    kept.write_bytes(b"x")
    kept.chmod(0o444)
    show.prepare(tmp_path)
    assert not kept.exists()


def test_a_folder_with_other_files_is_refused_and_left_alone(
    tmp_path: Path,
) -> None:
    own = tmp_path / "mails" / "important.txt"
    own.parent.mkdir()
    own.write_text("x", encoding="utf-8")
    with pytest.raises(show.CannotShow, match="--out"):
        show.prepare(tmp_path)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [own]


def test_copies_of_one_mail_are_one_letter_with_all_its_recipients() -> None:
    copies = [
        Collected("a@example.cn", (f"{n}@example.cn",), RAW % (n // 2))
        for n in range(4)
    ]
    assert [
        (x.identity, x.recipients) for x in sent_letters(copies, PLAIN_WORDS)
    ] == [
        ("<0@example.cn>", ("0@example.cn", "1@example.cn")),
        ("<1@example.cn>", ("2@example.cn", "3@example.cn")),
    ]


def test_a_letter_is_called_as_its_campaign_calls_it() -> None:
    raw = b"Message-ID: <1@example.cn>\r\nDate: Thu, 10 Sep 2015 18:05:00 +0800\r\n"
    raw += b"X-Xunbao: monthly_bulletin\r\nSubject: x\r\n\r\nx\r\n"
    copy = Collected("a@example.cn", ("b@example.cn",), raw)
    words = replace(PLAIN_WORDS, period=PERIOD_WORDS[PeriodKind.QUARTER])
    (letter,) = sent_letters([copy], words)
    assert letter.kind_names == "季度通报"


def test_every_kind_of_notice_has_its_chinese_name() -> None:
    assert set(NOTICE_KINDS) == set(NoticeKind)
