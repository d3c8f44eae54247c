"""The tables of customers and contacts, and the verbs that change them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from peewee import (
    BigIntegerField,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    IntegrityError,
    TextField,
)

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.collaboration_verbs import CollaborationVerbs
from intranet_crm.customers.contact_verbs import ContactVerbs
from intranet_crm.customers.filter_sets import mark
from intranet_crm.customers.identity import Taken, sealed
from intranet_crm.customers.indexes import LIST_INDEXES
from intranet_crm.customers.kept import keep_customer
from intranet_crm.customers.rules import LABELS, audited, derived, shown_name
from intranet_crm.customers.status_verbs import StatusVerbs
from intranet_crm.database import BaseModel, VersionedModel, database
from intranet_crm.errors import DomainError
from intranet_crm.numbering import next_number


class Customer(StatusVerbs, VersionedModel):
    number = CharField(24, unique=True)
    kind = CharField(12, default="enterprise")
    name = CharField(120)
    short_name = CharField(60, default="")
    status = CharField(12, default="potential")
    stage = CharField(20, default="first_contact")
    grade = CharField(12, default="")
    credit_code = CharField(18, null=True, unique=True)
    credit_code_reason = CharField(200, default="")
    citizen_id_masked = CharField(18, default="")
    citizen_id_cipher = CharField(200, default="")
    citizen_id_hash = CharField(64, null=True, unique=True)
    industry = CharField(8)
    industry_section = CharField(1, default="")
    industry_note = CharField(60, default="")
    employees = IntegerField(null=True)
    employee_band = CharField(12, default="")
    revenue = BigIntegerField(null=True)  # fen a year
    revenue_band = CharField(16, default="")
    occupation = CharField(16, default="")
    registered_region = CharField(6, default="")  # the most specific division code known
    registered_street = CharField(200, default="")
    region = CharField(6, default="")
    address = CharField(200, default="")
    phone = CharField(32, default="")
    landline = CharField(32, default="")
    email = CharField(120, default="")
    founded = CharField(10, default="")  # 2015, 2015-03 or 2015-03-21
    main_business = CharField(500, default="")
    source = CharField(20)
    first_contact_on = DateField(null=True)
    cooperation_from = DateField(null=True)
    cooperation_to = DateField(null=True)
    budget_low = BigIntegerField(null=True)  # fen
    budget_high = BigIntegerField(null=True)  # fen
    budget_pending = IntegerField(default=0)  # 1: 「待确认」
    confidentiality = CharField(12, default="")
    processing_basis = CharField(12, default="")
    notes = TextField(default="")
    owner = ForeignKeyField(Person, backref="customers", on_delete="RESTRICT", index=False)
    success_manager = ForeignKeyField(
        Person, null=True, backref="cared_customers", on_delete="RESTRICT", index=False
    )
    last_followup_at = DateTimeField(null=True)
    touched_at = DateTimeField()  # the latest of creation, edit, follow-up: the order of the list
    created_by = ForeignKeyField(Person, backref="created_customers", on_delete="RESTRICT")
    deleted_at = DateTimeField(null=True)  # in the recycle bin since; see deletions.py

    class Meta:
        indexes = LIST_INDEXES

    @classmethod
    def open(
        cls,
        values: Mapping[str, Any],
        *,
        by: Person,
        owner: Person | None = None,
        first_contact: Mapping[str, Any] | None = None,
    ) -> Self:
        """A new customer with its number, as 潜在客户 in 初次接触, owned by ``owner`` or else by ``by``.

        ``values`` are the editable columns (``rules.EDITABLE``), ``kind``, and ``citizen_id`` (plain, or
        masked: then it is kept as 「脱敏」); ``first_contact`` the columns of its primary contact.
        Raises Taken when the code or the ID number belongs to another customer.
        """
        from intranet_crm.customers.upkeep import ask_what_is_open  # here, because it needs these tables

        columns = derived(values) | sealed(values.get("citizen_id"))
        with database.atomic():
            number = next_number(f"CUST{clock.today():%Y%m%d}")  # one at a time from here on
            _refuse_taken(columns)
            moment = clock.now()
            stamps = dict.fromkeys(("created_at", "updated_at", "touched_at"), moment)
            customer = cls.create(number=number, owner=owner or by, created_by=by, **stamps, **columns)
            for what, first in (("status", customer.status), ("stage", customer.stage)):
                StatusChange.create(customer=customer, what=what, old="", new=first, by=by, at=moment)
            TimelineEntry.note(customer, kind="customer", title="新建客户", by=by)
            customer._log("新建客户", by, (first_contact or {}).get("name", ""), new=columns)
            keep_customer(customer)
            if first_contact:
                Contact.add(customer, by=by, **first_contact)
            if customer.budget_pending:
                ask_what_is_open(customer, ("budget_pending",), by)
        return customer

    def revise(self, values: Mapping[str, Any], *, seen: int, by: Person) -> dict[str, Any]:
        """Change the given columns, as in ``open``; returns those that changed.

        Raises StaleVersion when ``seen`` is not the latest version, Taken as ``open`` does, and
        DomainError when ``kind`` would change.
        """
        from intranet_crm.customers.upkeep import keep_up  # here, because it needs these tables

        if values.get("kind", self.kind) != self.kind:
            raise DomainError("客户类型建立后不能更改，请另建一个客户。")
        columns = derived({"kind": self.kind, "industry": self.industry} | dict(values))
        if "citizen_id" in values:
            columns |= sealed(values["citizen_id"], self.citizen_id_masked, self.citizen_id_hash)
        old, new = audit_log.changed({name: getattr(self, name) for name in columns}, columns)
        if not new:
            return {}
        with database.atomic():
            _refuse_taken(new, self.id)
            try:
                self.claim_version(seen, updated_at=clock.now(), **new)
            except IntegrityError:  # somebody took the code between the look and the write
                _refuse_taken(new, self.id)
                raise
            fields = "、".join(LABELS[name] for name in new if name in LABELS)
            TimelineEntry.note(self, kind="customer", title="修改客户资料", summary=fields, by=by)
            self._log("修改客户", by, old=old, new=new)
            stored = Customer.get_by_id(self.id)  # a reader's may be masked
            keep_customer(stored)
            keep_up(stored, new, by)
        return new

    def followed_up(self, at: datetime) -> None:
        """Keep the time of the latest follow-up; call it in the transaction that records one."""
        later = Customer.last_followup_at.is_null() | (Customer.last_followup_at < at)
        Customer.update(last_followup_at=at).where((Customer.id == self.id) & later).execute()
        mark([self.id])

    def _log(self, action: str, by: Person, named: str = "", **values: Any) -> None:
        names = [named, self.name if self.kind == "individual" else ""]
        names += [contact.name for contact in self.contacts]
        masked = {which: audited(columns, self.kind, names) for which, columns in values.items()}
        title = f"{self.number} {shown_name(self.kind, self.name, full=False)}"
        audit_log.record(action, by=by, kind="customer", subject_id=self.id, title=title, **masked)


def owner_of(field: str, value: str | None, own_id: int | None = None) -> str:
    """The owner's name of the other customer whose ``credit_code`` or ``citizen_id_hash`` this is, or ''."""
    if not value:
        return ""
    held = Customer.select(Person.name).join(Person, on=Customer.owner)
    found = held.where((getattr(Customer, field) == value) & (Customer.id != (own_id or 0))).tuples().first()
    return found[0] if found else ""


def _refuse_taken(columns: Mapping[str, Any], own_id: int | None = None) -> None:
    for field, column in (("credit_code", "credit_code"), ("citizen_id", "citizen_id_hash")):
        if owner := owner_of(column, columns.get(column), own_id):
            raise Taken(field, owner)


class Collaboration(CollaborationVerbs, BaseModel):
    """A person who works on a customer beside its owner (A6)."""

    customer = ForeignKeyField(Customer, backref="collaborations", on_delete="CASCADE")
    person = ForeignKeyField(Person, backref="collaborations", on_delete="CASCADE")
    may_write = IntegerField(default=0)
    until = DateField(null=True)
    created_by = IntegerField()
    created_at = DateTimeField()

    class Meta:
        indexes = ((("person", "customer"), True),)


class StatusChange(BaseModel):
    """A row for every change of status or stage, so that any past day can be computed (B7)."""

    customer = ForeignKeyField(Customer, backref="status_changes", on_delete="CASCADE", index=False)
    what = CharField(8)  # status or stage
    old = CharField(20)
    new = CharField(20)
    reason = CharField(300, default="")
    by = ForeignKeyField(Person, on_delete="RESTRICT")
    at = DateTimeField()

    class Meta:
        indexes = ((("customer", "at"), False), (("what", "new", "at"), False))


class Contact(ContactVerbs, VersionedModel):
    customer = ForeignKeyField(Customer, backref="contacts", on_delete="CASCADE")
    name = CharField(60)
    form_of_address = CharField(8, default="")
    department = CharField(60, default="")
    post = CharField(60)
    mobile = CharField(11, default="")
    landline = CharField(32, default="")
    email = CharField(120, default="")
    decision_role = CharField(16, default="")
    area = CharField(120, default="")
    preferred_channel = CharField(12, default="")
    good_times = CharField(120, default="")
    notes = CharField(500, default="")
    is_primary = IntegerField(default=0)
    birthday = CharField(10, default="")  # 03-12, or with its year 1985-03-12
    consent = CharField(12, default="")
    notice_way = CharField(12, default="")
    notice_on = DateField(null=True)
    left_on = DateField(null=True)  # 已离职 since; the whole history is employment.EmploymentChange
    created_by = ForeignKeyField(Person, on_delete="RESTRICT")


class TimelineEntry(BaseModel):
    """What happened with a customer, one row an event, written in the transaction of the event (E2)."""

    customer = ForeignKeyField(Customer, backref="timeline", on_delete="CASCADE", index=False)
    at = DateTimeField()
    kind = CharField(12)  # followup, status, need, review, file, contact, customer
    title = CharField(200)
    summary = CharField(1000, default="")
    subject_kind = CharField(32)
    subject_id = IntegerField()
    by_id = IntegerField()
    by_name = CharField(64)

    class Meta:
        indexes = ((("customer", "at", "id"), False), (("customer", "kind", "at", "id"), False))

    @classmethod
    def note(
        cls,
        customer: Customer,
        *,
        kind: str,
        title: str,
        by: Person,
        summary: str = "",
        subject_kind: str = "customer",
        subject_id: int | None = None,
        at: datetime | None = None,
    ) -> Self:
        """Write what happened, in the caller's transaction, and move the customer to the top of the list.

        The customer's filter sets follow, so a verb that calls it after its changes need not mark them.
        ``at`` is when it happened, by default now; ``kind`` is one of ``timeline.KINDS``.
        """
        moment = clock.now()
        with database.atomic():
            # The customer's row first: its lock, wanted after a child was written, is a deadlock of two.
            Customer.update(touched_at=moment).where(Customer.id == customer.id).execute()
            entry = cls.create(
                customer=customer.id,
                at=at or moment,
                kind=kind,
                title=title[:200],
                summary=summary[:1000],
                subject_kind=subject_kind,
                subject_id=customer.id if subject_id is None else subject_id,
                by_id=by.id,
                by_name=by.name,
            )
            mark([customer.id])
        customer.touched_at = moment
        return entry
