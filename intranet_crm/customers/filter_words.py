"""The filter read back as a Chinese sentence, part by part (G1): 近3个月新增、意向客户、制造业，共 37 家."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from intranet_crm.accounts.models import Person
from intranet_crm.customers.filters import Filters
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

WORDS = {
    "status": ("", CUSTOMER_STATUSES),
    "stage": ("处于", FOLLOWUP_STAGES),
    "kind": ("", CUSTOMER_KINDS),
    "grade": ("", CUSTOMER_GRADES),
    "size": ("", EMPLOYEE_BANDS),
    "source": ("来自", SOURCE_CHANNELS),
    "need_type": ("需求为", NEED_TYPES),
    "need_priority": ("需求优先级", PRIORITIES),
}
ORDER = (
    "created", "status", "stage", "kind", "grade", "industry", "size", "region", "source", "owner",
    "success_manager", "budget", "need_type", "need_priority", "tag", "followed", "chosen",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One condition in words, and the parameters of the address that say it."""

    words: str
    names: tuple[str, ...]
    value: str = ""  # of a parameter that stands several times


def parts(filters: Filters) -> list[Part]:
    """The conditions in the order people say them."""
    found = dict(_parts(filters))
    return [part for name in ORDER for part in found.get(name, ())]


def sentence(filters: Filters, count: int | str) -> str:
    """「近3个月新增、意向客户、制造业，共 37 家」; without conditions 「全部客户，共 37 家」."""
    said = "、".join(part.words for part in parts(filters)) or "全部客户"
    return f"{said}，共 {count} 家"


def _parts(filters: Filters) -> Iterable[tuple[str, list[Part]]]:
    for name, (prefix, choices) in WORDS.items():
        if key := getattr(filters, name):
            yield name, [Part(f"{prefix}{choices.label(key)}", (name,))]
    yield "created", _created(filters)
    yield "followed", _range(filters.followed_from, filters.followed_to, "最后跟进", "followed")
    if filters.industry:
        names = {each.code: each.name for each in industries()}
        word = names.get(filters.industry, filters.industry)
        yield "industry", [Part("其他行业" if word == "其他" else word, ("industry",))]
    if filters.region:
        yield "region", [Part(full_name(filters.region), ("region",))]
    if filters.budget:
        yield "budget", [Part(f"预算{ten_thousands(filters.budget)}万以上", ("budget",))]
    yield from _people(filters)
    named = meant_tags(list(filters.tag))
    yield "tag", [Part(f"标签「{named[key]}」", ("tag",), str(key)) for key in filters.tag if key in named]
    if filters.chosen:
        yield "chosen", [Part(f"选中的 {len(filters.chosen)} 家", ("chosen",))]


def _people(filters: Filters) -> Iterable[tuple[str, list[Part]]]:
    asked = {"owner": filters.owner, "success_manager": filters.success_manager}
    keys = [key for key in asked.values() if key]
    names = dict(Person.select(Person.id, Person.name).where(Person.id.in_(keys)).tuples()) if keys else {}
    words = {"owner": "{}负责", "success_manager": "客户成功经理{}"}
    for name, key in asked.items():
        if key:
            yield name, [Part(words[name].format(names.get(key, "已不在的同事")), (name,))]


def _created(filters: Filters) -> list[Part]:
    found = []
    if filters.created_months:
        found.append(Part(f"近{filters.created_months}个月新增", ("created_months",)))
    return found + _range(filters.created_from, filters.created_to, "创建", "created", "新增")


def _range(first: date | None, last: date | None, word: str, name: str, after: str = "") -> list[Part]:
    names = (f"{name}_from", f"{name}_to")
    prefix = "" if after else word
    if first and last:
        return [Part(f"{prefix}{first} 至 {last} {after or ''}".strip(), names)]
    if first:
        return [Part(f"{prefix}{first} 以来{after}" if after else f"{word}在 {first} 以后", names)]
    if last:
        return [Part(f"{last} 以前{after}" if after else f"{word}在 {last} 以前", names)]
    return []
