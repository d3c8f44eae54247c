"""A person's inbox, and how the channels out of the house stand."""

from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from peewee import JOIN, Case, ModelSelect

from intranet_crm.accounts.models import Person
from intranet_crm.addresses import whole_number
from intranet_crm.database import Kept
from intranet_crm.notices import channels
from intranet_crm.notices.messages import Message
from intranet_crm.notices.models import Notice
from intranet_crm.notices.rules import CHANNEL_WORDS, Channel

MOST_COUNTED = 100
PAGE = 20
read_rank = Case(None, ((Notice.read_at.is_null(), 0),), 1)


class Place(NamedTuple):
    """Where a row stands in the inbox: among the unread (0) or the read (1), by its id."""

    is_read: int
    key: int

    @classmethod
    def parsed(cls, text: str | None) -> Self | None:
        try:
            is_read, key = map(whole_number, (text or "").split("-"))
        except ValueError:
            return None
        return cls(is_read, key)

    def __str__(self) -> str:
        return f"{self.is_read}-{self.key}"


def unread_count(person: Person, kind: str | None = None) -> int:
    """Unread notices, of one kind or all, counted up to 100."""
    if not kind:
        return len(_unread(person.id))
    unread = Notice.select(Notice.id).where((Notice.person == person.id) & Notice.read_at.is_null())
    return unread.where(Notice.kind == kind).limit(MOST_COUNTED).count()


@Kept
def _unread(person: Any) -> ModelSelect:
    unread = Notice.select(Notice.id).where((Notice.person == person) & Notice.read_at.is_null())
    return unread.limit(MOST_COUNTED).tuples()


def own_notice(person: Person, key: int) -> Notice | None:
    return Notice.get_or_none((Notice.id == key) & (Notice.person == person.id))


def inbox_page(person: Person, kind: str, after: Place | None = None) -> list[Notice]:
    """A page of one kind and one more: the unread first, the newest first among each."""
    found = Notice.select().where((Notice.person == person.id) & (Notice.kind == kind))
    if after:
        found = found.where(
            (read_rank > after.is_read) | ((read_rank == after.is_read) & (Notice.id < after.key))
        )
    return list(found.order_by(read_rank, Notice.id.desc()).limit(PAGE + 1))


def latest_unread(person: Person, most: int = 5) -> list[Notice]:
    """The newest unread notices, those that ask for something first."""
    found = Notice.select().where((Notice.person == person.id) & Notice.read_at.is_null())
    return list(found.order_by(Notice.kind, Notice.id.desc()).limit(most))


GIVEN_UP = 10


@dataclass(frozen=True)
class ChannelState:
    """How one channel stands; ``given_up`` are the latest messages that did not arrive."""

    channel: Channel
    where: str  # in words without secrets; empty when it is not set up
    sent: Message | None
    failed: Message | None
    test: Message | None
    waiting: int
    given_up: list[Message]

    @property
    def name(self) -> str:
        return CHANNEL_WORDS[self.channel]

    @property
    def is_testing(self) -> bool:
        return bool(self.test and self.test.is_under_way)


def channel_states() -> list[ChannelState]:
    return [_state(channel) for channel in Channel]


def _state(channel: Channel) -> ChannelState:
    of_it = Message.select(Message, Person).join(Person, JOIN.LEFT_OUTER).where(Message.channel == channel)
    unfinished = of_it.where(Message.sent_at.is_null())
    given_up = unfinished.where(Message.given_up_at.is_null(False) & (Message.is_test == 0))
    return ChannelState(
        channel=channel,
        where=channels.where(channel),
        sent=of_it.where(Message.sent_at.is_null(False)).order_by(Message.sent_at.desc()).first(),
        failed=of_it.where(Message.failed_at.is_null(False)).order_by(Message.failed_at.desc()).first(),
        test=of_it.where(Message.is_test == 1).order_by(Message.id.desc()).first(),
        waiting=unfinished.where(Message.given_up_at.is_null()).limit(MOST_COUNTED).count(),
        given_up=list(given_up.order_by(Message.given_up_at.desc()).limit(GIVEN_UP)),
    )
