"""Certificates, electronic signatures, and how departments sign."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, Model, TextField
from playhouse.migrate import SqliteMigrator


def up(migrator, db):
    def table(name, *indexes):
        return type("Meta", (), {"database": db, "table_name": name, "indexes": indexes})

    class Person(Model):
        Meta = table("person")

    class Department(Model):
        Meta = table("department")

    class StoredFile(Model):
        Meta = table("stored_file")

    class Certificate(Model):
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        serial = CharField(max_length=40, unique=True)
        pem = TextField()
        sealed_key = TextField()
        issued_at = DateTimeField()
        expires_at = DateTimeField()
        revoked_at = DateTimeField(null=True)
        revoked_for = CharField(max_length=12, default="")
        revoked_by_id = IntegerField(null=True)
        Meta = table("certificate")

    class Signature(Model):
        subject_kind = CharField(max_length=32)
        subject_id = IntegerField()
        role = CharField(max_length=12)
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        certificate = ForeignKeyField(Certificate, on_delete="RESTRICT")
        at = DateTimeField()
        file = ForeignKeyField(StoredFile, on_delete="RESTRICT")
        Meta = table("signature", (("subject_kind", "subject_id", "role"), True))

    class SigningRule(Model):
        department = ForeignKeyField(Department, unique=True, on_delete="CASCADE")
        electronic = IntegerField()
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()
        Meta = table("signing_rule")

    db.create_tables([Certificate, Signature, SigningRule])
    signed = ForeignKeyField(StoredFile, StoredFile.id, null=True, on_delete="RESTRICT")
    migrator.migrate(migrator.add_column("submission", "signed_id", signed))


def down(migrator, db):
    if isinstance(migrator, SqliteMigrator):  # MariaDB drops it with the column
        migrator.migrate(migrator.drop_index("submission", "submission_signed_id"))
    migrator.migrate(migrator.drop_column("submission", "signed_id"))
    for table in ("signing_rule", "signature", "certificate"):
        migrator.migrate(migrator.drop_table(table))
