"""Reading the archive, always within reach: sheets for those who see them, proofs for the auditor."""

from datetime import date
from typing import Any

from peewee import JOIN, Expression, ModelSelect

from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.queries import departments_within, people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import NOBODY, visible_customers
from intranet_crm.files.models import StoredFile
from intranet_crm.intake.editions import family
from intranet_crm.intake.models import IntakeForm, Review, Submission

PAGE = 20
MOST_COUNTED = 1000

Clerk = Person.alias()
Archivist = Person.alias()
Newer = IntakeForm.alias()


def visible_records(person: Person) -> ModelSelect:
    """The records whose sheet the person may open: of own forms and customers, of the team, or all."""
    reach = person.reach(P.SEE_SHEETS)
    records = ArchiveRecord.select().join(IntakeForm)
    if reach == Reach.NONE:
        return records.where(NOBODY)
    if reach == Reach.ALL:
        return records
    within = ArchiveRecord.collector.in_(people_within(person, reach))
    if reach >= Reach.TEAM:
        within |= ArchiveRecord.department.in_(departments_within(person))
    customers = visible_customers(person, P.SEE_SHEETS).select(Customer.id)
    return records.where(within | IntakeForm.customer.in_(customers))


def find_record(person: Person, key: int) -> ArchiveRecord | None:
    """One record in reach with all that its page shows, in one query."""
    return (
        visible_records(person)
        .select(
            ArchiveRecord, IntakeForm, Submission, Person, Department, StoredFile, Customer, Clerk, Archivist
        )
        .join_from(ArchiveRecord, Submission)
        .join_from(ArchiveRecord, Person, on=ArchiveRecord.collector)
        .join_from(ArchiveRecord, Department)
        .join_from(ArchiveRecord, StoredFile, JOIN.LEFT_OUTER)
        .join_from(ArchiveRecord, Archivist, JOIN.LEFT_OUTER, on=ArchiveRecord.filed_by)
        .join_from(IntakeForm, Customer, JOIN.LEFT_OUTER)
        .join_from(IntakeForm, Clerk, JOIN.LEFT_OUTER, on=IntakeForm.entered_by)
        .where(ArchiveRecord.id == key)
        .first()
    )


def filtered(
    person: Person, *, q: str = "", since: date | None = None, until: date | None = None, state: str = ""
) -> ModelSelect:
    """The records in reach that a filter leaves; ``q`` begins the number or is part of the title."""
    records = visible_records(person)
    if q:
        records = records.where(ArchiveRecord.number.startswith(q.upper()) | ArchiveRecord.title.contains(q))
    if since:
        records = records.where(ArchiveRecord.collected_on >= since)
    if until:
        records = records.where(ArchiveRecord.collected_on <= until)
    if state:
        records = records.where(_stands(state))
    return records


def _stands(state: str) -> Expression:
    """In this filing state: what was superseded before its entry waits for filing, not for entry."""
    superseded = (IntakeForm.state == "approved") & IntakeForm.superseded_by.is_null(False)
    if state == "entered":
        return (IntakeForm.state == state) | superseded
    return (IntakeForm.state == state) & ~superseded


def page_of(records: ModelSelect, before: int | None = None) -> list[ArchiveRecord]:
    """A page and one more, newest first, with form, collector and department."""
    if before:
        records = records.where(ArchiveRecord.id < before)
    return list(
        records.select(*_listed(), IntakeForm, Person, Department, Newer.id, Newer.edition)
        .join_from(ArchiveRecord, Person, on=ArchiveRecord.collector)
        .join_from(ArchiveRecord, Department)
        .join_from(IntakeForm, Newer, JOIN.LEFT_OUTER, on=IntakeForm.superseded_by)
        .order_by(ArchiveRecord.id.desc())
        .limit(PAGE + 1)
    )


def _listed() -> list[Any]:
    """All columns but the frozen data, which a list does not show."""
    return [field for field in ArchiveRecord._meta.sorted_fields if field is not ArchiveRecord.snapshot]


def count_up_to(records: ModelSelect) -> int:
    """How many, counted to one more than MOST_COUNTED."""
    return records.select(ArchiveRecord.id).limit(MOST_COUNTED + 1).count()


def proofs(before: int | None = None) -> list[ArchiveRecord]:
    """A page of all records and one more, for the auditor, with sheet and data to be checked against."""
    records = ArchiveRecord.select(ArchiveRecord, StoredFile).join(StoredFile, JOIN.LEFT_OUTER)
    if before:
        records = records.where(ArchiveRecord.id < before)
    return list(records.order_by(ArchiveRecord.id.desc()).limit(PAGE + 1))


def editions_of(person: Person, record: ArchiveRecord) -> list[tuple[ArchiveRecord, bool]]:
    """The records of all versions, the latest first, and whether each is within the person's reach.

    [] when there is but one.
    """
    records = ArchiveRecord.select(*_listed(), IntakeForm).join(IntakeForm).where(family(record.form))
    found = list(records.order_by(IntakeForm.edition.desc()))
    if len(found) < 2:
        return []
    seen = visible_records(person).select(ArchiveRecord.id).where(family(record.form))
    reached = {key for (key,) in seen.tuples()}
    return [(each, each.id in reached) for each in found]


def rounds_of(record: ArchiveRecord) -> list[Submission]:
    """Every submission of the record's form, oldest first, each with its document and its review."""
    return list(
        Submission.select(Submission, Review, StoredFile, Person)
        .join(Review, JOIN.LEFT_OUTER, attr="verdict")
        .join_from(Submission, StoredFile, JOIN.LEFT_OUTER, on=Submission.document)
        .join_from(Submission, Person)
        .where(Submission.form == record.form_id)
        .order_by(Submission.round)
    )


def round_of(record: ArchiveRecord, number: int) -> Submission | None:
    """One submission of the record's form that has its document."""
    return (
        Submission.select(Submission, StoredFile)
        .join(StoredFile, on=Submission.document)
        .where((Submission.form == record.form_id) & (Submission.round == number))
        .first()
    )
