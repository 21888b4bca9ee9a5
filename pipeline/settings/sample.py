"""Where the sample config lies that names every key: in the installed package, or in the
repository when the program runs from there."""

from pathlib import Path

NAME = "config.example.toml"


def sample_config() -> Path:
    package = Path(__file__).resolve().parents[1]
    installed = package / "_data" / NAME
    return installed if installed.exists() else package.parent / NAME
