"""Reading the QR codes of a scanned page, as bad as scans are."""

from collections.abc import Callable
from typing import Any, NamedTuple


class Seen(NamedTuple):
    """What one page shows: the texts of its QR codes, and by how many degrees to turn it upright."""

    texts: tuple[str, ...]
    turn: int


def seen(image: Any) -> Seen:
    """Four tries, each slower: as it is, softened, enlarged, in black and white (facts: 3)."""
    for prepared in _TRIES:
        codes = _read(prepared(image))
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


def _softened(image: Any) -> Any:
    from PIL import ImageFilter

    return image.filter(ImageFilter.GaussianBlur(1.2))


def _enlarged(image: Any) -> Any:
    from PIL import Image, ImageFilter

    clean = image.filter(ImageFilter.MedianFilter(3))
    return clean.resize((image.width * 2, image.height * 2), Image.Resampling.BICUBIC)


def _black_and_white(image: Any) -> Any:
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
    return soft.point(lambda value: 255 if value > threshold else 0)


_TRIES: tuple[Callable[[Any], Any], ...] = (lambda image: image, _softened, _enlarged, _black_and_white)
