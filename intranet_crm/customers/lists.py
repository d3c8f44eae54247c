"""The list of customers, a page at a time in the order of ``touched_at`` (G1).

Two steps keep a page at the cost of a page, at any number of customers: first the keys of the page, walked
along an index of that order, then the twenty rows. Whose customers a person sees decides the walk: for the
own ones three short walks (owner, success manager, collaborations) are merged; for a team or all of them
the one index that holds every filtered column is walked.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from peewee import JOIN, SQL, Expression, ModelSelect, Select, fn

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.customers.filters import Filters
from intranet_crm.customers.list_columns import cells
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.queries import as_it_is, present, reached, shared_with, shown_texts
from intranet_crm.customers.tags import Tag, tags_of
from intranet_crm.database import one_of

PAGE = 20
MOST_COUNTED = 1000

Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One customer in the list, in words, masked where the reader has no right to the full value (C3)."""

    id: int
    place: Key
    cells: dict[str, str]
    keys: dict[str, str]  # of status, stage and grade, which are changed in place
    tags: list[Tag]
    may_edit: bool
    may_tag: bool


@dataclass(frozen=True, slots=True)
class Walk:
    """A part of a person's reach, to be read in the order of the list."""

    whose: Expression
    led: bool  # the condition itself has an index


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    count: int  # one more than MOST_COUNTED stands for 「1000+」
    before: Key | None  # where the page before ends, None when there is none
    after: Key | None


def page(person: Person, filters: Filters, *, after: Key | None = None, before: Key | None = None) -> Page:
    """The page after or before a place in the order of the list; the first page without either."""
    search = Search(_walks(person), filters, filters.few())
    if before:
        keys = search.keys(before, backward=True)
        if len(keys) > PAGE:
            return _page(person, search, keys[PAGE - 1 :: -1], earlier=True, later=True)
        after = None  # the beginning is shown whole
    keys = search.keys(after)
    more = len(keys) > PAGE
    return _page(person, search, keys[:PAGE], earlier=after is not None, later=more)


def _page(person: Person, search: "Search", keys: list[int], *, earlier: bool, later: bool) -> Page:
    rows = rows_of(person, keys)
    return Page(
        rows=rows,
        count=search.count() if earlier or later else len(rows),
        before=rows[0].place if earlier and rows else None,
        after=rows[-1].place if later and rows else None,
    )


@dataclass(frozen=True, slots=True)
class Search:
    """A filter within a person's reach."""

    walks: list[Walk]
    filters: Filters
    few: list[int] | None

    def keys(self, place: Key | None, *, backward: bool = False) -> list[int]:
        """The ids of a page and one more, in reading order, or in the opposite one when going backward."""
        beyond = [_beyond(place, backward)] if place else []
        way = "ASC" if backward else "DESC"
        order = (SQL(f"touched_at {way}"), SQL(f"id {way}"))
        queries = [
            query.where(*beyond).order_by(*order) if beyond else query.order_by(*order)
            for query in self._queries(Customer.touched_at, Customer.id, in_order=True)
        ]
        if not queries:
            return []
        return [key for _, key in merged(queries, PAGE + 1).order_by(*order).limit(PAGE + 1).tuples()]

    def count(self) -> int:
        """How many there are, counted no further than one more than MOST_COUNTED."""
        if not self.walks:
            return 0
        found = merged(self._queries(Customer.id), MOST_COUNTED + 1)
        return min(found.count(), MOST_COUNTED + 1)

    def _queries(self, *columns: Any, in_order: bool = False) -> list[ModelSelect]:
        return [
            Customer.select(*columns).where(
                walk.whose,
                *self.filters.conditions(led=walk.led, in_order=in_order, few=self.few),
                present(),
            )
            for walk in self.walks
        ]


def merged(walks: list[ModelSelect], most: int) -> ModelSelect:
    """The walks as one query, each stopped after ``most`` rows and what they share counted once."""
    stopped = [walk.limit(most).alias("walk") for walk in walks]
    return reduce(or_, [Select([walk], [SQL("walk.*")]).bind(Customer._meta.database) for walk in stopped])


def _beyond(place: Key, backward: bool) -> Expression:
    at, key = place
    if backward:
        return (Customer.touched_at >= at) & ((Customer.touched_at > at) | (Customer.id > key))
    return (Customer.touched_at <= at) & ((Customer.touched_at < at) | (Customer.id < key))


def _walks(person: Person) -> list[Walk]:
    """The walks that together are the person's reach."""
    reach = person.reach(P.SEE_CUSTOMERS)
    if reach == Reach.NONE:
        return []
    if reach == Reach.ALL:
        return [Walk(SQL("1 = 1"), led=False)]
    shared = [key for (key,) in shared_with(person).tuples()]
    shares = [Walk(one_of(Customer.id, shared), led=True)] if shared else []
    if reach == Reach.OWN:
        own = (Customer.owner == person.id, Customer.success_manager == person.id)
        return [*(Walk(whose, led=True) for whose in own), *shares]
    people = [key for (key,) in people_within(person, reach).tuples()]
    # "+ 0" hides the columns from their own indexes, which would fetch the whole team and sort it.
    team = one_of(Customer.owner + 0, people) | one_of(Customer.success_manager + 0, people)
    return [Walk(team, led=False), *shares]


def rows_of(person: Person, keys: list[int]) -> list[Row]:
    """The rows of these customers, which the person may see, in the order of the keys."""
    if not keys:
        return []
    primary = (Contact.customer == Customer.id) & (Contact.is_primary == 1)
    found = (
        Customer.select(*SELECTED)
        .join(Person, JOIN.LEFT_OUTER, on=Customer.owner)
        .join_from(Customer, Manager, JOIN.LEFT_OUTER, on=Customer.success_manager)
        .join_from(Customer, Contact, JOIN.LEFT_OUTER, on=primary)
        .where(Customer.id.in_(keys))
    )
    rows = {row.id: row for row in found.namedtuples()}
    shown = shown_texts(person, keys)
    full = {key for key in keys if shown[key] is as_it_is}
    editable = full & reached(person, P.EDIT_CUSTOMERS, keys)
    same = person.reach(P.TAG_IN_BULK) == person.reach(P.EDIT_CUSTOMERS)
    taggable = editable if same else reached(person, P.TAG_IN_BULK, keys)
    tags = tags_of(keys)
    return [
        Row(
            id=key,
            place=(rows[key].touched_at, key),
            cells=cells(rows[key], key in full, shown[key]),
            keys={name: getattr(rows[key], name) for name in ("status", "stage", "grade")},
            tags=tags.get(key, []),
            may_edit=key in editable,
            may_tag=key in taggable,
        )
        for key in keys
        if key in rows
    ]


Manager = Person.alias("manager")
SELECTED = (
    Customer.id, Customer.number, Customer.kind, Customer.name, Customer.short_name, Customer.industry,
    Customer.industry_note, Customer.status, Customer.stage, Customer.grade, Customer.phone,
    Customer.landline, Customer.email, Customer.first_contact_on, Customer.source, Customer.region,
    Customer.employees, Customer.employee_band, Customer.budget_low, Customer.budget_high,
    Customer.cooperation_to, Customer.last_followup_at, Customer.touched_at, Customer.created_at,
    fn.SUBSTR(Customer.main_business, 1, 80).alias("main_business"),
    fn.SUBSTR(Customer.notes, 1, 80).alias("notes"),
    Person.name.alias("owner_name"), Manager.name.alias("manager_name"),
    Contact.name.alias("contact_name"), Contact.mobile.alias("contact_mobile"),
    Contact.landline.alias("contact_landline"), Contact.email.alias("contact_email"),
)  # fmt: skip
