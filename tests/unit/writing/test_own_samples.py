"""Previews speak of the office's own campaign, whatever it counts and however many units it has."""

from pathlib import Path

import pytest

from pipeline.settings import load
from pipeline.writing import sample_month
from pipeline.writing.own_samples import own_samples
from pipeline.writing.preview_pages import write_previews
from pipeline.writing.samples import LETTERS
from pipeline.writing.templates import Renderer

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted(ROOT.glob("examples/*/config.toml"))
# What is said of the sample's campaign and of no other
FOREIGN = (
    "农民工入会",
    "乐山",
    "犍为",
    "沐川",
    "马边",
    "县（市、区）",
    "市直机关工会",
    "4,010名",
)


@pytest.mark.parametrize("config", EXAMPLES, ids=lambda path: path.parent.name)
def test_no_letter_names_another_campaign(config: Path, tmp_path: Path) -> None:
    settings = load(config)
    kinds = [kind.id for kind in settings.kinds]
    letters = own_samples(settings.sender, settings.roster, kinds)
    write_previews(
        tmp_path, settings.sender, Renderer(settings.templates), letters=letters
    )
    pages = {p.name: p.read_text("utf-8") for p in tmp_path.glob("*.html")}
    assert len(pages) == len(LETTERS) + 1
    found = [
        (name, word)
        for name, text in pages.items()
        for word in FOREIGN
        if word in text
    ]
    assert found == []
    first = settings.roster.units[0].name
    assert any(first in text for text in pages.values())


def test_the_sample_s_own_campaign_stays_as_it_is() -> None:
    settings = load(ROOT / "config.example.toml")
    kinds = [kind.id for kind in settings.kinds]
    letters = own_samples(settings.sender, settings.roster, kinds)
    bulletin = dict(letters)["monthly_bulletin"]
    names = [row.unit for row in bulletin.standing.rows]  # type: ignore[union-attr]
    assert len(set(names)) == len(sample_month.TABLE)
    assert set(names) <= {*settings.roster.by_name}
