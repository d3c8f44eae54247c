"""How what was typed is read, and where it stands in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet_crm.search.rules import after_all, asked, initial_spans, name_spans, number_spans, tail_spans


@pytest.mark.parametrize(
    ("typed", "words", "initials", "number", "tail"),
    [
        ("", (), "", "", ""),
        (None, (), "", "", ""),
        ("  海澜  深圳 ", ("海澜", "深圳"), "", "", ""),
        ("ＢＪｋｊ", ("bjkj",), "bjkj", "", ""),
        ("8000", ("8000",), "8000", "", "0008"),
        ("800", ("800",), "800", "", ""),
        ("138-0000 8000", ("1380000", "8000"), "13800008000", "138-00008000", "00080000831"),
        ("+86 13800008000", ("86", "13800008000"), "8613800008000", "", "00080000831"),
        ("cust202405150001", ("cust202405150001",), "cust202405150001", "CUST202405150001", ""),
        ("DA-2026-0001", ("da20260001",), "da20260001", "DA-2026-0001", ""),
        ("%_", (), "", "", ""),
    ],
)
def test_what_was_typed_is_read_in_each_way_it_may_be_meant(typed, words, initials, number, tail):
    found = asked(typed)
    assert (found.words, found.initials, found.number, found.tail) == (words, initials, number, tail)


def test_spans_point_into_the_text_as_it_is_shown():
    assert name_spans("海澜信息技术(深圳)有限公司", ("术深",)) == [(5, 6), (7, 8)]
    assert name_spans("ＡＢＣ科技", ("bc", "科")) == [(1, 4)]
    assert name_spans("海澜", ("海澜科",)) == []
    assert initial_spans("重庆(中国)银行", "cqz", ["cqzgyh", "zqzgyh"]) == [(0, 2), (3, 4)]
    assert initial_spans("重庆", "x", ["cq"]) == []
    assert number_spans("CUST202405150001", "20240515") == [(4, 12)]
    assert number_spans("91440300", "914403") == [(0, 6)]
    assert tail_spans("010-62881234-801", "43218826010") == [(0, 3), (4, 12)]
    assert tail_spans("13800008000", "0008") == [(7, 11)]
    assert tail_spans("13800008000", "") == []


@given(st.text(max_size=80))
def test_anything_may_be_typed(text):
    found = asked(text)
    assert all(word.isalnum() for word in found.words)
    assert not found.tail or found.tail.isdigit()
    for start, end in name_spans(text, found.words):
        assert 0 <= start < end <= len(text)


@given(
    st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=4), st.text(max_size=4)
)
def test_what_begins_so_sorts_before_what_follows_all_of_it(begins, rest):
    assert begins <= begins + rest < after_all(begins)
