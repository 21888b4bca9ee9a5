"""Coverage-guided fuzzing (atheris, libFuzzer) of what foreign bytes meet first: mails, typed values, and the readers of files.

    uv run --python 3.11 --with atheris python scripts/fuzz/coverage_guided.py message --seconds 300
    ... values | readers

Starts from the mails and files of the tests and the demo. What it looks for: anything raised, more than 25 s for one input, and
broken promises (a value read back otherwise, a sender without its doubt). A reader's MemoryError or a Rust panic is the
child's business (edges/sandbox) and no find. What is found lies in /tmp/xunbao-fuzz/TARGET and becomes a test.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "support")]

with atheris.instrument_imports(
    include=["pipeline", "mailparser", "olefile", "striprtf"]
):
    from pipeline.judging.intake.sender_proof import doubts
    from pipeline.model.document import Document
    from pipeline.model.form import FormSpec
    from pipeline.model.mail import SenderDoubt
    from pipeline.model.rules import CheckRules
    from pipeline.model.trouble import Trouble
    from pipeline.reading.files.open_document import open_document
    from pipeline.reading.form import clauses, dates, numbers
    from pipeline.reading.form.figure import read_figure
    from pipeline.reading.form.figure_tokens import tokens_of
    from pipeline.reading.mail.message import parse
    from pipeline.reading.replies.reply_words import Unclear
    from pipeline.reading.replies.review_reply import read_answer

AT = datetime(2015, 9, 10, tzinfo=UTC)
SPEC = FormSpec(
    "旬报表",
    ("报送单位",),
    ("报送时间",),
    ("已完成目标任务数",),
    ("主要工作举措",),
)
RULES = CheckRules()
WORDS = (
    "累计1,234名",
    "壹仟贰佰叁拾肆",
    "1.2万",
    "9月上旬",
    "2015.9.10",
    "一、摸底；二、登记",
    "改为１２３４",
    "退回：数字不对",
    "新增 12 名，累计 345",
    "35.2%",
)


def message(raw: bytes) -> None:
    found = parse(raw, AT)
    assert not any("邮件无法解析" in defect for defect in found.defects), (
        found.defects
    )
    assert found.sender.email == found.sender.email.strip()
    doubts(found, RULES)
    names = [name.lower() for name, _ in message_from_bytes(raw).raw_items()]
    if names.count("from") > 1 and found.sender.email:
        assert set(found.doubts) & {
            SenderDoubt.SEVERAL_WRITERS,
            SenderDoubt.NO_FROM,
        }, found.doubts


def values(raw: bytes) -> None:
    text = raw.decode("utf-8", "replace")
    seen = numbers.as_seen(text)
    assert "".join(token.text for token in tokens_of(seen)) == seen
    dates.mentions(text)
    for clause in clauses.split(text):
        assert clause.strip() == clause
        assert clause
    read_figure(text[: len(text) // 2], text[len(text) // 2 :], None, SPEC)
    with suppress(Unclear):
        read_answer(text, "reviewer@example.cn")


def readers(raw: bytes) -> None:
    try:
        found = open_document("file", raw)
    except MemoryError:
        return
    except BaseException as error:
        # Rust's; the child dies of it and is replaced
        if type(error).__name__ == "PanicException":
            return
        raise
    assert isinstance(found, Document | Trouble)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "message": message,
    "values": values,
    "readers": readers,
}


def seeds(target: str) -> list[bytes]:
    """The bytes to start from."""
    if target == "values":
        return [word.encode() for word in WORDS]
    if target == "message":
        from campaign_maker import form_mail

        made = form_mail(
            "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
        )
        seal = b'Authentication-Results: mx1; spf=pass (a;b) smtp.mail="x;y"@a.cn; dkim=fail header.d=a.cn\r\n'
        twice = b"From: a@b.cn\r\nFrom: c@d.cn\r\nSender: e@f.cn\r\n"
        return [
            made,
            seal + made,
            twice + made,
            *(p.read_bytes() for p in (ROOT / "tests").rglob("*.eml")),
        ]
    folders = (ROOT / "tests/golden/files", ROOT / "pipeline/demo/forms")
    return [
        p.read_bytes()
        for f in folders
        for p in f.iterdir()
        if p.is_file() and p.stat().st_size < 200_000
    ]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("target", choices=TARGETS)
    arguments.add_argument("--seconds", type=int, default=300)
    asked = arguments.parse_args()
    found = Path(tempfile.gettempdir()) / "xunbao-fuzz" / asked.target
    corpus = found / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(asked.target)):
        (corpus / f"seed{number}").write_bytes(seed)
    options = [
        f"-max_total_time={asked.seconds}",
        "-timeout=25",
        "-rss_limit_mb=4096",
        f"-artifact_prefix={found}/",
    ]
    options += ["-max_len=200000", "-print_final_stats=1", str(corpus)]
    atheris.Setup([sys.argv[0], *options], TARGETS[asked.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
