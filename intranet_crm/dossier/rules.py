"""How complete a dossier is: the fields of T2 with the weight of each, by kind; no Flask, no Peewee."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """A field of T2 that may be missing; ``place`` is the address where it is filled in."""

    key: str
    label: str
    weight: int
    place: str = "/customers/{customer}/edit#{key}"
    only: str = ""  # a kind of customer
    once_won: bool = False  # asked of those we have a contract with


# Weights of our own: no source names any. What decides about a deal weighs most. What the form requires
# anyway is left out, since it is always there.
ITEMS = (
    Item("core_need", "核心需求", 12, "/customers/{customer}/needs/new"),
    Item("decision_maker", "决策者", 10, "/customers/{customer}#contacts", only="enterprise"),
    Item("key_contact", "关键联系人", 10, "/customers/{customer}/contacts/new", only="enterprise"),
    Item("credit_code", "统一社会信用代码", 8, only="enterprise"),
    Item("citizen_id", "身份证号", 8, only="individual"),
    Item("way", "联系方式", 8, "/customers/{customer}/edit#phone"),
    Item("budget", "预算范围", 8, "/customers/{customer}/edit#budget_low"),
    Item("time_node", "时间节点", 6, "/customers/{customer}#needs"),
    Item("main_business", "主营业务", 6),
    Item("employees", "员工人数", 6, only="enterprise"),
    Item("region", "地址", 5),
    Item("revenue", "年营收", 4, only="enterprise"),
    Item("grade", "客户分级", 4, "/customers/{customer}/row/grade"),
    Item("success_manager_id", "客户成功经理", 4, once_won=True),
    Item("cooperation_from", "合作开始日", 4, once_won=True),
    Item("org_chart", "组织架构图", 4, "/customers/{customer}#attachments", only="enterprise"),
    Item("founded", "成立时间", 3, only="enterprise"),
    Item("occupation", "个人身份", 3, only="individual"),
    Item("registered_region", "注册地址", 3),
    Item("first_contact_on", "首次接触时间", 3),
    Item("tags", "标签", 2, "/customers/{customer}/tags"),
    Item("confidentiality", "密级", 2),
    Item("processing_basis", "处理依据", 2),
    Item("short_name", "简称", 1, only="enterprise"),
)
WON = ("won", "paused")


@dataclass(frozen=True, slots=True)
class Completeness:
    """``percent`` of the weights is filled; ``missing`` are the rest, the weightiest first."""

    percent: int
    missing: list[Item]


def completeness(kind: str, status: str, filled: Collection[str]) -> Completeness:
    """How much of what is asked of such a customer is known; 100 only when nothing is missing."""
    asked = [item for item in ITEMS if item.only in ("", kind) and (not item.once_won or status in WON)]
    missing = [item for item in asked if item.key not in filled]
    known = sum(item.weight for item in asked if item.key in filled)
    return Completeness(100 * known // sum(item.weight for item in asked), missing)
