"""The recycle bin of customers; late follow-ups, and each person's follow-ups counted by day."""

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, JSONField, Model


def up(migrator, db):
    class Customer(Model):
        class Meta:
            database = db
            table_name = "customer"

    class FollowUp(Model):
        class Meta:
            database = db
            table_name = "follow_up"

    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    class Deletion(Model):
        customer = ForeignKeyField(Customer, on_delete="CASCADE", index=False)
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()
        reason = CharField(max_length=300)
        credit_code = CharField(max_length=18, null=True, index=True)
        citizen_id_hash = CharField(max_length=64, null=True, index=True)
        tasks = JSONField(default=list)
        restored_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        restored_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "deletion"
            indexes = ((("customer", "restored_at"), False), (("at", "id"), False))

    class LateRecord(Model):
        followup = ForeignKeyField(FollowUp, unique=True, on_delete="CASCADE")
        person = ForeignKeyField(Person, on_delete="CASCADE", index=False)
        happened_at = DateTimeField()
        minutes = IntegerField()

        class Meta:
            database = db
            table_name = "late_record"
            indexes = ((("person", "happened_at", "followup"), False), (("happened_at", "followup"), False))

    class DayTally(Model):
        person = ForeignKeyField(Person, on_delete="CASCADE", index=False)
        day = DateField()
        recorded = IntegerField(default=0)
        late = IntegerField(default=0)
        worst = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "day_tally"
            indexes = ((("person", "day"), True), (("day", "person", "recorded", "late", "worst"), False))

    migrator.migrate(migrator.add_column("customer", "deleted_at", DateTimeField(null=True)))
    db.create_tables([Deletion, LateRecord, DayTally])

    from intranet_crm.followups.lateness import rebuild
    rebuild()


def down(migrator, db):
    for table in ("day_tally", "late_record", "deletion"):
        migrator.migrate(migrator.drop_table(table))
    migrator.migrate(migrator.drop_column("customer", "deleted_at"))
