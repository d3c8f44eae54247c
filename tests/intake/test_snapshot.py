"""The frozen form: one spelling, one hash, all its words; and the code on each page."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet_crm.intake.findings import Finding
from intranet_crm.intake.snapshot import (
    PageCode,
    build_snapshot,
    canonical_json,
    digest,
    parse_qr_payload,
    qr_payload,
)

VALUES = {
    "customer_kind": "individual",
    "name": "赵欣怡",
    "citizen_id": "440305198510102522",
    "situation": "new_customer",
    "info_sources": ["website"],
    "budget": {"low": 50_000_000, "high": 80_000_000},
    "satisfaction": "4",
    "pending": ["founded"],
}


def frozen(values=VALUES, **parts):
    findings = [
        Finding(
            "warning", "vague:近期", "background", "「需求背景简述」里的「近期」不明确。", ((0, 2),), "近期"
        ),
        Finding("hint", "pending", "founded", "「成立时间」待补充。"),
    ]
    return build_snapshot(
        {"number": "CJ202611020001"}, values, findings, {"vague:近期@background": "客户原话"}, **parts
    )


def field(snapshot, key):
    return next(each for section in snapshot["sections"] for each in section["fields"] if each["key"] == key)


def test_one_spelling_for_the_same_data():
    assert canonical_json({"b": [1, "é"], "a": None}) == '{"a":null,"b":[1,"é"]}'
    assert canonical_json({"名": "𠮷㛃"}) == '{"名":"𠮷㛃"}'


def test_hash_is_of_the_utf8_bytes():
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_money_is_never_a_float():
    with pytest.raises(TypeError, match="整数分"):
        canonical_json({"budget": 50.5})


def test_snapshot_holds_the_words_and_never_the_citizen_number():
    snapshot = frozen()
    assert field(snapshot, "budget")["words"] == "50–80 万元"
    assert field(snapshot, "founded")["words"] == "待补充"
    assert field(snapshot, "customer_kind")["options"] == [
        {"word": "企业客户", "chosen": False},
        {"word": "个人客户", "chosen": True},
    ]
    assert [each["word"] for each in field(snapshot, "info_sources")["options"] if each["chosen"]] == ["官网"]
    assert field(snapshot, "citizen_id")["words"] == "440***********2522"
    assert "440305198510102522" not in canonical_json(snapshot)


def test_snapshot_has_six_parts_and_leaves_out_what_is_not_asked():
    snapshot = frozen()
    assert [section["number"] for section in snapshot["sections"]] == [
        "（一）",
        "（二）",
        "（三）",
        "（四）",
        "（五）",
        "（六）",
    ]
    assert snapshot["sections"][2]["fields"] == []


def test_snapshot_keeps_warnings_with_their_reasons_and_no_hints():
    (finding,) = frozen()["self_check"]["findings"]
    assert (finding["code"], finding["reason"]) == ("vague:近期", "客户原话")


def test_review_is_part_of_the_archive_sheet_only():
    assert frozen()["review"] is None
    assert frozen(review={"verdict": "通过"})["review"] == {"verdict": "通过"}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    )
)
def test_canonical_json_survives_its_own_reading(data):
    text = canonical_json(data)
    assert canonical_json(json.loads(text)) == text


def test_page_code_is_short_and_upper_case():
    payload = qr_payload(12345, 2, 1, "ba7816bf8f01cfea")
    assert payload == "0009IX0201BA7816BF"
    assert parse_qr_payload(payload) == PageCode(12345, 2, 1, "ba7816bf")


@given(
    st.integers(0, 36**6 - 1),
    st.integers(0, 1295),
    st.integers(0, 1295),
    st.text("0123456789abcdef", min_size=64, max_size=64),
)
def test_page_code_is_read_back(record, version, page, sha):
    payload = qr_payload(record, version, page, sha)
    assert len(payload) == 18
    assert parse_qr_payload(payload) == PageCode(record, version, page, sha[:8])


@pytest.mark.parametrize("text", ["", "https://example.cn", "0009IX0201BA7816B", "0009ix0201ba7816bf"])
def test_foreign_codes_are_none_of_ours(text):
    assert parse_qr_payload(text) is None


def test_numbers_too_large_are_refused():
    with pytest.raises(ValueError, match="does not fit"):
        qr_payload(1, 1296, 1, "0" * 64)
