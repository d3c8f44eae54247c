"""Gathering waiting deliveries into messages, and sending what is due; the worker's side of F6."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from email.message import EmailMessage
from functools import partial
from typing import Any

from peewee import Expression, ModelSelect, fn

from intranet_crm import clock
from intranet_crm.database import database, one_of
from intranet_crm.notices import channels, mail, robots
from intranet_crm.notices.channels import NotTaken
from intranet_crm.notices.messages import Message
from intranet_crm.notices.models import Delivery, Notice
from intranet_crm.notices.rules import STALE, Channel, Topic, is_ready, mail_subject, mail_text, robot_text

TURN = 20.0  # seconds in a row for one channel; then other work has its turn
TEST = "这是一条测试消息：收到它，说明系统能够往这里发送通知。"


def gather(channel: Channel) -> None:
    """Make one message of what waits: per person for e-mail, of all for the group."""
    moment = clock.now()
    waiting = (
        Delivery.message.is_null() & (Delivery.channel == channel) & (Notice.created_at > moment - STALE)
    )
    spans = Delivery.select(fn.MIN(Notice.created_at), fn.MAX(Notice.created_at), fn.MIN(Notice.person))
    spans = spans.join(Notice).where(waiting)
    if by_person := channel == Channel.MAIL:
        spans = spans.group_by(Notice.person)
    for first, last, person in list(spans.tuples()):
        if first and is_ready(first, last, moment):
            _take_along(channel, person if by_person else None, waiting)


def _take_along(channel: Channel, person: int | None, waiting: Expression) -> None:
    found = Delivery.select(Delivery.id).join(Notice).where(waiting)
    if person is not None:
        found = found.where(Notice.person == person)
    with database.atomic() as transaction:
        message = Message.begin(channel, person)
        ids = [key for (key,) in found.tuples()]
        free = one_of(Delivery.id, ids) & Delivery.message.is_null()
        if not Delivery.update(message=message.id).where(free).execute():
            transaction.rollback()  # another worker took them


def deliver(channel: Channel) -> None:
    """Send what is due until nothing is left or the turn ends; a channel that fails is left for a minute."""
    ends, send = time.monotonic() + TURN, None
    with ExitStack() as connection:
        while time.monotonic() < ends and (message := Message.claim(channel)):
            content = _letter(message) if channel == Channel.MAIL else _text(message)
            if content is None:
                message.delete_instance(recursive=True)
                continue
            try:
                send = send or _open(channel, connection)
                send(content)
            except NotTaken as error:
                message.failed(str(error), for_good=error.for_good)
                if not error.for_good:
                    return
            else:
                message.sent()


def _open(channel: Channel, connection: ExitStack) -> Callable[[Any], None]:
    """What takes one content after the other."""
    if channel == Channel.ROBOT:
        return partial(robots.say, channels.robot)
    return partial(mail.send, connection.enter_context(mail.connected(channels.mail)))


def _unread(message: Message) -> ModelSelect:
    """What the message is about and its person has not read in the meantime."""
    return Notice.select().join(Delivery).where((Delivery.message == message.id) & Notice.read_at.is_null())


def _letter(message: Message) -> EmailMessage | None:
    """The e-mail; None when there is nobody to write to, or nothing left to tell."""
    person = message.person
    if not person.email or not person.is_active:
        return None
    if message.is_test:
        subject, text = "客户档案：测试消息", TEST
    else:
        notices = list(_unread(message).order_by(Notice.id))
        if not notices:
            return None
        told = {
            kind: [(n.title, n.address) for n in notices if n.kind == kind] for kind in ("action", "info")
        }
        subject = mail_subject([notice.title for notice in notices])
        text = mail_text(person.name, told["action"], told["info"], channels.url)
    return mail.composed(channels.mail, person.email, subject, text, message.name)


def _text(message: Message) -> str | None:
    """What the group reads, or None when all of it has been read."""
    if message.is_test:
        return f"客户档案：{TEST}"
    topics = _unread(message).select(Delivery.topic, fn.COUNT(Notice.id)).group_by(Delivery.topic)
    counts = {Topic(topic): number for topic, number in topics.tuples()}
    people = _unread(message).select(Notice.person).distinct().count()
    return robot_text(counts, people, channels.url) if counts else None
