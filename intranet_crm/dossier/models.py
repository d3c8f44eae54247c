"""The ledger of hand-over booklets (客户交接册): who printed which, from whom to whom, and what for."""

from datetime import date
from typing import Self

from peewee import BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField

from intranet_crm import audit_log, background, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.queries import masking, sees_contacts
from intranet_crm.customers.rules import shown_name
from intranet_crm.database import BaseModel, database
from intranet_crm.errors import NotAllowed


class Booklet(BaseModel):
    """One booklet as it was asked for; its PDF lies in ``CRM_DATA/booklets`` for a day."""

    customer = ForeignKeyField(Customer, backref="booklets", on_delete="CASCADE", index=False)
    by = ForeignKeyField(Person, backref="booklets", on_delete="RESTRICT")
    at = DateTimeField()
    giver = ForeignKeyField(Person, backref="booklets_given", on_delete="RESTRICT")
    taker = ForeignKeyField(Person, backref="booklets_taken", on_delete="RESTRICT")
    witness = ForeignKeyField(Person, null=True, backref="booklets_witnessed", on_delete="RESTRICT")
    handed_on = DateField()
    reason = CharField(200)
    followups = IntegerField()  # how many of the last ones are in it
    in_full = BooleanField()  # with names and phones in full
    pages = IntegerField(null=True)
    made_at = DateTimeField(null=True)
    error = CharField(300, default="")

    class Meta:
        indexes = ((("customer", "by", "id"), False),)

    @classmethod
    def ask(
        cls,
        customer: Customer,
        *,
        giver: Person,
        taker: Person,
        witness: Person | None,
        handed_on: date,
        reason: str,
        followups: int,
        in_full: bool,
        by: Person,
    ) -> Self:
        """Log the printing with its purpose and ask the worker for the PDF.

        ``customer`` comes from ``find_customer``; raises NotAllowed for contact details in full without the
        right to them.
        """
        if in_full and not sees_contacts(by, customer):
            raise NotAllowed("打印完整的联系方式需要「查看完整联系方式」权限，请改选「脱敏」。")
        with database.atomic():
            Customer.locked_by_id(customer.id)  # its row is changed by the note below
            made = cls.create(
                customer=customer.id, by=by, at=clock.now(), giver=giver, taker=taker, witness=witness,
                handed_on=handed_on, reason=reason, followups=followups, in_full=in_full,
            )  # fmt: skip
            made._tell(customer)
            background.enqueue("dossier.booklet", made.id)
        return made

    def _tell(self, customer: Customer) -> None:
        shown = masking([customer.id])[customer.id]
        way = f"{self.giver.name} → {self.taker.name}"
        TimelineEntry.note(
            customer, kind="customer", title=f"打印客户交接册：{way}", summary=self.reason, by=self.by
        )
        self.log(
            "打印客户交接册（联系方式完整）" if self.in_full else "打印客户交接册",
            customer,
            self.by,
            giver=self.giver.name,
            taker=self.taker.name,
            witness=self.witness.name if self.witness else "",
            handed_on=self.handed_on,
            reason=shown(self.reason),
            followups=self.followups,
            masked=not self.in_full,
        )

    def log(self, action: str, customer: Customer, by: Person | None, **new: object) -> None:
        """An audit row about the customer; its name stands there as the log may keep it."""
        title = f"{customer.number} {shown_name(customer.kind, customer.name, full=False)}"
        audit_log.record(
            action,
            by=by,
            kind="customer",
            subject_id=customer.id,
            title=title,
            new={"booklet": self.id} | new,
        )
