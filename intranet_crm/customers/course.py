"""How far a customer has come (B7): the stages with the day each was reached, and the status since when."""

from dataclasses import dataclass
from datetime import datetime

from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer, StatusChange
from intranet_crm.customers.queries import Shown
from intranet_crm.formatting import day
from intranet_crm.reference.choices import FOLLOWUP_STAGES

RECENT = 60  # changes of one customer; more than anybody makes


@dataclass(frozen=True, slots=True)
class Course:
    """``steps`` are those of the stepper; the rest: since when, by whom and why the status is what it is."""

    steps: list[dict[str, str]]
    current: int
    since: datetime | None
    by: str
    reason: str


def course_of(customer: Customer, shown: Shown) -> Course:
    """Read from the changes of status and stage; ``shown`` is how the reader sees running text."""
    found = StatusChange.select(
        StatusChange.what, StatusChange.new, StatusChange.at, StatusChange.reason, Person.name
    ).join(Person)
    about = found.where(StatusChange.customer == customer.id)
    rows = list(about.order_by(StatusChange.at.desc(), StatusChange.id.desc()).limit(RECENT).tuples())
    reached = {new: at for what, new, at, *_ in reversed(rows) if what == "stage"}
    status = next((row for row in rows if row[0] == "status"), (None, None, None, "", ""))
    _, _, since, reason, by = status
    keys = FOLLOWUP_STAGES.keys()
    current = keys.index(customer.stage) if customer.stage in keys else 0
    steps = [
        {"label": word, "note": day(reached.get(key)) if place <= current else ""}
        for place, (key, word) in enumerate(FOLLOWUP_STAGES)
    ]
    return Course(steps, current, since, by, shown(reason))
