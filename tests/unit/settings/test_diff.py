"""Settings as keys and values: what changed is named, what only moved is not, and no secret is in them."""

from pathlib import Path

from campaign_maker import made, settings

from pipeline.bootstrap import assemble
from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.proof.journal_reader import Journalbook
from pipeline.settings.diff import changes, flat


def test_an_edited_key_is_named_with_both_values(tmp_path: Path) -> None:
    config = made(tmp_path)
    before = flat(settings(config))
    text = config.read_text(encoding="utf-8")
    assert changes(before, flat(settings(config))) == []
    config.write_text(
        text.replace('approval = "none"', 'approval = "required"'),
        encoding="utf-8",
    )
    assert [
        line.split("：", 1) for line in changes(before, flat(settings(config)))
    ] == [["bulletin.approval", "none → required"]]


def test_an_edited_template_is_named_and_a_moved_unit_is_none(
    tmp_path: Path,
) -> None:
    config = made(tmp_path)
    before = flat(settings(config))
    (tmp_path / "mail_templates").mkdir()
    (tmp_path / "mail_templates" / "receipt.body.txt").write_text(
        "回执", encoding="utf-8"
    )
    after = flat(settings(config))
    assert [line.split("：")[0] for line in changes(before, after)] == [
        "mail_templates/receipt.body.txt"
    ]
    loaded = settings(config)
    moved = loaded.model_copy(update={"unit": loaded.unit[::-1]})
    assert (
        changes(after, {**flat(moved), **after}) == changes(after, after) == []
    )
    assert flat(moved).items() <= after.items()


def test_what_was_learned_is_a_change_like_any_other(tmp_path: Path) -> None:
    config = made(tmp_path)
    before = flat(settings(config))
    (tmp_path / "learned.toml").write_text("# 手工改过\n", encoding="utf-8")
    assert [
        line.split("：")[0] for line in changes(before, flat(settings(config)))
    ] == ["learned.toml"]


def test_a_configuration_is_recorded_once_and_an_edited_one_with_its_changes(
    tmp_path: Path,
) -> None:
    config = made(tmp_path)
    for _ in range(2):
        assert assemble(settings(config)).note_config() == []
    text = config.read_text(encoding="utf-8")
    config.write_text(
        text.replace("[campaign]", '[campaign]\ndepartment = "组织部"', 1),
        encoding="utf-8",
    )
    assert len(assemble(settings(config)).note_config()) == 1
    journal = Journalbook(open_database(settings(config).storage.database))
    taken = [
        entry.why for entry in journal.entries() if entry.what == "config_taken"
    ]
    assert taken[0] == ""
    assert taken[1].startswith("campaign.department：")
    assert len(taken) == 2
