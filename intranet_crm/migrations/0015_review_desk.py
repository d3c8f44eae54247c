"""Deputies of heads, in whose place a review was given, and the phrases of the review desk."""

from peewee import BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, Model

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

    db.create_tables([Deputy, Phrase])
    for name in DECIDED:
        migrator.migrate(migrator.add_column(name, "instead_of", CharField(max_length=64, default="")))


def down(migrator, db):
    for name in DECIDED:
        migrator.migrate(migrator.drop_column(name, "instead_of"))
    for name in ("phrase", "deputy"):
        migrator.migrate(migrator.drop_table(name))
