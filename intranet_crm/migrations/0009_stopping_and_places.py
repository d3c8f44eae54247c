"""Who stopped a batch; the order of each person's pinned views."""

from peewee import ForeignKeyField, IntegerField, Model


def up(migrator, db):
    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    stopped_by = ForeignKeyField(Person, field=Person.id, null=True, on_delete="RESTRICT")
    migrator.migrate(migrator.add_column("batch", "stopped_by_id", stopped_by))
    migrator.migrate(migrator.add_column("saved_list_pin", "place", IntegerField(default=0)))
    db.execute_sql("UPDATE saved_list_pin SET place = id")


def down(migrator, db):
    migrator.migrate(migrator.drop_column("saved_list_pin", "place"))
    migrator.migrate(migrator.drop_column("batch", "stopped_by_id"))
