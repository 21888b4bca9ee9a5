"""Previews speak of the office's own campaign, whatever it counts and however many units it has."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.letters.letter import Letter
from pipeline.model.letters.receipts import Receipt
from pipeline.model.rules import nominal_days
from pipeline.settings import Settings, load
from pipeline.writing import sample_month
from pipeline.writing.preview.own_samples import own_samples
from pipeline.writing.preview.preview_pages import write_previews
from pipeline.writing.preview.sample_days import sample_days
from pipeline.writing.samples import LETTERS
from pipeline.writing.templates import Renderer

ROOT = Path(__file__).parents[4]
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
    "2015",
    "新建工会组织",
    "农民工",
    "报送单位",
    "报送时间",
    "主要工作举措",
)
# What periods are called in another rhythm than that of ten days
TENTHS = ("旬报表", "上旬", "中旬", "下旬", "本旬", "每旬")
QUARTERLY = {
    'report_days = ["月末"]': 'report_days = ["月末"]\nmonths = [3, 6, 9, 12]',
    "first_due = 2024-01-31": "first_due = 2024-03-31",
    "last_due = 2024-06-30": "last_due = 2024-12-31",
}


def own_letters(settings: Settings) -> tuple[tuple[str, Letter], ...]:
    return own_samples(
        settings.sender,
        settings.roster,
        [kind.id for kind in settings.kinds],
        settings.calendar_rules,
    )


def texts_of(value: Any) -> Iterator[str]:
    """Every text in a letter, however deep."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts_of(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from texts_of(one)


@pytest.fixture
def quarterly(tmp_path: Path) -> Settings:
    text = (ROOT / "examples/hazards/config.toml").read_text("utf-8")
    for monthly, by_the_quarter in QUARTERLY.items():
        assert monthly in text
        text = text.replace(monthly, by_the_quarter)
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    return load(path)


@pytest.mark.parametrize("config", EXAMPLES, ids=lambda path: path.parent.name)
def test_no_letter_names_another_campaign(config: Path, tmp_path: Path) -> None:
    settings = load(config)
    letters = own_letters(settings)
    write_previews(
        tmp_path, settings.sender, Renderer(settings.templates), letters=letters
    )
    pages = {p.name: p.read_text("utf-8") for p in tmp_path.glob("*.html")}
    assert {f"{name}.html" for name, _ in letters} < pages.keys()
    found = [
        (name, word)
        for name, text in pages.items()
        for word in FOREIGN
        if word in text
    ]
    assert found == []
    first = settings.roster.units[0].name
    assert any(first in text for text in pages.values())


@pytest.mark.parametrize("config", EXAMPLES, ids=lambda path: path.parent.name)
def test_no_made_up_unit_runs_into_what_follows_it(config: Path) -> None:
    settings = load(config)
    renderer = Renderer(settings.templates)
    said = []
    for _, letter in own_letters(settings):
        mail = renderer.render(letter, settings.sender)
        said += [mail.subject, mail.text]
    told = "\n".join(said)
    assert len(set(re.findall("示例单位（[0-9]+）", told))) > 3
    assert re.findall("示例单位[0-9].{,8}", told) == []


# What only targets give a meaning; None is what a careless template writes of them.
OF_TARGETS = re.compile(
    "完成率|时序|滞后|排名|名次|(?<!单)位次|百分点|目标|约谈|通报名单|None"
)
# Sent of targets alone
MEASURED = {"lag_notice", "talk_proposal", "talk_notice", "talk_withdrawn"}


def test_without_targets_no_sample_speaks_of_them() -> None:
    settings = load(ROOT / "examples/visits/config.toml")
    assert not settings.roster.has_targets
    letters = own_letters(settings)
    assert {name for name, _ in LETTERS} - dict(letters).keys() == MEASURED
    renderer = Renderer(settings.templates)
    found = []
    for name, letter in letters:
        mail = renderer.render(letter, settings.sender)
        page = re.sub("<style.*?</style>", "", mail.html, flags=re.S)
        told = "\n".join((mail.subject, mail.text, page))
        found += [(name, word) for word in OF_TARGETS.findall(told)]
    assert found == []


@pytest.mark.parametrize("example", ["hazards", "training"])
def test_with_targets_every_sample_is_shown(example: str) -> None:
    settings = load(ROOT / "examples" / example / "config.toml")
    letters = own_letters(settings)
    assert [name for name, _ in letters] == [name for name, _ in LETTERS]
    said = "\n".join(texts_of(tuple(letter for _, letter in letters)))
    assert "完成率" in said


def test_the_sample_s_own_campaign_stays_as_it_is() -> None:
    settings = load(ROOT / "config.example.toml")
    letters = own_letters(settings)
    bulletin = dict(letters)["monthly_bulletin"]
    names = [row.unit for row in bulletin.standing.rows]  # type: ignore[union-attr]
    assert len(set(names)) == len(sample_month.TABLE)
    assert set(names) <= {*settings.roster.by_name}
    assert bulletin.periods == sample_month.PERIODS  # type: ignore[union-attr]
    clauses = [praise.clause for praise in bulletin.praise]  # type: ignore[union-attr]
    assert clauses == [sample_month.CLAUSES[0], sample_month.SECOND_PRAISED]


@pytest.mark.parametrize("config", EXAMPLES, ids=lambda path: path.parent.name)
def test_the_days_and_labels_are_the_campaign_s_own(config: Path) -> None:
    settings = load(config)
    letters = dict(own_letters(settings))
    bulletin, receipt = letters["monthly_bulletin"], letters["receipt"]
    assert isinstance(bulletin, Bulletin)
    assert isinstance(receipt, Receipt)
    dues = tuple(nominal_days(settings.calendar_rules))
    assert set(bulletin.all_periods) <= set(dues)
    assert {f"{due:%Y-%m}" for due in bulletin.periods} == {bulletin.month}
    for unit in bulletin.months:
        assert len(unit.states) == len(bulletin.periods)
    labels = settings.sender.words.labels
    (line,) = receipt.reports
    heads = [read.label for read in line.fields]
    assert heads == [labels.unit, labels.date, labels.completed]
    assert line.measures_chars == sum(map(len, line.measures))
    assert line.deadline.date() in dues
    assert receipt.received_at < line.deadline


@pytest.mark.parametrize(
    ("example", "called"),
    [
        ("examples/hazards/config.toml", "做法"),
        ("examples/training/config.toml", "组织培训的做法"),
        ("config.example.toml", "举措"),
    ],
)
def test_what_is_returned_asks_for_the_form_s_own_measures(
    example: str, called: str
) -> None:
    settings = load(ROOT / example)
    letter = dict(own_letters(settings))["returned"]
    mail = Renderer(settings.templates).render(letter, settings.sender)
    for text in (mail.text, mail.html):
        assert f"填上数字和{called}，保存" in text


def test_a_quarterly_campaign_s_letters_know_no_ten_days(
    quarterly: Settings,
) -> None:
    letters = dict(own_letters(quarterly))
    said = "\n".join(texts_of(tuple(letters.values())))
    assert [word for word in (*FOREIGN, *TENTHS) if word in said] == []
    bulletin = letters["monthly_bulletin"]
    assert isinstance(bulletin, Bulletin)
    assert bulletin.all_periods == (
        date(2024, 3, 31),
        date(2024, 6, 30),
        date(2024, 9, 30),
    )
    assert bulletin.periods == bulletin.all_periods[-1:]


def test_a_campaign_of_one_period_has_sample_days_too(
    quarterly: Settings,
) -> None:
    rules = quarterly.calendar_rules
    alone = replace(rules, last_due=rules.first_due)
    days = sample_days(alone)
    assert days.dues[-1] == rules.first_due
    assert days.dues == tuple(sorted(set(days.dues)))
    assert days.following - days.dues[-1] > timedelta(days=80)


def test_a_quarterly_campaign_s_letters_name_the_quarter(
    quarterly: Settings, tmp_path: Path
) -> None:
    write_previews(
        tmp_path,
        quarterly.sender,
        Renderer(quarterly.templates),
        letters=own_letters(quarterly),
    )
    pages = {p.stem: p.read_text("utf-8") for p in tmp_path.glob("*.html")}
    monthly = ("2024年9月的", "2024年9月安", "2024年9月通", "2024年9月约")
    monthly += ("本月", "上月", "下月", "每月", "哪个月", "月度", "2024年9月有")
    found = []
    for name, text in pages.items():
        found += [(name, word) for word in monthly if word in text]
    assert found == []
    for name in ("monthly_bulletin", "talk_notice", "erratum"):
        assert "2024年第三季度" in pages[name]
    assert "本季度" in pages["talk_proposal"]
