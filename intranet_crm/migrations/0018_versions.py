"""A change after approval is the next edition of an intake form: what it amends, why, and what superseded it."""

from peewee import CharField, ForeignKeyField, IntegerField, Model
from playhouse.migrate import SqliteMigrator

POINTERS = ("amends_id", "superseded_by_id")


def up(migrator, db):
    class IntakeForm(Model):
        class Meta:
            database = db
            table_name = "intake_form"

    for name in POINTERS:
        other = ForeignKeyField(IntakeForm, IntakeForm.id, null=True, on_delete="RESTRICT")
        migrator.migrate(migrator.add_column("intake_form", name, other))
    migrator.migrate(
        migrator.add_column("intake_form", "edition", IntegerField(default=1)),
        migrator.add_column("intake_form", "amend_reason", CharField(max_length=300, default="")),
    )


def down(migrator, db):
    for name in ("amend_reason", "edition"):
        migrator.migrate(migrator.drop_column("intake_form", name))
    for name in POINTERS:
        if isinstance(migrator, SqliteMigrator):  # MariaDB drops it with the column
            migrator.migrate(migrator.drop_index("intake_form", f"intake_form_{name}"))
        migrator.migrate(migrator.drop_column("intake_form", name))
