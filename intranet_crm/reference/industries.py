"""所属行业 by GB/T 4754-2017 (B4): found by code, name, pinyin initials and everyday words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from intranet_crm.reference.industry_table import DIVISIONS, SECTIONS, SYNONYMS
from intranet_crm.reference.pinyin import initials
from intranet_crm.reference.text import compact


@dataclass(frozen=True, slots=True)
class Industry:
    """A section (`I`), a division (`I65`), or 「其他」."""

    code: str
    name: str
    section: str
    section_name: str

    @property
    def label(self) -> str:
        """The words on screen and paper: I65 软件和信息技术服务业."""
        return self.name if self.needs_note else f"{self.code} {self.name}"

    @property
    def needs_note(self) -> bool:
        """True for 「其他」, which must say in words what it is."""
        return self.code == "OTHER"


OTHER = Industry("OTHER", "其他", "OTHER", "其他")
_SECTION_OF_DIVISION = {code[1:]: code[0] for code in DIVISIONS}


@cache
def industries() -> tuple[Industry, ...]:
    """Give every choice in the standard's order, each section before its divisions, 「其他」 last."""
    names = sorted({**SECTIONS, **DIVISIONS}.items())
    return (*(Industry(code, name, code[0], SECTIONS[code[0]]) for code, name in names), OTHER)


@cache
def sections() -> tuple[Industry, ...]:
    """Give the 20 sections in the standard's order."""
    return tuple(each for each in industries() if each.code == each.section != OTHER.code)


def section_of(code: str | None) -> str:
    """Give the section's letter for a code of any level: I65, 65, 6513 → I; '' for an unknown one."""
    text = compact(code)
    if text == OTHER.code:
        return OTHER.section
    match = re.fullmatch(r"([A-T]?)([0-9]{2})?[0-9]{0,2}", text)
    if not match or not text:
        return ""
    letter, division = match.groups()
    section = _SECTION_OF_DIVISION.get(division, "") if division else letter
    return section if letter in ("", section) else ""


def find_industry(text: str | None) -> Industry | None:
    """Give the one industry a text names: a code (I65, 65), name, label in full, or everyday word; else None.

    Where a section and its only division share a name (教育), the division is meant.
    """
    typed = _squeezed(text)
    return _exact().get(typed) or _exact().get(typed + "业")


@cache
def _exact() -> dict[str, Industry]:
    found = {}
    for industry in industries():
        found |= dict.fromkeys(map(_squeezed, (industry.code, industry.name, industry.label)), industry)
        found |= dict.fromkeys(_words(industry), industry)
        if len(industry.code) == 3:
            found[industry.code[1:]] = industry
    return found


def search_industries(text: str | None, limit: int = 10) -> list[Industry]:
    """Give at most `limit` industries for what is typed so far, best first; the sections for nothing."""
    typed = _squeezed(text)
    if not typed:
        return [industry for industry in industries() if industry.code == industry.section][:limit]
    ranked = [(_rank(typed, industry), place) for place, industry in enumerate(industries())]
    return [industries()[place] for rank, place in sorted(ranked) if rank < NO_MATCH][:limit]


NO_MATCH = 99


def _rank(typed: str, industry: Industry) -> int:
    """Give the place of the first way in which the typed text fits, best way first."""
    return next((rank for rank, fits in enumerate(_fits(typed, industry)) if fits), NO_MATCH)


def _fits(typed: str, industry: Industry) -> Iterator[bool]:
    name, words, letters = _search_keys(industry)
    digits = industry.code[1:]
    yield typed in (industry.code, digits, _squeezed(industry.label))
    yield typed in words
    yield typed in (name, name.removesuffix("业"))
    yield industry.code.startswith(typed) or digits.startswith(typed)
    yield name.startswith(typed) or _squeezed(industry.label).startswith(typed)
    yield any(word.startswith(typed) for word in words)
    yield typed in name
    yield any(typed in word for word in words)
    yield typed == letters[0]
    yield any(key.startswith(typed) for key in letters)
    yield any(typed in key for key in letters)
    yield any(len(word) > 1 and word in typed for word in words)  # 软件公司 holds 软件


@cache
def _search_keys(industry: Industry) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Give the name, the everyday words and the pinyin initials of both."""
    name, words = _squeezed(industry.name), _words(industry)
    return name, words, tuple(initials(key).upper() for key in (name, *words))


def _words(industry: Industry) -> tuple[str, ...]:
    return tuple(_squeezed(word) for word in SYNONYMS.get(industry.code, "").split())


def _squeezed(text: str | None) -> str:
    """Give the text compact and without signs, so that 「农,林,牧,渔业」 is found too."""
    return "".join(char for char in compact(text) if char.isalnum())
