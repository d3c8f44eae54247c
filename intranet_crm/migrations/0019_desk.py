"""The clocks of review and the years of the calendar as data, kept words of a review, changed collections."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, JSONField, Model, TextField


def up(migrator, db):
    def table(name, *indexes):
        return type("Meta", (), {"database": db, "table_name": name, "indexes": indexes})

    class Person(Model):
        Meta = table("person")

    class IntakeForm(Model):
        Meta = table("intake_form")

    class CollectionTask(Model):
        Meta = table("collection_task")

    class CollectionEvent(Model):
        task = ForeignKeyField(CollectionTask, on_delete="CASCADE")
        at = DateTimeField()
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        move = CharField(max_length=8)
        words = CharField(max_length=300, default="")
        reason = CharField(max_length=300)
        Meta = table("collection_event")

    class ReviewClock(Model):
        review_days = IntegerField()
        absent_days = IntegerField()
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        Meta = table("review_clock")

    class ReviewDraft(Model):
        form = ForeignKeyField(IntakeForm, on_delete="CASCADE", index=False)
        person = ForeignKeyField(Person, on_delete="CASCADE")
        digest = CharField(max_length=64)
        values = JSONField()
        saved_at = DateTimeField()
        Meta = table("review_draft", (("form", "person"), True))

    class WorkYear(Model):
        year = IntegerField(unique=True)
        free = TextField()
        worked = TextField(default="")
        days = JSONField()
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        Meta = table("work_year")

    db.create_tables([CollectionEvent, ReviewClock, ReviewDraft, WorkYear])
    migrator.migrate(migrator.add_column("collection_task", "cancelled_at", DateTimeField(null=True)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("collection_task", "cancelled_at"))
    for table in ("work_year", "review_draft", "review_clock", "collection_event"):
        migrator.migrate(migrator.drop_table(table))
