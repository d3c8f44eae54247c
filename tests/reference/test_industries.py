from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intranet_crm.reference.industries import (
    OTHER,
    find_industry,
    industries,
    search_industries,
    section_of,
)
from intranet_crm.reference.industry_table import DIVISIONS, SECTIONS, SYNONYMS


def codes(text, limit=10):
    return [industry.code for industry in search_industries(text, limit)]


def test_the_table_is_whole():
    assert len(SECTIONS) == 20
    assert len(DIVISIONS) == 97
    assert sorted(code[1:] for code in DIVISIONS) == [f"{n:02}" for n in range(1, 98)]
    assert len(industries()) == 118


def test_each_everyday_word_means_one_industry():
    words = Counter(word for line in SYNONYMS.values() for word in line.split())
    assert max(words.values()) == 1
    assert set(SYNONYMS) <= {*SECTIONS, *DIVISIONS}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("I65", "I65"),
        ("i65", "I65"),
        ("65", "I65"),
        ("软件和信息技术服务业", "I65"),
        ("I65 软件和信息技术服务业", "I65"),
        ("互联网", "I65"),
        ("IT服务", "I65"),
        ("it 服务", "I65"),
        ("信息技术服务", "I65"),
        ("制造业", "C"),
        ("制造", "C"),
        ("零售业", "F52"),
        ("零售", "F52"),
        ("C14 食品制造业", "C14"),
        ("G59 装卸搬运和仓储业", "G59"),
        ("农、林、牧、渔业", "A"),
        ("农,林,牧,渔业", "A"),
        ("教育", "P83"),
        ("房地产", "K70"),
        ("建筑业", "E"),
        ("S95", "S95"),
        ("其他", "OTHER"),
    ],
)
def test_one_industry_is_found(typed, code):
    assert find_industry(typed).code == code


@pytest.mark.parametrize("typed", ["", None, "98", "I66", "外星业", "业", "6513"])
def test_unknown_text_finds_none(typed):
    assert find_industry(typed) is None


def test_what_people_see():
    software = find_industry("I65")
    assert software.label == "I65 软件和信息技术服务业"
    assert (software.section, software.section_name) == ("I", "信息传输、软件和信息技术服务业")
    assert find_industry("C").label == "C 制造业"
    assert (OTHER.label, OTHER.needs_note, software.needs_note) == ("其他", True, False)


@pytest.mark.parametrize(
    ("code", "section"),
    [
        *(("I65", "I"), ("65", "I"), ("6513", "I"), ("I6513", "I"), ("I", "I"), ("OTHER", "OTHER")),
        *(("C65", ""), ("98", ""), ("", ""), (None, ""), ("软件", "")),
    ],
)
def test_any_level_rolls_up_to_its_section(code, section):
    assert section_of(code) == section


def test_search_puts_the_best_first():
    assert codes("互联网")[:2] == ["I65", "I64"]
    assert codes("I6") == ["I63", "I64", "I65"]
    assert codes("65")[0] == codes("rjhxxjs")[0] == codes("软件公司")[0] == "I65"
    assert codes("制造业")[0] == "C"
    assert codes("zzy")[0] == "C"
    assert "C14" in codes("制造", limit=50)
    assert codes("零售") == ["F52", "F"]
    assert codes("其他")[0] == "OTHER"
    assert codes("外星") == []


def test_nothing_typed_offers_the_sections_and_other():
    assert codes("", limit=30) == [*SECTIONS, "OTHER"]
    assert len(codes(None, limit=5)) == 5


@settings(deadline=None)  # the first call loads the dictionary of pypinyin
@given(st.sampled_from(industries()))
def test_every_industry_is_found_by_its_own_label_code_and_initials(industry):
    assert find_industry(industry.label) == industry
    assert find_industry(industry.code) == industry
    assert search_industries(industry.code)[0] == industry
    assert industry in search_industries(industry.name, 3)


@settings(deadline=None)  # the first call loads the dictionary of pypinyin
@given(st.text(max_size=12))
def test_any_text_can_be_searched(text):
    assert len(search_industries(text, 5)) <= 5
    found = find_industry(text)
    assert found is None or found in search_industries(text, 118)


def test_a_label_typed_or_pasted_in_full_finds_itself_first():
    assert [found.label for found in search_industries("E47 房屋建筑业", 1)] == ["E47 房屋建筑业"]
    assert [found.label for found in search_industries("I65 软件和信息", 1)] == ["I65 软件和信息技术服务业"]
