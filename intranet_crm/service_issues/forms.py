"""The forms of a service issue (D7) and the filter of the list."""

from datetime import datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Form, ValidationError
from wtforms.validators import InputRequired

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.conflicts import VersionField
from intranet_crm.customers.contact_queries import ContactCard
from intranet_crm.customers.models import Contact
from intranet_crm.followups.forms import MomentField, PersonField
from intranet_crm.reference.choices import ISSUE_KINDS, ISSUE_STATES
from intranet_crm.reference.form_fields import (
    DayField,
    LineField,
    ProseField,
    Required,
    options,
    radios,
    select,
)
from intranet_crm.service_issues import rules
from intranet_crm.service_issues.models import ServiceIssue

IN_FOCUS = {"rows": 3, "data-focus": ""}
STRANGER = "不在联系人名单里"


def _minute(moment: datetime | None = None) -> datetime:
    """The wall clock to the minute, as the field shows it."""
    return clock.local(moment or clock.now()).replace(tzinfo=None, second=0, microsecond=0)


class IssueForm(FlaskForm):
    """A report, or its correction; who may not see names does not correct what names people."""

    version = VersionField()
    kind = radios("问题类型", ISSUE_KINDS, required=True)
    detail = ProseField("问题描述", required=True, longest=2000, render_kw=IN_FOCUS)
    contact = select("报告人", (), blank=STRANGER)
    reporter = LineField("报告人姓名", longest=60)
    reported_at = MomentField("报告时间", InputRequired("请填写报告的日期和时间。"))
    person = PersonField("处理人", Required("请选择处理人。"))
    result = ProseField("处理结果", longest=2000, render_kw={"rows": 2})

    def __init__(
        self,
        people: list[Person],
        contacts: list[ContactCard],
        *,
        default: Person,
        issue: ServiceIssue | None = None,
        in_full: bool = True,
        posted: bool = True,
    ):
        source = {} if posted else {"formdata": None}
        super().__init__(data=_as_typed(issue) if issue else _fresh(contacts, default), **source)
        self.people = {str(person.id): person for person in people}
        self.person.offer(people)
        self.contact.choices = options(((each.id, each.name) for each in contacts), STRANGER)
        if issue:
            del self.result
        if issue and not in_full:
            del self.detail, self.contact, self.reporter
        for field in self:  # the panel stands in a page with other forms
            field.id = field.label.field_id = f"issue-{field.short_name}"

    def validate_reporter(self, field: LineField) -> None:
        if not self.contact.data and not field.data:
            raise ValidationError("请选择报告人，或写下他的姓名。")

    def validate_reported_at(self, field: MomentField) -> None:
        if field.data and clock.stored(field.data) > clock.now():
            raise ValidationError("报告时间不能晚于现在。")

    def facts(self) -> dict[str, Any]:
        facts = {"kind": self.kind.data, "person": self.people[self.person.data]}
        facts["reported_at"] = clock.stored(self.reported_at.data)
        if self.detail:
            contact = Contact.get_by_id(int(self.contact.data)) if self.contact.data else None
            name = contact.name if contact else self.reporter.data
            facts |= {"detail": self.detail.data, "contact": contact, "reporter": name}
        return facts


def _fresh(contacts: list[ContactCard], default: Person) -> dict[str, Any]:
    first = contacts[0].id if contacts else ""
    return {"reported_at": _minute(), "person": default.id, "contact": str(first)}


def _as_typed(issue: ServiceIssue) -> dict[str, Any]:
    return {
        "version": issue.version,
        "kind": issue.kind,
        "detail": issue.detail,
        "contact": str(issue.contact_id or ""),
        "reporter": "" if issue.contact_id else issue.reporter,
        "reported_at": _minute(issue.reported_at),
        "person": issue.person_id,
    }


class ActForm(FlaskForm):
    """What is done about an issue; several of a list may be asking. ``act`` does it, raising DomainError."""

    version = VersionField()

    def __init__(self, issue: ServiceIssue):
        super().__init__(data={"version": issue.version, "at": _minute()})
        self.issue = issue
        for field in self:
            field.id = field.label.field_id = f"issue-{issue.id}-{field.short_name}"


class _TimedForm(ActForm):
    def moment(self) -> datetime:
        return clock.stored(self.at.data)

    def validate_at(self, field: MomentField) -> None:
        if field.data:
            times = [self.issue.reported_at, self.issue.replied_at, None]
            times[1 if self.noun == "reply" else 2] = self.moment()
            for sentence in rules.faults(*times, clock.now()).values():
                raise ValidationError(sentence)


class ReplyForm(_TimedForm):
    noun, title, button = "reply", "首次答复", "答复"
    said = ProseField("答复内容", required=True, longest=2000, render_kw=IN_FOCUS)
    at = MomentField("答复时间", InputRequired("请填写答复的日期和时间。"))

    def act(self, by: Person) -> None:
        self.issue.answer(self.moment(), self.said.data, seen=self.version.data, by=by)


class SolutionForm(_TimedForm):
    noun, title, button = "solution", "处理结果", "解决"
    said = ProseField("处理结果", required=True, longest=2000, render_kw=IN_FOCUS)
    at = MomentField("解决时间", InputRequired("请填写解决的日期和时间。"))

    def act(self, by: Person) -> None:
        self.issue.solve(self.moment(), self.said.data, seen=self.version.data, by=by)


class ReopeningForm(ActForm):
    noun, title, button = "reopening", "重新打开", "重新打开"
    said = ProseField("重新打开的原因", required=True, longest=500, render_kw=IN_FOCUS)

    def act(self, by: Person) -> None:
        self.issue.reopen(self.said.data, seen=self.version.data, by=by)


class IssueFilter(Form):
    """The list's filter, read from the address."""

    state = select("状态", (("unsolved", "未解决"), *ISSUE_STATES), blank="全部")
    kind = select("问题类型", ISSUE_KINDS, blank="全部")
    person = PersonField("处理人")
    since = DayField("报告从")
    until = DayField("到")

    def wanted(self) -> dict[str, Any]:
        """The conditions that are set and make sense."""
        self.validate()
        return {name: value for name, value in self.data.items() if value and not self[name].errors}
