"""The numbers that addresses and hidden fields carry: ids, versions, places in a list."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

LARGEST = 2**31 - 1  # what an INTEGER column holds on both databases


def whole_number(text: str) -> int:
    """The number that plain digits name; raises ValueError for all else and for what no column holds."""
    if not (text.isascii() and text.isdigit() and len(text) <= 10) or int(text) > LARGEST:
        raise ValueError(f"no number of ours: {text[:20]}")
    return int(text)


class KeyConverter(IntegerConverter):
    """``<int:…>``: an id that cannot exist is not found, before any database is asked."""

    def __init__(self, map: Any, **options: Any):
        super().__init__(map, **{"max": LARGEST} | options)


def init(app: Flask) -> None:
    app.url_map.converters["int"] = KeyConverter
