import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intranet_crm.reference.pinyin import initials, initials_all, name_initials, sort_key


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("北京科技", "bjkj"),
        ("重庆长安银行", "cqcayh"),
        ("长沙六安番禺", "cslapy"),
        ("海澜信息技术(深圳)有限公司", "hlxxjsszyxgs"),
        ("ＡＢＣ 电气 3M", "abcdq3m"),
        ("𠮷野家", "jyj"),
        ("", ""),
        (None, ""),
    ],
)
def test_company_names_are_read_by_phrases(name, letters):
    assert initials(name) == letters


def test_both_readings_are_found():
    assert initials_all("重庆") == {"cq", "zq"}
    assert initials_all("北京") == {"bj"}
    assert initials_all("（）") == set()


@pytest.mark.parametrize(
    ("person", "letters"),
    [
        ("单小军", "sxj"),
        ("曾伟", "zw"),
        ("仇建国", "qjg"),
        ("查良镛", "zly"),
        ("解晓东", "xxd"),
        ("朴志勇", "pzy"),
        ("乐嘉", "yj"),
        ("区志强", "ozq"),
        ("尉迟敬德", "ycjd"),
        ("万俟雪", "mqx"),
        ("单于丹", "cyd"),
        ("长孙无忌", "zswj"),
        ("翟天", "zt"),
        ("欧阳娜娜", "oynn"),
        ("王磊", "wl"),
        ("陈 静", "cj"),
    ],
)
def test_surnames_are_read_as_surnames(person, letters):
    assert name_initials(person) == letters


def test_sorting_follows_the_alphabet():
    assert sorted(["赵敏", "陈静", "重庆", "安徽", "王磊"], key=sort_key) == [
        *("安徽", "陈静", "重庆", "王磊", "赵敏"),
    ]


@settings(deadline=None)  # the first call loads the dictionary of pypinyin
@given(st.text(max_size=20))
def test_any_text_has_initials_without_signs_or_spaces(text):
    for letters in (initials(text), name_initials(text), *initials_all(text)):
        assert not letters or not any(char.isspace() for char in letters)
    assert len(initials(text)) == len(initials(text.lower()))
