"""Printed copies, scanned stacks, signed copies."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, Model


def up(migrator, db):
    def table(name, *indexes):
        return type("Meta", (), {"database": db, "table_name": name, "indexes": indexes})

    class Person(Model):
        Meta = table("person")

    class StoredFile(Model):
        Meta = table("stored_file")

    class ArchiveRecord(Model):
        Meta = table("archive_record")

    class PrintRun(Model):
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()
        purpose = CharField(max_length=12)
        note = CharField(max_length=200, default="")
        pages = IntegerField(null=True)
        made_at = DateTimeField(null=True)
        error = CharField(max_length=300, default="")
        Meta = table("print_run", (("by", "id"), False))

    class PrintedCopy(Model):
        run = ForeignKeyField(PrintRun, on_delete="RESTRICT")
        record = ForeignKeyField(ArchiveRecord, on_delete="RESTRICT", index=False)
        number = IntegerField()
        awaited_since = DateTimeField(null=True, index=True)
        returned_at = DateTimeField(null=True)
        Meta = table("printed_copy", (("record", "number"), True))

    class ScanStack(Model):
        by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        at = DateTimeField()
        pages = IntegerField()
        read = IntegerField(default=0)
        done_at = DateTimeField(null=True)
        Meta = table("scan_stack", (("by", "id"), False))

    class ScanFile(Model):
        stack = ForeignKeyField(ScanStack, on_delete="RESTRICT")
        file = ForeignKeyField(StoredFile, unique=True, on_delete="RESTRICT")
        name = CharField(max_length=160)
        first = IntegerField()
        pages = IntegerField()
        Meta = table("scan_file")

    class ScanPage(Model):
        stack = ForeignKeyField(ScanStack, on_delete="RESTRICT", index=False)
        position = IntegerField()
        file = ForeignKeyField(ScanFile, on_delete="RESTRICT")
        turn = IntegerField(default=0)
        code = CharField(max_length=60, default="")
        state = CharField(max_length=8)
        reason = CharField(max_length=16, default="")
        record = ForeignKeyField(ArchiveRecord, null=True, on_delete="RESTRICT")
        page = IntegerField(null=True)
        settled_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        settled_at = DateTimeField(null=True)
        Meta = table(
            "scan_page",
            (("stack", "position"), True),
            (("state", "id"), False),
            (("record", "page"), False),
        )

    class SignedCopy(Model):
        record = ForeignKeyField(ArchiveRecord, unique=True, on_delete="RESTRICT")
        pages = IntegerField()
        completed_at = DateTimeField()
        document = ForeignKeyField(StoredFile, null=True, on_delete="RESTRICT")
        Meta = table("signed_copy")

    db.create_tables([PrintRun, PrintedCopy, ScanStack, ScanFile, ScanPage, SignedCopy])
    migrator.migrate(migrator.add_column("archive_record", "sheet_pages", IntegerField(null=True)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("archive_record", "sheet_pages"))
    for table in ("signed_copy", "scan_page", "scan_file", "scan_stack", "printed_copy", "print_run"):
        migrator.migrate(migrator.drop_table(table))
