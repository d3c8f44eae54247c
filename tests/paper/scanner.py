"""A made-up scanner: what comes out when real sheets are printed, signed, and put on a copier."""

import math
import random
from io import BytesIO

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter

GENTLE, USUAL, ROUGH = "gentle", "usual", "rough"


def pages_of(pdf: bytes, dpi: int = 150) -> list[Image.Image]:
    """The pages of a PDF as a grey scan."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L") for page in document]


def scanned(page: Image.Image, chance: random.Random, roughness: str = USUAL, turn: int = 0) -> Image.Image:
    """The page as it comes back: a signature, a little askew, blurred, noisy, darker at one side, turned."""
    image = page.copy()
    _sign(image, chance)
    if roughness != GENTLE:
        image = image.rotate(chance.uniform(-2.5, 2.5), fillcolor=250, resample=Image.Resampling.BICUBIC)
        image = image.filter(
            ImageFilter.GaussianBlur(chance.uniform(0.3, 1.1 if roughness == ROUGH else 0.7))
        )
        image = _noisy(image, chance, 30 if roughness == ROUGH else 14)
        image = _uneven(image)
    return image.rotate(-turn, expand=True) if turn else image


def _sign(image: Image.Image, chance: random.Random) -> None:
    pen, width, height = ImageDraw.Draw(image), image.width, image.height
    x, y = width * 0.6, height * 0.72
    line = [(x + step * 6, y + 18 * math.sin(step / 2 + chance.random())) for step in range(24)]
    pen.line(line, fill=40, width=3)


def _noisy(image: Image.Image, chance: random.Random, strength: int) -> Image.Image:
    grain = Image.effect_noise((image.width // 2, image.height // 2), strength).resize(image.size)
    return ImageChops.add(image, grain, scale=1, offset=-128)


def _uneven(image: Image.Image) -> Image.Image:
    shade = (
        Image.linear_gradient("L").rotate(90).resize(image.size).point(lambda value: 200 + value * 55 // 255)
    )
    return ImageChops.multiply(image, shade)


def as_pdf(images: list[Image.Image], dpi: int = 150) -> bytes:
    into = BytesIO()
    images[0].save(into, "PDF", save_all=True, append_images=images[1:], resolution=dpi, quality=60)
    return into.getvalue()


def as_jpeg(image: Image.Image, dpi: int = 150) -> bytes:
    into = BytesIO()
    image.save(into, "JPEG", quality=60, dpi=(dpi, dpi))
    return into.getvalue()
