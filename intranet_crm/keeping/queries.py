"""Reading boxes, loans, holds, terms and disposals, within the reach of the sheets (A3)."""

import contextlib
from collections.abc import Sequence

from peewee import JOIN, ModelSelect, fn

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.queries import visible_records
from intranet_crm.customers.models import Customer
from intranet_crm.errors import DomainError
from intranet_crm.files.models import StoredFile
from intranet_crm.intake.models import IntakeForm
from intranet_crm.keeping.models import Box, Disposal, DisposalItem, Hold, Keeping, Loan
from intranet_crm.keeping.rules import SHORTEST_YEARS, years_later
from intranet_crm.keeping.terms import ENDED
from intranet_crm.paper.filing import pages_of

PAGE = 20
MOST_IN_BOX = 500

Lender = Person.alias()
Newer = IntakeForm.alias()


def boxes(after: str = "", q: str = "") -> list[tuple[Box, int]]:
    """A page of boxes and one more, the newest first, with how many records lie in each."""
    found = Box.select()
    if q:
        found = found.where(Box.number.startswith(q.upper()) | Box.title.contains(q) | Box.shelf.contains(q))
    if after:
        found = found.where(Box.number < after)
    page = list(found.order_by(Box.number.desc()).limit(PAGE + 1))
    counted = Keeping.select(Keeping.box, fn.COUNT(Keeping.id))
    counted = counted.where(Keeping.box.in_([box.id for box in page] or [0])).group_by(Keeping.box)
    numbers = dict(counted.tuples())
    return [(box, numbers.get(box.id, 0)) for box in page]


def kept_in(box: Box) -> list[Keeping]:
    """What lies in the box, in its order; at most 500."""
    found = (
        Keeping.select(
            Keeping, ArchiveRecord.id, ArchiveRecord.number, ArchiveRecord.title, ArchiveRecord.collected_on,
            ArchiveRecord.sheet_pages, Person, IntakeForm.id, IntakeForm.edition, IntakeForm.superseded_by,
            Newer.id, Newer.edition,
        )
        .join(ArchiveRecord)
        .join(Person, on=ArchiveRecord.collector)
        .join_from(ArchiveRecord, IntakeForm)
        .join(Newer, JOIN.LEFT_OUTER, on=IntakeForm.superseded_by)
        .where(Keeping.box == box.id)
    )  # fmt: skip
    return list(found.order_by(Keeping.place_in_box).limit(MOST_IN_BOX))


def lengths_of(kept_there: Sequence[Keeping]) -> dict[int, int]:
    """How many pages each record's sheet has, by the record's id; counted now where nobody has yet.

    A sheet that cannot be opened has none: one damaged file must not keep a whole box from its list.
    """
    ids = [each.record_id for each in kept_there if each.record.sheet_pages is None] or [0]
    known = {each.record_id: each.record.sheet_pages for each in kept_there if each.record.sheet_pages}
    records = ArchiveRecord.select(ArchiveRecord.id, ArchiveRecord.sheet_pages, StoredFile).join(StoredFile)
    for record in records.where(ArchiveRecord.id.in_(ids)):
        with contextlib.suppress(DomainError):
            known[record.id] = pages_of(record)
    return known


def spans_of(found: Sequence[Box]) -> dict[int, tuple[str, str, int]]:
    """First and last archive number in each box, and how many."""
    numbers = ArchiveRecord.number
    rows = (
        Keeping.select(Keeping.box, fn.MIN(numbers), fn.MAX(numbers), fn.COUNT(Keeping.id))
        .join(ArchiveRecord)
        .where(Keeping.box.in_([box.id for box in found] or [0]))
        .group_by(Keeping.box)
    )
    return {key: (first, last, number) for key, first, last, number in rows.tuples()}


def loans(person: Person, *, returned: bool = False, after: int | None = None) -> list[Loan]:
    """A page of loans within reach, and of what the person borrowed, and one more; ``returned`` or out.

    Each says by ``within`` whether its record may be opened.
    """
    reach = visible_records(person).select(ArchiveRecord.id)
    found = (
        Loan.select(Loan, ArchiveRecord.id, ArchiveRecord.number, ArchiveRecord.title, Person, Lender)
        .join(ArchiveRecord)
        .join_from(Loan, Person, on=Loan.borrower)
        .join_from(Loan, Lender, on=Loan.lent_by)
        .where(Loan.record.in_(reach) | (Loan.borrower == person.id))
        .where(Loan.returned_at.is_null(not returned))
    )
    if after:
        found = found.where(Loan.id < after if returned else Loan.id > after)
    page = list(found.order_by(Loan.id.desc() if returned else Loan.id).limit(PAGE + 1))
    opened = reach.where(ArchiveRecord.id.in_([loan.record_id for loan in page] or [0])).tuples()
    reached = {key for (key,) in opened}
    for loan in page:
        loan.within = loan.record_id in reached
    return page


def loans_of(record: ArchiveRecord) -> list[Loan]:
    found = Loan.select(Loan, Person).join(Person, on=Loan.borrower).where(Loan.record == record.id)
    return list(found.order_by(Loan.id.desc()).limit(20))


def holds_of(record: ArchiveRecord) -> list[Hold]:
    found = Hold.select(Hold, Person).join(Person).where(Hold.record == record.id)
    return list(found.order_by(Hold.id.desc()).limit(20))


def keeping_of(record: ArchiveRecord) -> Keeping | None:
    found = Keeping.select(Keeping, Box).join(Box, JOIN.LEFT_OUTER)
    return found.where(Keeping.record == record.id).first()


def held(person: Person, after: int | None = None) -> list[Hold]:
    """A page of holds that stand, and one more."""
    reach = visible_records(person).select(ArchiveRecord.id)
    found = (
        Hold.select(Hold, ArchiveRecord.id, ArchiveRecord.number, ArchiveRecord.title, Person)
        .join(ArchiveRecord)
        .join_from(Hold, Person)
        .where(Hold.lifted_at.is_null() & Hold.record.in_(reach))
    )
    if after:
        found = found.where(Hold.id > after)
    return list(found.order_by(Hold.id).limit(PAGE + 1))


def perhaps_expired(person: Person, after: int | None = None) -> list[ArchiveRecord]:
    """A page of records, and one more, whose cooperation ended at least the shortest term ago.

    A longer term, a hold or a loan may still stand against each: ``terms.kept`` says so.
    """
    limit = years_later(clock.today(), -SHORTEST_YEARS)
    ended = (Customer.status == ENDED) & (
        Customer.cooperation_to.is_null() | (Customer.cooperation_to < limit)
    )
    by_hand = IntakeForm.customer.is_null() & (Keeping.ended_on < limit)
    found = (
        visible_records(person)
        .select(ArchiveRecord.id, ArchiveRecord.number, ArchiveRecord.title, ArchiveRecord.collected_on)
        .join_from(IntakeForm, Customer, JOIN.LEFT_OUTER)
        .join_from(ArchiveRecord, Keeping, JOIN.LEFT_OUTER, on=Keeping.record == ArchiveRecord.id)
        .where((ended | by_hand) & Keeping.destroyed_at.is_null())
    )
    if after:
        found = found.where(ArchiveRecord.id > after)
    return list(found.order_by(ArchiveRecord.id).limit(PAGE + 1))


def records_by_id(person: Person, keys: Sequence[int]) -> list[ArchiveRecord]:
    found = visible_records(person).select(ArchiveRecord).where(ArchiveRecord.id.in_(list(keys) or [0]))
    return list(found.order_by(ArchiveRecord.id))


def disposals(before: int | None = None) -> list[tuple[Disposal, int]]:
    """A page of destruction lists and one more, newest first, with the number of records on each."""
    found = _with_people(Disposal.select(Disposal, Person, Lender))
    if before:
        found = found.where(Disposal.id < before)
    page = list(found.order_by(Disposal.id.desc()).limit(PAGE + 1))
    counted = DisposalItem.select(DisposalItem.disposal, fn.COUNT(DisposalItem.id))
    counted = counted.where(DisposalItem.disposal.in_([each.id for each in page] or [0]))
    numbers = dict(counted.group_by(DisposalItem.disposal).tuples())
    return [(each, numbers.get(each.id, 0)) for each in page]


def find_disposal(key: int) -> Disposal | None:
    return _with_people(Disposal.select(Disposal, Person, Lender)).where(Disposal.id == key).first()


def _with_people(found: ModelSelect) -> ModelSelect:
    found = found.join(Person, on=Disposal.proposed_by)
    return found.join_from(Disposal, Lender, JOIN.LEFT_OUTER, on=Disposal.decided_by)
