"""Where two places of a form disagree, the receipt and the letter to the reviewers show every
number with its place, the picture of it and a ready answer for each (rules.md 5)."""

import struct
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from campaign_maker import made, mail, moment, settings
from one_value_forms import PRINTED_POINTS, pdf
from plain_reader import PlainReader

from pipeline.bootstrap import assemble
from pipeline.cli.ledger.ingest_command import ingested
from pipeline.flows.ingest import Taken, take_in
from pipeline.flows.notify import notify

WHEN = "2015-09-10 10:00"
LABEL = "已完成目标任务数（新增 {} 名农民工入会）"


def form(value: str, label: str) -> bytes:
    typed = [(value, 0, 0, PRINTED_POINTS)]
    return pdf(typed, LABEL.format(label), "丙公司")


FORM = form("1057", "1044")


def letters(folder: Path, files: dict[str, bytes]) -> dict[str, EmailMessage]:
    """The letters that one such mail brings, by their kind."""
    config = made(folder)
    assemble(
        settings(config), moment("2015-09-01 08:00"), read_with=PlainReader
    ).store.born(moment("2015-09-01 08:00"))
    program = assemble(settings(config), moment(WHEN), read_with=PlainReader)
    raw = mail("bing@example.cn", "旬报表", WHEN, files=files)
    key = program.vault.keep(raw)
    program.store.keep_sighting(
        ingested(raw, moment(WHEN)), key, program.clock.now()
    )
    take_in(program.intake(), Taken())
    notify(program.clock.now(), program.desk(), mailbox_read=False)
    found = {}
    for delivery in program.outbox.open_deliveries():
        content = program.vault.open(delivery.key)
        for action in delivery.actions:
            found[action.kind.value] = message_from_bytes(
                content, policy=default
            )
    return found


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> dict[str, EmailMessage]:
    folder = tmp_path_factory.mktemp("office")
    return letters(folder, {"旬报表.pdf": FORM})


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("kind", ["receipt", "review_request"])
@pytest.mark.parametrize("said", ["标题空白处写的是1044", "填数处写的是1057"])
def test_every_number_is_shown_with_its_place(
    kind: str, said: str, sent: dict[str, EmailMessage]
) -> None:
    assert said in text_of(sent[kind])


@pytest.mark.parametrize("answer", ["改为1044", "改为1057"])
def test_each_number_has_a_ready_answer(
    answer: str, sent: dict[str, EmailMessage]
) -> None:
    assert answer in text_of(sent["review_request"])


def test_the_picture_of_the_page_shows_both_places(
    sent: dict[str, EmailMessage],
) -> None:
    pictures = [
        part
        for part in sent["review_request"].walk()
        if part.get_content_type() == "image/png"
    ]
    # shown within the text, and enclosed
    picture = pictures[0]
    width, height = struct.unpack_from(
        ">LL", picture.get_payload(decode=True), 16
    )
    # The row from the label's left edge to the value's right one, at two pixels a point
    assert width >= 2 * 500
    assert height < 2 * 80


@pytest.mark.parametrize("kind", ["receipt", "review_request"])
def test_neither_number_is_told_as_if_it_were_settled(
    kind: str, sent: dict[str, EmailMessage]
) -> None:
    text = text_of(sent[kind])
    assert "表上写了1,044、1,057，数不一致" in text
    assert "累计1,057名" not in text
    # Nor what would follow from one of them
    assert "完成率" not in text


def test_no_answer_is_offered_that_names_neither_number(
    sent: dict[str, EmailMessage],
) -> None:
    text = text_of(sent["review_request"])
    offered = text.split("怎样答复")[1].split("台账里的")[0]
    assert "通过" not in offered
    assert "情况属实" not in offered


def test_files_that_disagree_are_shown_with_both_numbers(
    tmp_path: Path,
) -> None:
    files = {"旬报表.pdf": form("357", "357"), "旧.pdf": form("326", "326")}
    found = letters(tmp_path, files)
    for kind in ("receipt", "review_request"):
        text = text_of(found[kind])
        for said in ("写的是357", "写的是326", "另一个文件上"):
            assert said in text
    text = text_of(found["review_request"])
    assert "改为357" in text
    assert "改为326" in text


def test_where_there_is_no_number_none_is_said_to_have_been_read(
    tmp_path: Path,
) -> None:
    """The control: where there is one, it stands behind what is written."""
    files = {"旬报表.pdf": form("待统计", "")}
    text = text_of(letters(tmp_path / "none", files)["review_request"])
    assert "本期累计：“待统计”，没有读出" in text
    files = {"旬报表.pdf": form("约100名", "")}
    text = text_of(letters(tmp_path / "some", files)["review_request"])
    assert "本期累计：“约100名”，读作100名" in text
