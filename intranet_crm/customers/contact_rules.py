"""What is known of a contact (T3), and how its personal data is masked (C3); no Flask, no Peewee."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from intranet_crm.reference.phones import mask_email, mask_name, mask_phone

# T3 联系人
LABELS = {
    "name": "姓名",
    "form_of_address": "称谓",
    "department": "部门",
    "post": "职位",
    "mobile": "手机号",
    "landline": "固定电话",
    "email": "邮箱",
    "decision_role": "决策角色",
    "area": "负责领域",
    "preferred_channel": "偏好沟通方式",
    "good_times": "方便联系时间",
    "birthday": "生日",
    "consent": "告知/同意",
    "notice_way": "告知方式",
    "notice_on": "告知日期",
    "notes": "备注",
    "is_primary": "主联系人",
}
WAYS = ("mobile", "landline", "email")
UNREACHABLE = "手机号、固定电话、邮箱至少填写一项，优先登记工作电话。"
TOLD = ("agreed", "informed")  # 告知/同意 that has a way and a day


def hidden(text: str) -> str:
    return "（已隐藏）" if text else ""


MASKS: dict[str, Callable[[str], str]] = {
    "name": mask_name,
    "mobile": mask_phone,
    "landline": mask_phone,
    "email": mask_email,
    "birthday": hidden,
    "notes": hidden,  # free text may hold a private number
}


def masked(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts as readers without the right see them, and as the audit log keeps them."""
    return {name: MASKS[name](value) if name in MASKS else value for name, value in facts.items()}


def unmasked(name: str, value: Any, stored: Any) -> Any:
    """A masked value that came back stands for the stored one; anything else is what was typed."""
    came_back = name in MASKS and stored and value == MASKS[name](stored)
    return stored if came_back else value


def is_reachable(facts: dict[str, Any]) -> bool:
    """Whether there is a phone or an e-mail (B10)."""
    return any(facts.get(way) for way in WAYS)


BIRTHDAY = re.compile(r"(?:([12][0-9]{3})[-/.年])?([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?")


def read_birthday(typed: str, today: date) -> str:
    """3月12日, 03-12, 1985-03-12 … as it is kept: 03-12 or 1985-03-12. Raises ValueError with a sentence."""
    found = BIRTHDAY.fullmatch(typed)
    try:
        year, month, day = (int(part) if part else 0 for part in found.groups())
        born = date(year or 2000, month, day)  # 2000: a leap year, so that 29 February is a day
    except (AttributeError, ValueError):
        raise ValueError("生日不对，请填写月日，如 3月12日；知道年份时写 1985-03-12。") from None
    if year and born > today:
        raise ValueError("生日不能在今天之后，请核对年份。")
    return f"{born:%Y-%m-%d}" if year else f"{born:%m-%d}"


def birthday_words(kept: str) -> str:
    """「3月12日」, the year being nobody's business."""
    return f"{int(kept[-5:-3])}月{int(kept[-2:])}日" if kept else ""


def notice_fault(consent: str, way: str, on: date | None, today: date) -> tuple[str, str] | None:
    """(field, sentence) of what is wrong with 告知/同意: what was told has a way and a day (PIPL)."""
    if consent in TOLD:
        if not way:
            return "notice_way", "请选择怎样告知的。"
        if on is None:
            return "notice_on", "请填写告知的日期。"
    elif way or on:
        return "consent", "填了告知方式或日期，请选择已告知的情况。"
    if on and on > today:
        return "notice_on", "告知日期不能在今天之后，请核对。"
    return None
