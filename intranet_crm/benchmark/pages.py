"""The list of customers: by role, filtered, and late in the list."""

from intranet_crm import clock
from intranet_crm.benchmark.timing import Timing
from intranet_crm.benchmark.visitors import TIMES, Visitors, nth
from intranet_crm.customers.list_forms import place_text
from intranet_crm.customers.models import Customer

FILTERS = (
    "status=won&industry=C",
    "kind=enterprise&status=intending",
    "industry=F51&status=potential",
    "status=lost&created_from={year}-01-01",
    "industry=I&created_to={year}-06-30",
)


def measured(visitors: Visitors) -> dict[str, Timing]:
    """Timings by page."""
    filters = [text.format(year=clock.today().year) for text in FILTERS]
    late = _late_places()
    found = {}
    for role, people in visitors.roles.items():
        found[f"list, {role}"] = visitors.get(people, lambda _, n: "/customers")
        found[f"list, filtered, {role}"] = visitors.get(people, lambda _, n: f"/customers?{nth(filters, n)}")
    found["list, late page, all"] = visitors.get(
        visitors.admins, lambda _, n: f"/customers?after={nth(late, n)}"
    )
    return found


def _late_places() -> list[str]:
    """Where pages begin when nine tenths of the list lie before them."""
    at = Customer.select().count() * 9 // 10
    ordered = Customer.select().order_by(Customer.touched_at.desc(), Customer.id.desc())
    return [place_text((each.touched_at, each.id)) for each in ordered.offset(at).limit(TIMES)]
