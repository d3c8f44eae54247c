"""Paper for the shelf: the catalogue inside a box (卷内目录) and the label on its spine."""

import re
from collections.abc import Sequence

from intranet_crm import documents, pdf
from intranet_crm.keeping.disposals import STYLE
from intranet_crm.keeping.models import Box, Keeping

WORD = re.compile(r"[0-9A-Za-z.()（）-]+|\S")
LONGEST_SPINE = 26  # words under one another


def catalogue(box: Box, kept: Sequence[Keeping], lengths: dict[int, int]) -> bytes:
    """The list that lies on top in the box, as PDF; ``lengths``: pages of each record's sheet, by its id."""
    return _drawn("catalogue.html", f"卷内目录 {box.number}", box=box, kept=kept, lengths=lengths)


def spines(boxes: Sequence[Box], spans: dict[int, tuple[str, str, int]]) -> bytes:
    """Labels to be cut out, 30 × 190 mm, five on a page; ``spans``: first and last number, how many."""
    labels = [(box, spine_words(box.title)) for box in boxes]
    return _drawn("spines.html", "脊背标签", labels=labels, spans=spans)


def spine_words(title: str) -> list[str]:
    """What stands under one another on a spine: each character, but a number or a Latin word across."""
    words = WORD.findall(title)
    return words if len(words) <= LONGEST_SPINE else [*words[: LONGEST_SPINE - 1], "…"]


def _drawn(template: str, title: str, **facts: object) -> bytes:
    text = documents.written(f"keeping/{template}", **facts)
    return pdf.render_in_child(text, documents.style(STYLE), title=title)
