"""Which filter sets a customer belongs to, read from its row, its tags and its needs.

A place, an industry, a day and an amount belong to several sets, each wider than the last: 310115 is in
31, 3101 and 310115. So what a filter asks for is in few sets, however many values lie in it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import Any

from peewee import SQL, Case, Expression, fn

from intranet_crm.customers.filter_sets import Name
from intranet_crm.customers.models import Customer
from intranet_crm.customers.need_tables import NEEDS, TAGGINGS
from intranet_crm.customers.tags import CustomerTag
from intranet_crm.database import database, is_sqlite
from intranet_crm.reference.choices import EMPLOYEE_BANDS

BAND_BOUNDS = dict(zip(EMPLOYEE_BANDS.keys(), ((0, 50), (50, 200), (200, 500), (500, 1 << 31)), strict=True))
ALL = ("all", "")
NEVER = "never"  # among the days of the last follow-up
DIGITS = 3  # of an amount that tell sets apart; what lies between two of them is asked of the database

Within = Callable[[Any], Expression]  # which customers, as a condition on the column of their id
Cut = Callable[[Any], tuple[str, ...]]


def itself(value: Any) -> tuple[str, ...]:
    return (str(value),)


def wider(*lengths: int) -> Cut:
    """The beginnings of a code that are sets of their own, and the code itself."""

    def cut(value: Any) -> tuple[str, ...]:
        code = str(value)
        return (*(code[:length] for length in lengths if length < len(code)), code)

    return cut


def industry(code: str) -> tuple[str, ...]:
    """C34 is in C and C34; 「其他」 is in no section."""
    return (code[0], code) if code[1:].isdigit() else (code,)


def amount(fen: int) -> str:
    """An amount by its length and its first digits, so that these texts sort as the amounts do."""
    digits = str(fen)
    return f"{len(digits):02}{digits[:DIGITS]:0<{DIGITS}}"


def is_round(fen: int) -> bool:
    """Whether ``amount`` says all of it."""
    return not str(fen)[DIGITS:].strip("0")


PLAIN = ("kind", "status", "stage", "grade", "source", "owner", "success_manager")
IN_ROW: dict[str, Cut] = dict.fromkeys(PLAIN, itself) | {
    "size": itself,
    "industry": industry,
    "region": wider(2, 4),
    "created": wider(4, 7),
    "followed": wider(4, 7),
}
ELSEWHERE = ("tag", "need", "need_tag", "budget")
FIELDS = (ALL[0], *IN_ROW, *ELSEWHERE)
_amounts = wider(2, 3, 4)


def living() -> Expression:
    """What keeps customers in the recycle bin out of every list."""
    return Customer.deleted_at.is_null()


def size_of(employees: Any, stated: Any) -> Case:
    """By the number, or by the band where no number is known; lower bounds count in (B5)."""
    bands = ((employees < below, key) for key, (_, below) in BAND_BOUNDS.items())
    return Case(None, ((employees.is_null(), stated), *bands))


def grouped(within: Within, fields: Collection[str] = FIELDS) -> dict[Name, list[int]]:
    """The ids of the customers by set; ALL are those that may be in a list."""
    found: dict[Name, list[int]] = defaultdict(list)
    asked = [field for field in IN_ROW if field in fields]
    rows = Customer.select(Customer.id, *map(_column, asked)).where(within(Customer.id), living())
    for key, *values in database.execute(rows):
        found[ALL].append(key)
        for field, value in zip(asked, values, strict=True):
            for name in _names(field, value):
                found[name].append(key)
    living_ids = set(found[ALL])
    for field in ELSEWHERE:
        if field in fields:
            for value, key in _others[field](within):
                if key in living_ids:
                    found[field, value].append(key)
    if ALL[0] not in fields:
        del found[ALL]
    return found


@lru_cache(maxsize=20_000)
def _names(field: str, value: Any) -> tuple[Name, ...]:
    if value in (None, ""):
        return (("followed", NEVER),) if field == "followed" else ()
    return tuple((field, name) for name in IN_ROW[field](value))


def _column(field: str) -> Any:
    if field == "size":
        return size_of(Customer.employees, Customer.employee_band)
    if field == "created":
        return _day(Customer.created_at)
    return _day(Customer.last_followup_at) if field == "followed" else getattr(Customer, field)


def _day(moment: Any) -> Any:
    """The day it was in Shanghai, eight hours ahead all year since 1991."""
    if is_sqlite():
        return fn.DATE(moment, "+8 hours")
    return fn.DATE(fn.TIMESTAMPADD(SQL("HOUR"), 8, moment))


def _tags(within: Within) -> Iterator[tuple[str, int]]:
    held = CustomerTag.select(CustomerTag.tag, CustomerTag.customer).where(within(CustomerTag.customer))
    return ((str(tag), key) for tag, key in database.execute(held))


def _needs(within: Within) -> Iterator[tuple[str, int]]:
    """By type and priority of one and the same need."""
    theirs = NEEDS.select(NEEDS.type, NEEDS.priority, NEEDS.customer_id).where(within(NEEDS.customer_id))
    return {(f"{kind}/{priority}", key) for kind, priority, key in database.execute(theirs.bind(database))}


def _need_tags(within: Within) -> Iterator[tuple[str, int]]:
    held = TAGGINGS.select(TAGGINGS.tag_id, NEEDS.type, NEEDS.priority, NEEDS.customer_id)
    held = held.join(NEEDS, on=TAGGINGS.need_id == NEEDS.id).where(within(TAGGINGS.customer_id))
    return {
        (f"{tag}/{kind}/{priority}", key)
        for tag, kind, priority, key in database.execute(held.bind(database))
    }


def _budgets(within: Within) -> Iterator[tuple[str, int]]:
    """By the largest lower bound that is known of a customer or any of its needs; 待确认 does not count."""
    own = Customer.select(Customer.id, Customer.budget_low).where(
        within(Customer.id), Customer.budget_low.is_null(False)
    )
    largest = dict(database.execute(own))
    theirs = NEEDS.select(NEEDS.customer_id, NEEDS.budget_low).where(
        within(NEEDS.customer_id), NEEDS.budget_low.is_null(False), NEEDS.budget_pending == 0
    )
    for key, low in database.execute(theirs.bind(database)):
        largest[key] = max(low, largest.get(key, 0))
    return ((value, key) for key, low in largest.items() for value in _amounts(amount(low)))


_others = {"tag": _tags, "need": _needs, "need_tag": _need_tags, "budget": _budgets}
