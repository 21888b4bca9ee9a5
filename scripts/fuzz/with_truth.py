"""Forms whose figure is known, written by independent programs and decorated with what sets a figure in doubt or hides a part of it:
each must be read right or held.

    python3 scripts/fuzz/with_truth.py --forms 20000            seeded: the same again gives the same forms
    python3 scripts/fuzz/with_truth.py --forms 200 --keep DIR   keeps the files that are read wrongly

Prints what was read wrongly, then counts by format and, for those without any doubt, how many were held all the same. Exit status 1
where a wrong figure was accepted.
"""

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import _environment

from fuzz.form_writers import TEXT_WRITER, WRITERS, Writer
from fuzz.true_forms import TrueForm, true_form

if TYPE_CHECKING:
    from pipeline.model.form import FormSpec


@dataclass(frozen=True)
class Made:
    """A form, the file that holds it, and its name."""

    name: str
    form: TrueForm
    content: bytes


def drawn(
    seed: int, writers: tuple[Writer, ...] = WRITERS
) -> tuple[TrueForm, Writer]:
    """The form of a seed, and who is to write it."""
    rng = Random(seed)
    writer: Writer = rng.choice((*writers, TEXT_WRITER))
    form = _form(rng, writer)
    while writer is TEXT_WRITER and form.layout != "in lines":
        form = _form(rng, writer)
    return form, writer


def made(seed: int, writers: tuple[Writer, ...] = WRITERS) -> Made:
    """The form of a seed, written."""
    form, writer = drawn(seed, writers)
    return Made(f"{seed}.{writer.ending}", form, writer.write(form))


def _form(rng: Random, writer: Writer) -> TrueForm:
    return true_form(
        rng, writer.looks, writer.sheet, writer.lines, writer.cells
    )


def accepted(one: Made) -> int | None:
    """The figure that the reader accepts by itself; None where it holds, or reads no form."""
    from pipeline.reading.files.read_file import read_file

    readings = read_file(one.name, one.content, _looked_for())
    forms = [form for reading in readings for form in reading.forms]
    if not forms or forms[0].figure.holds:
        return None
    return forms[0].figure.completed


@cache
def _looked_for() -> "FormSpec":
    from pipeline.settings import load

    return load(_environment.ROOT / "config.example.toml").form_spec


def is_wrong(one: Made, answer: int | None) -> bool:
    return answer is not None and answer != one.form.figure


def main() -> int:
    _environment.enter(("demo",), dev=True)
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n", 1)[0] if __doc__ else ""
    )
    parser.add_argument("--forms", type=int, default=300)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument(
        "--keep", type=Path, help="where wrongly read files are put"
    )
    parser.add_argument(
        "--programs",
        action="store_true",
        help="LibreOffice and Node too, where they are",
    )
    asked = parser.parse_args()
    writers = WRITERS
    if asked.programs:
        from fuzz.program_writers import program_writers

        writers = (*WRITERS, *program_writers())
    counts: Counter[str] = Counter()
    for seed in range(asked.first, asked.first + asked.forms):
        one = made(seed, writers)
        answer = accepted(one)
        counts["forms"] += 1
        if is_wrong(one, answer):
            counts["wrong"] += 1
            print(
                f"WRONG {one.name}: {answer}, should be {one.form.figure}: {one.form.runs} {one.form.said}"
            )
            if asked.keep:
                asked.keep.mkdir(parents=True, exist_ok=True)
                (asked.keep / one.name).write_bytes(one.content)
        elif answer is None and one.form.clear:
            counts["held without need"] += 1
            print(f"held {one.name}: {one.form.runs} {one.form.said}")
        elif answer is None:
            counts["held"] += 1
        else:
            counts["right"] += 1
    print(
        "  ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    )
    return int(counts["wrong"] > 0)


if __name__ == "__main__":
    raise SystemExit(main())
