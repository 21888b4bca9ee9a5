"""A picture file, or a PDF without text, to the pictures of its pages: BGR arrays,
upright as the camera noted.

Trusts nothing: a picture's size is looked at before it is decoded, and a large photo is
decoded small. Needs the [ocr] extra; imported only when a picture is at hand.
"""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.limits import UnreadableError

# Numpy uint8, height x width x 3, blue, green, red
Picture = Any

# Each takes seconds
PAGES_LIMIT = 6
# Of one picture, at three bytes each: 360 MB
_PIXELS_LIMIT = 120_000_000
# Pixels: more shows no more of a printed page
_LONGEST = 2600
# Pixels of the shorter side: a logo is smaller
_SMALLEST = 200


def pages_of(content: bytes, kind: str) -> list[Picture]:
    """The pages, at most PAGES_LIMIT. Raises UnreadableError: CORRUPT, TOO_BIG, ENCRYPTED."""
    if kind == "pdf":
        pages = _pdf_pages(content)
    else:
        pages = _picture_pages(content, kind)
    found = []
    for page in pages:
        if min(page.shape[:2]) >= _SMALLEST:
            found.append(page)
    return found


def _picture_pages(content: bytes, kind: str) -> list[Picture]:
    if kind == "heic":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > _PIXELS_LIMIT:
                raise UnreadableError(
                    TroubleCode.TOO_BIG,
                    f"{image.width} x {image.height} pixels",
                )
            image.draft("RGB", (_LONGEST, _LONGEST))
            found = []
            for frame in _frames(image, kind):
                found.append(_array(frame))
            return found
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        SyntaxError,
        ValueError,
    ) as error:
        raise UnreadableError(
            TroubleCode.CORRUPT, f"{type(error).__name__}: {error}"[:300]
        ) from error


def _frames(image: Any, kind: str) -> Iterator[Any]:
    """The pages of a TIFF; of a moving picture the first."""
    if kind == "tiff":
        pages = PAGES_LIMIT
    else:
        pages = 1
    for frame, _ in zip(
        ImageSequence.Iterator(image), range(pages), strict=False
    ):
        if frame.width * frame.height > _PIXELS_LIMIT:
            raise UnreadableError(
                TroubleCode.TOO_BIG, f"{frame.width} x {frame.height} pixels"
            )
        yield frame


def _array(frame: Any) -> Picture:
    upright = ImageOps.exif_transpose(frame)
    upright.thumbnail((_LONGEST, _LONGEST))
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layered = upright.convert("RGBA")
        upright = Image.new("RGBA", layered.size, "white")
        upright.alpha_composite(layered)
    return np.ascontiguousarray(np.asarray(upright.convert("RGB"))[:, :, ::-1])


def _pdf_pages(content: bytes) -> list[Picture]:
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            code = TroubleCode.ENCRYPTED
        else:
            code = TroubleCode.CORRUPT
        raise UnreadableError(code, str(error)) from error
    try:
        found = []
        for index in range(min(len(document), PAGES_LIMIT)):
            found.append(_rendered(document[index]))
        return found
    except pdfium.PdfiumError as error:
        raise UnreadableError(TroubleCode.CORRUPT, str(error)) from error
    finally:
        document.close()


def _rendered(page: Any) -> Picture:
    width, height = page.get_size()
    scale = min(_LONGEST / max(width, height, 1.0), 4.0)
    array = page.render(scale=scale, rev_byteorder=False).to_numpy()
    if array.ndim == 2 or array.shape[2] == 1:
        array = np.repeat(array.reshape(*array.shape[:2], 1), 3, axis=2)
    return np.ascontiguousarray(array[:, :, :3])
