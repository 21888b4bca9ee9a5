"""The table of kinds holds together: every name once, every reader there, a sentence for
every kind that nobody reads."""

from importlib import import_module

import pytest

from pipeline.model.form import SCAN_KINDS
from pipeline.reading.files.kinds import KINDS, Kind, Nature

READ = [k for k in KINDS if k.nature not in (Nature.REFUSED, Nature.SCAN)]


def test_every_kind_stands_once() -> None:
    names = [kind.name for kind in KINDS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("kind", READ, ids=lambda k: k.name)
def test_the_reader_of_a_kind_is_there(kind: Kind) -> None:
    module, _, function = kind.reader.partition(":")
    assert callable(
        getattr(import_module(f"pipeline.reading.{module}"), function)
    )


@pytest.mark.parametrize(
    "kind", [k for k in KINDS if k not in READ], ids=lambda k: k.name
)
def test_who_sends_what_nobody_reads_is_told_the_way_out(kind: Kind) -> None:
    assert not kind.reader
    assert kind.sentence().startswith(("文件", "这种文件"))
    assert "发送" in kind.sentence()


def test_judging_knows_the_same_kinds_for_scans() -> None:
    """Judging ranks a scan behind a form that was typed, and may not look into this room."""
    scans = {kind.name for kind in KINDS if kind.nature is Nature.SCAN}
    assert scans | {"scan"} == SCAN_KINDS
