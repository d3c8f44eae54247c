"""Indexes that answer the lists of follow-ups by themselves; useless ones go."""

# (table, the columns of the new index, those of the one it replaces)
EXCHANGED = (
    ("follow_up", "customer_id happened_at id method person_id", "customer_id happened_at id"),
    ("follow_up", "person_id happened_at id customer_id method", "person_id happened_at id"),
    ("follow_up", "happened_at id customer_id method person_id", "happened_at id"),
)
# What another index begins with: each was written with every row and read by nobody.
USELESS = (
    ("follow_up", "customer_id"),
    ("follow_up", "person_id"),
    ("follow_up_contact", "followup_id"),
)


def up(migrator, db):
    # No contact is later than the customer was touched; a correction may have moved one past it.
    db.execute_sql("UPDATE customer SET touched_at = last_followup_at WHERE touched_at < last_followup_at")
    for table, new, old in EXCHANGED:
        _exchange(migrator, db, table, new, old)
    for table, columns in USELESS:
        migrator.migrate(migrator.drop_index(table, _name(db, table, columns)))


def down(migrator, db):
    for table, columns in USELESS:
        migrator.migrate(migrator.add_index(table, columns.split()))
    for table, new, old in EXCHANGED:
        _exchange(migrator, db, table, old, new)


def _exchange(migrator, db, table, new, old):
    """The new index before the old one goes: MariaDB keeps one for each foreign key."""
    migrator.migrate(migrator.add_index(table, new.split()))
    migrator.migrate(migrator.drop_index(table, _name(db, table, old)))


def _name(db, table, columns):
    return next(index.name for index in db.get_indexes(table) if index.columns == columns.split())
