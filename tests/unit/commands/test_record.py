"""The record as people ask it: verify, log, explain; on a campaign of a few mails."""

import json
import shutil
from pathlib import Path

import pytest
from damage import forced
from test_commands import DONE, PERSON, USAGE, Program, taken_in  # noqa: F401 -- taken_in is a fixture


@pytest.fixture
def xunbao(taken_in: Path, tmp_path: Path) -> Program:  # noqa: F811
    shutil.copytree(taken_in, tmp_path / "x")
    return Program(tmp_path / "x")


def verify(xunbao: Program, *words: str, status: int = DONE) -> str:
    result = xunbao.run("verify", "--config", str(xunbao.config), *words)
    assert result.exit_code == status, result.output
    return result.output


def test_verify_passes_an_unharmed_ledger_and_gives_a_code_to_keep(xunbao: Program) -> None:
    said = verify(xunbao)
    assert "与写入时完全一致" in said
    code = said.splitlines()[-1].split()[1].split("（")[0]
    assert "与写入时完全一致" in verify(xunbao, "--head", code)
    assert "被整条换过" in verify(
        xunbao, "--head", code[:-1] + ("0" if code[-1] != "0" else "1"), status=PERSON
    )
    assert "应写成" in verify(xunbao, "--head", "abc", status=USAGE)


def test_verify_names_what_is_damaged_and_what_to_do(xunbao: Program) -> None:
    tampering = "UPDATE decision SET completed = 999 WHERE completed = 300"
    assert forced(xunbao.folder / "storage" / "ledger.db", tampering) == 1
    raw = next(f for f in (xunbao.folder / "storage" / "raw").glob("??/*") if f.parent.name != "incoming")
    raw.chmod(0o600)
    raw.unlink()
    said = verify(xunbao, status=PERSON)
    assert "表 decision 第 1 行与写入时不同" in said
    assert str(raw.name) in said.replace("\n", "")
    assert said.count("怎么办：") == 2
    *damages, total = [json.loads(line) for line in verify(xunbao, "--json", status=PERSON).splitlines()]
    assert [damage["kind"] for damage in damages] == ["row_changed", "file_missing"]
    assert total["total"]["damages"] == 2


def test_verify_without_a_ledger_says_so_and_makes_none(xunbao: Program) -> None:
    shutil.rmtree(xunbao.folder / "storage")
    assert "还没有台账" in verify(xunbao, status=PERSON)
    assert not (xunbao.folder / "storage" / "ledger.db").exists()
