"""Notices, and which of them are to leave the house: the inbox is the truth, e-mail and robot repeat it."""

from functools import reduce
from operator import or_

from peewee import CharField, DateTimeField, ForeignKeyField

from intranet_crm import audit_log, clock
from intranet_crm.accounts import mail_address
from intranet_crm.accounts.models import Person
from intranet_crm.database import BaseModel, JSONField, database, insert_ignoring_repeats
from intranet_crm.notices import channels
from intranet_crm.notices.messages import Message
from intranet_crm.notices.rules import MAILED_BY_DEFAULT, SAID_TO_THE_GROUP, Channel, Topic


class Notice(BaseModel):
    person = ForeignKeyField(Person, backref="notices", on_delete="CASCADE")
    kind = CharField(8)  # action: something to do; info: something to know
    title = CharField(200)
    body = CharField(500, default="")
    address = CharField(200, default="")
    key = CharField(120, unique=True)  # the same key is delivered once, ever
    created_at = DateTimeField()
    read_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("person", "read_at", "created_at"), False),)

    def read(self) -> None:
        """The person has opened it; the first time counts."""
        Notice.update(read_at=clock.now()).where((Notice.id == self.id) & Notice.read_at.is_null()).execute()

    @classmethod
    def read_all(cls, person: Person, up_to: int) -> int:
        """Everything the person was shown, up to the notice of that id; returns how many were unread."""
        shown = (cls.person == person.id) & (cls.id <= up_to) & cls.read_at.is_null()
        return cls.update(read_at=clock.now()).where(shown).execute()


class MailChoice(BaseModel):
    """Which topics a person wants by e-mail; without a row those of ``MAILED_BY_DEFAULT``."""

    person = ForeignKeyField(Person, unique=True, on_delete="CASCADE")
    topics = JSONField()

    @classmethod
    def of(cls, person: Person) -> list[Topic]:
        chosen = cls.get_or_none(cls.person == person.id)
        return [Topic(topic) for topic in chosen.topics] if chosen else list(MAILED_BY_DEFAULT)

    @classmethod
    def choose(cls, person: Person, topics: list[Topic], *, email: str, seen: int) -> None:
        """The person's own choice, logged; raises StaleVersion when the address changed meanwhile."""
        old, new = {"topics": cls.of(person)}, {"topics": topics}
        with database.atomic():
            mail_address.change(person, email, seen=seen)
            if old != new:
                cls.replace(person=person.id, topics=topics).execute()
                audit_log.record(
                    "修改邮件通知",
                    by=person,
                    kind="person",
                    subject_id=person.id,
                    title=person.name,
                    old=old,
                    new=new,
                )


class Delivery(BaseModel):
    """A notice that is to leave by a channel; it waits for others until a message takes them along."""

    notice = ForeignKeyField(Notice, backref="deliveries", on_delete="CASCADE", index=False)
    channel = CharField(8)
    topic = CharField(8)
    message = ForeignKeyField(Message, null=True, backref="deliveries", on_delete="CASCADE", index=False)

    class Meta:
        indexes = ((("notice", "channel"), True), (("message", "channel", "notice"), False))


def notify(
    person: Person,
    title: str,
    *,
    key: str,
    address: str = "",
    body: str = "",
    action: bool = False,
    topic: Topic | None = None,
) -> bool:
    """Tell a person something, inside the transaction that causes it; returns False when already told."""
    told = insert_ignoring_repeats(
        Notice,
        person=person.id,
        kind="action" if action else "info",
        title=title[:200],
        body=body[:500],
        address=address,
        key=key,
        created_at=clock.now(),
    )
    ways = _ways_out(person, topic or (Topic.ACTION if action else Topic.INFO)) if told else []
    if ways:
        notice = Notice.get(Notice.key == key)
        Delivery.insert_many([{"notice": notice.id} | way for way in ways]).execute()
    return told


def settle(*prefixes: str) -> None:
    """What asked for something that has been done counts as read: all notices whose keys begin so."""
    begun = reduce(or_, ((Notice.key >= prefix) & (Notice.key < f"{prefix}~") for prefix in prefixes))
    Notice.update(read_at=clock.now()).where(begun & Notice.read_at.is_null()).execute()


def _ways_out(person: Person, topic: Topic) -> list[dict[str, str]]:
    """The channels that are set up and meant for the topic."""
    ways = []
    if channels.mail and person.email and topic in MailChoice.of(person):
        ways.append(Channel.MAIL)
    if channels.robot and topic in SAID_TO_THE_GROUP:
        ways.append(Channel.ROBOT)
    return [{"channel": channel, "topic": topic} for channel in ways]
