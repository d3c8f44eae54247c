"""Messages: what leaves the house, each a row that is claimed by lease before it is sent and marked after."""

from datetime import datetime
from typing import Self

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.background import LEASE, enqueue
from intranet_crm.database import BaseModel, database
from intranet_crm.errors import DomainError
from intranet_crm.notices.rules import CHANNEL_WORDS, MOST_ATTEMPTS, STALE, Channel, retry_after

SEND = "notices.send"


class Message(BaseModel):
    """One e-mail to a person, or one text to the group, about the notices whose deliveries point to it.

    Claimed by a lease before it is sent, marked after: a worker killed in between sends it again, with the
    same Message-ID (docs/decisions/0008).
    """

    channel = CharField(8)
    person = ForeignKeyField(Person, null=True, backref="messages", on_delete="CASCADE")  # None: the group
    is_test = IntegerField(default=0)
    created_at = DateTimeField()
    due_at = DateTimeField()
    lease_until = DateTimeField(null=True)
    attempts = IntegerField(default=0)
    error = CharField(200, default="")  # of the last attempt that failed
    failed_at = DateTimeField(null=True)
    sent_at = DateTimeField(null=True)
    given_up_at = DateTimeField(null=True)

    class Meta:
        indexes = (
            (("channel", "sent_at", "given_up_at", "due_at"), False),
            (("channel", "failed_at"), False),
            (("created_at",), False),
        )

    @classmethod
    def begin(cls, channel: Channel, person: Person | int | None, *, is_test: bool = False) -> Self:
        moment = clock.now()
        return cls.create(
            channel=channel, person=person, is_test=int(is_test), created_at=moment, due_at=moment
        )

    @classmethod
    def test(cls, channel: Channel, *, by: Person) -> Self:
        """One message through the whole way, to oneself or to the group."""
        if channel == Channel.MAIL and not by.email:
            raise DomainError("测试邮件发到你自己的邮箱：请先在「我的账号」里填写邮箱。")
        with database.atomic():
            message = cls.begin(channel, by if channel == Channel.MAIL else None, is_test=True)
            enqueue(SEND, message.id)
            audit_log.record(
                "发送测试消息", by=by, kind="message", subject_id=message.id, title=message.channel_words
            )
        return message

    @classmethod
    def last_to(cls, person: Person) -> Self | None:
        return cls.select().where(cls.person == person.id).order_by(cls.id.desc()).first()

    @classmethod
    def claim(cls, channel: Channel) -> Self | None:
        """The first that is due, for as long as the lease lasts; None when there is none."""
        moment = clock.now()
        free = cls.lease_until.is_null() | (cls.lease_until < moment)
        unfinished = (cls.channel == channel) & cls.sent_at.is_null() & cls.given_up_at.is_null()
        due = unfinished & (cls.due_at <= moment) & free
        for found in list(cls.select().where(due).order_by(cls.id).limit(5)):
            mine = cls.update(lease_until=moment + LEASE, attempts=cls.attempts + 1)
            if mine.where((cls.id == found.id) & due).execute():
                found.attempts += 1
                if not (hopeless := found._hopeless(moment)):
                    return found
                found.failed(hopeless, for_good=True)
        return None

    def _hopeless(self, moment: datetime) -> str:
        """Why it is not even tried, or nothing."""
        if self.attempts > MOST_ATTEMPTS:
            return "多次中断，没有发完"  # whatever ends the worker each time
        return "超过两天没有发出，已作废" if moment - self.created_at > STALE else ""

    def try_again(self, *, by: Person) -> None:
        """An administrator has mended the channel."""
        moment = clock.now()
        with database.atomic():
            again = (Message.id == self.id) & Message.given_up_at.is_null(False)
            fresh = {"given_up_at": None, "attempts": 0, "due_at": moment, "created_at": moment}
            if Message.update(fresh).where(again).execute():
                enqueue(SEND, self.id, f"{SEND}:{self.id}:{moment:%Y%m%d%H%M%S%f}")
                audit_log.record(
                    "重发消息", by=by, kind="message", subject_id=self.id, title=self.channel_words
                )

    @property
    def channel_words(self) -> str:
        return CHANNEL_WORDS[Channel(self.channel)]

    @property
    def is_under_way(self) -> bool:
        return self.sent_at is None and self.given_up_at is None

    @property
    def name(self) -> str:
        """The same for every attempt, and no other message's."""
        return f"crm-{self.id}-{self.created_at:%Y%m%d%H%M%S%f}"

    def sent(self) -> None:
        self._becomes(sent_at=clock.now(), error="", lease_until=None)

    def failed(self, why: str, *, for_good: bool = False) -> None:
        """It was not taken: try again later, or give it up for everybody to see."""
        moment = clock.now()
        ends = for_good or self.is_test or self.attempts >= MOST_ATTEMPTS
        self._becomes(
            error=why[:200],
            failed_at=moment,
            lease_until=None,
            due_at=moment + retry_after(self.attempts),
            given_up_at=moment if ends else None,
        )

    def _becomes(self, **columns: object) -> None:
        Message.update(**columns).where(Message.id == self.id).execute()
