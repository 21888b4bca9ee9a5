"""What a start may not import: each of these takes longer to load than the question takes to answer."""

from inspect import getsource
from pathlib import Path

from campaign_maker import made
from pydantic.plugin import _loader
from starting import HELP_NEEDS_NONE, STATUS_NEEDS_NONE, told_and_imported

from pipeline.__main__ import PLUGINS
from pipeline.bootstrap import assemble
from pipeline.edges.processes import child
from pipeline.settings import load


def test_help_imports_nothing_that_a_command_needs() -> None:
    told, imported = told_and_imported("--help")
    assert "status" in told
    assert imported & set(HELP_NEEDS_NONE) == set()


def test_status_of_no_ledger_imports_no_database(tmp_path: Path) -> None:
    config = made(tmp_path)
    told, imported = told_and_imported("status", "--config", str(config))
    assert "没有查过收件箱" in told
    assert imported & set(STATUS_NEEDS_NONE) == set()
    assert not (tmp_path / "storage" / "ledger.db").exists()


def test_status_of_a_ledger_without_a_row_imports_no_database(
    tmp_path: Path,
) -> None:
    config = made(tmp_path)
    program = assemble(load(config))
    assert program.store.ledger().messages == ()
    program.close()
    told, imported = told_and_imported("status", "--config", str(config))
    assert "没有查过收件箱" in told
    assert imported & set(STATUS_NEEDS_NONE) == set()


def test_status_of_a_ledger_with_a_row_opens_it(tmp_path: Path) -> None:
    """The names are those that a process which does need them holds."""
    config = made(tmp_path)
    program = assemble(load(config))
    program.store.record_poll(program.clock.now(), whole=True)
    program.close()
    told, imported = told_and_imported("status", "--config", str(config))
    assert "没有查过收件箱" not in told
    assert {"sqlalchemy", "sqlmodel", "pipeline.flows"} <= imported


def test_pydantic_knows_what_it_is_told_and_a_child_is_told_it() -> None:
    """A name that is not pydantic's would be passed over in silence, and cost each start
    a look through all installed packages."""
    assert f"'{PLUGINS}'" in getsource(_loader)
    assert PLUGINS in child._ENVIRONMENT
