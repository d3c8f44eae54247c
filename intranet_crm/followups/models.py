"""Follow-ups and their next steps (T4)."""

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.database import BaseModel, VersionedModel


class FollowUp(VersionedModel):
    customer = ForeignKeyField(Customer, backref="followups", on_delete="CASCADE")
    happened_at = DateTimeField()  # created_at is when it was recorded
    subject = CharField(120, default="")
    purpose = CharField(12, default="")
    method = CharField(16)
    participants = CharField(200, default="")
    person = ForeignKeyField(Person, backref="followups", on_delete="RESTRICT")
    content = TextField()
    feedback = CharField(16, default="")
    feedback_text = TextField(default="")
    objections = TextField(default="")
    business_change = TextField(default="")
    is_business = IntegerField(default=1)
    next_at = DateTimeField(null=True)
    owner = ForeignKeyField(Person, null=True, backref="owned_followups", on_delete="RESTRICT")
    key = CharField(36, unique=True)  # of the posted form: a double submit makes one record

    class Meta:
        indexes = (
            (("customer", "happened_at", "id"), False),
            (("person", "happened_at", "id"), False),
            (("happened_at", "id"), False),
        )


class FollowUpContact(BaseModel):
    followup = ForeignKeyField(FollowUp, backref="contact_rows", on_delete="CASCADE")
    contact = ForeignKeyField(Contact, backref="followup_rows", on_delete="CASCADE")

    class Meta:
        indexes = ((("followup", "contact"), True),)


class NextStep(BaseModel):
    followup = ForeignKeyField(FollowUp, backref="next_steps", on_delete="CASCADE")
    what = CharField(200)
    due_on = DateField(null=True)
    person = ForeignKeyField(Person, on_delete="RESTRICT")
