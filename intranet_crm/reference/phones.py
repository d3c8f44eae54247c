"""手机号, 固定电话, 邮箱: verdicts with the normalised value; masking of phones and names (C3)."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from intranet_crm.reference.text import compact

MOBILE = re.compile(r"1[3-9][0-9]{9}")
# Segments in use; a new one may open any day, so a mismatch only warns.
MOBILE_SEGMENTS = re.compile(r"1(3[0-9]|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8[0-9]|9[0-35-9])")
EXTENSION = r"(?:(?:-|转|分机|EXT\.?|X|#)+:?(?P<extension>[0-9]{1,6}))?"
LANDLINE = re.compile(
    r"\(?(?P<area>0(?:10|2[0-57-9]|[3-9][0-9]{2}))\)?-?(?P<local>[2-8][0-9]{2,3}-?[0-9]{4})" + EXTENSION
)
SERVICE = re.compile(r"(?P<area>[48]00)-?(?P<local>(?:[0-9]-?){6}[0-9])" + EXTENSION)


@dataclass(frozen=True, slots=True)
class ContactVerdict:
    """A phone or address in the form it is stored; `error` blocks saving, `warning` does not."""

    text: str
    error: str | None = None
    warning: str | None = None


def check_mobile(text: str | None) -> ContactVerdict:
    """Judge a 手机号; spaces, hyphens and +86 are taken off: `138-0000-8000` → `13800008000`."""
    typed = _domestic(text)
    number = typed.replace("-", "")
    if MOBILE.fullmatch(number):
        known = MOBILE_SEGMENTS.match(number)
        return ContactVerdict(number, warning=None if known else f"手机号段{number[:3]}不常见，请核对。")
    return ContactVerdict(typed, error=_mobile_error(number))


def _mobile_error(number: str) -> str:
    if re.search(r"[0-9]E\+?[0-9]", number):
        return "手机号被表格软件改成了科学计数，请按原号码重新填写。"
    if re.search(r"[^0-9]", number):
        return "手机号只能填写数字，请删去其他字符。"
    if len(number) != 11:
        return f"手机号应为11位数字，现在是{len(number)}位，请核对。"
    return "手机号应以13至19开头，请核对。"


def check_landline(text: str | None) -> ContactVerdict:
    """Judge a 固定电话 or a 400/800 number: `(010)62881234转801` → `010-62881234-801`."""
    typed = _domestic(text)
    if match := SERVICE.fullmatch(typed):
        local = match["local"].replace("-", "")
        return ContactVerdict(_joined(match["area"], local[:3], local[3:], match["extension"]))
    if match := LANDLINE.fullmatch(typed):
        local = match["local"].replace("-", "")
        stored = _joined(match["area"], local, match["extension"])
        return ContactVerdict(stored, warning=_landline_warning(match["area"] + local))
    if re.fullmatch(r"[2-8][0-9]{2,3}-?[0-9]{4}" + EXTENSION, typed):
        return ContactVerdict(typed, error="固定电话缺少区号，请填写如 010-62881234。")
    return ContactVerdict(
        typed,
        error="固定电话格式不对，请填写区号和7至8位号码，如 0512-62881234，有分机时写 0512-62881234转801。",
    )


def _landline_warning(number: str) -> str | None:
    import phonenumbers  # here, because its tables take 20 ms to load

    if phonenumbers.is_valid_number(phonenumbers.parse(number, "CN")):
        return None
    return "没有这样的区号，或该区号的号码位数不同，请核对固定电话。"


def check_phone(text: str | None) -> ContactVerdict:
    """Judge a number that may be a mobile or a landline; what begins like a mobile is told as one."""
    mobile = check_mobile(text)
    if mobile.error is None or re.match(r"1[3-9]", mobile.text):
        return mobile
    return check_landline(text)


def _domestic(text: str | None) -> str:
    """Give the number compact, with plain hyphens, and without +86 (which swallows the 0 of an area code)."""
    number = re.sub(r"[‐‑–—−]", "-", compact(text))
    domestic = re.sub(r"^(?:\+|00)86-?", "", number)
    abroad = domestic != number and re.match(r"10|2|[3-9](?!00)", domestic)
    return "0" + domestic if abroad else domestic


def _joined(*parts: str | None) -> str:
    return "-".join(part for part in parts if part)


def check_email(text: str | None) -> ContactVerdict:
    """Judge a 邮箱 by its form alone, without asking DNS; intranet addresses (.local) are allowed."""
    typed = unicodedata.normalize("NFKC", text or "").strip()
    validator = _email_validator()
    try:
        return ContactVerdict(validator.validate_email(typed, check_deliverability=False).normalized)
    except validator.EmailNotValidError:
        return ContactVerdict(typed, error="邮箱格式不对，请填写如 name@company.cn。")


@cache
def _email_validator() -> ModuleType:
    import email_validator  # here, because it takes 20 ms to load

    email_validator.SPECIAL_USE_DOMAIN_NAMES.remove("local")  # mail servers of closed networks use it
    return email_validator


def without_extension(stored: str) -> str:
    """Give `010-62881234` of `010-62881234-801`."""
    match = SERVICE.fullmatch(stored) or LANDLINE.fullmatch(stored)
    return stored[: match.end("local")] if match else stored


def tail_key(stored: str) -> str:
    """Give the digits from the last to the first, so that a phone is found by its last ones."""
    return "".join(char for char in reversed(without_extension(stored)) if char in "0123456789")


def mask_phone(text: str | None) -> str:
    """Give 138****8000 or 010-****1234; the extension is hidden, what is no known number keeps two digits."""
    stored = (text or "").strip()
    if "*" in stored:
        return stored
    if MOBILE.fullmatch(stored):
        return stored[:3] + "****" + stored[-4:]
    if match := SERVICE.fullmatch(stored) or LANDLINE.fullmatch(stored):
        return f"{match['area']}-****{match['local'][-4:]}"
    return "*" * max(len(stored) - 2, 0) + stored[-2:] if len(stored) > 6 else "*" * len(stored)


def mask_email(text: str | None) -> str:
    """Give c***@company.cn."""
    stored = (text or "").strip()
    name, at, domain = stored.rpartition("@")
    return f"{name[:1]}***{at}{domain}" if at else "*" * len(stored)


def mask_name(text: str | None) -> str:
    """Give 张* for a person's name of any length (company names are not masked)."""
    stored = (text or "").strip()
    return stored[:1] + "*" if stored else ""
