"""What the address of the list says: its filter and its place in the order (G1)."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import ModelSelect
from wtforms import Form

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_with_role, people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach, Role
from intranet_crm.addresses import whole_number
from intranet_crm.customers import need_tables
from intranet_crm.customers.filters import IDLE, Filters
from intranet_crm.customers.lists import Key
from intranet_crm.customers.quick_selects import (
    AddingField,
    IndustrySelect,
    QuickSelect,
    RegionSelect,
    SeveralField,
    industry_choices,
    region_choices,
)
from intranet_crm.customers.tags import meant_tags, offered_words
from intranet_crm.database import Kept
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
from intranet_crm.reference.form_fields import DayField, TenThousandsField, options, select

EPOCH = datetime(1970, 1, 1)
MONTHS = Choices((("1", "近1个月"), ("3", "近3个月"), ("6", "近6个月"), ("12", "近12个月")))
MOST_CHOSEN = 200
NUMBERS = ("owner", "success_manager", "tag", "need_tag")


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


class FilterForm(Form):
    """The filter, from query parameters; what makes no sense is passed over."""

    status = SeveralField("客户状态", CUSTOMER_STATUSES)
    stage = SeveralField("跟进阶段", FOLLOWUP_STAGES)
    industry = AddingField("所属行业", choices=industry_choices, widget=IndustrySelect())
    tag = AddingField("标签")
    created_months = select("新增时间", MONTHS, blank="全部", widget=QuickSelect())
    owner = AddingField("负责人")
    kind = SeveralField("客户类型", CUSTOMER_KINDS)
    grade = SeveralField("客户分级", CUSTOMER_GRADES)
    source = SeveralField("客户来源", SOURCE_CHANNELS)
    size = SeveralField("客户规模", EMPLOYEE_BANDS)
    region = AddingField("地区", choices=region_choices, widget=RegionSelect())
    success_manager = AddingField("客户成功经理")
    idle = SeveralField("未跟进", IDLE)
    budget = TenThousandsField("预算（万元）以上")
    need_type = SeveralField("需求类型", NEED_TYPES)
    need_priority = SeveralField("需求优先级", PRIORITIES)
    need_tag = AddingField("需求标签")
    created_from = DayField("创建日期")
    created_to = DayField("至")
    followed_from = DayField("最后跟进")
    followed_to = DayField("至")

    FIRST = ("status", "stage", "industry", "tag", "created_months", "owner")

    def __init__(self, query: Any, person: Person):
        super().__init__(query)
        self.chosen = _numbers(query.getlist("chosen")) if query else []
        self.tag.choices = options(offered_words())
        self.need_tag.choices = options(need_tables.offered_tags())
        self.success_manager.choices = options(_managers())
        reach = person.reach(P.SEE_CUSTOMERS)
        if reach <= Reach.OWN:
            del self.owner
        else:
            people = Person.select(Person.id, Person.name).order_by(Person.name)
            if reach < Reach.ALL:
                people = people.where(Person.id.in_(people_within(person, reach)))
            self.owner.choices = options(people.tuples())
        for name, meant in (("tag", meant_tags), ("need_tag", need_tables.meant_tags)):
            # A merged tag stands for the one it became; a retired one is offered no more, but still found.
            self[name].data = list(map(str, meant(_numbers(self[name].data))))
            self[name].free = True

    def filters(self) -> Filters:
        self.validate()
        fine = {field.short_name: field.data for field in self if field.data and not field.errors}
        fine = {name: tuple(data) if isinstance(data, list) else data for name, data in fine.items()}
        fine |= {name: tuple(map(int, fine[name])) for name in NUMBERS if name in fine}
        if "created_months" in fine:
            fine["created_months"] = int(fine["created_months"])
        return Filters(**fine, chosen=tuple(self.chosen[:MOST_CHOSEN]))

    def added(self) -> list[tuple[str, str]]:
        """(parameter, value) of what the selects that add one have added."""
        adding = [field for field in self if isinstance(field, AddingField)]
        return [(field.name, value) for field in adding for value in field.data]

    def first(self) -> list[Any]:
        """The fields that are always in sight."""
        return [field for field in self if field.short_name in self.FIRST]

    def further(self) -> list[Any]:
        """Those behind 「更多条件」."""
        return [field for field in self if field.short_name not in self.FIRST]


@Kept
def _managers() -> ModelSelect:
    return people_with_role(Role.SUCCESS).select(Person.id, Person.name).tuples()


def _numbers(texts: list[str]) -> list[int]:
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(whole_number(text))
    return list(dict.fromkeys(found))
