"""The list of customers: twelve filters rare and common, for each reach; the 500th page and the last ones."""

from datetime import timedelta

from intranet_crm import clock
from intranet_crm.benchmark.timing import Timing
from intranet_crm.benchmark.visitors import TIMES, Visitors, nth
from intranet_crm.customers.list_forms import place_text
from intranet_crm.customers.lists import PAGE
from intranet_crm.customers.models import Customer
from intranet_crm.customers.tags import CustomerTag

# {old}: a day 400 days ago; {tag}: a tag that customers have, if there is one
FILTERS = {
    "common, one": "status=intending",
    "common, two": "status=won&industry=C",
    "several values": "status=won&status=lost&industry=C&industry=I",
    "rare": "kind=individual&status=lost&region=310000&size=under_50",
    "contrary": "status=won&stage=first_contact",
    "contrary days": "created_months=1&idle=90",
    "dated": "created_months=3&status=intending&industry=C",
    "old": "created_to={old}&status=lost&kind=individual",
    "long idle": "idle=60&idle=never&status=won",
    "tagged": "tag={tag}&status=potential",
    "needs and budget": "need_type=custom_service&need_priority=high&budget=100",
    "odd budget": "budget=33.5&source=exhibition",
}
DEEP = 500


def measured(visitors: Visitors) -> dict[str, Timing]:
    """Timings by page."""
    old = clock.today() - timedelta(days=400)
    tag = CustomerTag.select(CustomerTag.tag).limit(1).tuples().first() or (0,)
    filters = {"all": "", **FILTERS}
    addresses = {name: f"/customers?{text.format(old=old, tag=tag[0])}" for name, text in filters.items()}
    deep = _places(DEEP * PAGE, TIMES)
    late = _places(visitors.customers * 9 // 10, TIMES)
    for name, places in (("page 500", deep), ("late page", late)):
        addresses |= {name: places, f"{name}, won": [f"{each}&status=won" for each in places]}
    return {
        f"list, {name}, {role}": visitors.get(people, lambda _, n, asked=asked: _asked(asked, n))
        for name, asked in addresses.items()
        for role, people in visitors.roles.items()
    }


def _asked(asked: str | list[str], number: int) -> str:
    return asked if isinstance(asked, str) else nth(asked, number)


def _places(offset: int, most: int) -> list[str]:
    """Addresses of pages that begin when so many customers lie before them."""
    ordered = Customer.select(Customer.touched_at, Customer.id)
    ordered = ordered.order_by(Customer.touched_at.desc(), Customer.id.desc())
    found = list(ordered.offset(offset).limit(most).tuples())
    return [f"/customers?after={place_text(place)}" for place in found] or ["/customers?"]
