"""Filter sets, kept as bitmaps, instead of wide indexes of the list of customers."""

from peewee import BlobField, CharField, CompositeKey, DateTimeField, IntegerField, Model

LISTED = "stage grade source region employees employee_band budget_low last_followup_at"
WIDE = (
    f"touched_at id owner_id success_manager_id status kind industry created_at {LISTED}",
    f"owner_id touched_at id status kind industry created_at {LISTED}",
    f"success_manager_id touched_at id owner_id status kind industry created_at {LISTED}",
    f"status touched_at id owner_id success_manager_id kind industry created_at {LISTED}",
    f"industry touched_at id owner_id success_manager_id status kind created_at {LISTED}",
    f"created_at id owner_id success_manager_id status kind industry {LISTED}",
)
ALONE = ("owner_id", "success_manager_id")  # the narrow ones begin with them
NARROW = (
    "touched_at id owner_id success_manager_id kind",
    "owner_id touched_at id kind",
    "success_manager_id touched_at id kind",
)


def up(migrator, db):
    class BitsField(BlobField):
        field_type = "MEDIUMBLOB"

    class FilterSet(Model):
        field = CharField(max_length=16)
        value = CharField(max_length=40)
        bits = BitsField()
        epoch = IntegerField(index=True)

        class Meta:
            database = db
            table_name = "filter_set"
            primary_key = CompositeKey("field", "value")

    class FilterMark(Model):
        customer = IntegerField()

        class Meta:
            database = db
            table_name = "filter_mark"

    class FilterClock(Model):
        epoch = IntegerField(default=0)
        whole = IntegerField(default=0)
        rebuilding_until = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "filter_clock"

    db.create_tables([FilterSet, FilterMark, FilterClock])
    FilterClock.create()
    _exchange(migrator, db, (*WIDE, *ALONE), NARROW)

    from intranet_crm.customers.filter_folding import rebuild
    for _done in rebuild():
        pass


def down(migrator, db):
    _exchange(migrator, db, NARROW, (*WIDE, *ALONE))
    for table in ("filter_clock", "filter_mark", "filter_set"):
        migrator.migrate(migrator.drop_table(table))


def _exchange(migrator, db, old, new):
    """The new indexes before the old ones go: MariaDB keeps one for each foreign key."""
    for columns in new:
        migrator.migrate(migrator.add_index("customer", columns.split()))
    for columns in old:
        migrator.migrate(migrator.drop_index("customer", _name(db, "customer", columns)))


def _name(db, table, columns):
    return next(index.name for index in db.get_indexes(table) if index.columns == columns.split())
