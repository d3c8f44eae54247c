"""The filter read back as a Chinese sentence, part by part (G1): 近3个月新增、意向客户、制造业，共 37 家."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from intranet_crm.accounts.models import Person
from intranet_crm.customers import need_tables
from intranet_crm.customers.filters import IDLE, Filters
from intranet_crm.customers.tags import meant_tags
from intranet_crm.formatting import ten_thousands
from intranet_crm.reference.choices import (
    CUSTOMER_GRADES,
    CUSTOMER_KINDS,
    CUSTOMER_STATUSES,
    EMPLOYEE_BANDS,
    FOLLOWUP_STAGES,
    NEED_TYPES,
    PRIORITIES,
    SOURCE_CHANNELS,
)
from intranet_crm.reference.industries import industries
from intranet_crm.reference.regions import full_name

WORDS = {  # what stands before one value, what before several, the values
    "status": ("", "状态", CUSTOMER_STATUSES),
    "stage": ("处于", "阶段", FOLLOWUP_STAGES),
    "kind": ("", "类型", CUSTOMER_KINDS),
    "grade": ("", "分级", CUSTOMER_GRADES),
    "size": ("", "规模", EMPLOYEE_BANDS),
    "source": ("来自", "来源", SOURCE_CHANNELS),
    "idle": ("", "跟进情况", IDLE),
    "need_type": ("需求为", "需求类型", NEED_TYPES),
    "need_priority": ("需求优先级", "需求优先级", PRIORITIES),
}
ORDER = (
    "created", "status", "stage", "kind", "grade", "industry", "size", "region", "source", "owner",
    "success_manager", "budget", "need_type", "need_priority", "need_tag", "tag",
    "followed", "idle", "chosen",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One condition in words; ``chips`` are those of its values, each with the parameters that say it."""

    words: str
    chips: tuple["Chip", ...]


@dataclass(frozen=True, slots=True)
class Chip:
    words: str
    names: tuple[str, ...]
    value: str = ""  # of a parameter that may stand several times


def parts(filters: Filters) -> list[Part]:
    """The conditions in the order people say them."""
    found = dict(_parts(filters))
    return [part for name in ORDER for part in found.get(name, ())]


def sentence(filters: Filters, count: int) -> str:
    """「近3个月新增、意向客户、制造业，共 37 家」; without conditions 「全部客户，共 37 家」."""
    return f"{scope(filters)}，共 {count:,} 家"


def scope(filters: Filters) -> str:
    return "、".join(part.words for part in parts(filters)) or "全部客户"


def _parts(filters: Filters) -> Iterable[tuple[str, list[Part]]]:
    for name, (before_one, before_several, choices) in WORDS.items():
        words = {key: choices.label(key) for key in getattr(filters, name)}
        yield name, _either(name, words, f"{before_one}%s", before_several)
    yield "created", _created(filters)
    yield "followed", _range(filters.followed_from, filters.followed_to, "最后跟进", "followed")
    yield "industry", _either("industry", _industries(filters), "%s", "行业")
    yield "region", _either("region", {code: full_name(code) for code in filters.region}, "%s", "地区")
    if filters.budget:
        yield "budget", _one(f"预算{ten_thousands(filters.budget)}万以上", "budget")
    yield from _people(filters)
    yield (
        "need_tag",
        _either("need_tag", need_tables.meant_tags(filters.need_tag), "需求标签「%s」", "需求标签"),
    )
    named = meant_tags(list(filters.tag))
    yield (
        "tag",
        [
            part
            for key in filters.tag
            if key in named
            for part in _either("tag", {key: named[key]}, "标签「%s」", "")
        ],
    )
    if filters.chosen:
        yield "chosen", _one(f"选中的 {len(filters.chosen)} 家", "chosen")


def _either(name: str, words: dict[Any, str], one: str, several: str) -> list[Part]:
    """「意向客户」, or of several 「状态为意向客户或成交客户」, where each value is a chip of its own."""
    if not words:
        return []
    chips = tuple(Chip(one % word, (name,), str(key)) for key, word in words.items())
    return [Part(chips[0].words if len(chips) == 1 else f"{several}为{'或'.join(words.values())}", chips)]


def _one(words: str, *names: str) -> list[Part]:
    return [Part(words, (Chip(words, names),))]


def _industries(filters: Filters) -> dict[str, str]:
    names = {each.code: each.name for each in industries()} if filters.industry else {}
    names["OTHER"] = "其他行业"
    return {code: names.get(code, code) for code in filters.industry}


def _people(filters: Filters) -> Iterable[tuple[str, list[Part]]]:
    keys = {*filters.owner, *filters.success_manager}
    names = dict(Person.select(Person.id, Person.name).where(Person.id.in_(keys)).tuples()) if keys else {}
    said = (("owner", "%s负责", "负责人"), ("success_manager", "客户成功经理%s", "客户成功经理"))
    for name, one, several in said:
        words = {key: names.get(key, "已不在的同事") for key in getattr(filters, name)}
        yield name, _either(name, words, one, several)


def _created(filters: Filters) -> list[Part]:
    found = []
    if filters.created_months:
        found += _one(f"近{filters.created_months}个月新增", "created_months")
    return found + _range(filters.created_from, filters.created_to, "创建", "created", "新增")


def _range(first: date | None, last: date | None, word: str, name: str, after: str = "") -> list[Part]:
    names = (f"{name}_from", f"{name}_to")
    prefix = "" if after else word
    if first and last:
        return _one(f"{prefix}{first} 至 {last} {after or ''}".strip(), *names)
    if first:
        return _one(f"{first} 以来{after}" if after else f"{word}在 {first} 以后", *names)
    if last:
        return _one(f"{last} 以前{after}" if after else f"{word}在 {last} 以前", *names)
    return []
