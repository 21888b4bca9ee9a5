"""The authority stands in the house: what code says of rules.md and facts.md names a section that is there."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
RULES, FACTS = ROOT / "docs" / "rules.md", ROOT / "docs" / "facts.md"
NAMED = re.compile(r"\brules\.md(?:,? (?P<first>\d+)(?:-(?P<last>\d+))?)?")
QUOTED = re.compile(r"\bfacts\.md, [\"「]?(?P<title>[\w. ]+)")


def sections() -> set[int]:
    text = RULES.read_text("utf-8")
    return {int(n) for n in re.findall(r"^## (\d+)\. ", text, re.MULTILINE)}


def sources() -> Iterator[tuple[str, str]]:
    """Each file's text on one line: a mention may be broken over two, in comments too."""
    for folder in ("pipeline", "scripts", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path != Path(__file__):
                text = re.sub(r"\s*\n\s*#?\s*", " ", path.read_text("utf-8"))
                yield path.relative_to(ROOT).as_posix(), text


def test_every_section_of_the_rules_that_code_names_is_there() -> None:
    known, found, wrong = sections(), 0, []
    for path, text in sources():
        for mention in NAMED.finditer(text):
            first, last = mention["first"], mention["last"]
            found += first is not None
            numbers = {int(n) for n in (first, last) if n is not None}
            if not numbers <= known or (last and int(last) <= int(first)):
                wrong.append(f"{path}: {mention[0]}")
    assert wrong == []
    assert found > 60


def test_the_rules_own_references_are_there() -> None:
    named = {int(n) for n in re.findall(r"§(\d+)", RULES.read_text("utf-8"))}
    assert named
    assert named <= sections()


def test_the_facts_that_code_names_have_their_chapter() -> None:
    titles = re.findall(r"^## (.+)$", FACTS.read_text("utf-8"), re.MULTILINE)
    named = [
        (p, m["title"].strip())
        for p, t in sources()
        for m in QUOTED.finditer(t)
    ]
    assert named
    for path, title in named:
        assert any(known.startswith(title) for known in titles), (
            f"{path}: {title}"
        )


def test_a_section_that_is_not_there_would_be_found_out() -> None:
    assert 13 not in sections()
    broken = NAMED.search("(rules.md 13)")
    assert broken is not None
    assert broken["first"] == "13"
