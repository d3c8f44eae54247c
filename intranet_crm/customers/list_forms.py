"""What the address of the list says: its filter and its place in the order (G1)."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from markupsafe import Markup, escape
from wtforms import Form
from wtforms.fields.choices import SelectChoice

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.addresses import whole_number
from intranet_crm.customers.lists import Filters, Key
from intranet_crm.reference.choices import CUSTOMER_KINDS, CUSTOMER_STATUSES
from intranet_crm.reference.form_fields import ChoiceField, DayField, options, select
from intranet_crm.reference.industries import industries

EPOCH = datetime(1970, 1, 1)


def place_text(place: Key | None) -> str | None:
    """A place in the order of touched_at as an address names it: microseconds and id."""
    if place is None:
        return None
    at, key = place
    return f"{(at - EPOCH) // timedelta(microseconds=1)}-{key}"


def place_of(text: str | None) -> Key | None:
    """The place that an address names; None for none or an odd one."""
    micros, _, key = (text or "").partition("-")
    try:
        return datetime.fromtimestamp(int(micros) / 1e6, UTC).replace(tzinfo=None), whole_number(key)
    except (ValueError, OverflowError, OSError):
        return None


class QuickSelect:
    """A select drawn in one go: the list is asked for often, and WTForms draws option by option."""

    def __call__(self, field: Any, **_attributes: Any) -> Markup:
        chosen = f'value="{escape(field.data or "")}"'
        body = self.options(field).replace(chosen, f"selected {chosen}", 1)
        return Markup(f'<select id="{escape(field.id)}" name="{escape(field.name)}">{body}</select>')  # noqa: S704 - every part is escaped

    def options(self, field: Any) -> str:
        return "".join(f'<option value="{escape(c.value)}">{escape(c.label)}</option>' for c in field.choices)


class IndustrySelect(QuickSelect):
    """The sections, each with its divisions set in below it."""

    def options(self, field: Any) -> str:
        return _industry_options()


@cache
def _industry_options() -> str:
    lines = ['<option value="">全部</option>']
    for industry in industries():
        indent = "" if industry.code in (industry.section, "OTHER") else "　"
        lines.append(f'<option value="{industry.code}">{indent}{escape(industry.label)}</option>')
    return "".join(lines)


@cache
def _industry_choices() -> list[SelectChoice]:
    return options((each.code, each.label) for each in industries())


class FilterForm(Form):
    """The filter, from query parameters; what makes no sense is passed over."""

    status = select("客户状态", CUSTOMER_STATUSES, blank="全部", widget=QuickSelect())
    kind = select("客户类型", CUSTOMER_KINDS, blank="全部", widget=QuickSelect())
    industry = ChoiceField("所属行业", choices=_industry_choices, widget=IndustrySelect())
    owner = select("负责人", (), blank="全部", widget=QuickSelect())
    created_from = DayField("创建日期")
    created_to = DayField("至")

    def __init__(self, query: Any, person: Person):
        super().__init__(query)
        reach = person.reach(P.SEE_CUSTOMERS)
        if reach <= Reach.OWN:
            del self.owner
        else:
            people = Person.select(Person.id, Person.name).order_by(Person.name)
            if reach < Reach.ALL:
                people = people.where(Person.id.in_(people_within(person, reach)))
            self.owner.choices = options(people.tuples(), "全部")

    def filters(self) -> Filters:
        self.validate()
        fine = {field.short_name: field.data for field in self if field.data and not field.errors}
        if "owner" in fine:
            fine["owner"] = int(fine["owner"])
        return Filters(**fine)
