"""Reports of the four-nature checks, packages, and a seal over each archive record's row."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, JSONField, Model


def up(migrator, db):
    def table(name, *indexes):
        return type("Meta", (), {"database": db, "table_name": name, "indexes": indexes})

    class Person(Model):
        Meta = table("person")

    class ArchiveRecord(Model):
        Meta = table("archive_record")

    class CheckReport(Model):
        record = ForeignKeyField(ArchiveRecord, null=True, on_delete="RESTRICT", index=False)
        month = CharField(max_length=7, null=True, unique=True)
        by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        at = DateTimeField()
        checked = IntegerField()
        failed = IntegerField()
        results = JSONField()
        Meta = table("check_report", (("record", "id"), False))

    class Package(Model):
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()
        purpose = CharField(max_length=200)
        month = CharField(max_length=7, default="")
        keys = JSONField()
        size = IntegerField(null=True)
        sha256 = CharField(max_length=64, default="")
        made_at = DateTimeField(null=True)
        error = CharField(max_length=300, default="")
        Meta = table("package")

    db.create_tables([CheckReport, Package])
    migrator.migrate(migrator.add_column("archive_record", "seal", CharField(max_length=64, default="")))
    _seal_what_is_there()


def _seal_what_is_there():
    from intranet_crm.archive.models import ArchiveRecord
    from intranet_crm.archive.seals import row_digest

    columns = [
        getattr(ArchiveRecord, name)
        for name in (
            "id", "number", "title", "form", "submission", "customer_name", "collector", "department",
            "collected_on", "digest", "sheet", "confidentiality", "place", "filed_at", "filed_by",
        )
    ]  # fmt: skip
    last, rows = 0, ArchiveRecord.select(*columns).order_by(ArchiveRecord.id).limit(200)
    while batch := list(rows.where(ArchiveRecord.id > last)):
        for record in batch:
            ArchiveRecord.update(seal=row_digest(record)).where(ArchiveRecord.id == record.id).execute()
        last = batch[-1].id


def down(migrator, db):
    migrator.migrate(migrator.drop_column("archive_record", "seal"))
    for table in ("package", "check_report"):
        migrator.migrate(migrator.drop_table(table))
