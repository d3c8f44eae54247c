"""HTML to PDF/A-3a bytes; the only importer of WeasyPrint.

`render_in_child` is what features call: it keeps WeasyPrint out of the caller's process and ends a rendering
that takes too long. What it is given must be escaped HTML of our own templates with `<html lang>`: nothing
is fetched but the vendored fonts and `data:` addresses; any other address fails the rendering (or, within
an SVG, is left out).
"""

import atexit
import logging
import re
from base64 import a85encode
from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache, partial
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from intranet_crm.children import ChildDied, Children
from intranet_crm.errors import Busy, DomainError

log = logging.getLogger(__name__)

FONTS = Path(__file__).parent / "fonts"
MAX_HTML = 1_000_000  # characters; some 300 pages of table, half a minute
MAX_ATTACHED = 20 * 2**20  # bytes, all attachments together
SECONDS = 60

# Characters that are not drawn: line ends, zero-width marks and variation selectors.
NOT_DRAWN = re.compile(
    "[\t\n\r\f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)


class TooLong(DomainError):
    """More text or attachments than one document may hold."""


class UnprintableText(DomainError):
    """Characters that no font of ours can draw; a box in their place would break PDF/A."""


class RenderTimeout(Busy):
    """No document within the time limit."""


class RenderFailed(DomainError):
    """The document could not be made; the log holds the reason."""

    status = 500

    def __init__(self, sentence: str = "PDF 没有生成，原因已记入日志。请稍后重试，仍不成功请联系管理员。"):
        super().__init__(sentence)


class Attachment(NamedTuple):
    """A file inside the PDF; `made` is given, not taken from the clock, so that bytes repeat."""

    name: str
    data: bytes
    made: datetime
    description: str = ""
    relationship: str = "Data"


@cache
def _drawable() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    points: set[int] = set()
    for name in ("NotoSansSC-Regular.ttf", "NotoSansHK-Regular.ttf", "NotoSansJP-Regular.ttf"):
        with TTFont(FONTS / name, lazy=True) as font:
            points.update(font.getBestCmap())
    return frozenset(points)


def missing_glyphs(text: str) -> list[str]:
    """The characters of ``text`` that cannot be printed, each once, in order of appearance."""
    drawable = _drawable()
    return [char for char in dict.fromkeys(NOT_DRAWN.sub("", text)) if ord(char) not in drawable]


def render_pdf(
    html: str, css: str, *, title: str, attachments: Sequence[Attachment] = (), shorter: str = ""
) -> bytes:
    """The PDF/A-3a file of ``html`` under ``css``, rendered here and now; same input, same bytes.

    ``shorter`` is the HTML to take when ``html`` needs a second page.
    Raises `TooLong`, `UnprintableText`, or whatever WeasyPrint raises on an address it may not fetch.
    """
    _refuse_too_long(html, attachments)
    _refuse_unprintable(html + shorter)
    for attempt in range(4):
        data = _written((html, shorter), css, title, attachments, attempt)
        if b"\r\nendstream" not in data:
            break
    return data


def _written(
    texts: tuple[str, str], css: str, title: str, attachments: Sequence[Attachment], attempt: int
) -> bytes:
    from weasyprint import Attachment as Embedded

    html, shorter = texts
    document = _laid_out(html, css)
    if shorter and len(document.pages) > 1:
        document = _laid_out(shorter, css)
    document.metadata.title = title
    embedded = [
        Embedded(
            file_obj=BytesIO(one.data),
            name=one.name,
            description=one.description or one.name,
            relationship=one.relationship,
            created=one.made,
            modified=one.made,
        )
        for one in attachments
    ]
    finisher = partial(_archivable, attempt=attempt)
    return document.write_pdf(finisher=finisher, attachments=embedded, pdf_variant="pdf/a-3a")


def _laid_out(html: str, css: str) -> Any:
    from weasyprint import HTML

    fetcher, fonts, base = _engine()
    return HTML(string=html, url_fetcher=fetcher, base_url="about:blank").render(
        stylesheets=[base, _stylesheet(css)], font_config=fonts, pdf_variant="pdf/a-3a"
    )


def _archivable(document: Any, pdf: Any, attempt: int) -> None:
    r"""Leave the metadata uncompressed, as PDF/A asks, and pack every other stream here and once.

    A packed stream that happens to end in `\r`, right before `\nendstream`, is a byte short for a strict
    reader (ISO 19005-3, 6.1.7.1) and is wrapped in ASCII. The two that are made after this get other bytes
    by an unused object, on a further attempt.
    """
    from pydyf import Array, Dictionary

    for item in pdf.objects:
        if not getattr(item, "compress", False):
            continue
        if item.extra.get("Type") != "/Metadata":
            packed = item.data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")
            wrapped = packed.endswith(b"\r")
            item.stream = [a85encode(packed) + b"~>"] if wrapped else [packed]
            item.extra["Filter"] = Array(["/ASCII85Decode", "/FlateDecode"]) if wrapped else "/FlateDecode"
        item.compress = False
    for _ in range(attempt):
        pdf.add_object(Dictionary())


def _refuse_too_long(html: str, attachments: Sequence[Attachment]) -> None:
    if len(html) > MAX_HTML:
        raise TooLong(
            f"内容太长，不能生成 PDF：排版后 {len(html)} 个字符，上限 {MAX_HTML} 个。请缩短内容或减少行数。"
        )
    size = sum(len(one.data) for one in attachments)
    if size > MAX_ATTACHED:
        raise TooLong(f"附件太大，不能放入 PDF：共 {size} 字节，上限 {MAX_ATTACHED} 字节。请减少附件。")


def _refuse_unprintable(html: str) -> None:
    missing = missing_glyphs(unescape(html))
    if missing:
        listed = "、".join(f"「{char}」（U+{ord(char):04X}）" for char in missing[:10])
        raise UnprintableText(f"以下字符没有可用的字形，不能打印：{listed}。请改用其他写法后再生成。")


@cache
def _engine() -> tuple[Any, Any, Any]:
    """The locked fetcher, the font configuration and the base style, made once: fonts load in 0.1 s."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Locked(URLFetcher):
        """Our fonts and `data:`; any other address stops the rendering instead of leaving a hole."""

        def fetch(self, url: str, headers: dict | None = None) -> URLFetcherResponse:
            if url.startswith("asset:"):
                path = FONTS / Path(url.removeprefix("asset:")).name
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/ttf"})
            return super().fetch(url, headers)

    fetcher = Locked(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
    fonts = FontConfiguration()
    atexit.register(_engine.cache_clear)  # the fonts' temporary copies go before the interpreter does
    return (
        fetcher,
        fonts,
        CSS(string=(FONTS / "base.css").read_text(), font_config=fonts, url_fetcher=fetcher),
    )


@lru_cache(maxsize=16)
def _stylesheet(css: str) -> Any:
    from weasyprint import CSS

    fetcher, fonts, _ = _engine()
    return CSS(string=css, font_config=fonts, url_fetcher=fetcher)


def render_in_child(
    html: str,
    css: str,
    *,
    title: str,
    attachments: Sequence[Attachment] = (),
    shorter: str = "",
    seconds: float = SECONDS,
) -> bytes:
    """The bytes of `render_pdf`, made by a child process that is ended after ``seconds``.

    Safe from any thread. Raises `RenderTimeout`, `RenderFailed`, `TooLong` or `UnprintableText`.
    """
    try:
        answer = _children.call(html, css, title, tuple(attachments), shorter, seconds=seconds)
    except TimeoutError:
        raise RenderTimeout(f"PDF 在 {seconds:g} 秒内没有生成，已停止。请稍后重试，或缩短内容。") from None
    except ChildDied:
        log.error("the process rendering %r died", title)
        raise RenderFailed from None
    if isinstance(answer, DomainError):
        raise answer
    return answer


_children = Children("intranet_crm.pdf", "_answer")


def _answer(
    html: str, css: str, title: str, attachments: Sequence[Attachment], shorter: str
) -> bytes | DomainError:
    try:
        return render_pdf(html, css, title=title, attachments=attachments, shorter=shorter)
    except DomainError as error:
        return error
    except BaseException:  # the fetcher's fatal error is no Exception
        log.exception("rendering %r failed", title)
        return RenderFailed()
