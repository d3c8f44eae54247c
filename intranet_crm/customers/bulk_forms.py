"""What a bulk operation asks for: the tag, the person, the grade or the stage."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_with_role, people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach, Role
from intranet_crm.customers.bulk_columns import CLEARED
from intranet_crm.customers.rules import clean_tag
from intranet_crm.customers.tags import LONGEST_NAME, Tag, usable_tags
from intranet_crm.reference.choices import CUSTOMER_GRADES, FOLLOWUP_STAGES
from intranet_crm.reference.form_fields import LineField, options, select

OWNERS = (Role.SALES, Role.SUCCESS, Role.SUPERVISOR)
NONE = "none"  # asked for: the blank value means that nothing is chosen yet
ASKS = {
    "tag_put_on": "标签",
    "tag_take_off": "标签",
    "owner": "新的负责人",
    "grade": "客户分级",
    "stage": "跟进阶段",
}


class BulkForm(FlaskForm):
    """Read from the address for the preview, from the posted form to begin."""

    value = select("", ())
    new_tag = LineField("或写一个新标签", longest=LONGEST_NAME)
    key = HiddenField()

    def __init__(self, kind: str, person: Person, typed: Any):
        super().__init__(typed)
        self.kind = kind
        self.value.label.text = ASKS[kind]
        self.value.choices = options(_choices(kind, person), "请选择")
        if kind != "tag_put_on":
            del self.new_tag

    def payload(self, by: Person | None = None) -> dict[str, Any] | None:
        """What was asked for, None as long as nothing is; who begins (``by``) makes a new tag."""
        if self.new_tag and self.new_tag.data:
            if by:
                return {"tag": Tag.coin(self.new_tag.data, by=by).id}
            known = Tag.get_or_none(Tag.name == clean_tag(self.new_tag.data))
            return {"tag": known.usable().id if known else 0}
        chosen = self.value.data
        if chosen not in {choice.value for choice in self.value.choices if choice.value}:
            return None
        if self.kind.startswith("tag"):
            return {"tag": int(chosen)}
        return {"value": int(chosen) if self.kind == "owner" else "" if chosen == NONE else chosen}


def _choices(kind: str, person: Person) -> list[tuple[Any, str]]:
    if kind == "grade":
        return [*CUSTOMER_GRADES, (NONE, CLEARED)]
    if kind == "stage":
        return list(FOLLOWUP_STAGES)
    if kind == "owner":
        return [(each.id, f"{each.name}（{each.department.name}）") for each in owners_for(person)]
    tags = usable_tags() if kind == "tag_put_on" else Tag.select().where(Tag.merged_into.is_null())
    return [(tag.id, tag.name) for tag in tags]


def owners_for(person: Person) -> list[Person]:
    """Who may get customers from this person: whoever works with customers, within reach."""
    reach = person.reach(P.REASSIGN)
    found = people_with_role(*OWNERS)
    if reach == Reach.NONE:
        return []
    return list(found if reach == Reach.ALL else found.where(Person.id.in_(people_within(person, reach))))
