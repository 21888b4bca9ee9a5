"""Lines of print on a picture, and what they say: the one place that knows the OCR
engine (RapidOCR, offline).

The models come in the package's wheel; nothing is ever fetched. Every character comes
with the engine's confidence.
"""

import logging
import math
from functools import lru_cache
from typing import Any

import cv2
import numpy as np

from pipeline.model.values.frozen import frozen
from pipeline.reading.formats.scan.scan_pictures import Picture
from pipeline.reading.formats.scan.sheet import Box

# More only wait for each other on an office computer
THREADS = 2
# So much higher than wide: a line that runs downwards
_TALL = 1.6
# Pixels: no character can be told in less
_SMALLEST = 6
# Pixels: the longer side of the picture on which lines are looked for
_DETECTED = 1400


@frozen
class Said:
    """A line's text, and the confidence of each of its characters (0 to 1)."""

    text: str
    sure: tuple[float, ...]

    @property
    def mean(self) -> float:
        if self.sure:
            return sum(self.sure) / len(self.sure)
        return 0.0


@lru_cache(maxsize=1)
def _engine() -> Any:
    # The engine logs each model that it loads; stderr of the child is for faults.
    logging.disable(logging.INFO)
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.return_word_box": True,
            "Global.max_side_len": 2600,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


@frozen
class Line:
    """Where a line of text stands: an upright box, and how it slopes there (degrees,
    rising to the right positive)."""

    box: Box
    slope: float = 0.0


def detect(picture: Picture) -> list[Line]:
    """The lines of text on a picture; looked for on a smaller one, which shows them as
    well and takes half the time."""
    shrink = min(_DETECTED / max(picture.shape[:2]), 1.0)
    small = cv2.resize(
        picture,
        None,
        fx=shrink,
        fy=shrink,
        interpolation=cv2.INTER_AREA,
    )
    found = _engine()(
        small,
        use_det=True,
        use_cls=False,
        use_rec=False,
    )
    if getattr(found, "boxes", None) is None:
        return []
    lines = []
    for corners in np.asarray(found.boxes, float) / shrink:
        line = _line(corners)
        if min(line.box.width, line.box.height) >= _SMALLEST:
            lines.append(line)
    return lines


def _line(corners: Any) -> Line:
    left, top = map(float, corners.min(0))
    right, bottom = map(float, corners.max(0))
    # The first two corners are the ends of the upper edge; y grows downwards.
    across, down = corners[1] - corners[0]
    slope = math.degrees(math.atan2(-down, across))
    return Line(Box(left, top, right, bottom), slope)


def is_tall(box: Box) -> bool:
    """A line that runs downwards, or lies on its side."""
    return box.height > _TALL * box.width


def recognise(pictures: list[Picture]) -> list[Said]:
    """What each picture of one line says. A tall one is read lying on its side, as the
    engine learnt vertical print."""
    if not pictures:
        return []
    read = _engine().recognize_txt([_lying(p) for p in pictures])
    found = []
    for text, info in zip(read.txts, read.word_results, strict=True):
        found.append(_said(text, info))
    return found


def _lying(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    if picture.ndim == 2:
        picture = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
    if height > _TALL * width:
        return cv2.rotate(picture, cv2.ROTATE_90_COUNTERCLOCKWISE)
    return picture


def _said(text: str, info: Any) -> Said:
    """The text with as many confidences as characters: one that the engine left out
    counts as none, so that it can settle nothing."""
    sure = tuple(map(float, getattr(info, "confs", ())))
    missing = (0.0,) * (len(text) - len(sure))
    return Said(text, sure[: len(text)] + missing)
