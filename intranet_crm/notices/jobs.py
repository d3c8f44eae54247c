"""Each minute what waits leaves the house; a test at once. A channel's trouble is no other channel's."""

from datetime import timedelta

from intranet_crm import background, clock
from intranet_crm.notices import channels
from intranet_crm.notices.messages import SEND, Message
from intranet_crm.notices.models import Delivery, Notice
from intranet_crm.notices.postman import deliver, gather
from intranet_crm.notices.rules import KEEP, STALE, Channel


@background.each_minute
def mail_out() -> None:
    if channels.mail:
        gather(Channel.MAIL)
        deliver(Channel.MAIL)


@background.each_minute
def robot_out() -> None:
    if channels.robot:
        gather(Channel.ROBOT)
        deliver(Channel.ROBOT)


@background.job(SEND)
def send(key: int) -> None:
    message = Message.get_or_none(Message.id == key)
    if message and channels.is_open(Channel(message.channel)):
        deliver(Channel(message.channel))


@background.each_minute
def sweep() -> None:
    """Once a day: old messages go, and what nothing was ever made of."""
    if background.hold("sweep_messages", timedelta(days=1)):
        moment = clock.now()
        Message.delete().where(Message.created_at < moment - KEEP).execute()
        old = Notice.select(Notice.id).where(Notice.created_at < moment - STALE)
        Delivery.delete().where(Delivery.message.is_null() & Delivery.notice.in_(old)).execute()
