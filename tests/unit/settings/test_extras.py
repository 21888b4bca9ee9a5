"""How a part is added: by the checkout's script where there is one, else by pip and by names that stand on an index."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from pipeline.settings.extras import how_to_add

ROOT = Path(__file__).parents[3]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]  # fmt: skip


@pytest.mark.parametrize("part", EXTRAS)
def test_a_checkout_adds_it_by_its_own_script(part: str) -> None:
    assert (
        how_to_add(part) == f"在程序目录运行 python3 scripts/install.py {part}"
    )


@pytest.mark.parametrize("part", EXTRAS)
def test_a_wheel_adds_it_by_pip_and_never_by_the_programs_own_name(
    part: str, tmp_path: Path
) -> None:
    told = how_to_add(part, tmp_path)
    assert "scripts/" not in told
    assert "xunbao[" not in told
    named = {Requirement(word) for word in told.split(" -m pip install ")[1].replace('"', "").split()}  # fmt: skip
    assert named == {Requirement(line) for line in EXTRAS[part]}
