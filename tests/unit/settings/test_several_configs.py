"""A folder of configs: which files are configs, what two campaigns may not share, and who
reads one mailbox."""

from pathlib import Path

import pytest
from campaign_maker import OWN
from campaign_maker import made_beside as campaign

from pipeline.settings import ConfigError
from pipeline.settings.several import (
    at_the_same_mailbox,
    by_mailbox,
    configs_in,
    load_folder,
)


def test_other_files_beside_them_are_no_configs(tmp_path: Path) -> None:
    one = campaign(tmp_path, "a")
    (tmp_path / "learned.toml").write_text("[[lesson]]\n", "utf-8")
    (tmp_path / "readme.txt").write_text("[campaign]\n", "utf-8")
    assert configs_in(tmp_path) == (one,)


def test_each_campaign_of_a_folder_by_the_name_of_its_file(
    tmp_path: Path,
) -> None:
    paths = [campaign(tmp_path, name) for name in ("b", "a")]
    loaded = load_folder(tmp_path)
    assert [path for path, _ in loaded] == sorted(paths)
    assert [s.campaign.name for _, s in loaded] == ["a行动", "b行动"]


def test_those_at_one_mailbox_go_together(tmp_path: Path) -> None:
    campaign(tmp_path, "a")
    campaign(tmp_path, "b", user="other@example.cn")
    campaign(tmp_path, "c")
    groups = by_mailbox(load_folder(tmp_path))
    names = [[path.stem for path, _ in group] for group in groups]
    assert names == [["a", "c"], ["b"]]


@pytest.mark.parametrize(
    ("own", "what"),
    [
        ("", "[storage] directory"),
        ("", "[review] learned"),
        ('\n[storage]\ndirectory = "{0}"\n', "[storage] database"),
        (OWN + '\n[board]\nfolder = "看板"\n', "[board] folder"),
    ],
)
def test_what_two_campaigns_may_not_share_is_told_with_its_cure(
    tmp_path: Path, own: str, what: str
) -> None:
    for name in ("a", "b"):
        campaign(tmp_path, name, own=own)
    with pytest.raises(ConfigError) as refused:
        load_folder(tmp_path)
    told = [str(mistake) for mistake in refused.value.mistakes]
    assert any("b.toml" in one and what in one for one in told)
    assert all("例如" in one for one in told)


def test_every_mistake_of_every_file_at_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        campaign(tmp_path, name, own=OWN + '\n[form]\ncount = "x"\n')
    with pytest.raises(ConfigError) as refused:
        load_folder(tmp_path)
    files = {mistake.file.name for mistake in refused.value.mistakes}
    assert files == {"a.toml", "b.toml"}


def test_an_empty_folder_says_what_belongs_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="xunbao init"):
        load_folder(tmp_path)


def test_who_else_reads_this_mailbox(tmp_path: Path) -> None:
    one = campaign(tmp_path, "a")
    assert at_the_same_mailbox(one) == ()
    other = campaign(tmp_path, "b")
    campaign(tmp_path, "c", user="other@example.cn")
    assert at_the_same_mailbox(one) == (other,)
    # A copy of the config is the same campaign, with the same ledger.
    (tmp_path / "copy.toml").write_bytes(one.read_bytes())
    assert at_the_same_mailbox(one) == (other,)
