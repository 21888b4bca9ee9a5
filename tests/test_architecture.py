"""The page on the architecture names every room of the house, none that is not there, and each word once."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def chapter(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rooms() -> set[str]:
    folders = {path.parent for path in (ROOT / "pipeline").rglob("__init__.py")}
    names = {f"{folder.relative_to(ROOT).as_posix()}/" for folder in folders}
    # The migrations' folder of versions is alembic's, a file a shape; the root is no room.
    return {n for n in names if not n.endswith("versions/")} - {"pipeline/"}


def test_every_room_is_named_and_no_other() -> None:
    named = re.findall(
        r"^\| `(pipeline/[\w/]+/)` \|", chapter("The rooms"), re.MULTILINE
    )
    assert sorted(named) == sorted(rooms())


def test_every_room_says_at_its_door_what_it_is_for() -> None:
    silent = [
        room
        for room in rooms()
        if not (ROOT / room / "__init__.py")
        .read_text("utf-8")
        .startswith('"""')
    ]
    assert silent == []


def test_no_two_modules_share_a_stem() -> None:
    stems: Counter[str] = Counter()
    for module in (ROOT / "pipeline").rglob("*.py"):
        if not module.stem.startswith("__"):
            stems[module.stem] += 1
    assert len(stems) > 400
    assert [stem for stem, count in stems.items() if count > 1] == []


def test_a_word_has_one_meaning() -> None:
    rows = re.findall(
        r"^\| ([a-z][\w, ]+) \| ", chapter("The words"), re.MULTILINE
    )
    words = Counter(word.strip() for row in rows for word in row.split(","))
    assert len(words) > 30
    assert [word for word, count in words.items() if count > 1] == []
