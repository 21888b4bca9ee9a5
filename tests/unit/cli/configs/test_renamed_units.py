"""A unit is one through all its names: history, ranks, letters, talks, learned names and bulletins follow it (rules.md 11)."""

import json
from pathlib import Path
from typing import Any

import pytest
from campaign_maker import form_mail, made, moment
from offline_office import Office as Offline
from typer.testing import CliRunner

from pipeline.cli.root import app

OLD = 'name = "甲县"\nkind'
GROUP = 'units = ["甲县"]'
BY_ID = 'name = "新甲区"\nid = "jia"\nkind'
BY_FORMERLY = 'name = "新甲区"\nformerly = ["甲县"]\nkind'
SEP11 = "2015-09-11T09:05:00"
SEP20, SEP21 = "2015-09-20T18:05:00", "2015-09-21T09:35:00"
OCT1 = "2015-10-01T15:05:00"
OCT2 = "2015-10-02T10:00:00"


class Office(Offline):
    """A campaign worked through by wakes, and looked at by commands."""

    def run(self, *words: str, now: str = "") -> tuple[int, str]:
        when = ("--now", now) if now else ()
        done = CliRunner().invoke(
            app, [*words, "--config", str(self.config), *when]
        )
        return done.exit_code, done.output

    def json(self, *words: str, now: str = OCT2) -> list[dict[str, Any]]:
        status, text = self.run(*words, "--json", now=now)
        assert status == 0, text
        return [json.loads(line) for line in text.splitlines()]

    def mail(
        self,
        who: str,
        unit: str,
        at: str,
        figure: object,
        subject: str = "报送旬报表",
    ) -> None:
        """`at`: the day it is about, and the hour of that day, 10:00 by default."""
        day = at[:10]
        received = at if len(at) > 10 else f"{at} 10:00"
        raw = form_mail(
            f"{who}@example.cn", unit, day, figure, received, subject=subject
        )
        self.mailbox.append(raw, moment(received))

    def works(self, when: str) -> None:
        self.wake(moment(when.replace("T", " ")))

    def sent(self) -> dict[str, int]:
        """How often each notice was sent, by kind, period and address."""
        found: dict[str, int] = {}
        for line in self.json("notices"):
            if line["state"] == "sent" and line["kind"] != "alert":
                what = line["period"] or line["month"]
                name = f"{line['kind']} {what} {line['to']}"
                found[name] = found.get(name, 0) + 1
        return found


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Office:
    found = Office(made(tmp_path_factory.mktemp("reported")))
    found.edit((OLD, 'name = "甲县"\nid = "jia"\nkind'))
    found.mail("jia", "甲县", "2015-09-10", 100)
    found.works("2015-09-10T18:05:00")
    found.works(SEP11)
    return found


@pytest.fixture
def office(tmp_path: Path, reported: Office) -> Office:
    """甲县 (id jia) reported 100 in time for 10 September; the others said nothing."""
    return reported.copied(tmp_path / "office")


def rename(office: Office, how: str) -> None:
    office.edit((GROUP, 'units = ["新甲区"]'))
    if how == "id":
        office.edit(('name = "甲县"\nid = "jia"\nkind', BY_ID))
    else:
        office.edit(('name = "甲县"\nid = "jia"\nkind', BY_FORMERLY))


@pytest.mark.parametrize("how", ["id", "formerly"])
def test_a_renamed_unit_keeps_its_figures_rank_and_letters(
    office: Office, how: str
) -> None:
    before = office.sent()
    rename(office, how)
    office.works(SEP11)
    assert office.sent() == before, "nobody is written to for the new name"
    rows = {
        r["unit"]: r for r in office.json("status", now=SEP11) if "unit" in r
    }
    assert (rows["新甲区"]["completed"], rows["新甲区"]["state"]) == (
        100,
        "on_time",
    )
    assert rows["新甲区"]["rank_overall"] == 1
    (mail,) = office.json("messages", now=SEP11)
    assert mail["reports"][0]["unit"] == "新甲区"
    assert {line["unit"] for line in office.json("notices")} & {
        "甲县",
        "新甲区",
    } == {"新甲区"}


def test_a_form_of_either_name_is_the_units(office: Office) -> None:
    rename(office, "id")
    office.mail("jia", "甲县", "2015-09-20", 150)
    office.mail("jia", "新甲区", "2015-09-30", 200)
    office.works(SEP20)
    office.works("2015-09-30T18:05:00")
    found = office.json("status", "--period", "2015-09-30")
    assert {r["unit"]: r["completed"] for r in found if "unit" in r}[
        "新甲区"
    ] == 200
    status, text = office.run("replay", now=OCT2)
    assert status == 0, text


def test_a_chain_of_names_needs_each_only_once(office: Office) -> None:
    rename(office, "id")
    office.works(SEP20)
    office.edit(
        ('units = ["新甲区"]', 'units = ["大甲市"]'),
        (BY_ID, 'name = "大甲市"\nformerly = ["新甲区"]\nkind'),
    )
    office.works(SEP20)
    # and what was said once need not be said for ever
    office.edit(('formerly = ["新甲区"]\n', ""))
    office.works(SEP21)
    rows = {
        r["unit"]: r for r in office.json("status", now=SEP21) if "unit" in r
    }
    assert rows["大甲市"]["completed"] == 100
    sent = office.sent()
    assert max(sent.values()) == 1, sent


def test_what_was_learned_of_a_unit_stays_its_own(office: Office) -> None:
    learned = office.config.with_name("learned.toml")
    learned.write_text(
        '[[alias]]\nunit = "甲县"\nname = "甲县联合会"\n', encoding="utf-8"
    )
    rename(office, "id")
    office.mail("jia", "甲县联合会", "2015-09-20", 150)
    office.works(SEP20)
    rows = {
        r["unit"]: r for r in office.json("status", now=SEP20) if "unit" in r
    }
    assert rows["新甲区"]["completed"] == 150


def test_talks_extensions_and_the_assessment_follow(office: Office) -> None:
    status, text = office.run(
        "talks",
        "add",
        "甲县",
        "--month",
        "2015-09",
        "--why",
        "工作滞后",
        now=SEP21,
    )
    assert status == 0, text
    status, text = office.run(
        "extend",
        "甲县",
        "--period",
        "2015-09-20",
        "--until",
        "2015-09-25T18:00:00",
        "--why",
        "机构调整",
        now="2015-09-19T09:00:00",
    )
    assert status == 0, text
    rename(office, "id")
    office.works("2015-09-21T10:00:00")
    assert [(t["unit"], t["month"]) for t in office.json("talks")] == [
        ("新甲区", "2015-09")
    ]
    sent = office.sent()
    assert not any(
        key.startswith("overdue") and "jia@" in key and "09-20" in key
        for key in sent
    ), "extended"
    for words in (("board", str(office.config.parent / "page")), ("assess",)):
        status, text = office.run(*words, now=OCT2)
        assert status == 0, text
    page = (office.config.parent / "page" / "index.html").read_text(
        encoding="utf-8"
    )
    assert "新甲区" in page


def test_bulletins_of_before_rebuild_byte_for_byte(office: Office) -> None:
    office.works(SEP21)
    office.mail("jia", "甲县", "2015-09-30", 200)
    office.works("2015-09-30T18:05:00")
    office.works(OCT1)
    rename(office, "id")
    again = office.config.parent / "again"
    rebuild = ("bulletin", "--month", "2015-09", "--rebuild", str(again))
    for _ in range(2):
        status, text = office.run(*rebuild, now=OCT2)
        assert status == 0, text
        assert "逐字节相同" in text
        office.works(OCT2)


def test_a_renamed_unit_gets_no_second_erratum(office: Office) -> None:
    office.mail("jia", "甲县", "2015-09-30", 200)
    office.works("2015-09-30T18:05:00")
    office.works(OCT1)
    raw = form_mail(
        "jia@example.cn",
        "甲县",
        "2015-09-30",
        190,
        "2015-10-01 16:00",
        subject="更正旬报表",
    )
    office.mailbox.append(raw, moment("2015-10-01 16:00"))
    office.works(OCT2)
    told = [key for key in office.sent() if key.startswith("erratum")]
    assert len(told) == 1
    rename(office, "id")
    office.works("2015-10-02T10:30:00")
    after = office.sent()
    assert [k for k in after if k.startswith("erratum")] == told
    assert max(n for k, n in after.items() if "receipt" not in k) == 1


MEMBERS = """
[[unit]]
name = "其他"
kind = "municipal"
target = 100
pool = true

[[unit]]
name = "一厂"
member_of = "其他"
email = ["yichang@example.cn"]
id = "one"
"""


def test_a_member_of_a_pool_keeps_its_share(office: Office) -> None:
    text = office.config.read_text(encoding="utf-8")
    text = text.replace("target = 1900\n", "target = 2000\n", 1)
    office.config.write_text(text + MEMBERS, encoding="utf-8")
    office.mail("yichang", "一厂", "2015-09-20", 40)
    office.works("2015-09-20T12:00:00")
    office.works(SEP20)
    office.edit(('name = "一厂"', 'name = "第一钢厂"'))
    office.mail("yichang", "第一钢厂", "2015-09-30", 60)
    office.works("2015-09-30T18:05:00")
    figures = [
        {r["unit"]: r["completed"] for r in found if "unit" in r}["其他"]
        for found in (
            office.json("status", "--period", due)
            for due in ("2015-09-20", "2015-09-30")
        )
    ]
    assert figures == [40, 60]


REFUSED = [
    # a new unit under the name that another had when it reported
    (
        [(OLD.replace("kind", 'id = "jia"\nkind'), BY_ID)],
        [
            (
                'name = "乙县"\nkind',
                'name = "甲县"\nkind = "county"\ntarget = 7\n'
                'email = ["x@example.cn"]\n\n[[unit]]\nname = "乙县"\nkind',
            ),
            ("target = 1900\n", "target = 1907\n"),
        ],
        "是 新甲区 的曾用名",
    ),
    ([], [('id = "jia"', 'id = "other"')], "id 不能改"),
    ([], [('id = "jia"', 'id = "乙县"')], "别的单位也用了"),
    (
        [],
        [('name = "乙县"\nkind', 'name = "乙县"\nid = "jia"\nkind')],
        "别的单位也用了",
    ),
]


@pytest.mark.parametrize(("first", "then", "said"), REFUSED)
def test_one_unit_never_takes_over_anothers_reports(
    office: Office,
    first: list[tuple[str, str]],
    then: list[tuple[str, str]],
    said: str,
) -> None:
    if first:
        office.edit((GROUP, 'units = ["新甲区"]'), *first)
        office.works(SEP20)
    office.edit(*then)
    for command in ("check", "once"):
        status, text = office.run(command, now=SEP20)
        assert (status, said in text) == (2, True), text
