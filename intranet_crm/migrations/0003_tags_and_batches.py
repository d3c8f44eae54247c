"""Tags, saved views, columns by person, batches, the history of owners; wider indexes of the list."""

from datetime import UTC, datetime

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, JSONField, Model, TextField

PRESETS = ("高潜力客户", "重点跟进", "华东区域", "华南区域")
LISTED = "stage grade source region employees employee_band budget_low last_followup_at"
CUSTOMER_INDEXES = (
    "touched_at id owner_id success_manager_id status kind industry created_at",
    "owner_id touched_at id status kind industry created_at",
    "success_manager_id touched_at id owner_id status kind industry created_at",
    "status touched_at id owner_id success_manager_id kind industry created_at",
    "industry touched_at id owner_id success_manager_id status kind created_at",
    "created_at id owner_id success_manager_id status kind industry",
)


def up(migrator, db):
    class Customer(Model):
        class Meta:
            database = db
            table_name = "customer"

    class Department(Model):
        class Meta:
            database = db
            table_name = "department"

    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    class Batch(Model):
        key = CharField(unique=True, max_length=64)
        kind = CharField(max_length=24)
        title = CharField(max_length=160)
        scope = CharField(max_length=600)
        filters = JSONField()
        payload = JSONField()
        by = ForeignKeyField(Person, on_delete="RESTRICT", index=False)
        undoes = ForeignKeyField("self", unique=True, null=True, on_delete="RESTRICT")
        total = IntegerField()
        last_subject = IntegerField()
        cursor = IntegerField(default=0)
        changed = IntegerField(default=0)
        skipped = IntegerField(default=0)
        reasons = JSONField(default=dict)
        error = TextField(default="")
        created_at = DateTimeField()
        finished_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "batch"
            indexes = ((("by", "created_at", "id"), False), (("created_at", "id"), False))

    class BatchRow(Model):
        batch = ForeignKeyField(Batch, on_delete="CASCADE", index=False)
        subject_id = IntegerField()
        outcome = CharField(max_length=8)
        reason = CharField(max_length=16)
        before = CharField(max_length=40)

        class Meta:
            database = db
            table_name = "batch_row"
            indexes = ((("batch", "outcome", "subject_id"), True),)

    class Tag(Model):
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        name = CharField(unique=True, max_length=20)
        is_preset = IntegerField(default=0)
        retired_at = DateTimeField(null=True)
        merged_into = ForeignKeyField("self", null=True, on_delete="RESTRICT")
        created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")

        class Meta:
            database = db
            table_name = "tag"

    class CustomerTag(Model):
        customer = ForeignKeyField(Customer, on_delete="CASCADE", index=False)
        tag = ForeignKeyField(Tag, on_delete="RESTRICT", index=False)
        by_id = IntegerField()
        at = DateTimeField()

        class Meta:
            database = db
            table_name = "customer_tag"
            indexes = ((("customer", "tag"), True), (("tag", "customer"), False))

    class ListColumns(Model):
        person = ForeignKeyField(Person, unique=True, on_delete="CASCADE")
        columns = JSONField()

        class Meta:
            database = db
            table_name = "list_columns"

    class OwnerChange(Model):
        customer = ForeignKeyField(Customer, on_delete="CASCADE", index=False)
        old = ForeignKeyField(Person, on_delete="RESTRICT")
        new = ForeignKeyField(Person, on_delete="RESTRICT")
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()
        reason = CharField(max_length=200, default="")

        class Meta:
            database = db
            table_name = "owner_change"
            indexes = ((("customer", "at"), False),)

    class SavedList(Model):
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        name = CharField(max_length=30)
        query = CharField(max_length=1000)
        owner = ForeignKeyField(Person, on_delete="CASCADE")
        department = ForeignKeyField(Department, null=True, on_delete="SET NULL")

        class Meta:
            database = db
            table_name = "saved_list"

    class SavedListPin(Model):
        person = ForeignKeyField(Person, on_delete="CASCADE", index=False)
        saved = ForeignKeyField(SavedList, on_delete="CASCADE")

        class Meta:
            database = db
            table_name = "saved_list_pin"
            indexes = ((("person", "saved"), True),)

    db.create_tables([Batch, BatchRow, Tag, CustomerTag, ListColumns, OwnerChange, SavedList, SavedListPin])
    moment = datetime.now(UTC).replace(tzinfo=None)
    stamps = {"is_preset": 1, "created_at": moment, "updated_at": moment}
    Tag.insert_many([{"name": name} | stamps for name in PRESETS]).execute()
    _exchange(migrator, db, CUSTOMER_INDEXES, [f"{columns} {LISTED}" for columns in CUSTOMER_INDEXES])
    migrator.migrate(migrator.add_index("need", ("type", "priority", "customer_id")))


def down(migrator, db):
    migrator.migrate(migrator.drop_index("need", _name(db, "need", "type priority customer_id")))
    _exchange(migrator, db, [f"{columns} {LISTED}" for columns in CUSTOMER_INDEXES], CUSTOMER_INDEXES)
    for table in (
        "saved_list_pin", "saved_list", "owner_change", "list_columns",
        "customer_tag", "tag", "batch_row", "batch",
    ):  # fmt: skip
        migrator.migrate(migrator.drop_table(table))


def _exchange(migrator, db, old, new):
    """The new indexes before the old ones go: MariaDB keeps one for each foreign key."""
    for columns in new:
        migrator.migrate(migrator.add_index("customer", columns.split()))
    for columns in old:
        migrator.migrate(migrator.drop_index("customer", _name(db, "customer", columns)))


def _name(db, table, columns):
    return next(index.name for index in db.get_indexes(table) if index.columns == columns.split())
