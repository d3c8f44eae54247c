"""Who stopped a batch; the order of each person's pinned views; no index that another one begins with."""

from peewee import ForeignKeyField, IntegerField, Model
from playhouse.migrate import SqliteMigrator

TOLD = ("timeline_entry", "status_change")  # a bulk operation writes a row for each customer, with all its indexes


def up(migrator, db):
    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    stopped_by = ForeignKeyField(Person, field=Person.id, null=True, on_delete="RESTRICT")
    migrator.migrate(migrator.add_column("batch", "stopped_by_id", stopped_by))
    migrator.migrate(migrator.add_column("saved_list_pin", "place", IntegerField(default=0)))
    db.execute_sql("UPDATE saved_list_pin SET place = id")
    for table in TOLD:
        name = next(index.name for index in db.get_indexes(table) if index.columns == ["customer_id"])
        migrator.migrate(migrator.drop_index(table, name))


def down(migrator, db):
    if isinstance(migrator, SqliteMigrator):  # MariaDB drops it with the column
        migrator.migrate(migrator.drop_index("batch", "batch_stopped_by_id"))
    for table in TOLD:
        migrator.migrate(migrator.add_index(table, ("customer_id",)))
    migrator.migrate(migrator.drop_column("saved_list_pin", "place"))
    migrator.migrate(migrator.drop_column("batch", "stopped_by_id"))
