"""Printed copies, scanned stacks and their pages, and the signed copy that comes of them."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField

from intranet_crm.accounts.models import Person
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.database import BaseModel
from intranet_crm.files.models import StoredFile


class PrintRun(BaseModel):
    """One press of 「打印」: who, when, what for; its PDF lies in ``CRM_DATA/prints`` for a day."""

    by = ForeignKeyField(Person, on_delete="RESTRICT")
    at = DateTimeField()
    purpose = CharField(12)
    note = CharField(200, default="")
    pages = IntegerField(null=True)  # once the PDF is made
    made_at = DateTimeField(null=True)
    error = CharField(300, default="")

    class Meta:
        indexes = ((("by", "id"), False),)


class PrintedCopy(BaseModel):
    """「第2份」 of a record's sheet."""

    run = ForeignKeyField(PrintRun, backref="copies", on_delete="RESTRICT")
    record = ForeignKeyField(ArchiveRecord, backref="printed_copies", on_delete="RESTRICT", index=False)
    number = IntegerField()
    awaited_since = DateTimeField(null=True, index=True)  # printed to be signed, and not yet back
    returned_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("record", "number"), True),)


class ScanStack(BaseModel):
    """What was put on the scanner in one go: one or more files, read page by page by the worker."""

    by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")  # nobody: the watched folder
    at = DateTimeField()
    pages = IntegerField()
    read = IntegerField(default=0)
    done_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("by", "id"), False),)


class ScanFile(BaseModel):
    stack = ForeignKeyField(ScanStack, backref="files", on_delete="RESTRICT")
    file = ForeignKeyField(StoredFile, unique=True, on_delete="RESTRICT")  # the same scan comes in once
    name = CharField(160)
    first = IntegerField()  # the place of its first page in the stack, from 0
    pages = IntegerField()


class ScanPage(BaseModel):
    stack = ForeignKeyField(ScanStack, backref="scanned", on_delete="RESTRICT", index=False)
    position = IntegerField()  # in the stack, from 0
    file = ForeignKeyField(ScanFile, on_delete="RESTRICT")
    turn = IntegerField(default=0)  # degrees clockwise to stand upright
    code = CharField(60, default="")
    state = CharField(8)
    reason = CharField(16, default="")  # why it lies in the tray
    record = ForeignKeyField(ArchiveRecord, null=True, backref="scanned_pages", on_delete="RESTRICT")
    page = IntegerField(null=True)  # of the record's sheet, from 1
    settled_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")  # nobody: filed by its code
    settled_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("stack", "position"), True), (("state", "id"), False), (("record", "page"), False))


class SignedCopy(BaseModel):
    """All pages of a record's sheet are back, signed; bound into one PDF by the worker (P3)."""

    record = ForeignKeyField(ArchiveRecord, unique=True, backref="signed_copies", on_delete="RESTRICT")
    pages = IntegerField()
    completed_at = DateTimeField()
    document = ForeignKeyField(StoredFile, null=True, on_delete="RESTRICT")
