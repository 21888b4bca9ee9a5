"""init as a newcomer meets it: few questions, wrong answers asked again, interrupted and gone on, never a password on view."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli.root import app
from pipeline.settings.load import load
from pipeline.settings.new.providers import OWN_DOMAIN, PROVIDERS, provider_of
from pipeline.settings.secrets import password

ROOT = Path(__file__).parents[4]
SHIPPED = ROOT / "config.example.toml"
DONE, PERSON, USAGE = 0, 1, 2
SECRET = "abcd-efgh"


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def names(office: Path) -> str:
    """The workbook of an office, with its own staff sheet."""
    shutil.copy(SHIPPED, office / "old.toml")
    CliRunner().invoke(
        app, ["roster", "export", "名单.xlsx", "--config", "old.toml"]
    )
    return "名单.xlsx"


def init(*answers: str, more: tuple[str, ...] = ("--no-check",)) -> Result:
    return CliRunner().invoke(app, ["init", *more], input="".join(f"{a}\n" for a in answers))  # fmt: skip


FIRST = ("市总工会", "无", "入会行动", "", "2026-09-10", "2026-12-30")


def test_a_first_day_of_ones_own_is_asked_for_the_days(names: str) -> None:
    begun = ("市总工会", "无", "入会行动", "", "2026-09-05")
    days = ("5号、15号、32号", "15、25", "5、15、25")
    rest = ("2026-12-25", "bs@126.com", "zxb@example.cn", names, SECRET)
    done = init(*begun, *days, *rest)
    assert done.exit_code == DONE, done.output
    assert "写成 5、15、25 这样。" in done.output
    assert "第一期（2026-09-05）不在这些日子里。" in done.output
    assert load(Path("config.toml")).schedule.report_days == (5, 15, 25)


def test_ten_answers_make_a_config_that_loads(names: str) -> None:
    done = init(*FIRST, "bs@126.com", "zxb@example.cn", names, SECRET)
    assert done.exit_code == DONE, done.output
    found = load(Path("config.toml"))
    assert found.campaign.form_title == "入会行动报表"
    assert (found.mailbox.host, found.smtp.host) == (
        "imap.126.com",
        "smtp.126.com",
    )
    assert found.mailbox.junk_folder == "垃圾邮件"
    assert len(found.roster.rows) == 23
    assert password(found.mailbox, "") == password(found.smtp, "") == SECRET
    assert SECRET not in done.output + Path("config.toml").read_text("utf-8")
    assert "config.example.toml" in Path("config.toml").read_text("utf-8")
    assert not list(Path().glob(".config*"))


@pytest.mark.skipif(
    os.name == "nt", reason="Windows closes folders by what they inherit"
)
def test_the_password_is_its_owners_alone(names: str) -> None:
    init(*FIRST, "bs@126.com", "zxb@example.cn", names, SECRET)
    mode = Path("secrets/mailbox.txt").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert stat.S_IMODE(Path("secrets").stat().st_mode) == 0o700


def test_answers_from_a_file_are_taken_without_a_warning(names: str) -> None:
    answers = (*FIRST, "bs@126.com", "zxb@example.cn", names, SECRET)
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "init", "--no-check"],
        input="".join(f"{a}\n" for a in answers),
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == DONE, done.stdout + done.stderr
    assert done.stderr == ""
    assert SECRET not in done.stdout
    assert (Path("secrets") / "mailbox.txt").read_text("utf-8") == SECRET


def test_a_wrong_answer_is_asked_again(names: str) -> None:
    wrong = (*FIRST[:4], "明天", "2026-09-10", "2026-12-30", "bs", "bs@qq.com")
    done = init(*wrong, "zxb@example.cn", names, SECRET)
    assert done.exit_code == DONE, done.output
    assert "日期写成 2026-09-10 这样。" in done.output
    assert "“bs”不是邮箱地址。" in done.output
    assert load(Path("config.toml")).mailbox.host == "imap.qq.com"


def test_interrupted_it_goes_on_where_it_was(names: str) -> None:
    assert init(*FIRST[:4]).exit_code != DONE
    again = init("", *FIRST[4:], "bs@126.com", "z@example.cn", names, SECRET)
    assert again.exit_code == DONE, again.output
    assert "主办单位的全称：市总工会" in again.output
    assert load(Path("config.toml")).campaign.organizer == "市总工会"


def test_what_was_answered_can_be_seen_again_and_changed(names: str) -> None:
    assert init(*FIRST[:4]).exit_code != DONE
    rest = ("", "", "", *FIRST[4:], "bs@126.com", "z@example.cn", names, SECRET)
    again = init("改", "区总工会", *rest)
    assert again.exit_code == DONE, again.output
    found = load(Path("config.toml")).campaign
    assert (found.organizer, found.name) == ("区总工会", "入会行动")


def test_a_last_day_before_the_first_is_asked_again(names: str) -> None:
    days = ("2026-09-10", "2026-09-01", "2026-12-30")
    done = init(*FIRST[:4], *days, "bs@126.com", "z@example.cn", names, SECRET)
    assert done.exit_code == DONE, done.output
    assert "最后一期不能早于第一期（2026-09-10）。" in done.output
    assert str(load(Path("config.toml")).campaign.last_due) == "2026-12-30"


def test_a_list_that_is_not_there_is_told_before_any_question() -> None:
    done = init(more=("--from", "没有.xlsx"))
    assert done.exit_code == PERSON
    assert "没有.xlsx" in done.output
    assert "主办单位" not in done.output


@pytest.mark.parametrize("address", ["bs@outlook.com", "bs@msn.com"])
def test_a_mailbox_that_lets_no_program_in_is_told_at_once(
    address: str,
) -> None:
    done = init(*FIRST, address)
    assert "OAuth2" in done.output.partition("工作人员的邮箱")[0]


def test_without_a_list_a_blank_one_is_laid_out(office: Path) -> None:
    done = init(*FIRST, "bs@126.com", "zxb@example.cn", "")
    assert done.exit_code == PERSON
    assert "已写好空表 名单.xlsx" in done.output
    assert not Path("config.toml").exists()
    again = init("", SECRET)  # the example row stands for a filled sheet
    assert again.exit_code == DONE, again.output
    found = load(Path("config.toml"))
    assert [u.name for u in found.unit] == ["甲县"]
    # Those who were named, and nobody of an example.
    assert [s.email for s in found.staff] == ["zxb@example.cn"]


def test_staff_who_were_named_are_kept_beside_those_of_the_list(
    names: str,
) -> None:
    listed = [s.email for s in load(Path("old.toml")).staff]
    init(*FIRST, "bs@126.com", f"neu@example.cn，{listed[0]}", names, SECRET)
    found = [s.email for s in load(Path("config.toml")).staff]
    assert found == [*listed, "neu@example.cn"]


def test_a_domain_of_ones_own_asks_whose_it_is(names: str) -> None:
    number = next(
        n for n, p in enumerate(OWN_DOMAIN, 1) if "Coremail" in p.name
    )
    own = ("bs@zgh.gov.example", str(number), "", "smtp2.zgh.gov.example")
    done = init(*FIRST, *own, "zxb@example.cn", names, SECRET)
    assert done.exit_code == DONE, done.output
    found = load(Path("config.toml"))
    assert found.mailbox.host == "imap.zgh.gov.example"
    assert found.smtp.host == "smtp2.zgh.gov.example"


def test_an_office_of_microsoft_365_names_its_application(names: str) -> None:
    number = next(n for n, p in enumerate(OWN_DOMAIN, 1) if p.token_url)
    own = ("bs@zgh.gov.example", str(number), "tenant-1", "app-1")
    done = init(*FIRST, *own, "zxb@example.cn", names, SECRET)
    assert done.exit_code == DONE, done.output
    found = load(Path("config.toml"))
    for part in (found.mailbox, found.smtp):
        assert part.oauth2 is not None
        assert part.oauth2.client_id == "app-1"
        assert "/tenant-1/" in part.oauth2.token_url
        assert password(part, "") == SECRET


def test_a_config_that_is_there_is_not_overwritten() -> None:
    Path("config.toml").write_text("x", "utf-8")
    done = init()
    assert done.exit_code == USAGE
    assert Path("config.toml").read_text("utf-8") == "x"


def test_a_wrong_cell_is_told_and_nothing_is_written(names: str) -> None:
    Path("bad.csv").write_text("名称,目标\n甲县,五百\n", "utf-8")
    done = init(
        *FIRST, "bs@126.com", "zxb@example.cn", more=("--from", "bad.csv")
    )
    assert done.exit_code == USAGE
    assert "单位!B2（目标）：“五百”不是整数" in done.output
    assert not Path("config.toml").exists()


def test_every_provider_is_found_by_its_domains() -> None:
    domains = [(d, p) for p in PROVIDERS for d in p.domains]
    assert len(domains) > 10
    assert all(provider_of(f"a@{domain.upper()}") is p for domain, p in domains)
    assert provider_of("a@zgh.example.cn") is None


def test_the_sample_is_laid_out_and_never_over_another() -> None:
    assert init(more=("--sample",)).exit_code == DONE
    assert Path("config.example.toml").read_bytes() == SHIPPED.read_bytes()
    assert init(more=("--sample",)).exit_code == USAGE


def test_the_untouched_sample_is_no_config_of_an_office_s_own(
    names: str,
) -> None:
    shutil.copy(SHIPPED, "config.toml")
    done = init(*FIRST, "bs@126.com", "zxb@example.cn", names, SECRET)
    assert done.exit_code == DONE, done.output
    assert load(Path("config.toml")).campaign.form_title == "入会行动报表"


def test_a_config_that_was_edited_is_left_alone() -> None:
    edited = SHIPPED.read_bytes() + "# 我们单位的\n".encode()
    Path("config.toml").write_bytes(edited)
    assert init().exit_code == USAGE
    assert Path("config.toml").read_bytes() == edited


def test_a_config_beside_the_program_needs_no_folder_made_before(
    names: str,
) -> None:
    """Outside a checkout no `git pull` ever meets it."""
    where = Path("../旬报工作/入会/config.toml")
    more = ("--no-check", "--config", str(where))
    done = init(*FIRST, "bs@126.com", "zxb@example.cn", names, SECRET, more=more)  # fmt: skip
    assert done.exit_code == DONE, done.output
    assert load(where).storage.directory == where.resolve().parent / "storage"
    kept = where.parent / "secrets"
    assert [p.read_text("utf-8") for p in kept.iterdir()] == [SECRET]


def test_a_folder_that_cannot_be_made_is_told_before_any_question() -> None:
    Path("一个文件").write_text("", "utf-8")
    done = init(more=("--config", "一个文件/config.toml"))
    assert done.exit_code == USAGE
    assert "建不了目录" in done.output
    assert "主办单位" not in done.output
