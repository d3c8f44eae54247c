"""What all printed papers share: their templates without a web request, and text that can be drawn."""

from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from intranet_crm import formatting, pdf

TEMPLATES = Path(__file__).parent / "templates"
NO_GLYPH = "〓"  # where no font has the character; the data keep it


def written(template: str, **facts: Any) -> str:
    """The HTML of a template, ready to be drawn."""
    return drawable(filled(template, **facts))


def filled(template: str, **facts: Any) -> str:
    """The HTML of a template with every character as it is."""
    return _environment().get_template(template).render(**facts)


def drawable(html: str) -> str:
    """The HTML with a mark in place of each character that cannot be printed."""
    for char in pdf.missing_glyphs(unescape(html)):
        html = html.replace(char, NO_GLYPH)
    return html


@cache
def style(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    for name in ("moment", "day", "file_size"):
        made.filters[name] = getattr(formatting, name)
    return made
