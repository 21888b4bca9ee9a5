"""Measures the reading of scans: made forms with known figures through every weather; accepted, held, wrong, time, memory.

python scripts/bench/scans.py [FORMS] [WEATHER...]     FORMS x 6 pages; needs the [ocr] extra and LibreOffice
"""

import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
sys.path[:0] = [
    str(ROOT),
    *(str(TESTS / name) for name in (".", "support", "ocr")),
]

import numpy as np  # noqa: E402
import scan_makers as makers  # noqa: E402
from form_makers import SPEC as PLAIN  # noqa: E402

from pipeline.model.form import FileReading, Hold  # noqa: E402
from pipeline.model.trouble import Trouble, TroubleCode  # noqa: E402
from pipeline.reading.files.sniff import sniff  # noqa: E402
from pipeline.reading.formats.scan.scan_reader import read_scan  # noqa: E402

SPEC = replace(PLAIN, unit_names=makers.UNITS)
UNREAD = Trouble(TroubleCode.SCAN_UNREAD, "未能识别。")


def verdict(reading: FileReading, truth: makers.Filled) -> str:
    """accepted, held, unread, or what is wrong in an accepted form."""
    if not reading.forms:
        return "unread"
    form = reading.forms[0]
    if Hold.SCAN_UNCERTAIN in form.figure.holds or form.figure.holds:
        return "held"
    days = {(m.month, m.day) for m in form.mentions}
    if form.figure.completed != truth.figure:
        return "WRONG figure"
    if days != {(truth.month, truth.day)}:
        return "wrong date"
    return (
        "accepted"
        if form.unit_text.startswith(truth.unit)
        else "accepted, unit not matched"
    )


def main() -> None:
    """Print one line for each weather, and the cases that were not plainly accepted."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    weathers = sys.argv[2:] or list(makers.WEATHER)
    truths = makers.forms(count)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        makers.write_forms(truths, work / "forms.docx")
        pdf = makers.printed(work / "forms.docx", work)
        for weather in weathers:
            run(weather, pdf, truths)
    print(
        "peak RSS MB",
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000,
    )


def run(weather: str, pdf: Path, truths: list[makers.Filled]) -> None:
    dpi, spoil = makers.WEATHER[weather]
    chance = np.random.default_rng(7)
    seen: Counter[str] = Counter()
    times = []
    for page, truth in zip(makers.pages(pdf, dpi), truths, strict=True):
        content = spoil(page, chance)
        begun = time.perf_counter()
        reading = read_scan("scan", content, sniff(content), SPEC, UNREAD)
        times.append(time.perf_counter() - begun)
        said = verdict(reading, truth)
        seen[said] += 1
        if said != "accepted":
            figure = (
                reading.forms[0].figure if reading.forms else reading.trouble
            )
            print(f"  {weather}: {said}: {truth} read as {figure}", flush=True)
    print(
        f"{weather}: {dict(seen)}, median {1000 * sorted(times)[len(times) // 2]:.0f} ms a page",
        flush=True,
    )


if __name__ == "__main__":
    main()
