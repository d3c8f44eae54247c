"""The values of a form as words for people: the sheet, the differences and the dossier read them here."""

from datetime import date
from decimal import Decimal
from typing import Any

from intranet_crm.intake.fields import Field, Values
from intranet_crm.intake.settings import FEN_PER_WAN
from intranet_crm.reference.choices import DECISION_ROLES
from intranet_crm.reference.identifiers import mask_citizen_id
from intranet_crm.reference.industries import find_industry
from intranet_crm.reference.regions import full_name

TO_BE_ADDED = "待补充"
TO_BE_CONFIRMED = "待确认"


def is_blank(value: Any) -> bool:
    """Whether a value says nothing: None, spaces, an empty list, a region or range with nothing in it."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, dict):
        return all(is_blank(part) or part is False for part in value.values())
    if isinstance(value, list):
        return all(is_blank(part) for part in value)
    return value is None


def label_of(field: Field, values: Values) -> str:
    """The words of one value; 「待补充」 for a blank so marked, '' for any other blank.

    A citizen's number comes back masked.
    """
    value = values.get(field.key)
    if is_blank(value):
        return TO_BE_ADDED if field.key in values.get("pending", ()) else ""
    if field.key == "citizen_id":
        return mask_citizen_id(value)
    return WORDS[field.kind](field, value)


def money_words(budget: dict[str, Any]) -> str:
    """「50–80 万元」 from fen; 「待确认」 while it is not settled (D4)."""
    if budget.get("pending"):
        return TO_BE_CONFIRMED
    low, high = (_wan(budget.get(end)) for end in ("low", "high"))
    if low and high:
        return f"{low} 万元" if low == high else f"{low}–{high} 万元"
    return f"{low} 万元以上" if low else f"不超过 {high} 万元"


def _wan(fen: int | None) -> str:
    return "" if fen is None else f"{(Decimal(fen) / FEN_PER_WAN).normalize():f}"


def date_words(text: str) -> str:
    """「2015年3月」 or 「2015年3月4日」 from ISO; other text as it is."""
    try:
        day = date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError:
        return text
    return f"{day.year}年{day.month}月" + (f"{day.day}日" if len(text) > 7 else "")


def region_words(region: dict[str, str]) -> str:
    """「广东省深圳市南山区创新路739号」 from the codes of the three selects and the street."""
    code = region.get("district") or region.get("city") or region.get("province")
    return full_name(code) + (region.get("street") or "").strip()


def people_words(people: list[dict[str, str]]) -> str:
    """「王总（决策者）、李工（使用者）」."""
    return "、".join(
        row["name"].strip() + (f"（{DECISION_ROLES.label(row['role'])}）" if row.get("role") else "")
        for row in people
        if not is_blank(row.get("name"))
    )


def industry_words(code: str) -> str:
    """「I65 软件和信息技术服务业」; an unknown code as it is."""
    industry = find_industry(code)
    return industry.label if industry else code


def _choice_words(field: Field, value: str) -> str:
    return field.choices.label(value) if field.choices else value


WORDS = {
    "text": lambda field, value: value.strip(),
    "long_text": lambda field, value: value.strip(),
    "time_node": lambda field, value: value.strip(),
    "choice": _choice_words,
    "choices": lambda field, value: "、".join(_choice_words(field, each) for each in value),
    "score": lambda field, value: f"{value} 分",
    "industry": lambda field, value: industry_words(value),
    "date": lambda field, value: date_words(value),
    "partial_date": lambda field, value: date_words(value),
    "money_range": lambda field, value: money_words(value),
    "region": lambda field, value: region_words(value),
    "people": lambda field, value: people_words(value),
}
