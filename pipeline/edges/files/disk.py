"""The disk under the storage folder: how much room is left on it."""

import shutil
from pathlib import Path


def free_bytes(directory: Path) -> int:
    """Room left for an ordinary user, in bytes. The folder must exist."""
    return shutil.disk_usage(directory).free
