"""Python's collector as the program sets it for itself, so that a bench measures what a worker does."""

import gc


def as_in_the_program() -> None:
    """Floors gain by it too."""
    from pipeline.__main__ import SELDOM

    gc.set_threshold(*SELDOM)
