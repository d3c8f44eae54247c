"""Pages of PDFs and images: counting them, reading their codes, drawing and joining them.

With `barcodes` the only importer of PDFium, Pillow and zxing. All of it happens in child processes, for
the files come from outside: a hostile one may hang or burst, and costs one child. Files are named by path.
"""

import logging
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from intranet_crm import barcodes
from intranet_crm.barcodes import Seen
from intranet_crm.children import ChildDied, Children
from intranet_crm.errors import DomainError

log = logging.getLogger(__name__)

MOST_PAGES = 1000  # in one file
MOST_PIXELS = 60_000_000  # of one image: A3 at 600 dpi has 35 million
LONGEST_SIDE = 5000  # points; A0 has 3370
READ_AT = 200  # dpi
SECONDS = 60
MILLIMETRE = 72 / 25.4


class UnfitPages(DomainError):
    """A file whose pages cannot be used; the sentence says why and what to do."""


class Part(NamedTuple):
    """One page of a file, from 0, to be turned clockwise by so many degrees."""

    path: str
    page: int
    turn: int = 0


class Spot(NamedTuple):
    """Where a text stands: page from 0, and its box in points from the lower left corner."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


class Sheet(NamedTuple):
    """A whole PDF, every page of which is marked with a page of the overlay."""

    path: str
    overlay_page: int


def count(path: Path) -> int:
    """How many pages the file has; raises UnfitPages for one that is broken or locked."""
    return _ask("_count", str(path))


def judged(path: Path) -> int:
    """As ``count``, of a file from outside: one with scripts or other files inside is unfit, too."""
    return _ask("_judged", str(path))


def codes(path: Path, first: int, number: int) -> list[Seen]:
    """What the pages from ``first`` on show, ``number`` at most."""
    return _ask("_codes", str(path), first, number)


def picture(path: Path, page: int, turn: int, width: int) -> bytes:
    """The page as a JPEG of that width in pixels."""
    return _ask("_picture", str(path), page, turn, width)


def spots(path: Path, text: str) -> list[Spot]:
    """Where the PDF prints the text, in order; empty when it does not."""
    return _ask("_spots", str(path), text)


def joined(parts: Sequence[Part]) -> bytes:
    """A PDF of these pages, upright and in this order."""
    return _ask("_joined", [tuple(part) for part in parts])


def stacked(overlay: bytes, covers: int, sheets: Sequence[Sheet], target: Path) -> int:
    """Write the overlay's first ``covers`` pages and then the marked sheets to ``target``; how many pages."""
    return _ask("_stacked", overlay, covers, [tuple(sheet) for sheet in sheets], str(target), seconds=600)


def _ask(function: str, *arguments: Any, seconds: float = SECONDS) -> Any:
    try:
        answer = _children.call(function, *arguments, seconds=seconds)
    except TimeoutError:
        raise UnfitPages("文件在一分钟内没有处理完，已停止。请拆成较小的文件再试。") from None
    except ChildDied:
        log.error("the process at work on pages died: %s", function)
        raise UnfitPages("文件无法处理：页面太大或已损坏。请降低分辨率（建议 200 dpi）后重新扫描。") from None
    if isinstance(answer, DomainError):
        raise answer
    return answer


_children = Children("intranet_crm.pages", "_answer")


def _answer(function: str, *arguments: Any) -> Any:
    try:
        return globals()[function](*arguments)
    except DomainError as error:
        return error
    except MemoryError:
        return UnfitPages("页面太大，内存不够。请降低分辨率（建议 200 dpi）后重新扫描。")
    except Exception:
        log.exception("%s failed", function)
        return UnfitPages("文件已损坏，不能打开。请重新扫描或导出后再试。")


# What runs in the child -----------------------------------------------------------------------------


def _is_pdf(path: str) -> bool:
    with open(path, "rb") as file:
        return file.read(5) == b"%PDF-"


def _count(path: str) -> int:
    if not _is_pdf(path):
        _image(path)
        return 1
    with _document(path) as document:
        return len(document)


def _judged(path: str) -> int:
    if _is_pdf(path):
        with _document(path) as document:
            _refuse_active(document)
    pages = _count(path)
    if not 1 <= pages <= MOST_PAGES:
        raise UnfitPages(f"文件有 {pages} 页，一次最多 {MOST_PAGES} 页。请拆成几个文件。")
    return pages


def _document(path: str) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise UnfitPages("PDF 有口令保护，不能读取。请去掉口令后再上传。") from None
        raise UnfitPages("PDF 已损坏，不能打开。请重新扫描或导出后再试。") from None


def _refuse_active(document: Any) -> None:
    """A scan holds pictures; scripts and files inside it are somebody's trick (四性检测 A1)."""
    from pypdfium2 import raw

    if raw.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        raise UnfitPages("PDF 里有脚本，不能接收。请用扫描仪或打印机重新生成。")
    if document.count_attachments() > 0:
        raise UnfitPages("PDF 里夹带了其他文件，不能接收。请只上传扫描的页面。")


def _image(path: str) -> Any:
    """The image, upright as its camera says; its size is looked at before its pixels are."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # ours is below
    try:
        image = Image.open(path, formats=("JPEG", "PNG", "TIFF", "WEBP"))
    except (UnidentifiedImageError, OSError):
        raise UnfitPages("图片已损坏，或不是 JPEG、PNG、TIFF、WebP。请重新扫描。") from None
    if image.width * image.height > MOST_PIXELS:
        raise UnfitPages(
            f"图片有 {image.width}×{image.height} 像素，太大。请降低分辨率（建议 200 dpi）后重新扫描。"
        )
    try:
        return ImageOps.exif_transpose(image)
    except OSError:
        raise UnfitPages("图片不完整，不能打开。请重新扫描。") from None


def _drawn(path: str, page: int, dpi: float) -> Any:
    """The page as a grey image."""
    if not _is_pdf(path):
        return _image(path).convert("L")
    with _document(path) as document:
        sheet = document[page]
        if max(sheet.get_size()) > LONGEST_SIDE:
            raise UnfitPages(f"第 {page + 1} 页的尺寸超过 A0，不能处理。")
        return sheet.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")


def _codes(path: str, first: int, number: int) -> list[Seen]:
    found = []
    for page in range(first, first + number):
        try:
            found.append(barcodes.seen(_drawn(path, page, READ_AT)))
        except UnfitPages:  # one bad page must not hold up the stack
            found.append(Seen((), 0))
    return found


def _picture(path: str, page: int, turn: int, width: int) -> bytes:
    from PIL import Image

    image = _drawn(path, page, 110)
    if turn:
        image = image.rotate(-turn, expand=True)
    height = max(1, round(image.height * width / image.width))
    into = BytesIO()
    image.resize((width, height), Image.Resampling.LANCZOS).save(into, "JPEG", quality=80)
    return into.getvalue()


def _spots(path: str, text: str) -> list[tuple]:
    found = []
    with _document(path) as document:
        for number, page in enumerate(document):
            words = page.get_textpage()
            search = words.search(text, match_case=True)
            while hit := search.get_next():
                boxes = [words.get_charbox(at) for at in range(hit[0], hit[0] + hit[1])]
                left, bottom, right, top = zip(*boxes, strict=True)
                found.append(Spot(number, min(left), min(bottom), max(right), max(top)))
    return found


def _joined(parts: list[tuple[str, int, int]]) -> bytes:
    import pypdfium2

    made, opened = pypdfium2.PdfDocument.new(), {}
    for at, (path, page, turn) in enumerate(parts):
        if path not in opened:
            opened[path] = _document(path) if _is_pdf(path) else _as_pdf(path)
        made.import_pages(opened[path], [page])
        sheet = made[at]
        sheet.set_rotation((sheet.get_rotation() + turn) % 360)
        sheet.close()
    into = BytesIO()
    made.save(into)
    return into.getvalue()


def _as_pdf(path: str) -> Any:
    import pypdfium2

    image = _image(path)
    across = image.info.get("dpi", (0, 0))[0]
    into = BytesIO()
    resolution = float(across) if across > 30 else max(image.size) / (297 / 25.4)  # else as if it were A4
    image.convert("L" if image.mode in ("1", "L", "LA") else "RGB").save(
        into, "PDF", resolution=resolution, quality=85
    )
    return pypdfium2.PdfDocument(into.getvalue())


def _stacked(overlay: bytes, covers: int, sheets: list[tuple[str, int]], target: str) -> int:
    import pypdfium2

    marks, made = pypdfium2.PdfDocument(overlay), pypdfium2.PdfDocument.new()
    if covers:
        made.import_pages(marks, list(range(covers)))
    for path, overlay_page in sheets:
        begins = len(made)
        with pypdfium2.PdfDocument(path) as sheet:
            made.import_pages(sheet)
        mark = marks.page_as_xobject(overlay_page, made)
        for at in range(begins, len(made)):
            page = made[at]
            page.insert_obj(mark.as_pageobject())
            page.gen_content()
            page.close()
        mark.close()
    made.save(target)
    return len(made)
