"""A made-up scanner: what comes out when real sheets are printed, signed, and put on a copier.

All of it follows from the seeds, so that a stack can be scanned again to the byte.
"""

import math
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from random import Random
from typing import NamedTuple

import pypdfium2
import segno
from PIL import Image, ImageChops, ImageDraw, ImageFilter

GENTLE, USUAL, ROUGH = "gentle", "usual", "rough"
TWICE, HIDDEN, FOREIGN, BLANK = "twice", "hidden", "foreign", "blank"  # what may be odd about a page
MILLIMETRE = 1 / 25.4  # inches
EVEN_NOISE = 74  # the deviation of bytes taken by chance


class Paper(NamedTuple):
    """A sheet of paper on the scanner: a page of the printed PDF, from 0, and how it is scanned."""

    page: int
    seed: int
    dpi: int = 150
    turn: int = 0
    roughness: str = USUAL
    oddity: str = ""


def stack_of(pages: Sequence[int], seed: int) -> list[Paper]:
    """Printed pages as they come back: in any order, each way up, at 150 or 200 dpi, half of them bad copies.

    The last page is missing, the first lies there twice, the code of the second is covered, and in between
    are a page with somebody else's code and a blank one.
    """
    chance = Random(seed)  # noqa: S311 - nothing secret
    wanted = [(page, HIDDEN if at == 1 else "") for at, page in enumerate(pages[:-1])]
    wanted += [(pages[0], oddity) for oddity in (TWICE, FOREIGN, BLANK)]
    chance.shuffle(wanted)
    return [
        Paper(
            page,
            chance.randrange(2**32),
            chance.choice((150, 200)),
            chance.choice((0, 90, 180, 270)),
            chance.choice((USUAL, ROUGH)),
            oddity,
        )
        for page, oddity in wanted
    ]


def scan_of(printed: str | Path, paper: Paper) -> bytes:
    """The JPEG that the scanner makes of it."""
    with pypdfium2.PdfDocument(printed) as document:
        image = _grey(document[paper.page], paper.dpi)
    if paper.oddity == BLANK:
        image.paste(255, (0, 0, *image.size))
    elif paper.oddity in (HIDDEN, FOREIGN):
        image.paste(255, (image.width * 2 // 3, 0, image.width, image.height // 6))
    if paper.oddity == FOREIGN:
        _stick(image, "https://example.com/invoice/2026-1122", paper.dpi)
    chance = Random(paper.seed)  # noqa: S311
    return as_jpeg(scanned(image, chance, paper.roughness, paper.turn), paper.dpi)


def pages_of(pdf: bytes, dpi: int = 150) -> list[Image.Image]:
    """The pages of a PDF as a grey scan."""
    return [_grey(page, dpi) for page in pypdfium2.PdfDocument(pdf)]


def _grey(page: pypdfium2.PdfPage, dpi: int) -> Image.Image:
    return page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")


def scanned(page: Image.Image, chance: Random, roughness: str = USUAL, turn: int = 0) -> Image.Image:
    """The page as it comes back: signed, a bit askew, blurred, noisy, dusty, darker at one side, turned."""
    image = page.copy()
    _sign(image, chance)
    if roughness != GENTLE:
        image = image.rotate(chance.uniform(-2.5, 2.5), fillcolor=250, resample=Image.Resampling.BICUBIC)
        image = image.filter(
            ImageFilter.GaussianBlur(chance.uniform(0.3, 1.1 if roughness == ROUGH else 0.7))
        )
        image = _noisy(image, chance, 30 if roughness == ROUGH else 14)
        _soil(image, chance, 300 if roughness == ROUGH else 60)
        image = _uneven(image)
    return image.rotate(-turn, expand=True) if turn else image


def _sign(image: Image.Image, chance: Random) -> None:
    pen, width, height = ImageDraw.Draw(image), image.width, image.height
    x, y = width * 0.6, height * 0.72
    line = [(x + step * 6, y + 18 * math.sin(step / 2 + chance.random())) for step in range(24)]
    pen.line(line, fill=40, width=3)


def _noisy(image: Image.Image, chance: Random, strength: int) -> Image.Image:
    size = (image.width // 2, image.height // 2)
    grain = Image.frombytes("L", size, chance.randbytes(size[0] * size[1]))
    grain = grain.point(lambda value: 128 + (value - 128) * strength // EVEN_NOISE).resize(image.size)
    return ImageChops.add(image, grain, scale=1, offset=-128)


def _soil(image: Image.Image, chance: Random, specks: int) -> None:
    """Dust on the glass, dark and light."""
    brush = ImageDraw.Draw(image)
    for _ in range(specks):
        x, y, size = chance.randrange(image.width), chance.randrange(image.height), chance.uniform(0.5, 2)
        brush.ellipse((x - size, y - size, x + size, y + size), fill=chance.choice((30, 90, 250)))


def _uneven(image: Image.Image) -> Image.Image:
    shade = (
        Image.linear_gradient("L").rotate(90).resize(image.size).point(lambda value: 200 + value * 55 // 255)
    )
    return ImageChops.multiply(image, shade)


def _stick(image: Image.Image, text: str, dpi: int) -> None:
    """A code of somebody else's where ours stands."""
    drawn = BytesIO()
    segno.make(text, error="q").save(drawn, kind="png", scale=4)
    side = round(25 * MILLIMETRE * dpi)
    label = Image.open(drawn).convert("L").resize((side, side))
    image.paste(label, (image.width - side - side // 2, side // 2))


def as_jpeg(image: Image.Image, dpi: int = 150) -> bytes:
    into = BytesIO()
    image.save(into, "JPEG", quality=60, dpi=(dpi, dpi))
    return into.getvalue()


def as_pdf(images: Sequence[Image.Image], dpi: int = 150) -> bytes:
    return bound([as_jpeg(image, dpi) for image in images])


def bound(jpegs: Iterable[bytes]) -> bytes:
    """One PDF with an image a page, as copiers make it; each page as large as its image says."""
    made = pypdfium2.PdfDocument.new()
    for jpeg in jpegs:
        with Image.open(BytesIO(jpeg)) as image:
            width, height = (side * 72 / image.info["dpi"][0] for side in image.size)
        picture = pypdfium2.PdfImage.new(made)
        picture.load_jpeg(BytesIO(jpeg), inline=True)
        picture.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
        page = made.new_page(width, height)
        page.insert_obj(picture)
        page.gen_content()
        page.close()
    into = BytesIO()
    made.save(into)
    return into.getvalue()
