"""The channels that the settings open, and what can go wrong on them, in sentences without secrets."""

from urllib.parse import urlsplit

from intranet_crm.config import Robot, Settings, SmtpServer
from intranet_crm.notices.rules import Channel

ROBOT_WORDS = {"wecom": "企业微信群机器人", "dingtalk": "钉钉群机器人"}

mail: SmtpServer | None = None
robot: Robot | None = None
url = ""  # under which people reach the system, for links


def use(settings: Settings) -> None:
    """Send by what these settings name."""
    global mail, robot, url
    mail, robot, url = settings.smtp, settings.webhook, settings.url


def is_open(channel: Channel) -> bool:
    return bool(mail if channel == Channel.MAIL else robot)


def where(channel: Channel) -> str:
    """What the channel leads to, without its secrets; empty when it is not set up."""
    if channel == Channel.MAIL:
        return f"{mail.host}:{mail.port}，发件地址 {mail.sender}" if mail else ""
    return f"{ROBOT_WORDS[robot.kind]}（{urlsplit(robot.url).hostname}）" if robot else ""


class NotTaken(Exception):
    """A message that the channel did not take; ``for_good`` when trying again is of no use."""

    def __init__(self, sentence: str, *, for_good: bool = False):
        super().__init__(sentence)
        self.for_good = for_good
