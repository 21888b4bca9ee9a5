"""No sentence of the program names one campaign's matter: its words stand in its config
(rules.md 12), in samples, and in the vocabulary of reading, which is data.
"""

import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# What is counted, who asks, what a report is called: a campaign's own.
OWN_WORDS = re.compile(
    "农民工|总工会|工会|旬报|每旬|本旬|会员|入会|乐山|乐工发|组宣|集中行动|附件3|10、20、30"
)
# Words that are read, never written; samples; and the name of the program itself.
VOCABULARY = {
    "pipeline/model/wording/vocabulary.py",
    "pipeline/reading/form/figure_words.py",
    "pipeline/reading/form/nil.py",
    "pipeline/reading/form/figure_counts.py",
    "pipeline/reading/form/unit_list.py",
    "pipeline/reading/form/beside/as_of.py",
    "pipeline/reading/form/beside/mail_words.py",
    "pipeline/reading/form/beside/note_sense.py",
    "pipeline/reading/form/beside/other_title.py",
    "pipeline/reading/form/beside/remarks.py",
    "pipeline/reading/form/beside/section_heads.py",
    "pipeline/reading/form/beside/value_heads.py",
    "pipeline/reading/files/read_file.py",  # the words of a reply by telephone
    "pipeline/reading/replies/reply_words.py",
    "pipeline/reading/replies/review_reply.py",
    "pipeline/reading/replies/talk_reply.py",
}
SAMPLES = {
    "pipeline/writing/samples.py",
    "pipeline/writing/sample_month.py",
    # Puts an office's own words in place of the sample's
    "pipeline/writing/preview/own_samples.py",
}
# Names of the kinds of periods, by which a report is called where the config is silent.
NAMES = {"pipeline/model/wording/campaign_words.py": {"旬报", "旬"}}
PROGRAM = re.compile("旬报程序|^旬报：")


def _sources() -> list[Path]:
    return [
        path
        for path in sorted((ROOT / "pipeline").rglob("*.py"))
        if "demo" not in path.parts
        and path.relative_to(ROOT).as_posix() not in VOCABULARY | SAMPLES
    ]


def _strings(text: str) -> list[str]:
    """The string literals of a source that are no docstrings; comments are none."""
    found = []
    last = tokenize.NEWLINE
    skipped = (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT)
    kinds = (tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", -1))
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in kinds and last != tokenize.NEWLINE:
            found.append(token.string)
        if token.type not in skipped:
            last = token.type
    return found


@pytest.mark.parametrize(
    "path", _sources(), ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_no_sentence_of_the_program_names_a_campaigns_matter(
    path: Path,
) -> None:
    named = []
    source = path.read_text(encoding="utf-8")
    # Most have no such word anywhere
    for string in _strings(source) if OWN_WORDS.search(source) else ():
        text = string.strip("rfb\"'")
        known = NAMES.get(path.relative_to(ROOT).as_posix(), set())
        old_head = path.name == "roster_table.py" and text == "上年末会员数"
        if OWN_WORDS.search(PROGRAM.sub("", text)) and not old_head:
            named += [text] if text not in known else []
    assert named == []


def test_nor_does_a_template() -> None:
    named = []
    for path in sorted((ROOT / "mail_templates").rglob("*")):
        if path.suffix not in {".txt", ".html"}:
            continue
        text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S)
        text = PROGRAM.sub("", text)
        named += [f"{path.name}: {w}" for w in OWN_WORDS.findall(text)]
    assert named == []
