"""The channels that the settings open, and what can go wrong on them, in sentences without secrets."""

from intranet_crm.config import Robot, Settings, SmtpServer
from intranet_crm.notices.rules import Channel

mail: SmtpServer | None = None
robot: Robot | None = None
url = ""  # under which people reach the system, for links


def use(settings: Settings) -> None:
    """Send by what these settings name."""
    global mail, robot, url
    mail, robot, url = settings.smtp, settings.webhook, settings.url


def is_open(channel: Channel) -> bool:
    return bool(mail if channel == Channel.MAIL else robot)


class NotTaken(Exception):
    """A message that the channel did not take; ``for_good`` when trying again is of no use."""

    def __init__(self, sentence: str, *, for_good: bool = False):
        super().__init__(sentence)
        self.for_good = for_good
