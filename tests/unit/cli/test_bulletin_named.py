"""Lists of notices call a bulletin by what it covers, as the campaign's calendar has it."""

import zipfile
from pathlib import Path

import pytest
from campaign_maker import form_mail, made
from typer.testing import CliRunner, Result

from pipeline.cli.root import app

DONE, PERSON, USAGE = 0, 1, 2
NOW = "2015-10-01T16:00:00+08:00"
RHYTHMS = {
    "季度通报": 'report_days = ["月末"]\nmonths = [3, 6, 9, 12]',
    "月度通报": 'report_days = ["月末"]',
}


def xunbao(folder: Path, *words: str) -> Result:
    more = ["--config", str(folder / "config.toml"), "--now", NOW]
    return CliRunner().invoke(app, [*words, *more])


@pytest.fixture(scope="module", params=RHYTHMS)
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str, str]:
    """A folder whose bulletin of September went, what that is called, and what not."""
    folder = tmp_path_factory.mktemp("office")
    called = request.param
    (other,) = RHYTHMS.keys() - {called}
    made(
        folder,
        replaced={
            "first_due = 2015-09-10": "first_due = 2015-09-30",
            "last_due = 2015-12-30": "last_due = 2015-12-31",
            "[bulletin]": f"[schedule]\n{RHYTHMS[called]}\n\n[bulletin]",
        },
    )
    (folder / "mail").mkdir()
    raw = form_mail(
        "jia@example.cn", "甲县", "2015年9月30日", 700, "2015-09-30 10:00"
    )
    (folder / "mail" / "1.eml").write_bytes(raw)
    taken = xunbao(folder, "ingest", str(folder / "mail"))
    assert taken.exit_code in (DONE, PERSON), taken.output
    # Frozen, though no server takes it
    xunbao(folder, "bulletin", "--month", "2015-09", "--send")
    return folder, called, other


@pytest.mark.parametrize("words", [("notices", "--all"), ("log",)])
def test_a_list_names_it(
    office: tuple[Path, str, str], words: tuple[str, ...]
) -> None:
    folder, called, other = office
    told = xunbao(folder, *words).output
    assert called in told
    assert other not in told


def test_an_export_names_it(office: tuple[Path, str, str]) -> None:
    folder, called, other = office
    xunbao(folder, "export", str(folder / "out.zip"))
    with zipfile.ZipFile(folder / "out.zip") as package:
        told = package.read("表/信件.csv").decode("utf-8-sig")
    assert f",{called}," in told
    assert other not in told


def test_notices_are_asked_for_by_that_name(
    office: tuple[Path, str, str],
) -> None:
    folder, called, other = office
    asked = xunbao(folder, "notices", "--kind", called)
    assert asked.exit_code == DONE, asked.output
    assert called in asked.output
    refused = xunbao(folder, "notices", "--kind", other)
    assert refused.exit_code == USAGE
    assert called in refused.output
