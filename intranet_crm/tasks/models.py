"""Tasks: what a person has to do, by when, and why."""

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField

from intranet_crm.accounts.models import Person
from intranet_crm.database import VersionedModel


class Task(VersionedModel):
    person = ForeignKeyField(Person, backref="tasks", on_delete="RESTRICT")
    kind = CharField(24)  # next_followup, next_step, review, return, entry, pending
    title = CharField(200)
    reason = CharField(300, default="")
    due_on = DateField()
    due_is_expected = IntegerField(default=0)  # 1: counted through days not yet published, 「预计」
    subject_kind = CharField(32)
    subject_id = IntegerField()
    address = CharField(200)
    key = CharField(120, unique=True)  # the same cause makes one task
    remind_at = DateTimeField(null=True, index=True)
    reminded_at = DateTimeField(null=True)
    done_at = DateTimeField(null=True)
    done_by = IntegerField(null=True)
    outcome = CharField(300, default="")

    class Meta:
        indexes = (
            (("person", "done_at", "due_on", "id"), False),
            (("subject_kind", "subject_id"), False),
        )
