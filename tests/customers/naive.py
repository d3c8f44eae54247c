"""The list as a child would find it: every customer looked at, one condition after the other."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.filters import Filters, months_back
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import visible_customers
from intranet_crm.customers.tags import CustomerTag
from intranet_crm.needs.models import Need
from intranet_crm.needs.tags import NeedTagging

BANDS = {"under_50": (0, 49), "50_to_200": (50, 199), "200_to_500": (200, 499), "from_500": (500, 10**9)}


def listed(person: Person, filters: Filters) -> list[int]:
    """The ids in the order of the list."""
    tags, needs, need_tags = {}, {}, {}
    for tagging in CustomerTag.select():
        tags.setdefault(tagging.customer_id, set()).add(tagging.tag_id)
    for need in Need.select():
        needs.setdefault(need.customer_id, []).append(need)
    for tagging in NeedTagging.select():
        need_tags.setdefault(tagging.need_id, set()).add(tagging.tag_id)
    found = [
        customer
        for customer in visible_customers(person)
        if fits(customer, filters, tags.get(customer.id, set()), needs.get(customer.id, []), need_tags)
    ]
    found.sort(key=lambda customer: (customer.touched_at, customer.id), reverse=True)
    return [customer.id for customer in found]


def fits(customer: Customer, f: Filters, tags: set[int], needs: list[Need], need_tags: dict) -> bool:
    columns = ("status", "stage", "kind", "grade", "source", "owner", "success_manager")
    return (
        all(one_of(customer.__data__[name], getattr(f, name)) for name in columns)
        and one_of(band(customer), f.size)
        and (not f.industry or any(in_industry(customer.industry, code) for code in f.industry))
        and (not f.region or any(customer.region.startswith(beginning(code)) for code in f.region))
        and within(day(customer.created_at), f.created_from, f.created_to)
        and (not f.created_months or day(customer.created_at) >= months_back(clock.today(), f.created_months))
        and within(day(customer.last_followup_at), f.followed_from, f.followed_to)
        and (not f.idle or any(is_idle(day(customer.last_followup_at), word) for word in f.idle))
        and set(f.tag) <= tags
        and (not f.budget or largest_budget(customer, needs) >= f.budget)
        and (
            not (f.need_type or f.need_priority or f.need_tag)
            or any(need_fits(need, f, need_tags.get(need.id, set())) for need in needs)
        )
        and one_of(customer.id, f.chosen)
    )


def one_of(value: Any, wanted: Iterable) -> bool:
    return not wanted or value in wanted


def need_fits(need: Need, f: Filters, tags: set[int]) -> bool:
    return (
        one_of(need.type, f.need_type)
        and one_of(need.priority, f.need_priority)
        and (not f.need_tag or bool(tags & {*f.need_tag}))
    )


def band(customer: Customer) -> str:
    if customer.employees is None:
        return customer.employee_band
    return next(key for key, (low, high) in BANDS.items() if low <= customer.employees <= high)


def in_industry(industry: str, code: str) -> bool:
    return industry == code or (len(code) == 1 and industry[:1] == code and industry != "OTHER")


def beginning(region: str) -> str:
    return region.removesuffix("0000").removesuffix("00")


def largest_budget(customer: Customer, needs: list[Need]) -> int:
    known = [customer.budget_low, *(need.budget_low for need in needs if not need.budget_pending)]
    return max((low for low in known if low is not None), default=-1)


def day(moment: datetime | None) -> date | None:
    return moment and clock.local(moment).date()


def within(when: date | None, first: date | None, last: date | None) -> bool:
    if not first and not last:
        return True
    return when is not None and (not first or when >= first) and (not last or when <= last)


def is_idle(when: date | None, word: str) -> bool:
    if word == "never":
        return when is None
    return when is not None and (clock.today() - when).days > int(word)
