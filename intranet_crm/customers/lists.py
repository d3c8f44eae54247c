"""The list of customers, a page at a time in the order of ``touched_at`` (G1).

The filter sets tell which customers a filter finds, and the shelves which of them stand next in the order.
Of those few the keys are asked for, then the rows of one page: it costs the same for any filter, at any
number of customers, on any page.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN, Expression, ModelSelect, fn
from pyroaring import BitMap

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.filter_match import Found, ask, match
from intranet_crm.customers.filter_reading import Sets, read
from intranet_crm.customers.filter_shelves import Stretch, id_of, moment_of, stretch, text_of
from intranet_crm.customers.filters import Filters
from intranet_crm.customers.list_columns import cells
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.queries import as_it_is, masking
from intranet_crm.customers.tags import Tag, tags_of
from intranet_crm.customers.whose import Reaches
from intranet_crm.database import Kept, database

PAGE = AT_ONCE = 20  # rows on a page, and in the one query that is kept for them
FEW = 250  # so many keys are asked for by id; of more the order itself is read, where they stand close

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
class Page:
    rows: list[Row]
    count: int
    before: Key | None  # where the page before ends, None when there is none
    after: Key | None


def page(person: Person, filters: Filters, *, after: Key | None = None, before: Key | None = None) -> Page:
    """The page after or before a place in the order of the list; the first page without either."""
    search = Search(person, filters)
    if before:
        keys = search.keys(before, backward=True)
        if len(keys) > PAGE:
            return _page(search, keys[PAGE - 1 :: -1], earlier=True, later=True)
        after = None  # the beginning is shown whole
    keys = search.keys(after)
    more = len(keys) > PAGE
    return _page(search, keys[:PAGE], earlier=after is not None, later=more)


def _page(search: "Search", keys: list[int], *, earlier: bool, later: bool) -> Page:
    rows = rows_of(search.reaches, keys)
    return Page(
        rows=rows,
        count=search.count(),
        before=rows[0].place if earlier and rows else None,
        after=rows[-1].place if later and rows else None,
    )


class Search:
    """A filter within a person's reach. A place is a line of text here, as the shelves have it."""

    def __init__(self, person: Person, filters: Filters) -> None:
        self.reaches, self.filters = Reaches(person), filters
        self.whose = self.reaches[P.SEE_CUSTOMERS]
        self.conditions = [*filters.conditions(), *self.whose.conditions()]
        self.sure, self.asked = BitMap(), {}

    def count(self) -> int:
        """How many there are; known once ``keys`` was asked."""
        return len(self.sure) + len(self.asked)

    def keys(self, place: Key | None, *, backward: bool = False) -> list[int]:
        """The ids of a page and one more, in reading order, or in the opposite one when going backward."""
        start = text_of(*place) if place else None
        found, part = read(lambda sets: self._begin(sets, start, backward))
        self.sure, self.asked = found.sure, self._places(found.unsure)
        places = dict(self.asked)
        while True:
            places |= self._standing(part, start, backward)
            settled = [
                at for at in places.values() if _follows(at, start, backward) and part.holds(at, backward)
            ]
            if len(settled) > PAGE or part.edge is None:
                settled.sort(reverse=not backward)
                return [id_of(at) for at in settled[: PAGE + 1]]
            part = read(lambda sets, edge=part.edge: stretch(sets, self.sure, edge, PAGE + 1, backward))

    def _begin(self, sets: Sets, start: str | None, backward: bool) -> tuple[Found, Stretch]:
        found = match(sets, self.filters, self.whose)
        return found, stretch(sets, found.sure, start, PAGE + 1, backward)

    def _standing(self, part: Stretch, start: str | None, backward: bool) -> dict[int, str]:
        """The places by id of those that stand on a part of the list."""
        if len(part.ids) <= FEW:
            return self._places(part.ids)
        first, last = (start, part.edge) if backward else (part.edge, start)
        order = (
            (Customer.touched_at, Customer.id)
            if backward
            else (Customer.touched_at.desc(), Customer.id.desc())
        )
        walked = Customer.select(Customer.touched_at, Customer.id).where(*self.conditions)
        walked = walked.where(*_between(first, last, backward)).order_by(*order).limit(PAGE + 1)
        return {key: text_of(at, key) for at, key in database.execute(walked)}

    def _places(self, ids: BitMap) -> dict[int, str]:
        rows = ask(ids, self.conditions, Customer.touched_at, Customer.id)
        return {key: text_of(at, key) for at, key in rows}


def _follows(place: str, start: str | None, backward: bool) -> bool:
    return start is None or (place > start if backward else place < start)


def _between(first: str | None, last: str | None, backward: bool) -> list[Expression]:
    """From the first place on, or after it when going backward, to the last one but without it."""
    at, key, wanted = Customer.touched_at, Customer.id, []
    if first:
        moment = moment_of(first)
        wanted.append((at >= moment) & ((at > moment) | (key >= id_of(first) + backward)))
    if last:
        moment = moment_of(last)
        wanted.append((at <= moment) & ((at < moment) | (key < id_of(last))))
    return wanted


def rows_of(reaches: Reaches, keys: list[int]) -> list[Row]:
    """The rows of these customers, which the person may see, in the order of the keys."""
    if not keys:
        return []
    rows = {row.id: row for row in _rows(*keys, *[0] * (AT_ONCE - len(keys)))}
    keys = [key for key in keys if key in rows]

    def those(permission: P) -> set[int]:
        whose = reaches[permission]
        return {key for key in keys if whose.holds(key, rows[key].owner, rows[key].success_manager)}

    person = reaches.person
    sees_all = person.reach(P.SEE_CONTACTS) >= person.reach(P.SEE_CUSTOMERS)
    full = set(keys) if sees_all else those(P.SEE_CONTACTS)
    shown = dict.fromkeys(full, as_it_is) | masking(set(keys) - full)
    editable, taggable, tags = full & those(P.EDIT_CUSTOMERS), those(P.TAG_IN_BULK), tags_of(keys)
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
    ]


@Kept
def _rows(*keys: Any) -> ModelSelect:
    primary = (Contact.customer == Customer.id) & (Contact.is_primary == 1)
    found = (
        Customer.select(*SELECTED)
        .join(Person, JOIN.LEFT_OUTER, on=Customer.owner)
        .join_from(Customer, Manager, JOIN.LEFT_OUTER, on=Customer.success_manager)
        .join_from(Customer, Contact, JOIN.LEFT_OUTER, on=primary)
    )
    return found.where(Customer.id.in_(keys)).namedtuples()


Manager = Person.alias("manager")
SELECTED = (
    Customer.id, Customer.number, Customer.kind, Customer.name, Customer.short_name, Customer.industry,
    Customer.industry_note, Customer.status, Customer.stage, Customer.grade, Customer.phone,
    Customer.landline, Customer.email, Customer.first_contact_on, Customer.source, Customer.region,
    Customer.employees, Customer.employee_band, Customer.budget_low, Customer.budget_high,
    Customer.cooperation_to, Customer.last_followup_at, Customer.touched_at, Customer.created_at,
    fn.SUBSTR(Customer.main_business, 1, 80).alias("main_business"),
    fn.SUBSTR(Customer.notes, 1, 80).alias("notes"),
    Customer.owner, Customer.success_manager,
    Person.name.alias("owner_name"), Manager.name.alias("manager_name"),
    Contact.name.alias("contact_name"), Contact.mobile.alias("contact_mobile"),
    Contact.landline.alias("contact_landline"), Contact.email.alias("contact_email"),
)  # fmt: skip
