"""When the audit log's chain was read through, and how far."""

from peewee import CharField, DateField, DateTimeField, IntegerField, Model


def up(migrator, db):
    class ChainCheck(Model):
        day = DateField(unique=True)
        began_at = DateTimeField()
        position = IntegerField(default=0)
        digest = CharField(max_length=64, default="")
        fault = CharField(max_length=300, default="")
        done_at = DateTimeField(null=True)
        Meta = type("Meta", (), {"database": db, "table_name": "chain_check"})

    db.create_tables([ChainCheck])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("chain_check"))
