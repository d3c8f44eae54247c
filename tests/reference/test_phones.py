import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intranet_crm.reference.phones import (
    check_email,
    check_landline,
    check_mobile,
    check_phone,
    mask_email,
    mask_name,
    mask_phone,
)


@pytest.mark.parametrize(
    "typed",
    [
        "13800008000",
        " 138 0000 8000 ",
        "138-0000-8000",
        "+86 13800008000",
        "1380000８000",
        "0086-13800008000",
    ],
)
def test_mobiles_are_stored_as_eleven_digits(typed):
    assert check_mobile(typed).text == "13800008000"
    assert check_mobile(typed).error is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1380000800", "10位"),
        ("138000080001", "12位"),
        ("1380000800a", "只能填写数字"),
        ("12800008000", "13至19"),
        ("1.38E+10", "科学计数"),
        ("", "0位"),
        (None, "0位"),
    ],
)
def test_false_mobiles_say_why(typed, said):
    assert said in check_mobile(typed).error


@pytest.mark.parametrize("number", ["19200008000", "16600008000", "17000008000", "14900008000"])
def test_new_segments_pass(number):
    assert check_mobile(number).warning is None


@pytest.mark.parametrize("number", ["15400008000", "14100008000", "19400008000"])
def test_unused_segments_only_warn(number):
    assert check_mobile(number).error is None
    assert "号段" in check_mobile(number).warning


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("010-62881234", "010-62881234"),
        ("（010）6288 1234", "010-62881234"),
        ("01062881234", "010-62881234"),
        ("+86 10 6288 1234", "010-62881234"),
        ("0512-62881234转801", "0512-62881234-801"),
        ("0512 6288 1234 转 801", "0512-62881234-801"),
        ("0512-62881234 分机801", "0512-62881234-801"),
        ("0512-62881234 ext. 801", "0512-62881234-801"),
        ("0512—62881234—801", "0512-62881234-801"),
        ("0931-8412345", "0931-8412345"),
        ("0931-8412345-8", "0931-8412345-8"),
        ("400-050-0827", "400-050-0827"),
        ("4000500827", "400-050-0827"),
        ("800-8208-820转1", "800-820-8820-1"),
        ("+86 400 050 0827", "400-050-0827"),
    ],
)
def test_landlines_are_stored_in_one_form(typed, stored):
    verdict = check_landline(typed)
    assert (verdict.text, verdict.error, verdict.warning) == (stored, None, None)
    assert check_landline(stored).text == stored


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("62881234", "缺少区号"),
        ("010-1234", "区号和7至8位"),
        ("026-62881234", "区号"),
        ("0512-62881234转", "区号"),
        ("0512-62881234-1234567", "区号"),
        ("电话", "区号"),
        ("", "区号"),
    ],
)
def test_false_landlines_say_why(typed, said):
    assert said in check_landline(typed).error


def test_a_wrong_number_of_digits_for_the_area_only_warns():
    verdict = check_landline("010-6288123")
    assert verdict.error is None
    assert "位数" in verdict.warning


def test_either_kind():
    assert check_phone("13800008000").text == "13800008000"
    assert check_phone("025 8322 1234").text == "025-83221234"
    assert "11位" in check_phone("1380000800").error
    assert "区号" in check_phone("83221234").error


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_no_mobile_is_refused_for_its_segment(number):
    assert (check_phone(number).text, check_phone(number).error) == (number, None)


@settings(deadline=None)  # the first call loads the tables of phonenumbers
@given(st.text("0123456789-+()转XE.# ", max_size=24))
def test_any_text_gets_a_stable_verdict(text):
    verdict = check_phone(text)
    if verdict.error is None:
        assert check_phone(verdict.text) == verdict
        assert verdict.text not in mask_phone(verdict.text)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" chen@qq.com ", "chen@qq.com"),
        ("ｃhen@qq.com", "chen@qq.com"),
        ("chen@corp.local", "chen@corp.local"),
        ("张三@例子.中国", "张三@例子.中国"),
    ],
)
def test_emails_pass_by_their_form(typed, stored):
    assert (check_email(typed).text, check_email(typed).error) == (stored, None)


@pytest.mark.parametrize("typed", ["chen", "chen@", "chen@localhost", "a b@qq.com", "", None])
def test_false_emails_are_told(typed):
    assert "邮箱格式" in check_email(typed).error


def test_masks():
    assert mask_phone("13800008000") == "138****8000"
    assert mask_phone("138****8000") == "138****8000"
    assert mask_phone("010-62881234") == "010-****1234"
    assert mask_phone("0512-62881234-801") == "0512-****1234"
    assert mask_phone("400-050-0827") == "400-****0827"
    assert mask_phone("+852 2345 6789") == "************89"
    assert mask_phone("110") == "***"
    assert [mask_name(name) for name in ("张三", "欧阳娜娜", "𠮷野", "张*", "", None)] == [
        *("张*", "欧*", "𠮷*", "张*"),
        *("", ""),
    ]
    assert [mask_email(text) for text in ("chen@qq.com", "chen", "")] == ["c***@qq.com", "****", ""]
