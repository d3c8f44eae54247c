"""Urging (催办); what leaves the house by e-mail and group robot, and who wants what."""

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, JSONField, Model


def up(migrator, db):
    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    class Task(Model):
        class Meta:
            database = db
            table_name = "task"

    class Notice(Model):
        class Meta:
            database = db
            table_name = "notice"

    class Urge(Model):
        task = ForeignKeyField(Task, on_delete="CASCADE", index=False)
        person = ForeignKeyField(Person, on_delete="RESTRICT", index=False)
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()
        working_day = DateField()

        class Meta:
            database = db
            table_name = "urge"
            indexes = ((("task", "working_day"), True), (("person", "at"), False))

    class Message(Model):
        channel = CharField(max_length=8)
        person = ForeignKeyField(Person, null=True, on_delete="CASCADE")
        is_test = IntegerField(default=0)
        created_at = DateTimeField()
        due_at = DateTimeField()
        lease_until = DateTimeField(null=True)
        attempts = IntegerField(default=0)
        error = CharField(max_length=200, default="")
        failed_at = DateTimeField(null=True)
        sent_at = DateTimeField(null=True)
        given_up_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "message"
            indexes = (
                (("channel", "sent_at", "given_up_at", "due_at"), False),
                (("channel", "failed_at"), False),
                (("created_at",), False),
            )

    class Delivery(Model):
        notice = ForeignKeyField(Notice, on_delete="CASCADE", index=False)
        channel = CharField(max_length=8)
        topic = CharField(max_length=8)
        message = ForeignKeyField(Message, null=True, on_delete="CASCADE", index=False)

        class Meta:
            database = db
            table_name = "delivery"
            indexes = ((("notice", "channel"), True), (("message", "channel", "notice"), False))

    class MailChoice(Model):
        person = ForeignKeyField(Person, unique=True, on_delete="CASCADE")
        topics = JSONField()

        class Meta:
            database = db
            table_name = "mail_choice"

    db.create_tables([Urge, Message, Delivery, MailChoice])


def down(migrator, db):
    for table in ("mail_choice", "delivery", "message", "urge"):
        migrator.migrate(migrator.drop_table(table))
