"""Work on pages in a child of `pages`: with `barcodes` the only importer of PDFium, Pillow and zxing."""

import logging
import os
from io import BytesIO
from typing import Any

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdfium2 import raw

from intranet_crm import barcodes, pdf_safety
from intranet_crm.barcodes import Seen
from intranet_crm.errors import DomainError
from intranet_crm.pages import MOST_PAGES, Spot, UnfitPages

log = logging.getLogger(__name__)

MOST_PIXELS = 60_000_000  # of one image: A3 at 600 dpi has 35 million
LONGEST_SIDE = 5000  # points; A0 has 3370
READ_AT = 200  # dpi
SHEETS_IN_MEMORY = 50  # of a print run
LOCKED = "PDF 有口令或权限保护，不能读取。请去掉保护后再上传。"


def answer(function: str, *arguments: Any) -> Any:
    try:
        return globals()[function](*arguments)
    except DomainError as error:
        return error
    except MemoryError:
        return UnfitPages("页面太大，内存不够。请降低分辨率（建议 200 dpi）后重新扫描。")
    except Exception:
        log.exception("%s failed", function)
        return UnfitPages("文件已损坏，不能打开。请重新扫描或导出后再试。")


def _is_pdf(path: str) -> bool:
    with open(path, "rb") as file:
        return file.read(5) == b"%PDF-"


def _count(path: str) -> int:
    if not _is_pdf(path):
        return _frames(path)
    with _document(path) as document:
        return len(document)


def _fit(path: str) -> int:
    if not _is_pdf(path):
        pages = _frames(path)
        for page in range(pages):
            _loaded(path, page)
        return pages
    if not pdf_safety.ends(path):
        raise UnfitPages("PDF 不完整或已损坏，不能打开。请重新扫描或导出后再试。")
    with _document(path) as document:
        if raw.FPDF_GetSecurityHandlerRevision(document.raw) != -1:
            raise UnfitPages(LOCKED)
        if pdf_safety.acts(path) or raw.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
            raise UnfitPages("PDF 里有脚本或自动动作，不能接收。请重新扫描或打印成 PDF 后再试。")
        return len(document)


def _judged(path: str) -> int:
    pages = _fit(path)
    if pages == 0:
        raise UnfitPages("文件里没有页面。请重新扫描。")
    if pages > MOST_PAGES:
        raise UnfitPages(f"文件有 {pages} 页，一次最多 {MOST_PAGES} 页。请拆成几个文件。")
    if _is_pdf(path):
        with _document(path) as document:
            for page in range(pages):
                _refuse_odd(document, page)
    return pages


def _refuse_odd(document: Any, page: int) -> None:
    """A page that cannot be opened, or is larger than any paper."""
    try:
        sides = document[page].get_size()
    except pypdfium2.PdfiumError:
        raise UnfitPages(f"PDF 已损坏，第 {page + 1} 页打不开。请重新扫描或导出后再试。") from None
    if not 1 <= min(sides) <= max(sides) <= LONGEST_SIDE:
        raise UnfitPages(f"第 {page + 1} 页的尺寸超过 A0，不能处理。请按纸张的实际大小重新扫描。")


def _document(path: str) -> Any:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise UnfitPages(LOCKED) from None
        raise UnfitPages("PDF 已损坏，不能打开。请重新扫描或导出后再试。") from None


def _opened(path: str) -> Any:
    Image.MAX_IMAGE_PIXELS = None  # ours is below
    try:
        return Image.open(path, formats=("JPEG", "PNG", "TIFF", "WEBP"))
    except (UnidentifiedImageError, OSError, ValueError):
        raise UnfitPages("图片已损坏，或不是 JPEG、PNG、TIFF、WebP。请重新扫描或导出后再试。") from None


def _frames(path: str) -> int:
    """The pages of an image: a TIFF may have several."""
    image = _opened(path)
    _refuse_large(image)
    return getattr(image, "n_frames", 1) if image.format == "TIFF" else 1


def _refuse_large(image: Any) -> None:
    """By what the file says of itself: the size is looked at before the pixels are."""
    if image.width * image.height > MOST_PIXELS:
        raise UnfitPages(
            f"图片有 {image.width}×{image.height} 像素，太大。请降低分辨率（建议 200 dpi）后重新扫描。"
        )


def _loaded(path: str, page: int = 0) -> Any:
    """The image, upright as its camera says."""
    image = _opened(path)
    try:
        if page:
            image.seek(page)
        _refuse_large(image)
        image.load()
        return ImageOps.exif_transpose(image)
    except (OSError, EOFError, SyntaxError, ValueError):
        raise UnfitPages("图片不完整或已损坏，不能打开。请重新扫描或导出后再试。") from None


def _drawn(path: str, page: int, dpi: float) -> Any:
    """The page as a grey image."""
    if not _is_pdf(path):
        return _loaded(path, page).convert("L")
    with _document(path) as document:
        _refuse_odd(document, page)
        sheet = document[page]
        for picture in sheet.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,)):
            width, height = picture.get_px_size()
            if width * height > MOST_PIXELS:
                raise UnfitPages(f"第 {page + 1} 页的图片有 {width}×{height} 像素，太大。")
        return sheet.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")


def _codes(path: str, first: int, number: int) -> list[Seen]:
    found = []
    for page in range(first, first + number):
        try:
            found.append(barcodes.seen(_drawn(path, page, READ_AT)))
        except Exception:  # one bad page, whatever it is, must not hold up the stack
            log.exception("page %d cannot be read", page + 1)
            found.append(Seen((), 0))
    return found


def _picture(path: str, page: int, turn: int, width: int) -> bytes:
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
    made, opened = pypdfium2.PdfDocument.new(), {}
    for at, (path, page, turn) in enumerate(parts):
        number = page
        if not _is_pdf(path):
            source, number = _as_pdf(path, page), 0
        elif path in opened:
            source = opened[path]
        else:
            source = opened[path] = _document(path)
        made.import_pages(source, [number])
        sheet = made[at]
        sheet.set_rotation((sheet.get_rotation() + turn) % 360)
        sheet.close()
    into = BytesIO()
    made.save(into)
    return into.getvalue()


def _as_pdf(path: str, page: int) -> Any:
    image = _loaded(path, page)
    across = image.info.get("dpi", (0, 0))[0]
    into = BytesIO()
    resolution = float(across) if across > 30 else max(image.size) / (297 / 25.4)  # else as if it were A4
    image.convert("L" if image.mode in ("1", "L", "LA") else "RGB").save(
        into, "PDF", resolution=resolution, quality=85
    )
    return pypdfium2.PdfDocument(into.getvalue())


def _stacked(overlay: bytes, covers: int, sheets: list[tuple[str, int]], target: str) -> int:
    marks, made = pypdfium2.PdfDocument(overlay), pypdfium2.PdfDocument.new()
    if covers:
        made.import_pages(marks, list(range(covers)))
    for first in range(0, len(sheets), SHEETS_IN_MEMORY):
        for path, overlay_page in sheets[first : first + SHEETS_IN_MEMORY]:
            with _marked(path, marks, overlay_page) as sheet:
                made.import_pages(sheet)
        made = _put_down(made, target, begun=first > 0)
    return len(made)


def _marked(path: str, marks: Any, overlay_page: int) -> Any:
    """The sheet, each page marked; in a file of its own, for PDFium walks a page's whole file to mark it."""
    sheet = pypdfium2.PdfDocument.new()
    with pypdfium2.PdfDocument(path) as source:
        sheet.import_pages(source)
    mark = marks.page_as_xobject(overlay_page, sheet)
    for page in sheet:
        _lay_on(page, mark)
        page.close()
    mark.close()
    return sheet


def _lay_on(page: Any, mark: Any) -> None:
    """As a stamp that becomes part of the page: put into its content, the content would be written anew, and
    PDFium leaves out resources that it still names, at which a printer may stop."""
    width, height = page.get_size()
    stamp = raw.FPDFPage_CreateAnnot(page.raw, raw.FPDF_ANNOT_STAMP)
    raw.FPDFAnnot_SetRect(stamp, raw.FS_RECTF(0, height, width, 0))
    raw.FPDFAnnot_SetFlags(stamp, raw.FPDF_ANNOT_FLAG_PRINT)
    raw.FPDFAnnot_AppendObject(stamp, raw.FPDF_NewFormObjectFromXObject(mark.raw))  # which it then owns
    raw.FPDFPage_CloseAnnot(stamp)
    if raw.FPDFPage_Flatten(page.raw, raw.FLAT_PRINT) == raw.FLATTEN_FAIL:
        raise UnfitPages("归档表的页面不能加印份次。请联系管理员。")


def _put_down(made: Any, target: str, *, begun: bool) -> Any:
    """Write what is new behind what was written before, and go on from the file: memory stays as it is."""
    draft = f"{target}.part"
    made.save(draft, flags=raw.FPDF_INCREMENTAL if begun else raw.FPDF_NO_INCREMENTAL)
    made.close()
    os.replace(draft, target)
    return pypdfium2.PdfDocument(target)
