"""A need's values in words for people."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import takewhile
from typing import Any

from intranet_crm.customers.rules import masked_text
from intranet_crm.formatting import ten_thousands
from intranet_crm.reference import choices
from intranet_crm.reference.phones import mask_name

TO_BE_CONFIRMED = "待确认"

# T1 (二) and (三), D1-D5
LABELS = {
    "type": "需求类型",
    "type_note": "需求类型说明",
    "nature": "需求性质",
    "followup_words": "推断依据",
    "background": "需求背景简述",
    "detail": "具体需求描述",
    "product_type": "产品类型",
    "service_requirements": "服务要求",
    "priority": "需求优先级",
    "complexity": "需求复杂度",
    "budget_low": "预算下限",
    "budget_high": "预算上限",
    "budget_pending": "预算待确认",
    "budget_cycle": "预算周期",
    "planned_start": "计划启动时间",
    "expected_finish": "期望完成时间",
    "decision_chain": "决策链",
    "current_state": "What现状",
    "pain_points": "业务痛点/隐性需求",
    "wished_state": "What期望",
    "acceptance": "交付与验收标准",
    "competitors": "竞品与客户评价",
    "intention": "合作意向",
    "change_kind": "变化类型",
    "project_status": "当前项目状态",
    "satisfaction": "满意度反馈",
    "renewal_intention": "续约意向",
    "cooperation_history": "历史合作",
    "bottlenecks": "合作瓶颈",
}

WORDS = {
    "type": choices.NEED_TYPES,
    "nature": choices.NEED_NATURES,
    "priority": choices.PRIORITIES,
    "complexity": choices.COMPLEXITIES,
    "intention": choices.INTENTIONS,
    "change_kind": choices.CHANGE_KINDS,
    "renewal_intention": choices.RENEWAL_INTENTIONS,
}


def budget_words(low: int | None, high: int | None, pending: bool) -> str:
    """「50–80 万元」 from fen; 「待确认」 while it is not settled; '' when nothing is known (D4)."""
    if low is not None and high is not None:
        return f"{ten_thousands(low)}{'' if low == high else f'–{ten_thousands(high)}'} 万元"
    if low is not None:
        return f"{ten_thousands(low)} 万元以上"
    if high is not None:
        return f"不超过 {ten_thousands(high)} 万元"
    return TO_BE_CONFIRMED if pending else ""


def chain_words(chain: list[dict[str, str]], in_full: bool = True) -> str:
    """「王总（决策者）、李工（使用者）」, the names masked for those without the right (C3)."""
    return "、".join(
        (row["name"] if in_full else mask_name(row["name"]))
        + (f"（{choices.DECISION_ROLES.label(row['role'])}）" if row.get("role") else "")
        for row in chain
        if row.get("name")
    )


def deciders(*chains: Iterable[dict[str, str]] | None) -> list[str]:
    """The names in decision chains."""
    return [row.get("name", "") for chain in chains for row in chain or ()]


def names_masked(text: str, names: Iterable[str]) -> str:
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, mask_name(name))
    return text


def masked_with_deciders(need: Any, shown: Callable[[str], str], text: str) -> str:
    """Running text of the need, masked by ``shown`` and for the persons of its decision chain."""
    return masked_text(shown(text), deciders(need.decision_chain))


def value_words(name: str, value: Any, in_full: bool, shown: Callable[[str], str] = str) -> str:
    """One field's value in words; ``shown``: how running text is shown to the reader."""
    if name in WORDS:
        return WORDS[name].label(value)
    if name == "decision_chain":
        return chain_words(value or [], in_full)
    if name == "budget_pending":
        return "是" if value else "否"
    if name in ("budget_low", "budget_high"):
        return f"{ten_thousands(value)} 万元" if value is not None else ""
    if name == "satisfaction" and str(value).isdigit():
        return f"{value} 分"
    return shown(value or "")


def need_words(need: Any, in_full: bool, shown: Callable[[str], str] = str) -> dict[str, str]:
    """Every field of the need in words, by name; the budget's three fields as one, ``budget``.

    ``shown``: how running text is shown to the reader; ``start`` and ``finish`` are the time nodes without
    their dates.
    """
    read = shown if in_full else partial(masked_with_deciders, need, shown)
    words = {name: value_words(name, getattr(need, name), in_full, read) for name in LABELS}
    return words | {
        "budget": budget_words(need.budget_low, need.budget_high, bool(need.budget_pending)),
        "start": words["planned_start"],
        "finish": words["expected_finish"],
        "planned_start": words["planned_start"] + _dates(need.start_from, need.start_to),
        "expected_finish": words["expected_finish"] + _dates(need.expected_from, need.expected_to),
        "progress": choices.RESPONSES.label(need.progress),
    }


def excerpts(old: str, new: str, around: int = 12) -> tuple[str, str]:
    """Two long texts cut down to where they differ, with a few words around it; short ones as they are."""
    shorter = min(len(old), len(new))
    if shorter <= 3 * around:
        return old, new
    first = _same(old, new) - around
    last = min(_same(old[::-1], new[::-1]), shorter - first - around) - around
    return _cut(old, first, len(old) - last), _cut(new, first, len(new) - last)


def _same(one: str, other: str) -> int:
    """How many characters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _cut(text: str, first: int, last: int) -> str:
    return ("…" if first > 0 else "") + text[max(first, 0) : last] + ("…" if last < len(text) else "")


def _dates(first: Any, last: Any) -> str:
    return f"（{first} 至 {last}）" if first else ""
