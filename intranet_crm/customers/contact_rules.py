"""What is known of a contact (T3), and how its personal data is masked (C3); no Flask, no Peewee."""

from collections.abc import Callable
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
    "notes": "备注",
    "is_primary": "主联系人",
}
WAYS = ("mobile", "landline", "email")
UNREACHABLE = "手机号、固定电话、邮箱至少填写一项，优先登记工作电话。"
MASKS: dict[str, Callable[[str], str]] = {
    "name": mask_name,
    "mobile": mask_phone,
    "landline": mask_phone,
    "email": mask_email,
    "notes": lambda text: "（已隐藏）" if text else "",  # free text may hold a private number
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
