"""One way to clean short typed text before a rule looks at it."""

import unicodedata


def compact(text: str | None) -> str:
    """Give the text in NFKC, upper case, without any white space; None comes back as ''."""
    return "".join(unicodedata.normalize("NFKC", text or "").split()).upper()
