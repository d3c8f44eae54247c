"""The nature, prompts and progress of needs, their tags and changes; decision roles over time; service issues."""

from datetime import UTC, datetime

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, JSONField, Model, TextField

PRESETS = ("高性价比", "技术支持", "定制化", "降本", "效率提升", "数据安全")
NEED_COLUMNS = (
    ("nature", "VARCHAR(12) NOT NULL DEFAULT 'explicit'"),
    ("followup_id", "INTEGER"),
    ("followup_words", "VARCHAR(200) NOT NULL DEFAULT ''"),
    ("product_type", "VARCHAR(100) NOT NULL DEFAULT ''"),
    ("service_requirements", "VARCHAR(1000) NOT NULL DEFAULT ''"),
    ("current_state", "VARCHAR(1000) NOT NULL DEFAULT ''"),
    ("wished_state", "VARCHAR(1000) NOT NULL DEFAULT ''"),
    ("planned_start", "VARCHAR(60) NOT NULL DEFAULT ''"),
    ("start_from", "DATE"),
    ("start_to", "DATE"),
    ("progress", "VARCHAR(12) NOT NULL DEFAULT ''"),
)


def up(migrator, db):
    for name, kind in NEED_COLUMNS:
        db.execute_sql(f"ALTER TABLE need ADD COLUMN {name} {kind}")
    migrator.migrate(migrator.add_index("need", ("followup_id",)))

    class Customer(Model):
        class Meta:
            database = db
            table_name = "customer"

    class Contact(Model):
        class Meta:
            database = db
            table_name = "contact"

    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    class Need(Model):
        class Meta:
            database = db
            table_name = "need"

    class DecisionRoleChange(Model):
        customer = ForeignKeyField(Customer, on_delete="CASCADE", index=False)
        contact = ForeignKeyField(Contact, on_delete="CASCADE")
        old = CharField(max_length=16)
        new = CharField(max_length=16)
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()

        class Meta:
            database = db
            table_name = "decision_role_change"
            indexes = ((("customer", "at", "id"), False),)

    class NeedChange(Model):
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        need = ForeignKeyField(Need, on_delete="CASCADE", index=False)
        customer = ForeignKeyField(Customer, on_delete="CASCADE", index=False)
        need_version = IntegerField()
        reason = CharField(max_length=16, default="")
        note = CharField(max_length=300, default="")
        asked_by = CharField(max_length=60, default="")
        old = JSONField(default=dict)
        new = JSONField(default=dict)
        progress = CharField(max_length=12, default="")
        response = CharField(max_length=500, default="")
        responded_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        responded_at = DateTimeField(null=True)
        by = ForeignKeyField(Person, on_delete="RESTRICT")

        class Meta:
            database = db
            table_name = "need_change"
            indexes = ((("need", "need_version"), True), (("customer", "created_at", "id"), False))

    class NeedTag(Model):
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
            table_name = "need_tag"

    class NeedTagging(Model):
        need = ForeignKeyField(Need, on_delete="CASCADE", index=False)
        tag = ForeignKeyField(NeedTag, on_delete="RESTRICT", index=False)
        customer = ForeignKeyField(Customer, on_delete="CASCADE", index=False)
        by_id = IntegerField()
        at = DateTimeField()

        class Meta:
            database = db
            table_name = "need_tagging"
            indexes = (
                (("need", "tag"), True),
                (("customer", "tag"), False),
                (("tag", "customer"), False),
            )

    class ServiceIssue(Model):
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        customer = ForeignKeyField(Customer, on_delete="CASCADE", index=False)
        kind = CharField(max_length=12)
        state = CharField(max_length=8, default="open")
        contact = ForeignKeyField(Contact, null=True, on_delete="SET NULL")
        reporter = CharField(max_length=60, default="")
        detail = TextField()
        reported_at = DateTimeField()
        replied_at = DateTimeField(null=True)
        reply = TextField(default="")
        solved_at = DateTimeField(null=True)
        result = TextField(default="")
        reopened_at = DateTimeField(null=True)
        person = ForeignKeyField(Person, on_delete="RESTRICT", index=False)
        created_by = ForeignKeyField(Person, on_delete="RESTRICT")

        class Meta:
            database = db
            table_name = "service_issue"
            indexes = (
                (("customer", "reported_at", "id"), False),
                (("reported_at", "id"), False),
                (("state", "reported_at", "id"), False),
                (("kind", "reported_at", "id"), False),
                (("person", "reported_at", "id"), False),
            )

    db.create_tables([DecisionRoleChange, NeedChange, NeedTag, NeedTagging, ServiceIssue])
    moment = datetime.now(UTC).replace(tzinfo=None)
    stamps = {"is_preset": 1, "created_at": moment, "updated_at": moment}
    NeedTag.insert_many([{"name": name} | stamps for name in PRESETS]).execute()


def down(migrator, db):
    for table in ("service_issue", "need_tagging", "need_tag", "need_change", "decision_role_change"):
        migrator.migrate(migrator.drop_table(table))
    index = next(each.name for each in db.get_indexes("need") if each.columns == ["followup_id"])
    migrator.migrate(migrator.drop_index("need", index))
    for name, _ in NEED_COLUMNS:
        migrator.migrate(migrator.drop_column("need", name))
