"""Changing who works on a customer: its owner, its collaborators (A6)."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, ValidationError

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.addresses import whole_number
from intranet_crm.customers.models import Collaboration, Customer
from intranet_crm.reference.form_fields import DayField, SentenceField, options, radios, select


def _named(people: list[Person]) -> list[tuple[int, str]]:
    return [(person.id, f"{person.name}（{person.department.name}）") for person in people]


class CollaborationForm(FlaskForm):
    """``saved`` is the collaboration to be changed; its person is settled."""

    person = select("协作人", (), required=True)
    access = radios("权限", [("0", "只读"), ("1", "可编辑")], required=True, default="0")
    until = DayField("截止日期")
    seen = HiddenField()

    def __init__(self, people: list[Person], saved: Collaboration | None = None):
        known = {}
        if saved:
            known = {"access": str(saved.may_write), "until": saved.until, "seen": saved.state}
        super().__init__(data=known)
        self.people = {person.id: person for person in people}
        self.person.choices = options(_named(people), "请选择")
        if saved:
            del self.person
        for field in self:
            field.id = field.label.field_id = f"collaboration-{field.short_name}"

    def validate_until(self, field: DayField) -> None:
        if field.data and field.data < clock.today():
            raise ValidationError("截止日期不能早于今天；要马上结束协作，请点「移除」。")

    def chosen(self) -> Person:
        return self.people[int(self.person.data)]

    @property
    def may_write(self) -> bool:
        return self.access.data == "1"


class OwnerForm(FlaskForm):
    owner = select("新的负责人", (), required=True)
    reason = SentenceField("变更原因", required=True, longest=200)
    with_tasks = BooleanField("原负责人未办结的待办一并转交", default=True)
    seen = HiddenField()

    def __init__(self, customer: Customer, people: list[Person]):
        super().__init__(data={"seen": customer.owner_id})
        self.people = {person.id: person for person in people}
        self.owner.choices = options(_named(list(self.people.values())), "请选择")

    def chosen(self) -> Person:
        return self.people[int(self.owner.data)]

    def seen_owner(self) -> int:
        """The owner that the page showed; 0, which nobody is, for an odd value."""
        try:
            return whole_number(str(self.seen.data))
        except ValueError:
            return 0
