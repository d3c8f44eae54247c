"""When each section of a dossier was checked, what is still to be asked, the organisation chart; T2's last fields."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, Model

CUSTOMER_COLUMNS = {
    "confidentiality": "VARCHAR(12) NOT NULL DEFAULT ''",
    "processing_basis": "VARCHAR(12) NOT NULL DEFAULT ''",
    "budget_pending": "INTEGER NOT NULL DEFAULT 0",
}
# What was pending before: needs with a budget 「待确认」, and times that could not be read
PENDING_BEFORE = {
    "budget": ("预算范围", "unsettled", "budget_pending = 1"),
    "expected_finish": ("期望完成时间", "vague", "expected_finish <> '' AND expected_from IS NULL"),
}


def up(migrator, db):
    class Customer(Model):
        class Meta:
            database = db
            table_name = "customer"

    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    class Attachment(Model):
        class Meta:
            database = db
            table_name = "attachment"

    class SectionCheck(Model):
        customer = ForeignKeyField(Customer, on_delete="CASCADE", index=False)
        section = CharField(max_length=12)
        how = CharField(max_length=8)
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()

        class Meta:
            database = db
            table_name = "section_check"
            indexes = ((("customer", "section"), True),)

    class PendingValue(Model):
        customer = ForeignKeyField(Customer, on_delete="CASCADE")
        subject_kind = CharField(max_length=12)
        subject_id = IntegerField()
        field = CharField(max_length=32)
        label = CharField(max_length=40)
        why = CharField(max_length=12)
        asked_by = ForeignKeyField(Person, on_delete="RESTRICT")
        asked_at = DateTimeField()

        class Meta:
            database = db
            table_name = "pending_value"
            indexes = ((("subject_kind", "subject_id", "field"), True),)

    class OrgChart(Model):
        customer = ForeignKeyField(Customer, unique=True, on_delete="CASCADE")
        attachment = ForeignKeyField(Attachment, on_delete="CASCADE")
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()

        class Meta:
            database = db
            table_name = "org_chart"

    # Not by the migrator: on SQLite it would write the whole table anew.
    for name, kind in CUSTOMER_COLUMNS.items():
        db.execute_sql(f"ALTER TABLE customer ADD COLUMN {name} {kind}")
    db.create_tables([SectionCheck, PendingValue, OrgChart])
    for field, (label, why, where) in PENDING_BEFORE.items():
        db.execute_sql(
            "INSERT INTO pending_value"
            " (customer_id, subject_kind, subject_id, field, label, why, asked_by_id, asked_at)"
            f" SELECT customer_id, 'need', id, '{field}', '{label}', '{why}', created_by_id, created_at"
            f" FROM need WHERE {where}"
        )


def down(migrator, db):
    for table in ("org_chart", "pending_value", "section_check"):
        migrator.migrate(migrator.drop_table(table))
    for name in CUSTOMER_COLUMNS:
        db.execute_sql(f"ALTER TABLE customer DROP COLUMN {name}")
