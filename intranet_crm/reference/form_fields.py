"""Form fields that every feature shares: typed text in, domain values out, and the way back.

A field never loses what was typed: after an error it shows the text as it came. Its ``warning`` is a
sentence to show beside it that does not stop saving.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import DateField, Form, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from intranet_crm import clock
from intranet_crm.formatting import ten_thousands
from intranet_crm.reference.form_text import (
    AtMost,
    LineField,
    ProseField,
    Required,
    SentenceField,
    line,
    prose,
    rules_of,
)
from intranet_crm.reference.identifiers import check_citizen_id, check_credit_code
from intranet_crm.reference.industries import find_industry, industries
from intranet_crm.reference.phones import (
    check_email,
    check_landline,
    check_mobile,
    check_phone,
    mask_email,
    mask_phone,
)
from intranet_crm.reference.text import compact

FEN = 1_000_000  # in 万元
MOST_TEN_THOUSANDS = 99_999_999


__all__ = [
    "AtMost", "ChoiceField", "CitizenIdField", "CreditCodeField", "DayField", "EmailField", "IndustryField",
    "LandlineField", "LineField", "MobileField", "PartialDateField", "PhoneField", "ProseField",
    "RadiosField", "Required", "SentenceField", "TenThousandsField",
    "line", "options", "prose", "radios", "select",
]  # fmt: skip


class _Judged(LineField):
    """A line that a rule judges and normalises; a masked value posted back stands for the stored one (C3)."""

    judge: Callable[[str], Any]
    mask: Callable[[str], str] | None = None
    error = None

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        stored = self.object_data or ""
        if self.mask and "*" in self.data and self.data == type(self).mask(stored):
            self.data = stored
        elif self.data:
            verdict = type(self).judge(self.data)
            self.error, self.warning = verdict.error, verdict.warning or ""
            self.data = self.data if verdict.error else verdict.text

    def pre_validate(self, form: Form) -> None:
        if self.error:
            raise ValidationError(self.error)


class MobileField(_Judged):
    """A 手机号, stored as 11 digits."""

    judge, mask = staticmethod(check_mobile), staticmethod(mask_phone)
    longest = 32


class LandlineField(_Judged):
    """A 固定电话, stored as 010-62881234-801."""

    judge, mask = staticmethod(check_landline), staticmethod(mask_phone)
    longest = 32


class PhoneField(_Judged):
    """A mobile or a landline."""

    judge, mask = staticmethod(check_phone), staticmethod(mask_phone)
    longest = 32


class EmailField(_Judged):
    judge, mask = staticmethod(check_email), staticmethod(mask_email)
    longest = 120


class CreditCodeField(_Judged):
    """A 统一社会信用代码; ``wrong_check_digit`` says that only a written reason is missing (B3)."""

    judge = staticmethod(check_credit_code)
    wrong_check_digit = False

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        verdict = check_credit_code(self.data) if self.data else None
        if verdict and verdict.wrong_check_digit:
            self.wrong_check_digit, self.data = True, verdict.text

    def pre_validate(self, form: Form) -> None:
        if not self.wrong_check_digit:
            super().pre_validate(form)


class CitizenIdField(_Judged):
    """A 身份证号; one with asterisks is kept as it is (「脱敏」)."""

    judge = staticmethod(lambda text: check_citizen_id(text, clock.today()))


class IndustryField(LineField):
    """Text in (code, name, everyday word), the code out; shows 「I65 软件和信息技术服务业」 (B4)."""

    def _value(self) -> str:
        known = next((each for each in industries() if each.code == self.data), None)
        return known.label if known else self.data

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        found = find_industry(self.data) if self.data else None
        self.unknown = bool(self.data) and found is None
        self.data = found.code if found else self.data

    def pre_validate(self, form: Form) -> None:
        if getattr(self, "unknown", False):
            raise ValidationError(f"没有行业“{self.data}”，请从列表中选择，或填写代码，如 I65。")


class TenThousandsField(StringField):
    """万元 with up to four decimals in, integer fen out."""

    def __init__(self, label: str, *more: Any, required: bool = False, **options):
        super().__init__(label, rules_of(required, None, more), **options)

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return ten_thousands(self.data).replace(",", "")

    def process_formdata(self, values: list[str]) -> None:
        typed = compact(values[0] if values else "").replace(",", "").removesuffix("万元").removesuffix("万")
        self.data = _fen(typed) if typed else None


def _fen(typed: str) -> int:
    try:
        amount = Decimal(typed) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", typed) else None
    except InvalidOperation:
        amount = None
    if amount is None:
        raise ValueError("请填写数字，单位万元，如 50 或 12.5。")
    if amount > MOST_TEN_THOUSANDS:
        raise ValueError("金额太大，请核对单位，这里按万元填写。")
    if amount != round(amount, 4):
        raise ValueError("金额最多四位小数（精确到元），请核对。")
    return int(amount * FEN)


class PartialDateField(LineField):
    """2015, 2015-03 or 2015-03-21 (also 2015年3月, 2015/3/21), stored as ISO text."""

    not_in_future = True

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        if self.data:
            self.data = _partial_date(self.data)

    def pre_validate(self, form: Form) -> None:
        if self.data and not self.process_errors and self.data > clock.today().isoformat():
            raise ValidationError(f"{self.label.text}不能在今天之后，请核对。")


def _partial_date(typed: str) -> str:
    shape = r"([12][0-9]{3})(?:[-/.年]([0-9]{1,2})(?:[-/.月]([0-9]{1,2})日?|月)?|年)?"
    match = re.fullmatch(shape, compact(typed))
    parts = [int(part) for part in match.groups() if part] if match else []
    try:
        date(*[*parts, 1, 1][:3])
    except (ValueError, TypeError):
        raise ValueError("日期不对，请填写年、年-月或年-月-日，如 2015-03。") from None
    return "-".join([f"{parts[0]:04d}", *(f"{part:02d}" for part in parts[1:])])


class DayField(DateField):
    """A date; the browser's own picker, and typed forms such as 2026/3/5."""

    def __init__(self, label: str, *more: Any, required: bool = False, **options):
        super().__init__(label, rules_of(required, None, more), **options)

    def process_formdata(self, values: list[str]) -> None:
        typed = compact(values[0] if values else "")
        self.data = None
        if not typed:
            return
        match = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", typed)
        try:
            day = date(*map(int, match.groups())) if match else date.fromisoformat(typed)
        except ValueError:
            raise ValueError("日期不对，请填写年-月-日，如 2026-03-05。") from None
        if not clock.is_believable(day):
            raise ValueError("日期的年份不对，请核对。")
        self.data = day


class _OneOf:
    """A choice that must be one of the list; nothing chosen is ''."""

    def process_formdata(self, values: list[str]) -> None:
        self.data = values[0] if values else ""

    def pre_validate(self, form: Form) -> None:
        if self.data and self.data not in {value for value, *_ in self.iter_choices()}:
            raise ValidationError(f"{self.label.text}没有这一项，请重新选择。")


class ChoiceField(_OneOf, SelectField):
    pass


class RadiosField(_OneOf, RadioField):
    pass


def options(pairs: Iterable[tuple[Any, str]], blank: str | None = None) -> list[SelectChoice]:
    """(key, word) pairs as WTForms takes them, after a first line that chooses nothing."""
    first = [] if blank is None else [SelectChoice("", blank)]
    return [*first, *(SelectChoice(str(key), word) for key, word in pairs)]


def select(
    label: str, choices: Iterable, *more: Any, required: bool = False, blank: str = "请选择", **more_options
) -> Any:
    """A select field of (key, word) pairs with a blank first line."""
    sentence = [Required(f"请选择{label}。")] if required else []
    return ChoiceField(label, [*sentence, *more], choices=options(choices, blank), **more_options)


def radios(label: str, choices: Iterable, *more: Any, required: bool = False, **more_options) -> Any:
    """Radio buttons of (key, word) pairs."""
    sentence = [Required(f"请选择{label}。")] if required else []
    return RadiosField(label, [*sentence, *more], choices=options(choices), **more_options)
