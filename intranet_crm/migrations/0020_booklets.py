"""The ledger of printed hand-over booklets."""

from peewee import BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, Model


def up(migrator, db):
    def table(name, *indexes):
        return type("Meta", (), {"database": db, "table_name": name, "indexes": indexes})

    class Person(Model):
        Meta = table("person")

    class Customer(Model):
        Meta = table("customer")

    class Booklet(Model):
        customer = ForeignKeyField(Customer, on_delete="CASCADE", index=False)
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()
        giver = ForeignKeyField(Person, on_delete="RESTRICT")
        taker = ForeignKeyField(Person, on_delete="RESTRICT")
        witness = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        handed_on = DateField()
        reason = CharField(max_length=200)
        followups = IntegerField()
        in_full = BooleanField()
        pages = IntegerField(null=True)
        made_at = DateTimeField(null=True)
        error = CharField(max_length=300, default="")
        Meta = table("booklet", (("customer", "by", "id"), False))

    db.create_tables([Booklet])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("booklet"))
