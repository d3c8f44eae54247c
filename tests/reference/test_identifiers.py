from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from intranet_crm.reference.identifiers import (
    CREDIT_ALPHABET,
    check_citizen_id,
    check_credit_code,
    citizen_id_check_digit,
    credit_code_check_digit,
    mask_citizen_id,
)

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "code",
    [
        "91110000600037341L",
        "914403001922038216",
        "9144030071526726XG",
        "91100000100003962T",  # registered nationally
        "12100000400000624D",
        "N2330106MF12345K1F",
        "A1110000MF12345K1D",
        "Y1110000MF12345K1Q",
        "31440000MF12345K15",
        "92330100MA2ABCDEXD",
        "91440305763170665M",
    ],
)
def test_true_credit_codes_pass_without_error(code):
    assert check_credit_code(code).error is None


def test_credit_code_is_cleaned_first():
    assert check_credit_code(" ９１１１ 0000 6000 37341l ").text == "91110000600037341L"


@pytest.mark.parametrize("code", ["911100006000373410", "914403001922038210", "914403001292038216"])
def test_wrong_check_digit_can_be_overridden(code):
    verdict = check_credit_code(code)
    assert "校验位" in verdict.error
    assert verdict.wrong_check_digit
    assert verdict.overridable


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "0位"),
        ("91110000600037341", "17位"),
        ("91110000600037341L0", "19位"),
        ("9111000060I037341L", "I"),
        ("9111000060O037341L", "不使用字母"),
        ("9111000060Z037341L", "Z"),
        ("91110000600037341*", "*"),
        ("91A10000600037341L", "第3至8位"),
    ],
)
def test_wrong_length_and_alphabet_cannot_be_overridden(code, said):
    verdict = check_credit_code(code)
    assert said in verdict.error
    assert not verdict.overridable


@pytest.mark.parametrize(
    ("first17", "said"),
    [("9111000060003734" + "2", "组织机构代码"), ("B1110000600037341", "第1位"), ("91990000600037341", "99")],
)
def test_inner_code_department_and_region_only_warn(first17, said):
    verdict = check_credit_code(first17 + credit_code_check_digit(first17))
    assert verdict.error is None
    assert said in verdict.warning


@given(st.text("0123456789", min_size=6, max_size=6), st.text(CREDIT_ALPHABET, min_size=9, max_size=9))
def test_credit_check_digit_agrees_with_stdnum(region, organisation):
    first17 = "91" + region + organisation
    assert credit_code_check_digit(first17) == uscc.calc_check_digit(first17)


@given(st.integers(0, 16), st.text("0123456789", min_size=17, max_size=17), st.sampled_from("123456789"))
def test_one_mistyped_digit_is_always_noticed(place, first17, shift):
    right = first17 + credit_code_check_digit(first17)
    mistyped = str((int(right[place]) + int(shift)) % 10)
    assert check_credit_code(right[:place] + mistyped + right[place + 1 :]).wrong_check_digit


@pytest.mark.parametrize(
    "number",
    [
        "11010519491231002X",
        "440524188001010014",  # the standard's own example
        "110101200002290018",  # a leap day
        "810000199408230021",
        "830000199201300022",
        "911124198108030024",  # permanent residence of a foreigner
    ],
)
def test_true_citizen_numbers_pass(number):
    verdict = check_citizen_id(number, TODAY)
    assert (verdict.error, verdict.warning) == (None, None)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("110101200102290015", "20010229不存在"),
        ("110101199013010012", "不存在"),
        ("110101299901010019", "今天之后"),
        ("110105194912310021", "校验位"),
        ("11010519491231002", "17位"),
        ("110105491231002", "第一代"),
        ("11010519491231002Y", "最后一位"),
        ("", "0位"),
    ],
)
def test_false_citizen_numbers_say_why(number, said):
    assert said in check_citizen_id(number, TODAY).error


def test_unknown_region_only_warns():
    verdict = check_citizen_id("990101199001010019", TODAY)
    assert verdict.error is None
    assert "990" in verdict.warning


def test_birth_today_is_allowed_and_tomorrow_is_not():
    first17 = "11010120261121001"
    assert check_citizen_id(first17 + citizen_id_check_digit(first17), TODAY).born == TODAY
    first17 = "11010120261122001"
    assert check_citizen_id(first17 + citizen_id_check_digit(first17), TODAY).error


@pytest.mark.parametrize("number", ["110***********002X", "110＊＊＊＊", "110105********002x", "110*"])
def test_masked_numbers_are_kept_unchecked(number):
    verdict = check_citizen_id(number, TODAY)
    assert verdict.masked
    assert verdict.error is None


@pytest.mark.parametrize("number", ["*张三*", "110***********002X9", "X***"])
def test_asterisks_do_not_excuse_everything(number):
    assert check_citizen_id(number, TODAY).error


@given(st.dates(date(1900, 1, 1), TODAY), st.text("0123456789", min_size=3, max_size=3))
def test_citizen_check_digit_agrees_with_stdnum(born, sequence):
    first17 = f"110105{born:%Y%m%d}{sequence}"
    number = first17 + citizen_id_check_digit(first17)
    assert check_citizen_id(number.lower(), TODAY).error is None
    assert ric.calc_check_digit(number) == number[-1]


@given(st.text(max_size=30))
def test_any_text_gets_a_verdict(text):
    check_credit_code(text)
    check_citizen_id(text, TODAY)


def test_masking_keeps_three_and_four():
    assert mask_citizen_id("11010519491231002x") == "110***********002X"
    assert mask_citizen_id("110***********002X") == "110***********002X"
    assert mask_citizen_id("12345") == "*****"
    assert mask_citizen_id(None) == ""
