"""The sections of a dossier: who last updated or verified each one, and when (B12).

A section without a row is as it was when the customer was opened.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from peewee import CharField, DateTimeField, ForeignKeyField

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.rules import shown_name
from intranet_crm.customers.settings import STALE_AFTER
from intranet_crm.database import BaseModel, database
from intranet_crm.reference.choices import Choices

SECTIONS = Choices(
    (
        ("base", "基本信息"),
        ("ways", "联系方式与地址"),
        ("size", "客户规模"),
        ("story", "归属与来源"),
        ("contacts", "联系人"),
        ("needs", "核心需求"),
    )
)
OF_ENTERPRISES = ("size",)
# The columns of the customer that stand in a section; all others are 基本信息
COLUMNS = {
    "ways": (
        "phone", "landline", "email", "region", "address", "registered_region", "registered_street",
    ),
    "size": ("employees", "employee_band", "revenue", "revenue_band"),
    "story": (
        "source", "first_contact_on", "success_manager_id", "cooperation_from", "cooperation_to",
        "confidentiality", "processing_basis",
    ),
    "needs": ("budget_low", "budget_high", "budget_pending"),
}  # fmt: skip
_HOLDS = {column: section for section, columns in COLUMNS.items() for column in columns}

VERIFIED, UPDATED, OPENED = "verified", "updated", "opened"
WORDS = {VERIFIED: "核实", UPDATED: "更新", OPENED: "建档"}


class SectionCheck(BaseModel):
    """Who last updated or verified a section of a customer's dossier, and when."""

    customer = ForeignKeyField(Customer, backref="section_checks", on_delete="CASCADE", index=False)
    section = CharField(12)
    how = CharField(8)  # VERIFIED or UPDATED
    by = ForeignKeyField(Person, on_delete="RESTRICT")
    at = DateTimeField()

    class Meta:
        indexes = ((("customer", "section"), True),)


@dataclass(frozen=True, slots=True)
class Check:
    """「信息更新日期」 of one section, in words."""

    section: str
    title: str
    at: datetime
    by: str
    how: str
    days: int

    @property
    def is_stale(self) -> bool:
        return self.days > STALE_AFTER.days

    @property
    def stale_words(self) -> str:
        return f"已 {self.days} 天未核实"


def sections_of(kind: str) -> list[str]:
    """The sections that a customer of this kind has, in the order of the dossier."""
    return [key for key, _ in SECTIONS if kind == "enterprise" or key not in OF_ENTERPRISES]


def section_of(column: str) -> str:
    """The section in which a column of the customer stands."""
    return _HOLDS.get(column, "base")


def stale_before(today: date) -> datetime:
    """The moment before which a section was checked too long ago."""
    return clock.start_of(today - STALE_AFTER)


def checks_of(customer: Customer) -> dict[str, Check]:
    """The last check of each section the customer has, by its key."""
    found = SectionCheck.select(SectionCheck.section, SectionCheck.at, SectionCheck.how, Person.name)
    rows = found.join(Person).where(SectionCheck.customer == customer.id).tuples()
    known = {section: (at, name, how) for section, at, how, name in rows}
    keys, today = sections_of(customer.kind), clock.today()
    opened = (customer.created_at, "" if len(known) == len(keys) else _opener(customer), OPENED)
    checks = {}
    for key in keys:
        at, by, how = known.get(key, opened)
        days = (today - clock.local(at).date()).days
        checks[key] = Check(key, SECTIONS[key], at, by, WORDS[how], days)
    return checks


def _opener(customer: Customer) -> str:
    is_owner = customer.created_by_id == customer.owner_id
    return (customer.owner if is_owner else customer.created_by).name


def touch(customer_id: int, sections: Iterable[str], *, by: Person, how: str = UPDATED) -> None:
    """Remember the check of these sections, in the transaction that holds the customer's row."""
    facts = {"how": how, "by": by.id, "at": clock.now()}
    for section in sections:
        row = (SectionCheck.customer == customer_id) & (SectionCheck.section == section)
        if SectionCheck.select().where(row).exists():
            SectionCheck.update(**facts).where(row).execute()
        else:
            SectionCheck.create(customer=customer_id, section=section, **facts)


def verify(customer: Customer, section: str, *, by: Person) -> None:
    """「核实」: the person has made sure that the section is right as it stands."""
    with database.atomic():
        stored = Customer.locked_by_id(customer.id)
        touch(stored.id, [section], by=by, how=VERIFIED)
        TimelineEntry.note(stored, kind="customer", title=f"核实{SECTIONS[section]}", by=by)
        title = f"{stored.number} {shown_name(stored.kind, stored.name, full=False)}"
        new = {"section": SECTIONS[section]}
        audit_log.record("核实客户资料", by=by, kind="customer", subject_id=stored.id, title=title, new=new)
