"""Pinyin initials for search (R1) and keys for sorting Chinese text as people expect it.

pypinyin is imported inside the functions: it takes 150 ms to load.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# Characters in everyday names that the dictionary of pypinyin leaves out.
RARE_READINGS = {"𠮷": "ji"}

# Surnames read otherwise than the word; compound ones only where a character of theirs is misread.
SURNAME_READINGS = {
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "查": "zha",
    "解": "xie",
    "朴": "piao",
    "乐": "yue",
    "区": "ou",
    "盖": "ge",
    "翟": "zhai",
    "种": "chong",
    "重": "chong",
    "繁": "po",
    "员": "yun",
    "缪": "miao",
    "覃": "qin",
    "折": "she",
    "秘": "bi",
    "薄": "bo",
    "都": "du",
    "隗": "wei",
    "阚": "kan",
    "佴": "nai",
    "郇": "xun",
    "卜": "bu",
    "祭": "zhai",
    "句": "gou",
    "召": "shao",
    "洗": "xian",
    "晟": "sheng",
    "尉": "wei",
    "黑": "he",
    "能": "nai",
    "难": "ning",
    "万俟": "mo qi",
    "尉迟": "yu chi",
    "单于": "chan yu",
    "长孙": "zhang sun",
    "澹台": "tan tai",
    "乐正": "yue zheng",
    "拓跋": "tuo ba",
}


def initials(text: str | None) -> str:
    """Give the initials of a company's name, read by phrases: 重庆银行 → cqyh; letters and digits stay."""
    return _first_letters(_readings(_letters(text)))


def initials_all(text: str | None) -> set[str]:
    """Give the initials by phrases and those read character by character: 重庆 → {cq, zq}."""
    letters = _letters(text)
    alone = [reading for letter in letters for reading in _readings(letter)]
    return {initials(letters), _first_letters(alone)} - {""}


def name_initials(person: str | None) -> str:
    """Give the initials of a person's name with the surname read as a surname: 单小军 → sxj."""
    name = _letters(person)
    for length in (2, 1):
        if surname := SURNAME_READINGS.get(name[:length]):
            return _first_letters([*surname.split(), *_readings(name[length:])])
    return _first_letters(_readings(name))


def sort_key(text: str | None) -> str:
    """Give a key that sorts Chinese by pinyin and, within one sound, by character."""
    letters = _letters(text)
    return " ".join(_readings(letters)) + "  " + letters


def _letters(text: str | None) -> str:
    """Give the text in NFKC and lower case without spaces, brackets and other signs."""
    folded = unicodedata.normalize("NFKC", text or "").lower()
    return "".join(char for char in folded if char.isalnum())


def _first_letters(readings: Sequence[str]) -> str:
    return "".join(reading[0] for reading in readings)


@lru_cache(maxsize=4096)
def _readings(letters: str) -> tuple[str, ...]:
    """Give one reading for each character; what has none stands for itself."""
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(letters, errors=lambda other: [RARE_READINGS.get(char, char) for char in other]))
