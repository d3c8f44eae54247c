"""Archive records: the number, the frozen data, the sheet's bytes, and the catalogue's later entries."""

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, TextField

from intranet_crm.accounts.models import Department, Person
from intranet_crm.customers.models import Customer
from intranet_crm.database import VersionedModel
from intranet_crm.files.models import StoredFile
from intranet_crm.intake.models import IntakeForm, Submission


class ArchiveRecord(VersionedModel):
    number = CharField(24, unique=True)  # DA-2026-0001
    title = CharField(160, unique=True)  # 客户名称-采集日期, with -2 for a second of the day (P2)
    form = ForeignKeyField(IntakeForm, backref="archive_records", on_delete="RESTRICT")
    submission = ForeignKeyField(Submission, unique=True, on_delete="RESTRICT")
    customer = ForeignKeyField(Customer, null=True, backref="archive_records", on_delete="RESTRICT")
    customer_name = CharField(120)
    collector = ForeignKeyField(Person, backref="archive_records", on_delete="RESTRICT")
    department = ForeignKeyField(Department, on_delete="RESTRICT")
    collected_on = DateField()
    snapshot = TextField()  # canonical JSON of all that the sheet prints
    digest = CharField(64)
    sheet = ForeignKeyField(StoredFile, null=True, on_delete="RESTRICT")
    sheet_made_at = DateTimeField(null=True)
    confidentiality = CharField(12, default="internal")
    place = CharField(120, default="")
    filed_at = DateTimeField(null=True)
    filed_by = ForeignKeyField(Person, null=True, backref="filed_records", on_delete="RESTRICT")

    class Meta:
        indexes = (
            (("created_at", "id"), False),
            (("collector", "created_at", "id"), False),
            (("department", "created_at", "id"), False),
        )
