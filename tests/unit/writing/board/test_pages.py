"""The board's pages: every row and period on them, nothing of a mail alive in them, no link that leads nowhere."""

import re
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import PurePosixPath

import pytest
from judging_makers import CAMPAIGN, SEP10, SEP20, Records, at, ledger, report
from lxml import html

from pipeline.model.letters.board_content import Board
from pipeline.model.notice import Action, NoticeKind
from pipeline.model.outgoing import NoticeLine
from pipeline.model.report import Report, ReportState
from pipeline.notices.board_facts import board
from pipeline.notices.facts import Facts
from pipeline.writing.board import charts
from pipeline.writing.board.pages import pages

HOSTILE = "<script>alert(1)</script>\u202e\"'><img src=x onerror=alert(2)>"
LETTER = NoticeLine(
    Action(NoticeKind.OVERDUE_REMINDER, "k", at("09-11 09:00"), unit="丙区"),
    HOSTILE,
    "sent",
    at("09-11 09:00"),
    "<1@example.cn>",
)


def drawn(*reports: Report, now: str = "09-21 12:00") -> Board:
    held = ledger(*reports, read_until=at(now) - timedelta(minutes=5))
    return board(
        Facts(CAMPAIGN, Records(held, HOSTILE), held, at(now)),
        [LETTER],
        "演示行动",
        "某市总工会",
    )


@pytest.fixture
def shown() -> dict[str, str]:
    return pages(
        drawn(
            report("甲县", SEP10, 100, "09-10 12:00"),
            report("甲县", SEP20, 900, "09-20 12:00"),
            report("乙县", SEP10, 300, "09-10 19:00"),
            report("丁市", SEP20, 350, "09-20 12:00", state=ReportState.HELD),
        )
    )


def text_of(page: str) -> str:
    return " ".join(html.fromstring(page).text_content().split())


def test_there_is_a_page_for_all_and_one_for_each_row_and_group(
    shown: dict[str, str],
) -> None:
    rows, groups = CAMPAIGN.roster.rows, CAMPAIGN.roster.groups
    assert len(shown) == 1 + len(rows) + len(groups)
    for unit in rows:
        assert any(f"<h1>{unit.name}</h1>" in page for page in shown.values())


def test_the_strip_tells_each_row_s_state_in_each_period(
    shown: dict[str, str],
) -> None:
    table = html.fromstring(shown["index.html"]).xpath(
        "//table[@class='strip']"
    )[0]
    told = {
        row.xpath("string(th)"): [
            cell.xpath("string(.//span[@class='sr'])")
            for cell in row.xpath("td")
        ][:2]
        for row in table.xpath("tbody/tr")
    }
    assert told["甲县"] == ["按时", "按时"]
    assert told["乙县"] == ["迟报", "漏报"]
    assert told["丁市"] == ["漏报", "待核"]


def test_a_bar_stands_where_the_figures_put_it() -> None:
    reached = charts.bar(0.6, 0.75)
    assert reached.reached / charts.BAR_WIDTH == pytest.approx(0.6 / 1.2)
    assert reached.schedule / charts.BAR_WIDTH == pytest.approx(0.75 / 1.2)
    assert charts.bar(3.0, 0.75).reached == charts.BAR_WIDTH
    assert charts.bar(None, 0.75).reached == 0


def test_a_rise_in_rank_is_told_with_its_places() -> None:
    now = drawn(
        report("甲县", SEP10, 10, "09-10 12:00"),
        report("乙县", SEP10, 300, "09-10 12:00"),
        report("甲县", SEP20, 900, "09-20 12:00"),
        report("乙县", SEP20, 310, "09-20 12:00"),
    )
    risen = {item.row.unit: item.risen for item in now.rows}
    assert (risen["甲县"], risen["乙县"], risen["丙区"]) == (1, -1, None)
    assert "上升1位" in text_of(pages(now)["index.html"])


def test_nothing_of_a_mail_is_alive_on_any_page(shown: dict[str, str]) -> None:
    told = 0
    for page in shown.values():
        tree = html.fromstring(page)
        assert not tree.xpath("//script | //iframe | //img | //link | //object")
        assert not tree.xpath(
            "//@*[starts-with(name(), 'on') or name() = 'style']"
        )
        assert "\u202e" not in page
        told += page.count("&lt;script&gt;")
    assert told >= 2  # the letter's subject on two pages, the held mail's


def test_the_browser_is_told_to_run_and_load_nothing(
    shown: dict[str, str],
) -> None:
    assert shown
    for page in shown.values():
        policy = html.fromstring(page).xpath(
            "string(//meta[@http-equiv='Content-Security-Policy']/@content)"
        )
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert not re.search(r"https?://", page)


def test_every_link_leads_to_a_page_or_a_place(shown: dict[str, str]) -> None:
    followed = 0
    for name, page in shown.items():
        tree = html.fromstring(page)
        ids = set(tree.xpath("//@id"))
        for target in tree.xpath("//a/@href"):
            followed += 1
            if target.startswith("#"):
                assert target[1:] in ids
                continue
            path = PurePosixPath(name).parent / target
            parts = [p for p in path.parts if p != "."]
            while ".." in parts:
                at_ = parts.index("..")
                del parts[at_ - 1 : at_ + 1]
            assert "/".join(parts) in shown
    assert followed > len(shown)


def test_the_rule_by_which_a_row_lags_stands_on_every_page() -> None:
    progress = replace(CAMPAIGN.progress, lag_margin=Fraction(3, 20))
    facts = Facts(
        replace(CAMPAIGN, progress=progress),
        Records(ledger(), HOSTILE),
        ledger(),
        at("09-21 12:00"),
    )
    made = pages(board(facts, [], "演示行动", "某市总工会"))
    assert all("低15个百分点以上的为“滞后”" in page for page in made.values())


def test_a_ledger_without_a_report_has_its_board_too() -> None:
    made = pages(drawn(now="09-01 09:00"))
    assert "没有等人处理的来件" in text_of(made["index.html"])
    assert "未到期" in text_of(made["units/001.html"])


def test_further_figures_have_their_way_from_the_top() -> None:
    plain = drawn(report("甲县", SEP10, 100))
    rows = []
    for item in plain.rows:
        rows.append(replace(item, also=(("实名登记数", 90),)))
    several = replace(plain, rows=tuple(rows))
    for found, ways in ((plain, []), (several, ["另外的数"])):
        page = html.fromstring(dict(pages(found))["index.html"])
        links = page.xpath("//nav/a[@href='#beside']")
        assert [link.text for link in links] == ways
        assert len(page.xpath("//*[@id='beside']")) == len(ways)
