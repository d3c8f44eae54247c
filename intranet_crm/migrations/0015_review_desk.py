"""Deputies of heads, in whose place a review was given, and the phrases of the review desk; tasks of collection, outlines."""

from peewee import BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, Model, TextField

DECIDED = ("review", "intake_event")


def up(migrator, db):
    def table(name, *indexes):
        return type("Meta", (), {"database": db, "table_name": name, "indexes": indexes})

    class Person(Model):
        Meta = table("person")

    class Deputy(Model):
        head = ForeignKeyField(Person, on_delete="RESTRICT")
        deputy = ForeignKeyField(Person, on_delete="RESTRICT")
        starts_on = DateField()
        ends_on = DateField()
        named_by_id = IntegerField()
        named_at = DateTimeField()
        ended_at = DateTimeField(null=True)
        Meta = table("deputy")

    class Phrase(Model):
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        text = CharField(max_length=200)
        is_shared = BooleanField(default=False, index=True)
        created_at = DateTimeField()
        Meta = table("phrase")

    class Department(Model):
        Meta = table("department")

    class Customer(Model):
        Meta = table("customer")

    class IntakeForm(Model):
        Meta = table("intake_form")

    class CollectionTask(Model):
        customer = ForeignKeyField(Customer, null=True, on_delete="RESTRICT")
        customer_name = CharField(max_length=120)
        department = ForeignKeyField(Department, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        situation = CharField(max_length=24)
        due_on = DateField()
        note = CharField(max_length=300, default="")
        asked_by = ForeignKeyField(Person, on_delete="RESTRICT")
        asked_at = DateTimeField()
        form = ForeignKeyField(IntakeForm, null=True, on_delete="SET NULL")
        Meta = table("collection_task")

    class Outline(Model):
        situation = CharField(max_length=24, unique=True)
        purpose = TextField()
        questions = TextField()
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        Meta = table("outline")

    db.create_tables([Deputy, Phrase, CollectionTask, Outline])
    for name in DECIDED:
        migrator.migrate(migrator.add_column(name, "instead_of", CharField(max_length=64, default="")))


def down(migrator, db):
    for name in DECIDED:
        migrator.migrate(migrator.drop_column(name, "instead_of"))
    for name in ("outline", "collection_task", "phrase", "deputy"):
        migrator.migrate(migrator.drop_table(name))
