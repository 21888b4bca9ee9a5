"""Where the files lie that go with the program: the sample config that names every key,
and what services are made from. In the installed package, or in the repository when the
program runs from there."""

from pathlib import Path

NAME = "config.example.toml"


def shipped(*place: str) -> Path:
    """A file or folder that goes with the program, by its place in the repository."""
    package = Path(__file__).resolve().parents[2]
    installed = package.joinpath("_data", *place)
    if installed.exists():
        return installed
    return package.parent.joinpath(*place)


def sample_config() -> Path:
    return shipped(NAME)


def examples() -> Path:
    """The folder of the example campaigns."""
    return shipped("examples")


def is_untouched_sample(config: Path) -> bool:
    """Whether a config is the shipped sample, byte for byte: nothing of an office's own
    is lost with it."""
    try:
        return config.read_bytes() == sample_config().read_bytes()
    except OSError:
        return False
