"""What comes back from the copier: sheets signed in ink, and one page with a stain on its code."""

from base64 import b64encode
from math import sin
from random import Random

from intranet_crm import pages, pdf
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.files import store

WIDTH = 880  # pixels of a page: readable, and three pages stay a small file
PAGE_HEIGHT = 842  # points of A4
STYLE = """
@page { size: A4; margin: 0 }
body { margin: 0 }
.page { position: relative; width: 595pt; height: 842pt; overflow: hidden; break-after: page }
.page:last-child { break-after: auto }
.page > * { position: absolute; left: 0; top: 0; width: 595pt; height: 842pt }
"""


def scanned(record: ArchiveRecord, chance: Random, *, stained: bool = False) -> bytes:
    """The record's sheet, signed by hand and scanned; ``stained``: its last page has no readable code."""
    path = store.path_of(record.sheet.sha256)
    number = pages.count(path)
    lines = [(spot.page, spot.right, spot.bottom) for spot in pages.spots(path, "签字")][-2:]
    html = "".join(
        _page(
            pages.picture(path, at, 0, WIDTH),
            [_ink(left + 18, PAGE_HEIGHT - bottom, chance) for page, left, bottom in lines if page == at],
            stained=stained and at == number - 1,
        )
        for at in range(number)
    )
    head = '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>扫描件</title></head>'
    return pdf.render_in_child(f"{head}<body>{html}</body></html>", STYLE, title=f"扫描件 {record.number}")


def _page(picture: bytes, signatures: list[str], *, stained: bool) -> str:
    spot = '<circle cx="527" cy="62" r="46" fill="#6b4a2b"/>' if stained else ""
    drawn = f'<svg viewBox="0 0 595 842">{"".join(signatures)}{spot}</svg>'
    return (
        '<div class="page"><img alt="扫描的页面" src="data:image/jpeg;base64,'
        f'{b64encode(picture).decode()}">{drawn}</div>'
    )


def _ink(left: float, top: float, chance: Random) -> str:
    """A hasty signature."""
    tall, lean = chance.uniform(9, 13), chance.uniform(0, 3)
    points = " ".join(
        f"{left + step * 2.3:.1f},{top - 6 + tall * sin(step * 1.1 + lean) * (1 - step / 60):.1f}"
        for step in range(36)
    )
    return f'<polyline points="{points}" fill="none" stroke="#1f2a44" stroke-width="1.3"/>'
