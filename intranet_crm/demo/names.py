"""Invented names, numbers and addresses of people and companies; every check digit in them is right."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from intranet_crm.demo.places import Place
from intranet_crm.reference.identifiers import (
    citizen_id_check_digit,
    credit_code_check_digit,
    organisation_check_digit,
)

_WORDS = tomllib.loads((Path(__file__).parent / "words.toml").read_text())
SURNAMES, FIRST, SECOND = (_WORDS[key] for key in ("surnames", "brand_first", "brand_second"))
MEN, WOMEN, ROADS, MOBILE_SEGMENTS, NOT_A_BRAND = (
    _WORDS[key].split() for key in ("men", "women", "roads", "mobile_segments", "not_a_brand")
)
COMMON = 24


class Someone(NamedTuple):
    name: str
    form_of_address: str  # mr or ms

    @property
    def surname(self) -> str:
        return self.name[0]


def someone(chance: Random) -> Someone:
    """A person by name and form of address."""
    surname = chance.choice(SURNAMES[:COMMON] if chance.random() < 0.6 else SURNAMES)
    if chance.random() < 0.56:
        return Someone(surname + chance.choice(MEN), "mr")
    return Someone(surname + chance.choice(WOMEN), "ms")


def brand(chance: Random) -> str:
    """The two characters by which a company is known, such as 澜川."""
    while True:
        pair = chance.choice(FIRST) + chance.choice(SECOND)
        if pair not in NOT_A_BRAND:
            return pair


def legal_name(mark: str, word: str, place: Place, chance: Random) -> str:
    """苏州澜川精密机械有限公司 or 澜川精密机械(苏州)有限公司."""
    form = "股份有限公司" if chance.random() < 0.06 else "有限公司"
    if chance.random() < 0.75:
        return f"{place.short}{mark}{word}{form}"
    return f"{mark}{word}({place.short}){form}"


def credit_code(district: str, founded: int, chance: Random) -> str:
    """A 统一社会信用代码 of a company of that district and year, both check digits right."""
    body = "MA" + "".join(chance.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=6))
    if founded < 2016:  # until then the inner code was of digits
        body = f"{chance.randrange(10_000_000, 100_000_000)}"
    first17 = f"91{district}{body}{organisation_check_digit(body)}"
    return first17 + credit_code_check_digit(first17)


def citizen_id(district: str, form_of_address: str, born: date, chance: Random) -> str:
    """A 身份证号 that nobody has asked for, with its check digit."""
    order = chance.randrange(100, 998, 2) + (form_of_address == "mr")  # odd for men, even for women
    first17 = f"{district}{born:%Y%m%d}{order:03d}"
    return first17 + citizen_id_check_digit(first17)


def birth_date(chance: Random, today: date) -> date:
    """The birthday of somebody between 27 and 58."""
    return today - timedelta(days=chance.randrange(27 * 365, 58 * 365))


def mobile(chance: Random) -> str:
    return f"{chance.choice(MOBILE_SEGMENTS)}{chance.randrange(10**8):08d}"


def landline(place: Place, chance: Random) -> str:
    """A number of as many digits as the city has: 021-58231234, 0562-5823123."""
    digits = 8 if len(place.area_code) == 3 or place.eight_digits else 7
    return f"{place.area_code}-{chance.choice('568')}{chance.randrange(10 ** (digits - 1)):0{digits - 1}d}"


def street(chance: Random) -> str:
    """创新路288号3幢502室."""
    number = f"{chance.choice(ROADS)}{chance.randrange(8, 1990)}号"
    kind = chance.random()
    if kind < 0.35:
        return f"{number}{chance.randrange(1, 22)}幢{chance.randrange(2, 26)}{chance.randrange(1, 13):02d}室"
    return f"{number}{chance.choice('ABC')}座{chance.randrange(3, 28)}层" if kind < 0.55 else number
