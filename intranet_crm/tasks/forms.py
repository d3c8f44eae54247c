"""Completing, postponing and handing over a task."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import ValidationError

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.conflicts import VersionField
from intranet_crm.reference.form_fields import DayField, options, select
from intranet_crm.reference.form_text import SentenceField
from intranet_crm.reference.workdays import add_working_days
from intranet_crm.tasks.models import Task


class TaskForm(FlaskForm):
    """Carries the version that the page showed: a task is never changed from an outdated page."""

    version = VersionField()

    def __init__(self, task: Task, **values: Any):
        super().__init__(data={"version": task.version} | values)
        for field in self:
            field.id = f"task-{task.id}-{field.id}"  # several rows of a list may be asking


class PostponementForm(TaskForm):
    due_on = DayField("新的日期", required=True, render_kw={"data-focus": ""})
    reason = SentenceField("延期原因", required=True, longest=200)

    def __init__(self, task: Task):
        next_day = add_working_days(clock.today(), 1).day
        super().__init__(task, due_on=next_day)

    def validate_due_on(self, field: DayField) -> None:
        if field.data and field.data < clock.today():
            raise ValidationError("新的日期不能早于今天。")


class HandoverForm(TaskForm):
    to = select("转交给", (), required=True, render_kw={"data-focus": ""})
    reason = SentenceField("转交原因", required=True, longest=200)

    def __init__(self, task: Task, people: list[Person]):
        super().__init__(task)
        self.people = {person.id: person for person in people if person.id != task.person_id}
        self.to.choices = options(((key, person.name) for key, person in self.people.items()), "请选择")
