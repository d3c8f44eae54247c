"""Reports of the four-nature checks, and packages to hand over."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField

from intranet_crm.accounts.models import Person
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.database import BaseModel, JSONField


class CheckReport(BaseModel):
    """What the checks said of one record, or of all records of a month."""

    record = ForeignKeyField(ArchiveRecord, null=True, backref="check_reports", on_delete="RESTRICT")
    month = CharField(7, null=True, unique=True)  # 2026-11
    by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")  # nobody: the worker, each month
    at = DateTimeField()
    checked = IntegerField()  # how many records
    failed = IntegerField()  # how many of them failed in something
    results = JSONField()  # a record's items, or of a month: items with counts, and the records that failed

    class Meta:
        indexes = ((("record", "id"), False),)


class Package(BaseModel):
    """Records taken out as one file that proves itself; it lies in ``CRM_DATA/packages`` for a week."""

    by = ForeignKeyField(Person, on_delete="RESTRICT")
    at = DateTimeField()
    purpose = CharField(200)
    month = CharField(7, default="")  # or the records named
    keys = JSONField()  # the ids of the records
    size = IntegerField(null=True)
    sha256 = CharField(64, default="")
    made_at = DateTimeField(null=True)
    error = CharField(300, default="")
