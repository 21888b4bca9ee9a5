"""Folders that many tests of a module begin with, made once and copied: what a test does to its own touches no other."""

import shutil
import tempfile
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path

import pytest

# Fills a folder
Make = Callable[[Path], object]


class MadeFolders:
    """By what was asked of them."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._made: dict[Hashable, Path] = {}

    def copied(self, folder: Path, key: Hashable, make: Make) -> None:
        """Fills `folder` as `make` does, which is done once for each key. Whatever it leaves open must write no more."""
        if key not in self._made:
            template = Path(tempfile.mkdtemp(dir=self._place))
            make(template)
            self._made[key] = template
        shutil.copytree(self._made[key], folder, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def made_folders(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[MadeFolders]:
    yield MadeFolders(tmp_path_factory.mktemp("made"))
