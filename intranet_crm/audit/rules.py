"""How a row of the log becomes a digest that holds the row before it."""

import hashlib
import json
from datetime import datetime


def link(previous: str, facts: list) -> str:
    """The digest of a row: SHA-256 over the previous digest and the row's own facts."""
    text = json.dumps([previous, *facts], ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: datetime) -> str:
    return value.isoformat(timespec="microseconds")
