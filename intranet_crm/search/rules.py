"""What was typed into the box, and where it stands in a text (R1); no Flask, no Peewee."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from intranet_crm.reference.phones import tail_key, without_extension
from intranet_crm.reference.text import folded

LONGEST = 60  # characters that are looked at
SHORTEST_TAIL = 4  # digits of a phone
SHORTEST_NUMBER = 6
PHONE = re.compile(r"[0-9()+\-. ]+")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, read in each way it may be meant; '' where it cannot be meant so."""

    text: str
    words: tuple[str, ...]  # folded, each to be found in a name
    initials: str
    number: str  # of a customer, a form or a record, or a credit code, from its beginning; upper case
    tail: str  # the last digits of a phone, from the last to the first

    @property
    def name(self) -> str:
        return "".join(self.words)


def asked(typed: str | None) -> Asked:
    text = " ".join(unicodedata.normalize("NFKC", typed or "")[:LONGEST].split())
    words = tuple(filter(None, map(folded, text.split())))
    joined = "".join(words)
    is_latin = joined.isascii() and bool(joined)
    number = text.replace(" ", "").upper()
    known = is_latin and len(joined) >= SHORTEST_NUMBER and re.fullmatch(r"[0-9A-Z-]*[0-9][0-9A-Z-]*", number)
    tail = tail_key(_domestic(text)) if PHONE.fullmatch(text) else ""
    return Asked(
        text=text,
        words=words,
        initials=joined if is_latin else "",
        number=number if known else "",
        tail=tail if len(tail) >= SHORTEST_TAIL else "",
    )


def _domestic(phone: str) -> str:
    return re.sub(r"^(\+|00)86[ -]?", "", phone)


def after_all(beginning: str) -> str:
    """The first text that sorts behind all that begin so."""
    return beginning[:-1] + chr(ord(beginning[-1]) + 1)


def name_spans(text: str, words: Iterable[str]) -> list[Span]:
    """Where the folded words stand in the text, in order and apart."""
    places = [(at, char) for at, shown in enumerate(text) for char in folded(shown)]
    plain = "".join(char for _, char in places)
    found = set()
    for word in words:
        begin = plain.find(word) if word else -1
        if begin >= 0:
            found |= {at for at, _ in places[begin : begin + len(word)]}
    return _joined(found)


def initial_spans(text: str, begins: str, initials: Iterable[str]) -> list[Span]:
    """The first characters, one for each letter typed, when one of the text's initials begins so."""
    if not begins or not any(each.startswith(begins) for each in initials):
        return []
    return _joined([at for at, shown in enumerate(text) if folded(shown)][: len(begins)])


def number_spans(number: str, begins: str) -> list[Span]:
    """The beginning of a number, also where its letters were left out: 2026… of CUST2026…."""
    if not begins:
        return []
    at = len(number) - len(number.lstrip("CUSTJDA-")) if begins[0].isdigit() else 0
    return [(at, at + len(begins))] if number.startswith(begins, at) else []


def tail_spans(phone: str, tail: str) -> list[Span]:
    """Where the digits stand by which the phone was found."""
    if not tail or not tail_key(phone).startswith(tail):
        return []
    digits = [at for at, char in enumerate(without_extension(phone)) if char.isdigit()]
    return _joined(digits[-len(tail) :])


def _joined(places: Iterable[int]) -> list[Span]:
    spans: list[Span] = []
    for at in sorted(places):
        if spans and spans[-1][1] == at:
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((at, at + 1))
    return spans
