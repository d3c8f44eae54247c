"""Where and about what a person wants e-mail."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from intranet_crm.accounts.models import Person
from intranet_crm.conflicts import VersionField
from intranet_crm.notices.models import MailChoice
from intranet_crm.notices.rules import TOPIC_WORDS, Topic
from intranet_crm.reference.form_fields import EmailField, options


class MailForm(FlaskForm):
    email = EmailField("邮箱")
    topics = SelectMultipleField(
        "用邮件通知我",
        choices=options(TOPIC_WORDS.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    version = VersionField()

    def __init__(self, person: Person, **more: Any):
        topics = [topic.value for topic in MailChoice.of(person)]
        super().__init__(data={"email": person.email, "topics": topics, "version": person.version}, **more)

    def chosen(self) -> list[Topic]:
        return [Topic(value) for value in self.topics.data or ()]
