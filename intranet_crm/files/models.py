"""Stored files and the attachments that point at them."""

from peewee import BigIntegerField, CharField, DateTimeField, ForeignKeyField, IntegerField

from intranet_crm.accounts.models import Person
from intranet_crm.database import BaseModel


class StoredFile(BaseModel):
    """Bytes in ``CRM_DATA/files`` under their SHA-256, written once and never changed."""

    sha256 = CharField(64, unique=True)
    size = BigIntegerField()
    media_type = CharField(80)
    created_at = DateTimeField()


class Attachment(BaseModel):
    """A file somebody added to a record; the record is known as kind and id only."""

    subject_kind = CharField(32)
    subject_id = IntegerField()
    file = ForeignKeyField(StoredFile, on_delete="RESTRICT")
    name = CharField(160)
    uploaded_by = ForeignKeyField(Person, on_delete="RESTRICT")
    uploaded_at = DateTimeField()

    class Meta:
        indexes = ((("subject_kind", "subject_id"), False),)
