"""Follow-ups in full, archive records and files for the hand-over booklet; a fixed number of queries."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from peewee import ModelSelect

from intranet_crm.accounts.models import Person
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.queries import visible_records
from intranet_crm.customers.contact_queries import card_of
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.queries import Shown
from intranet_crm.files.models import Attachment, StoredFile
from intranet_crm.followups.models import FollowUp, FollowUpContact, NextStep
from intranet_crm.followups.queries import TEXTS
from intranet_crm.intake.models import IntakeForm
from intranet_crm.keeping.models import Keeping
from intranet_crm.needs.models import Need
from intranet_crm.paper.models import SignedCopy
from intranet_crm.reference.choices import CONFIDENTIALITY_LEVELS, FEEDBACKS

MOST_RECORDS, MOST_FILES = 50, 150
OWNERS_OF_FILES = (("customer", Customer, "客户"), ("need", Need, "需求"), ("followup", FollowUp, "跟进"))


@dataclass(frozen=True, slots=True)
class Told:
    """A follow-up in words: whom we met, what was planned."""

    followup: FollowUp
    contacts: str
    feedback: str
    steps: list[NextStep]


def last_told(customer: Customer, most: int, shown: Shown, *, in_full: bool) -> list[Told]:
    """The last ``most`` follow-ups, the latest first, as the reader may see them; never save these."""
    found = FollowUp.select(FollowUp, Person).join(Person, on=FollowUp.person)
    of_customer = found.where(FollowUp.customer == customer.id)
    latest = list(of_customer.order_by(FollowUp.happened_at.desc(), FollowUp.id.desc()).limit(most))
    keys = [followup.id for followup in latest] or [0]
    met, planned = _met(keys, in_full), _planned(keys, shown)
    for followup in latest:
        for name in TEXTS:
            setattr(followup, name, shown(getattr(followup, name)))
    return [
        Told(each, "、".join(met[each.id]), FEEDBACKS.label(each.feedback), planned[each.id])
        for each in latest
    ]


def _met(keys: list[int], in_full: bool) -> dict[int, list[str]]:
    rows = FollowUpContact.select(FollowUpContact, Contact).join(Contact)
    met: dict[int, list[str]] = defaultdict(list)
    for row in rows.where(FollowUpContact.followup.in_(keys)).order_by(FollowUpContact.id):
        card = card_of(row.contact, in_full)
        met[row.followup_id].append(" ".join(filter(None, (card.words, card.post))))
    return met


def _planned(keys: list[int], shown: Shown) -> dict[int, list[NextStep]]:
    planned: dict[int, list[NextStep]] = defaultdict(list)
    rows = NextStep.select(NextStep, Person).join(Person)
    for step in rows.where(NextStep.followup.in_(keys)).order_by(NextStep.id):
        step.what = shown(step.what)
        planned[step.followup_id].append(step)
    return planned


def files_about(customer: Customer, shown: Shown) -> list[tuple[str, str, Attachment]]:
    """(what it hangs on, its name as the reader may see it, the file), the latest first; at most 150."""
    found = []
    for kind, table, word in OWNERS_OF_FILES:
        own = [customer.id]
        if table is not Customer:
            own = table.select(table.id).where(table.customer == customer.id)
        found += [(word, shown(each.name), each) for each in _files(kind, own)]
    return sorted(found, key=lambda row: row[2].id, reverse=True)[:MOST_FILES]


def _files(kind: str, ids: Any) -> ModelSelect:
    rows = Attachment.select(Attachment, StoredFile, Person).join(StoredFile)
    rows = rows.join_from(Attachment, Person)
    about = (Attachment.subject_kind == kind) & Attachment.subject_id.in_(ids)
    return rows.where(about).order_by(Attachment.id.desc()).limit(MOST_FILES)


@dataclass(frozen=True, slots=True)
class Kept:
    """An archive record in words: how secret, and where its paper is."""

    record: ArchiveRecord
    level: str
    paper: str


def records_about(person: Person, customer: Customer) -> list[Kept]:
    """The customer's archive records that ``person`` may open, the latest first; at most 50."""
    columns = (
        ArchiveRecord.id, ArchiveRecord.number, ArchiveRecord.title, ArchiveRecord.collected_on,
        ArchiveRecord.confidentiality, ArchiveRecord.place, ArchiveRecord.sheet_pages,
    )  # fmt: skip
    found = visible_records(person).where(IntakeForm.customer == customer.id).select(*columns)
    records = list(found.order_by(ArchiveRecord.id.desc()).limit(MOST_RECORDS))
    keys = [record.id for record in records] or [0]
    signed = {key for (key,) in _of(SignedCopy, keys)}
    gone = {key for (key,) in _of(Keeping, keys).where(Keeping.destroyed_at.is_null(False))}
    return [
        Kept(each, CONFIDENTIALITY_LEVELS.label(each.confidentiality), _paper(each.id, signed, gone))
        for each in records
    ]


def _of(table: Any, keys: list[int]) -> ModelSelect:
    return table.select(table.record).where(table.record.in_(keys)).tuples()


def _paper(key: int, signed: set[int], gone: set[int]) -> str:
    return "已销毁" if key in gone else "签署件已回收" if key in signed else "无签署件"
