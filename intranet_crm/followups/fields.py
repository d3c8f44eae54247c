"""Form fields of follow-ups: colleagues, moments, the customer's contacts."""

from typing import Any

from wtforms import DateTimeLocalField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.reference.form_fields import ChoiceField, options


class PersonField(ChoiceField):
    """One of the colleagues; nobody when left empty."""

    def __init__(self, label: str, *more: Any, **options: Any):
        super().__init__(label, more, choices=[], **options)

    def offer(self, people: list[Person], empty: str | None = None) -> None:
        self.choices = options(((person.id, person.name) for person in people), empty)

    @property
    def person_id(self) -> int | None:
        return int(self.data) if self.data else None


class MomentField(DateTimeLocalField):
    """A day and a time of it, as Shanghai's clocks show it."""

    def __init__(self, label: str, *more: Any, **options: Any):
        super().__init__(label, more, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **options)

    def process_formdata(self, values: list[str]) -> None:
        try:
            super().process_formdata(values)
        except ValueError:
            raise ValueError("时间不对，请填写日期和时间，如 2026-03-05 14:30。") from None
        if self.data and not clock.is_believable(self.data):
            self.data = None
            raise ValueError("日期的年份不对，请核对。")


class ContactsField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
