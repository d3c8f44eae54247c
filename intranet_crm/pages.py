"""Pages of PDFs and images: counting them, reading their codes, drawing and joining them.

All of it happens in child processes, by `page_work`, for the files come from outside: a hostile one may hang
or burst, and costs one child. Files are named by path.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from intranet_crm.barcodes import Seen
from intranet_crm.children import ChildDied, Children
from intranet_crm.errors import DomainError

log = logging.getLogger(__name__)

MOST_PAGES = 1000  # in one file
SECONDS = 60
SECONDS_ALONE = 15  # for a page that may have been the one that did not end
MEMORY = 768 * 2**20  # bytes of address space: what the largest page takes, and no bomb


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


def fit(path: Path) -> int:
    """As ``count``, of a file from outside: one that is locked, cut off or acts by itself is unfit, too."""
    return _ask("_fit", str(path))


def judged(path: Path) -> int:
    """As ``fit``, of a scan: it has pages, not too many, and none larger than paper is."""
    return _ask("_judged", str(path))


def codes(path: Path, first: int, number: int) -> list[Seen]:
    """What the pages from ``first`` on show, ``number`` at most; nothing where a page cannot be drawn."""
    try:
        return _ask("_codes", str(path), first, number)
    except UnfitPages:  # the child died of one of them: find the others' codes
        return [_code(path, page) for page in range(first, first + number)]


def _code(path: Path, page: int) -> Seen:
    try:
        return _ask("_codes", str(path), page, 1, seconds=SECONDS_ALONE)[0]
    except UnfitPages:
        return Seen((), 0)


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


_children = Children("intranet_crm.page_work", "answer", memory=MEMORY)
