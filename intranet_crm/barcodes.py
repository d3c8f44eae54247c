"""Reading the QR codes of a scanned page, as bad as scans are."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

CORNER = 0.36  # of the page's shorter side: 76 mm of A4, where our code stands whichever way up it lies
ENLARGED = 1300  # pixels of a corner's side: some 14 for each square of the code


class Seen(NamedTuple):
    """What one page shows: the texts of its QR codes, and by how many degrees to turn it upright."""

    texts: tuple[str, ...]
    turn: int


def seen(image: Any) -> Seen:
    """Several tries until one shows something: the page, its corners enlarged, softened (facts: 3)."""
    for prepared in _TRIES:
        codes = list(chain.from_iterable(_read(part) for part in prepared(image)))
        if codes:
            turn = _upright(codes[0].orientation)
            return Seen(tuple(dict.fromkeys(code.text for code in codes)), turn)
    return Seen((), 0)


def _read(image: Any) -> list[Any]:
    import zxingcpp

    return zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)


def _upright(orientation: int) -> int:
    """The turn, clockwise in quarters, that undoes how the code lies."""
    return -round(orientation / 90) * 90 % 360


def _corners(image: Any) -> Iterator[Any]:
    width, height = image.size
    side = round(min(image.size) * CORNER)
    for left in (width - side, 0):
        for top in (0, height - side):
            yield image.crop((left, top, left + side, top + side))


def _enlarged(image: Any) -> Any:
    from PIL import Image

    return image.resize((ENLARGED, ENLARGED), Image.Resampling.BICUBIC)


def _soft_corners(radius: float) -> Callable[[Any], Iterator[Any]]:
    """Without noise and with smooth edges: of ten codes that the page does not show, nine. ``radius`` is in
    pixels of the enlarged corner."""

    def corners(image: Any) -> Iterator[Any]:
        from PIL import ImageFilter

        for corner in _corners(image):
            yield _enlarged(corner.filter(ImageFilter.GaussianBlur(radius * corner.width / ENLARGED)))

    return corners


def _sharp_corners(image: Any) -> Iterator[Any]:
    """For a faint code, which softening blots out; specks are removed."""
    from PIL import ImageFilter

    for corner in _corners(image):
        yield _enlarged(corner)
        yield _enlarged(corner.filter(ImageFilter.MedianFilter(3)))


def _softened(image: Any) -> Iterator[Any]:
    from PIL import ImageFilter

    yield image.filter(ImageFilter.GaussianBlur(1.2))


def _black_and_white(image: Any) -> Iterator[Any]:
    """By Otsu's threshold: the one that separates dark from light best."""
    from PIL import ImageFilter

    soft = image.filter(ImageFilter.GaussianBlur(0.8))
    histogram = soft.histogram()
    total, whole = sum(histogram), sum(value * n for value, n in enumerate(histogram))
    best, threshold, below, mass = -1.0, 128, 0, 0
    for value, n in enumerate(histogram):
        below, mass = below + n, mass + value * n
        if 0 < below < total:
            apart = below * (total - below) * (mass / below - (whole - mass) / (total - below)) ** 2
            if apart > best:
                best, threshold = apart, value
    yield soft.point(lambda value: 255 if value > threshold else 0)


_TRIES: tuple[Callable[[Any], Iterable[Any]], ...] = (
    lambda image: [image],
    _soft_corners(4),
    _soft_corners(6.5),
    _sharp_corners,
    _softened,
    _black_and_white,
)
