"""Where the files lie that go with the program: the sample config that names every key,
and what services are made from. In the installed package, or in the repository when the
program runs from there."""

from pathlib import Path

NAME = "config.example.toml"


def sample_config() -> Path:
    package = Path(__file__).resolve().parents[2]
    installed = package / "_data" / NAME
    return installed if installed.exists() else package.parent / NAME


def shipped(name: str) -> Path:
    """A file of deploy/."""
    package = Path(__file__).resolve().parents[2]
    installed = package / "_data" / "deploy" / name
    if installed.exists():
        return installed
    return package.parent / "deploy" / name


def examples() -> Path:
    """The folder of the example campaigns."""
    package = Path(__file__).resolve().parents[2]
    installed = package / "_data" / "examples"
    if installed.exists():
        return installed
    return package.parent / "examples"


def is_untouched_sample(config: Path) -> bool:
    """Whether a config is the shipped sample, byte for byte: nothing of an office's own
    is lost with it."""
    try:
        return config.read_bytes() == sample_config().read_bytes()
    except OSError:
        return False
