"""Needs as the people of the invented company write them down, after a conversation and from it."""

from datetime import date
from random import Random
from typing import Any

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.demo import needs
from intranet_crm.demo.customers import FEN_PER_WAN, Trade
from intranet_crm.demo.play import Play
from intranet_crm.followups.models import FollowUp
from intranet_crm.followups.rules import headline
from intranet_crm.formatting import day
from intranet_crm.needs.models import Need
from intranet_crm.needs.tags import put_on

IMPLIED_SHARE = 0.04  # of the conversations about needs and in service


def explicit(
    contacts: list[Contact], trade: Trade, budget: tuple[int, int], chance: Random
) -> dict[str, Any]:
    """What the customer said it wants, as the columns of a need."""
    low, high = budget
    settled = chance.random() < 0.75
    words = needs.need_words(trade, chance, clock.today())
    return {
        "type": words["type"],
        "background": words["background"],
        "detail": words["detail"],
        "priority": chance.choice(("high", "medium", "medium", "low")),
        "complexity": "high" if low >= 50 else chance.choice(("low", "medium")),
        "budget_low": low * FEN_PER_WAN if settled else None,
        "budget_high": high * FEN_PER_WAN if settled else None,
        "budget_pending": int(not settled),
        "expected_finish": words["finish"],
        "pain_points": words["pain"],
        "acceptance": words["acceptance"],
        "intention": chance.choice(("considering", "definite_plan", "internal_approval")),
        "decision_chain": [{"name": each.name, "role": each.decision_role} for each in contacts],
    }


def write_down(
    customer: Customer, by: Person, contact: Contact, trade: Trade, play: Play, today: date, **facts: Any
) -> None:
    """A need with its tags; its changes are put into the play."""
    own = Random(f"need {customer.number}")  # noqa: S311 - its own: the rest of the company stays the same
    more = needs.more_words(trade, own, clock.today())
    need = Need.record(customer, by=by, asked_by=contact.name, **facts | more)
    put_on(need, needs.tag_words(own), by=by)
    needs.goes_on(need, by, play, own, today)


def infer(followup: FollowUp, by: Person, play: Play, today: date) -> None:
    """Now and then something between the lines (D2)."""
    own = Random(f"implied {followup.key}")  # noqa: S311
    if own.random() > IMPLIED_SHARE:
        return
    background, detail, tag = own.choice(needs.IMPLIED)
    need = Need.record(
        followup.customer,
        by=by,
        nature="implied",
        followup_id=followup.id,
        followup_words=f"{day(followup.happened_at)} {headline(followup.method, followup.subject)}",
        type="custom_service",
        background=background,
        detail=detail,
        priority=own.choice(("medium", "low")),
        intention="considering",
    )
    put_on(need, [tag], by=by)
    needs.goes_on(need, by, play, own, today)
