"""统一社会信用代码 (GB 32100-2015) and 身份证号 (GB 11643): verdicts, check digits, masking.

Own code instead of stdnum: it refuses credit codes of departments A, N and Y, and the sample of GB 11643.
"""

import re
from dataclasses import dataclass
from datetime import date

from intranet_crm.reference.text import compact

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # GB 11714 counts all letters
CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
CITIZEN_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))

CREDIT_CODE_SHAPE = re.compile(rf"[{CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{CREDIT_ALPHABET}]{{10}}")
DEPARTMENTS = frozenset("123456789ANY")
# Provinces only: codes keep the county of the day they were issued, and many of those are abolished by now.
PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
NATIONAL = "10"  # registered with the national authority, e.g. 91100000…
FOREIGNER = "9"  # 外国人永久居留身份证, 2023 edition: 9, then the province, then the nationality


@dataclass(frozen=True, slots=True)
class CreditCodeVerdict:
    """What a credit code is worth: `error` blocks saving, `warning` does not."""

    text: str
    error: str | None = None
    warning: str | None = None
    wrong_check_digit: bool = False

    @property
    def overridable(self) -> bool:
        """Only a wrong check digit may be kept, with a written reason (B3)."""
        return self.wrong_check_digit


@dataclass(frozen=True, slots=True)
class CitizenIdVerdict:
    """What a citizen's number is worth; a masked one is kept as it is and not checked."""

    text: str
    error: str | None = None
    warning: str | None = None
    masked: bool = False
    born: date | None = None


def credit_code_check_digit(first17: str) -> str:
    """Give the 18th character of a credit code (GB 32100-2015 5.5); ValueError for a foreign character."""
    total = sum(
        CREDIT_ALPHABET.index(char) * weight for char, weight in zip(first17, CREDIT_WEIGHTS, strict=True)
    )
    return CREDIT_ALPHABET[-total % 31]


def organisation_check_digit(first8: str) -> str:
    """Give the last character of the inner 组织机构代码 (GB 11714)."""
    total = sum(
        ORGANISATION_ALPHABET.index(char) * weight
        for char, weight in zip(first8, ORGANISATION_WEIGHTS, strict=True)
    )
    return "0123456789X"[-total % 11]


def check_credit_code(text: str | None) -> CreditCodeVerdict:
    """Judge a 统一社会信用代码; the verdict holds it compact and in upper case."""
    code = compact(text)
    if error := _credit_code_shape_error(code):
        return CreditCodeVerdict(code, error=error)
    if code[17] != credit_code_check_digit(code[:17]):
        return CreditCodeVerdict(
            code,
            error="统一社会信用代码的校验位不对，请对照营业执照逐位核对；确认无误可写明理由后保存。",
            wrong_check_digit=True,
        )
    return CreditCodeVerdict(code, warning=_credit_code_warning(code))


def _credit_code_shape_error(code: str) -> str | None:
    if len(code) != 18:
        return f"统一社会信用代码应为18位，现在是{len(code)}位，请补全或删去多余的字符。"
    if foreign := sorted(set(code) - set(CREDIT_ALPHABET)):
        hint = "（不使用字母 I、O、S、V、Z）" if set(foreign) & set("IOSVZ") else ""
        return f"统一社会信用代码里不能有“{'、'.join(foreign)}”{hint}，请对照营业执照核对。"
    if not CREDIT_CODE_SHAPE.fullmatch(code):
        return "统一社会信用代码的第3至8位是登记机关的行政区划，只能是数字，请核对。"
    return None


def _credit_code_warning(code: str) -> str | None:
    if code[0] not in DEPARTMENTS:
        return f"统一社会信用代码的第1位“{code[0]}”不是已知的登记管理部门，请核对。"
    if code[2:4] != NATIONAL and not PROVINCES.fullmatch(code[2:4]):
        return f"统一社会信用代码的第3、4位“{code[2:4]}”不是已知的省级区划，请核对。"
    if code[16] != organisation_check_digit(code[8:16]):
        return "统一社会信用代码中的组织机构代码（第9至17位）校验位不符，请核对。"
    return None


def citizen_id_check_digit(first17: str) -> str:
    """Give the 18th character of a citizen's number (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, CITIZEN_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def check_citizen_id(text: str | None, today: date) -> CitizenIdVerdict:
    """Judge a 身份证号; one given with asterisks is `masked` and not checked (S4 三(一))."""
    number = compact(text)
    if re.fullmatch(r"(?=.*\*)[0-9*]{3,17}[0-9X*]", number):
        return CitizenIdVerdict(number, masked=True)
    if error := _citizen_id_shape_error(number):
        return CitizenIdVerdict(number, error=error)
    born = _real_date(number[6:14])
    if born is None:
        return CitizenIdVerdict(number, error=f"身份证号里的出生日期{number[6:14]}不存在，请核对第7至14位。")
    if born > today:
        return CitizenIdVerdict(number, error=f"身份证号里的出生日期{born}在今天之后，请核对第7至14位。")
    if number[17] != citizen_id_check_digit(number[:17]):
        return CitizenIdVerdict(number, error="身份证号的校验位不对，请对照证件逐位核对。", born=born)
    return CitizenIdVerdict(number, warning=_citizen_id_warning(number), born=born)


def _citizen_id_shape_error(number: str) -> str | None:
    if re.fullmatch(r"[0-9]{15}", number):
        return "15位的第一代身份证已停止使用，请填写18位身份证号。"
    if len(number) != 18:
        return f"身份证号应为18位，现在是{len(number)}位，请补全或删去多余的字符。"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return "身份证号前17位只能是数字，最后一位是数字或X，请核对。"
    return None


def _citizen_id_warning(number: str) -> str | None:
    province = number[1:3] if number[0] == FOREIGNER else number[:2]
    if not PROVINCES.fullmatch(province):
        return f"身份证号开头的“{number[:3]}”不是已知的地区代码，请核对。"
    return None


def _real_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def mask_citizen_id(text: str | None) -> str:
    """Give 110***********002X: the first three and last four stay; short text is hidden whole."""
    number = compact(text)
    if "*" in number:
        return number
    if len(number) < 10:
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]
