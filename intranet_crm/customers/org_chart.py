"""Which attachment of a customer is its organisation chart (T2 组织架构图)."""

from peewee import DateTimeField, ForeignKeyField

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.rules import shown_name
from intranet_crm.database import BaseModel, database
from intranet_crm.files.models import Attachment, StoredFile

CHART_TYPES = ("image/png", "image/jpeg", "image/webp", "application/pdf")


class OrgChart(BaseModel):
    """Who said that an attachment shows how the customer is organised; it goes with the attachment."""

    customer = ForeignKeyField(Customer, unique=True, backref="org_charts", on_delete="CASCADE")
    attachment = ForeignKeyField(Attachment, backref="org_charts", on_delete="CASCADE")
    by = ForeignKeyField(Person, on_delete="RESTRICT")
    at = DateTimeField()


def org_chart_of(customer: Customer) -> Attachment | None:
    """The attachment that is the customer's organisation chart, with its file."""
    found = Attachment.select(Attachment, StoredFile).join(StoredFile)
    return found.join_from(Attachment, OrgChart).where(OrgChart.customer == customer.id).first()


def choose(customer: Customer, attachment: Attachment, *, by: Person) -> None:
    """The attachment is the organisation chart from now on, in place of another one."""
    with database.atomic():
        stored = Customer.locked_by_id(customer.id)
        OrgChart.delete().where(OrgChart.customer == stored.id).execute()
        OrgChart.create(customer=stored, attachment=attachment, by=by, at=clock.now())
        TimelineEntry.note(stored, kind="file", title="设为组织架构图", summary=attachment.name, by=by)
        title = f"{stored.number} {shown_name(stored.kind, stored.name, full=False)}"
        new = {"attachment": attachment.id}
        audit_log.record("设置组织架构图", by=by, kind="customer", subject_id=stored.id, title=title, new=new)
