"""Needs: what a customer wants, in which budget, by when."""

from peewee import BigIntegerField, CharField, DateField, ForeignKeyField, IntegerField, TextField

from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer
from intranet_crm.database import JSONField, VersionedModel


class Need(VersionedModel):
    customer = ForeignKeyField(Customer, backref="needs", on_delete="CASCADE")
    type = CharField(16)
    type_note = CharField(60, default="")
    background = TextField()
    detail = TextField()
    priority = CharField(8)
    complexity = CharField(8, default="")
    budget_low = BigIntegerField(null=True)  # fen
    budget_high = BigIntegerField(null=True)  # fen
    budget_pending = IntegerField(default=0)  # 1: 「待确认」
    budget_cycle = CharField(200, default="")
    expected_finish = CharField(60, default="")  # the words
    expected_from = DateField(null=True)
    expected_to = DateField(null=True)
    decision_chain = JSONField(default=list)  # [{name, role}]
    pain_points = TextField(default="")
    acceptance = TextField(default="")
    competitors = TextField(default="")
    intention = CharField(16, default="")
    change_kind = CharField(12, default="")
    project_status = CharField(200, default="")
    satisfaction = TextField(default="")
    renewal_intention = CharField(12, default="")
    cooperation_history = TextField(default="")
    bottlenecks = TextField(default="")
    source_form_id = IntegerField(null=True, unique=True)  # the intake form it came from
    created_by = ForeignKeyField(Person, on_delete="RESTRICT")

    class Meta:
        indexes = ((("customer", "created_at"), False),)
