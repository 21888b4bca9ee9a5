"""What reviewers may do with a bulletin's draft by mail: release it with a 文号, strike a
典型, decide on talks while it waits."""

from datetime import date
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from campaign_maker import form_mail, mail
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from long_rows import long_rows
from made_folders import MadeFolders, made_folders
from test_replies import ONE, Office
from typer.testing import CliRunner

from pipeline.cli.root import app
from pipeline.flows.bulletin_drawer import Drawer
from pipeline.flows.notify import notify
from pipeline.judging.review.reply import draft_version
from pipeline.model.letters.bulletins import Praise, Section
from pipeline.model.notice import (
    NoticeKind,
)
from pipeline.model.notice_key import approval_key, bulletin_key
from pipeline.model.review.reply_token import (
    Token,
    code_for,
    draft_case,
    talks_case,
)
from pipeline.reading.replies.document_traces import without_traces

__all__ = ["made_folders"]  # a fixture

MONTH = "2015-09"
AT = "2015-10-01 15:00"
CLAUSE = "在工地设点集中入会，新发展会员52名，新建工会组织3家。"


REQUIRED = {'approval = "none"': 'approval = "required"'}


class Approving(Office):
    """The same office, whose bulletins wait for a reviewer."""

    def work(self, now: str) -> None:
        worker = self.at(now)
        notify(worker.clock.now(), worker.desk(), mailbox_read=True)

    def drafts(self) -> list[EmailMessage]:
        return [m for to, m in self.letters("bulletin_draft") if to == ONE]

    def code_of(self, case: str, version: int) -> str:
        store = self.at(AT).store
        expires = date(2015, 10, 31)
        return code_for(store.secret(), Token(case, version, expires), ONE)

    def answer(
        self, words: str, version: int = 1, when: str = "2015-10-01 16:00"
    ) -> str:
        return self.reply(
            words, self.code_of(draft_case(MONTH), version), when=when
        )

    def newest(self):
        return self.at(AT).store.bulletin(MONTH, NoticeKind.MONTHLY_BULLETIN)


def with_draft(folder: Path) -> None:
    """An office whose September bulletin waits."""
    found = Approving(folder)
    found.begin(REQUIRED)
    found.take(
        form_mail(
            "jia@example.cn", "甲县", "2015年9月10日", 700, "2015-09-10 10:00"
        ),
        "2015-09-10 10:00",
    )
    found.work("2015-10-01 09:30")
    found.work(AT)


@pytest.fixture
def office(tmp_path: Path, made_folders: MadeFolders) -> Approving:
    made_folders.copied(tmp_path, "draft", with_draft)
    return Approving(tmp_path)


def settled(office: Approving) -> frozenset[str]:
    return office.at(AT).store.ledger().settled


def test_a_number_is_given_with_the_release_and_stands_in_the_document(
    office,
) -> None:
    said = office.answer("同意发布，文号乐工发[2015]40号")
    assert "文号乐工发〔2015〕40号" in said
    assert approval_key(MONTH) in settled(office)
    office.work("2015-10-01 16:05")
    assert bulletin_key(MONTH) in settled(office)
    assert office.newest().document_number == "乐工发〔2015〕40号"
    ((_, mail), *_) = office.letters("monthly_bulletin")
    assert "乐工发〔2015〕40号" in mail["Subject"]


@pytest.mark.parametrize(
    "words",
    [
        "暂缓发布",
        "文号乐工发〔2015〕40号待定",
        "不同意发布，文号乐工发〔2015〕40号",
    ],
)
def test_what_is_no_release_releases_nothing(office, words) -> None:
    assert office.answer(words).startswith("没有改动")
    assert approval_key(MONTH) not in settled(office)


@pytest.mark.parametrize("by_command", [False, True])
def test_a_bulletin_is_dated_by_the_day_on_which_it_goes(
    office, by_command: bool
) -> None:
    """成文日期 is that of the release, not of the first draft."""
    assert "2015年10月1日" in text_of(enclosed(office, "bulletin_draft"))
    if by_command:
        order = ["bulletin", "--month", MONTH, "--send"]
        at = ["--config", str(office.config), "--now", "2015-10-08T10:00+08:00"]
        CliRunner().invoke(app, [*order, *at])
    else:
        office.answer("同意发布", when="2015-10-08 10:00")
        office.work("2015-10-08 10:01")
    assert office.newest().issued_on == date(2015, 10, 8)
    if not by_command:
        went = text_of(enclosed(office, "monthly_bulletin"))
        assert "2015年10月8日印发" in went
        assert "2015年10月1日" not in went


def text_of(content: bytes) -> str:
    return "".join(Document(BytesIO(content)).element.body.itertext())


def test_how_to_answer_is_shown_with_the_campaign_s_own_number(
    tmp_path: Path,
) -> None:
    office = Approving(tmp_path)
    office.begin(REQUIRED)
    named = 'name = "演示行动"'
    text = office.config.read_text("utf-8")
    assert named in text
    numbered = f'{named}\ndocument = "清安办〔2015〕6号"'
    office.config.write_text(text.replace(named, numbered), "utf-8")
    office.work(AT)
    said = office.answer("文号清安办〔2015〕9号待定")
    assert said.startswith("没有改动")
    assert "同意发布，文号清安办〔2015〕40号" in said


def test_a_struck_example_is_gone_from_the_next_draft(office) -> None:
    worker = office.at("2015-10-01 15:10")
    chosen = (Praise("甲县", CLAUSE, "", "", "由工作人员选定"),)
    Drawer(worker.facts(), worker.store, worker.settings.talk_rules).monthly(
        MONTH, chosen
    )
    assert [p.unit for p in office.newest().praise] == ["甲县"]
    assert "已删去" in office.answer("删去先进典型：甲县", version=2)
    office.work("2015-10-01 16:05")
    assert office.newest().praise == ()
    assert len(office.drafts()) == 2


def test_a_decision_on_talks_redraws_the_draft_that_waits(office) -> None:
    proposed = [t.unit for t in office.at(AT).store.ledger().talks]
    assert proposed
    first = office.newest()
    assert not any(t.state == "confirmed" for t in first.talks)
    office.reply(
        "确认约谈",
        office.code_of(talks_case(MONTH), 0),
        when="2015-10-01 15:30",
    )
    stale = office.answer("同意发布", when="2015-10-01 15:40")
    assert stale.startswith("没有改动")
    office.work("2015-10-01 15:45")
    assert {
        t.unit for t in office.newest().talks if t.state == "confirmed"
    } == set(proposed)
    assert len(office.drafts()) == 2
    assert office.answer("同意发布", version=2).startswith("已批准")


def test_every_order_and_every_decision_on_talks_has_its_draft(office) -> None:
    """However they follow each other, and once each."""
    steps = (
        (talks_case(MONTH), "不约谈乙县：刚换届"),
        (draft_case(MONTH), "删去先进典型"),
        (talks_case(MONTH), "撤销"),
        (draft_case(MONTH), "删去下步要求"),
        (draft_case(MONTH), "删去存在问题"),
    )
    decided = 0
    for number, (case, words) in enumerate(steps, 1):
        version = decided
        if case == draft_case(MONTH):
            version = draft_version(MONTH, office.at(AT).store.ledger())
        else:
            decided += 1
        at = f"2015-10-01 16:{number}0"
        said = office.reply(words, office.code_of(case, version), when=at)
        assert not said.startswith("没有改动"), said
        office.work(at)
        office.work(at)
        assert len(office.drafts()) == number + 1, words
    newest = office.newest()
    assert not newest.praise
    assert newest.struck == (Section.DEMANDS, Section.PROBLEMS)


def test_an_order_and_a_decision_of_one_wake_are_one_draft(office) -> None:
    office.answer("删去先进典型", when="2015-10-01 16:00")
    office.reply(
        "不约谈乙县：刚换届",
        office.code_of(talks_case(MONTH), 0),
        when="2015-10-01 16:01",
    )
    for at in ("2015-10-01 16:05", "2015-10-01 16:10"):
        office.work(at)
    assert len(office.drafts()) == 2


def test_a_decision_after_the_bulletin_went_stands_in_the_next_one(
    office,
) -> None:
    office.answer("同意发布")
    office.work("2015-10-01 16:05")
    proposed = {t.unit for t in office.at(AT).store.ledger().talks}
    office.reply(
        "确认约谈",
        office.code_of(talks_case(MONTH), 0),
        when="2015-10-02 10:00",
    )
    office.work("2015-10-31 09:30")
    office.work("2015-10-31 15:00")
    october = office.at("2015-10-31 15:00").store.bulletin(
        "2015-10", NoticeKind.MONTHLY_BULLETIN
    )
    later = {t.unit for t in october.talks if t.month == MONTH}
    assert later == proposed
    ((_, mail), *_) = [
        (to, m)
        for to, m in office.letters("bulletin_draft")
        if "2015年10月" in m["Subject"]
    ]
    text = mail.get_body(("plain",)).get_content()
    assert "2015年9月通报印发后，确认对" in text


def enclosed(office: Approving, kind: str) -> bytes:
    """The official document of the newest letter of a kind to the first reviewer."""
    *_, letter = [m for to, m in office.letters(kind) if to == ONE]
    for part in letter.iter_attachments():
        if (part.get_filename() or "").endswith(".docx"):
            return part.get_content()
    raise LookupError(kind)


def edited(content: bytes, changes: dict[str, str]) -> bytes:
    """A document with words changed as a person changes them: within their runs."""
    document = Document(BytesIO(content))
    paragraphs = list(document.paragraphs)
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                paragraphs += cell.paragraphs
    done = set()
    for paragraph in paragraphs:
        for run in paragraph.runs:
            for old, new in changes.items():
                if old in run.text and old not in done:
                    run.text = run.text.replace(old, new, 1)
                    done.add(old)
    assert done == set(changes)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def send_back(
    office: Approving,
    words: str,
    files: dict[str, bytes],
    when: str = "2015-10-01 16:00",
    version: int = 1,
) -> str:
    code = office.code_of(draft_case(MONTH), version)
    raw = mail(
        ONE, f"回复：【通报送审】[{code}]", when, text=words, files=files
    )
    office.take(raw, when)
    return office.at(when).store.ledger().messages[-1].reason or ""


def test_an_edited_document_goes_in_place_of_ours(office) -> None:
    hers = edited(
        enclosed(office, "bulletin_draft"), {"加快工作进度": "加紧工作"}
    )
    said = send_back(office, "", {"改好的通报.docx": hers})
    assert "改用您发回的公文" in said
    office.work("2015-10-01 16:05")
    assert len(office.drafts()) == 2
    assert enclosed(office, "bulletin_draft") == without_traces(hers)
    assert office.answer(
        "同意发布", version=2, when="2015-10-01 16:10"
    ).startswith("已批准")
    office.work("2015-10-01 16:15")
    assert enclosed(office, "monthly_bulletin") == without_traces(hers)
    letter = next(office.letters("monthly_bulletin"))[1]
    assert "文字以所附公文为准" in letter.get_body(("plain",)).get_content()


def test_what_staff_look_at_and_make_again_is_the_edited_document(
    office, tmp_path
) -> None:
    """--preview while the draft waits, --rebuild after it went: what is written there
    is what goes."""
    hers = edited(
        enclosed(office, "bulletin_draft"), {"加快工作进度": "加紧工作"}
    )
    send_back(office, "", {"通报.docx": hers})
    office.work("2015-10-01 16:05")
    assert written(office, "--preview", tmp_path / "look") == without_traces(
        hers
    )
    office.answer("同意发布", version=2, when="2015-10-01 16:10")
    office.work("2015-10-01 16:15")
    assert written(office, "--rebuild", tmp_path / "again") == without_traces(
        hers
    )


def written(office: Approving, how: str, folder: Path) -> bytes:
    """The official document that `xunbao bulletin` writes to look at."""
    order = ["bulletin", "--month", MONTH, how, str(folder)]
    at = ["--config", str(office.config), "--now", "2015-10-01T16:20:00+08:00"]
    result = CliRunner().invoke(app, [*order, *at])
    assert result.exit_code == 0, result.output
    (found,) = folder.glob("*.docx")
    return found.read_bytes()


def test_an_edited_document_is_released_with_one_reply(office) -> None:
    hers = edited(
        enclosed(office, "bulletin_draft"), {"加快工作进度": "加紧工作"}
    )
    said = send_back(office, "同意发布", {"通报.docx": hers})
    assert said.startswith("已批准")
    office.work("2015-10-01 16:05")
    assert enclosed(office, "monthly_bulletin") == without_traces(hers)


# Each is found as the others are: one beside its list
@pytest.mark.parametrize(
    "words",
    [
        "请用改好的",
        *long_rows("按改好的发布", "见附件"),
    ],
)
def test_an_edited_document_is_meant_by_these_words(office, words) -> None:
    hers = edited(
        enclosed(office, "bulletin_draft"), {"加快工作进度": "加紧工作"}
    )
    said = send_back(office, words, {"通报.docx": hers})
    assert "改用您发回的公文" in said


NUMBER = "演工发〔2015〕7号"


def test_a_number_that_an_edited_document_lacks_is_not_given_to_it(
    office,
) -> None:
    """The letter would name another than the document in it."""
    ours = enclosed(office, "bulletin_draft")
    hers = edited(ours, {"加快工作进度": "加紧工作"})
    send_back(office, "", {"通报.docx": hers})
    office.work("2015-10-01 16:05")
    release = f"同意发布，文号{NUMBER}"
    for when in ("16:10", "16:15"):
        said = office.answer(release, version=2, when=f"2015-10-01 {when}")
        assert said.startswith("没有改动") and NUMBER in said
    same = send_back(
        office, release, {"a.docx": hers}, "2015-10-01 16:20", version=2
    )
    assert same.startswith("没有改动") and NUMBER in same
    assert approval_key(MONTH) not in settled(office)
    numbered = edited(
        ours, {"加快工作进度": "加紧工作", "第1期": "演工发［2015］7号"}
    )
    said = send_back(
        office, release, {"b.docx": numbered}, "2015-10-01 16:30", version=2
    )
    assert said.startswith("已批准") and NUMBER in said
    office.work("2015-10-01 16:35")
    assert enclosed(office, "monthly_bulletin") == without_traces(numbered)
    letter = next(office.letters("monthly_bulletin"))[1]
    assert NUMBER in letter["Subject"]


def test_an_edited_document_is_edited_once_more(office) -> None:
    """The data's number in it is the older draft's, and no changed figure."""
    first = edited(
        enclosed(office, "bulletin_draft"), {"加快工作进度": "加紧工作"}
    )
    send_back(office, "", {"a.docx": first}, "2015-10-01 16:10")
    office.work("2015-10-01 16:10")
    again = edited(enclosed(office, "bulletin_draft"), {"加紧工作": "加快速度"})
    said = send_back(office, "", {"b.docx": again}, "2015-10-01 16:20", 2)
    assert "改用您发回的公文" in said
    office.work("2015-10-01 16:20")
    assert enclosed(office, "bulletin_draft") == without_traces(again)


def test_nothing_is_struck_from_an_edited_document(office) -> None:
    """Its words are hers; the letter beside it would lack what it says."""
    hers = edited(
        enclosed(office, "bulletin_draft"), {"加快工作进度": "加紧工作"}
    )
    send_back(office, "", {"通报.docx": hers})
    office.work("2015-10-01 16:05")
    said = office.answer("删去下步要求", version=2, when="2015-10-01 16:10")
    assert said.startswith("没有改动") and "请在那份公文里删去" in said
    office.work("2015-10-01 16:15")
    assert len(office.drafts()) == 2
    assert not office.newest().struck


def test_a_changed_figure_is_pointed_out_and_asked_about(office) -> None:
    hers = edited(enclosed(office, "bulletin_draft"), {"700": "770"})
    said = send_back(office, "同意发布", {"通报.docx": hers})
    assert said.startswith("没有改动") and "“700”改成了“770”" in said
    assert approval_key(MONTH) not in settled(office)
    # She says that she means it: the same document goes.
    meant = office.answer("同意发布，数字照改稿", when="2015-10-01 16:30")
    assert meant.startswith("已批准")
    office.work("2015-10-01 16:35")
    assert enclosed(office, "monthly_bulletin") == without_traces(hers)


def test_a_figure_given_to_another_unit_is_pointed_out(office) -> None:
    hers = edited(enclosed(office, "bulletin_draft"), {"甲县": "乙县"})
    assert "改成了“乙县”" in send_back(office, "", {"通报.docx": hers})


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"通报.docx": b"PK nothing"}, "打不开"),
        ({"一.docx": b"PK", "二.docx": b"PK"}, "几个 Word 文件"),
    ],
)
def test_what_is_no_edited_document_changes_nothing(office, files, why) -> None:
    said = send_back(office, "同意发布", files)
    assert said.startswith("没有改动") and why in said
    assert approval_key(MONTH) not in settled(office)


def test_tracked_changes_are_sent_to_nobody(office) -> None:
    ours = enclosed(office, "bulletin_draft")
    document = Document(BytesIO(ours))
    mark = OxmlElement("w:ins")
    mark.set(qn("w:author"), "shenhe")
    document.paragraphs[-1]._p.append(mark)
    out = BytesIO()
    document.save(out)
    said = send_back(office, "同意发布", {"通报.docx": out.getvalue()})
    assert "修订标记" in said
    assert approval_key(MONTH) not in settled(office)


def commented(content: bytes) -> bytes:
    document = Document(BytesIO(content))
    paragraph = document.paragraphs[-1]._p
    mark = OxmlElement("w:commentRangeStart")
    mark.set(qn("w:id"), "0")
    paragraph.insert(0, mark)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_comments_are_sent_to_nobody(office) -> None:
    hers = commented(enclosed(office, "bulletin_draft"))
    said = send_back(office, "同意发布", {"通报.docx": hers})
    assert "删除全部批注" in said
    assert approval_key(MONTH) not in settled(office)


def test_nobody_reads_who_edited_the_document(office) -> None:
    """Name, company and comments in the properties, as an office program keeps them."""
    document = Document(BytesIO(enclosed(office, "bulletin_draft")))
    document.core_properties.last_modified_by = "某某某"
    document.core_properties.author = "某某某"
    document.core_properties.comments = "领导还没有看"
    document.paragraphs[0]._p.set(qn("w:rsidR"), "00A77B3E")
    out = BytesIO()
    document.save(out)
    send_back(office, "同意发布", {"通报.docx": out.getvalue()})
    office.work("2015-10-01 16:05")
    went = enclosed(office, "monthly_bulletin")
    with ZipFile(BytesIO(went)) as package:
        whole = b"".join(map(package.read, package.namelist()))
    for trace in ("某某某", "领导还没有看", "00A77B3E"):
        assert trace.encode() not in whole
    before = [p.text for p in Document(out).paragraphs]
    assert [p.text for p in Document(BytesIO(went)).paragraphs] == before


def test_figures_meant_without_a_document_release_nothing(office) -> None:
    said = office.answer("同意发布，数字照改稿")
    assert said.startswith("没有改动") and "没有找到改好的公文" in said
    assert approval_key(MONTH) not in settled(office)


def test_a_section_is_struck_from_text_and_document(office) -> None:
    assert "已删去" in office.answer("删去存在问题")
    office.work("2015-10-01 16:05")
    assert office.newest().struck == (Section.PROBLEMS,)
    text = office.drafts()[-1].get_body(("plain",)).get_content()
    assert "存在问题\n" not in text.partition("将要发出的正文")[2]
    lines = [
        p.text
        for p in Document(
            BytesIO(enclosed(office, "bulletin_draft"))
        ).paragraphs
    ]
    assert not any(line.endswith("、存在问题") for line in lines)
    assert any(line == "二、下步要求" for line in lines)


def test_a_draft_that_was_put_off_comes_again_on_its_day(office) -> None:
    said = office.answer("暂缓到10月8日")
    assert said == "2015年9月的通报暂缓，10月8日再送审"
    office.work("2015-10-07 15:00")
    assert len(office.drafts()) == 1
    office.work("2015-10-08 15:00")
    office.work("2015-10-08 16:00")
    assert len(office.drafts()) == 2
    assert office.answer("同意发布", when="2015-10-08 16:10").startswith(
        "已批准"
    )


def test_a_day_that_has_passed_puts_nothing_off(office) -> None:
    assert office.answer("暂缓到9月30日").startswith("没有改动")
