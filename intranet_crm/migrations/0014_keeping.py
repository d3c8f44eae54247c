"""Boxes, loans, holds, terms of retention, lists of destruction."""

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, Model


def up(migrator, db):
    def table(name, *indexes):
        return type("Meta", (), {"database": db, "table_name": name, "indexes": indexes})

    class Person(Model):
        Meta = table("person")

    class StoredFile(Model):
        Meta = table("stored_file")

    class ArchiveRecord(Model):
        Meta = table("archive_record")

    class Box(Model):
        number = CharField(max_length=24, unique=True)
        title = CharField(max_length=120)
        shelf = CharField(max_length=60, default="")
        created_by = ForeignKeyField(Person, on_delete="RESTRICT")
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        Meta = table("box")

    class Keeping(Model):
        record = ForeignKeyField(ArchiveRecord, unique=True, on_delete="RESTRICT")
        box = ForeignKeyField(Box, null=True, on_delete="RESTRICT")
        place_in_box = IntegerField(null=True)
        years = IntegerField(default=3)
        ended_on = DateField(null=True)
        destroyed_at = DateTimeField(null=True)
        Meta = table("keeping")

    class Hold(Model):
        record = ForeignKeyField(ArchiveRecord, on_delete="RESTRICT")
        reason = CharField(max_length=200)
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()
        lifted_at = DateTimeField(null=True)
        lifted_by_id = IntegerField(null=True)
        lifted_for = CharField(max_length=200, default="")
        Meta = table("hold")

    class Loan(Model):
        record = ForeignKeyField(ArchiveRecord, on_delete="RESTRICT")
        borrower = ForeignKeyField(Person, on_delete="RESTRICT")
        purpose = CharField(max_length=200)
        due_on = DateField()
        lent_by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()
        returned_at = DateTimeField(null=True, index=True)
        returned_to_id = IntegerField(null=True)
        Meta = table("loan")

    class Disposal(Model):
        number = CharField(max_length=24, unique=True)
        reason = CharField(max_length=300)
        proposed_by = ForeignKeyField(Person, on_delete="RESTRICT")
        decided_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        decided_at = DateTimeField(null=True)
        state = CharField(max_length=10, default="proposed")
        opinion = CharField(max_length=300, default="")
        certificate = ForeignKeyField(StoredFile, null=True, on_delete="RESTRICT")
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        Meta = table("disposal")

    class DisposalItem(Model):
        disposal = ForeignKeyField(Disposal, on_delete="RESTRICT")
        record = ForeignKeyField(ArchiveRecord, on_delete="RESTRICT")
        digest = CharField(max_length=64)
        ended_on = DateField()
        term_ended_on = DateField()
        Meta = table("disposal_item")

    db.create_tables([Box, Keeping, Hold, Loan, Disposal, DisposalItem])


def down(migrator, db):
    for table in ("disposal_item", "disposal", "loan", "hold", "keeping", "box"):
        migrator.migrate(migrator.drop_table(table))
