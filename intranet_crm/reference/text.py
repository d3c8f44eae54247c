"""Ways to clean short typed text before a rule looks at it."""

import unicodedata


def compact(text: str | None) -> str:
    """Give the text in NFKC, upper case, without any white space; None comes back as ''."""
    bare = "".join(unicodedata.normalize("NFKC", text or "").split()).upper()
    return unicodedata.normalize("NFKC", bare)  # an accent that stood apart has found its letter


def folded(text: str | None) -> str:
    """Give the text as names are compared by the search: NFKC, lower case, letters and digits alone."""
    return "".join(char for char in unicodedata.normalize("NFKC", text or "").lower() if char.isalnum())
