"""One warm program for all tests of a run, whichever worker they run in: a pytest plugin (see warm_program).

The process that was started as pytest makes the folder, and tells it to its workers with its own id. The server ends with that
process, be it killed.
"""

import os
import shutil
import tempfile
from typing import Any

import pytest

from warm.program import Run, share

_TOLD = "warm_program"


def pytest_configure(config: pytest.Config) -> None:
    told = getattr(config, "workerinput", {}).get(_TOLD)
    config.stash[_RUN] = run = Run(*told) if told else _made(config)
    share(run)


def _made(config: pytest.Config) -> Run:
    folder = tempfile.mkdtemp(prefix="xw")
    config.add_cleanup(lambda: shutil.rmtree(folder))
    return Run(folder, os.getpid())


_RUN = pytest.StashKey[Run]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """xdist asks it of the process that starts the workers."""
    node.workerinput[_TOLD] = tuple(node.config.stash[_RUN])
