"""Paper for the shelf: the catalogue inside a box (卷内目录) and the label on its spine."""

from collections.abc import Sequence

from intranet_crm import pdf
from intranet_crm.keeping.disposals import TEMPLATES, environment
from intranet_crm.keeping.models import Box, Keeping


def catalogue(box: Box, kept: Sequence[Keeping]) -> bytes:
    """The list that lies on top in the box, as PDF."""
    return _drawn("catalogue.html", f"卷内目录 {box.number}", box=box, kept=kept)


def spines(boxes: Sequence[Box], spans: dict[int, tuple[str, str, int]]) -> bytes:
    """Labels to be cut out, 30 × 190 mm, five on a page; ``spans``: first and last number, how many."""
    return _drawn("spines.html", "脊背标签", boxes=boxes, spans=spans)


def _drawn(template: str, title: str, **facts: object) -> bytes:
    text = environment().get_template(template).render(**facts)
    for char in pdf.missing_glyphs(text):
        text = text.replace(char, "〓")
    return pdf.render_in_child(text, (TEMPLATES / "keeping.css").read_text(), title=title)
