"""What the address of the list says: its filter and its place in the order (G1)."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from wtforms import Form

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_with_role, people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach, Role
from intranet_crm.addresses import whole_number
from intranet_crm.customers.filters import Filters
from intranet_crm.customers.lists import Key
from intranet_crm.customers.quick_selects import (
    IndustrySelect,
    QuickSelect,
    RegionSelect,
    industry_choices,
    region_choices,
)
from intranet_crm.customers.tags import meant_tags, usable_tags
from intranet_crm.reference.choices import (
    CUSTOMER_GRADES,
    CUSTOMER_KINDS,
    CUSTOMER_STATUSES,
    EMPLOYEE_BANDS,
    FOLLOWUP_STAGES,
    NEED_TYPES,
    PRIORITIES,
    SOURCE_CHANNELS,
    Choices,
)
from intranet_crm.reference.form_fields import ChoiceField, DayField, TenThousandsField, options, select

EPOCH = datetime(1970, 1, 1)
MONTHS = Choices((("1", "近1个月"), ("3", "近3个月"), ("6", "近6个月"), ("12", "近12个月")))
MOST_CHOSEN = 200


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


def _select(label: str, choices: Any = ()) -> ChoiceField:
    return select(label, choices, blank="全部", widget=QuickSelect())


class FilterForm(Form):
    """The filter, from query parameters; what makes no sense is passed over."""

    status = _select("客户状态", CUSTOMER_STATUSES)
    stage = _select("跟进阶段", FOLLOWUP_STAGES)
    industry = ChoiceField("所属行业", choices=industry_choices, widget=IndustrySelect())
    tag = _select("标签")
    created_months = _select("新增时间", MONTHS)
    owner = _select("负责人")
    kind = _select("客户类型", CUSTOMER_KINDS)
    grade = _select("客户分级", CUSTOMER_GRADES)
    source = _select("客户来源", SOURCE_CHANNELS)
    size = _select("客户规模", EMPLOYEE_BANDS)
    region = ChoiceField("地区", choices=region_choices, widget=RegionSelect())
    success_manager = _select("客户成功经理")
    budget = TenThousandsField("预算（万元）以上")
    need_type = _select("需求类型", NEED_TYPES)
    need_priority = _select("需求优先级", PRIORITIES)
    created_from = DayField("创建日期")
    created_to = DayField("至")
    followed_from = DayField("最后跟进")
    followed_to = DayField("至")

    FIRST = ("status", "stage", "industry", "tag", "created_months", "owner")

    def __init__(self, query: Any, person: Person):
        super().__init__(query)
        self.query = query
        self.tag.choices = options(((tag.id, tag.name) for tag in usable_tags()), "全部")
        managers = people_with_role(Role.SUCCESS)
        self.success_manager.choices = options(((each.id, each.name) for each in managers), "全部")
        reach = person.reach(P.SEE_CUSTOMERS)
        if reach <= Reach.OWN:
            del self.owner
        else:
            people = Person.select(Person.id, Person.name).order_by(Person.name)
            if reach < Reach.ALL:
                people = people.where(Person.id.in_(people_within(person, reach)))
            self.owner.choices = options(people.tuples(), "全部")
        # There may be several: they stand as chips, and the select adds one more.
        self.tags, self.tag.data = meant_tags(_numbers(query, "tag")), ""

    def filters(self) -> Filters:
        self.validate()
        fine = {field.short_name: field.data for field in self if field.data and not field.errors}
        for name in ("owner", "success_manager", "created_months"):
            if name in fine:
                fine[name] = int(fine[name])
        chosen = tuple(_numbers(self.query, "chosen")[:MOST_CHOSEN])
        return Filters(**(fine | {"tag": tuple(self.tags), "chosen": chosen}))

    def first(self) -> list[Any]:
        """The fields that are always in sight."""
        return [field for field in self if field.short_name in self.FIRST]

    def further(self) -> list[Any]:
        """Those behind 「更多条件」."""
        return [field for field in self if field.short_name not in self.FIRST]


def _numbers(query: Any, name: str) -> list[int]:
    found = []
    for text in query.getlist(name) if query else ():
        with suppress(ValueError):
            found.append(whole_number(text))
    return list(dict.fromkeys(found))
