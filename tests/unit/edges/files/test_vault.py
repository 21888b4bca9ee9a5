"""The vault keeps bytes by their hash, once, read-only, and notices damage."""

import os
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.edges.files.vault import Vault
from pipeline.model.operation.errors import Damaged, EdgeError

RAW = b"From: zxb@example.cn\r\nSubject: \xd1\xae\xb1\xa8\r\n\r\n1234\r\n"


def damage(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)


@given(st.binary(max_size=2000))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_was_kept_comes_back_under_its_hash(
    tmp_path: Path, raw: bytes
) -> None:
    vault = Vault(tmp_path / "raw")
    key = vault.keep(raw)
    assert key == sha256(raw).hexdigest()
    assert vault.open(key) == raw


def test_the_file_stands_under_two_digits_and_the_rest(tmp_path: Path) -> None:
    key = Vault(tmp_path).keep(RAW)
    assert (tmp_path / key[:2] / key[2:]).read_bytes() == RAW


def test_keeping_twice_is_keeping_once(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    first = vault.path(vault.keep(RAW)).stat()
    second = vault.path(vault.keep(RAW)).stat()
    assert (first.st_ino, first.st_mtime_ns) == (
        second.st_ino,
        second.st_mtime_ns,
    )
    assert sum(p.is_file() for p in tmp_path.rglob("*")) == 1


def test_a_kept_file_is_read_only(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    assert not vault.path(vault.keep(RAW)).stat().st_mode & 0o222


@pytest.mark.parametrize(
    "content", [b"", RAW[:-1], RAW + b"x", RAW.replace(b"1234", b"9234")]
)
def test_damage_is_noticed_on_reading_and_mended_by_keeping(
    tmp_path: Path, content: bytes
) -> None:
    vault = Vault(tmp_path)
    key = vault.keep(RAW)
    damage(vault.path(key), content)
    with pytest.raises(Damaged) as caught:
        vault.open(key)
    assert caught.value.cause == "raw_damaged"
    assert vault.keep(RAW) == key
    assert vault.open(key) == RAW


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    key = sha256(b"never kept").hexdigest()
    with pytest.raises(Damaged) as caught:
        vault.open(key)
    assert caught.value.cause == "raw_missing"
    assert str(vault.path(key)) in caught.value.advice


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"]
)
def test_only_a_hash_is_a_key(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        Vault(tmp_path).path(key)


def test_the_sweep_removes_leftovers_and_nothing_kept(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    key = vault.keep(RAW)
    (tmp_path / "incoming" / "half").write_bytes(RAW[:10])
    assert vault.sweep() == 1
    assert vault.sweep() == 0
    assert vault.open(key) == RAW


def test_a_place_that_cannot_be_written_is_an_edge_error(
    tmp_path: Path,
) -> None:
    occupied = tmp_path / "raw"
    occupied.write_bytes(b"a file where the directory should be")
    with pytest.raises(EdgeError) as caught:
        Vault(occupied)
    assert caught.value.cause == "storage"


def test_a_failed_write_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault(tmp_path)

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full_disk)
        with pytest.raises(EdgeError):
            vault.keep(RAW)
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]
    assert vault.open(vault.keep(RAW)) == RAW
