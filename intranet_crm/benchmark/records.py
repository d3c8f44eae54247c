"""A customer's page with what it pulls in, follow-ups, the workbench, tasks and notices."""

from datetime import timedelta

from peewee import fn

from intranet_crm import clock
from intranet_crm.benchmark.timing import Timing
from intranet_crm.benchmark.visitors import TIMES, Visitors, nth
from intranet_crm.customers.list_forms import place_text
from intranet_crm.customers.models import TimelineEntry
from intranet_crm.followups.models import FollowUp
from intranet_crm.tasks.rules import Span

PANELS = ("timeline?kind=followup", "followups", "contacts", "needs", "attachments", "intake")
PULLED = {"HX-Request": "true"}


def measured(visitors: Visitors) -> dict[str, Timing]:
    """Timings by page."""
    return _customers(visitors) | _followups(visitors) | _desks(visitors)


def _customers(visitors: Visitors) -> dict[str, Timing]:
    own, sales = visitors.own, visitors.sales
    anybody = visitors.chance.sample(range(1, visitors.customers + 1), min(TIMES, visitors.customers))
    busy = _busy(anybody)
    found = {
        "dossier, own": visitors.get(sales, lambda who, n: f"/customers/{nth(own[who.id], n)}"),
        "dossier, all": visitors.get(visitors.admins, lambda _, n: f"/customers/{nth(anybody, n)}"),
        "dossier, longest timeline": visitors.get(visitors.admins, lambda _, n: f"/customers/{nth(busy, n)}"),
        "timeline, next page": visitors.get(
            visitors.admins, lambda _, n: f"/customers/{nth(busy, n)}/timeline?before={_place(nth(busy, n))}"
        ),
        "timeline, one kind": visitors.get(
            visitors.admins, lambda _, n: f"/customers/{nth(busy, n)}/timeline?kind=followup"
        ),
    }
    for panel in ("followups", "contacts", "needs", "attachments"):
        found[f"panel {panel}, own"] = visitors.get(
            sales, lambda who, n, panel=panel: f"/customers/{nth(own[who.id], n)}/{panel}", PULLED
        )
    return found


def _busy(keys: list[int]) -> list[int]:
    """Those of the customers that have the longest timelines."""
    counted = TimelineEntry.select(TimelineEntry.customer).where(TimelineEntry.customer.in_(keys))
    longest = counted.group_by(TimelineEntry.customer).order_by(fn.COUNT(TimelineEntry.id).desc())
    return [key for (key,) in longest.limit(10).tuples()]


def _place(customer: int) -> str:
    """Where the second page of the timeline begins."""
    latest = TimelineEntry.select(TimelineEntry.at, TimelineEntry.id).where(
        TimelineEntry.customer == customer
    )
    rows = list(latest.order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc()).limit(15).tuples())
    return place_text(rows[-1])


def _followups(visitors: Visitors) -> dict[str, Timing]:
    today = clock.today()
    since, until = today - timedelta(days=400), today - timedelta(days=370)
    late = f"{clock.now() - timedelta(days=600):%Y-%m-%dT%H:%M:%S}_1"
    found = {}
    for role, people in visitors.roles.items():
        for name, query in {
            "first page": "",
            "method": "method=visit",
            "one's own": "person={person}",
            "a month": f"since={since}&until={until}",
            "method in a month": f"method=email&since={since}&until={until}",
            "late page": f"after={late}",
        }.items():
            found[f"follow-ups, {name}, {role}"] = visitors.get(
                people, lambda who, _, query=query: f"/followups?{query.format(person=who.id)}"
            )
    some = [key for (key,) in FollowUp.select(FollowUp.id).order_by(FollowUp.id.desc()).limit(TIMES).tuples()]
    found["follow-up, all"] = visitors.get(visitors.admins, lambda _, n: f"/followups/{nth(some, n)}")
    return found


def _desks(visitors: Visitors) -> dict[str, Timing]:
    found = {}
    for role, people in visitors.roles.items():
        found[f"workbench, {role}"] = visitors.get(people, lambda _, n: "/")
    spans, kinds = list(Span), ("action", "info")
    found["tasks"] = visitors.get(visitors.sales, lambda _, n: f"/tasks?span={nth(spans, n)}")
    found["notices"] = visitors.get(visitors.sales, lambda _, n: f"/notices?kind={nth(kinds, n)}")
    return found
