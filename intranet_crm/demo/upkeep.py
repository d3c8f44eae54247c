"""How people keep their dossiers: some sections verified on a visit, some budgets still to be confirmed."""

from random import Random
from typing import Any

from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer
from intranet_crm.customers.pending import UNSETTLED, open_values
from intranet_crm.customers.sections import sections_of, verify
from intranet_crm.demo.customers import FEN_PER_WAN
from intranet_crm.needs.models import Need

CAREFUL = {"serving": 0.3, "exploring": 0.12, "caring": 0.08}  # how often a conversation ends in verifying


def of_record(chance: Random, *, settled: bool) -> dict[str, Any]:
    """What is put on record of secrecy and of the budget, which may be left to be confirmed."""
    known: dict[str, Any] = {}
    if not settled and chance.random() < 0.25:
        known["budget_pending"] = 1
    if chance.random() < 0.5:
        known["confidentiality"] = chance.choices(("internal", "secret"), (4, 1))[0]
        known["processing_basis"] = chance.choice(("contract", "consent"))
    return known


def verify_some(chance: Random, customer: Customer, phase: str, by: Person) -> None:
    """After a conversation of some kinds the person goes through a part of the dossier, now and then all."""
    if chance.random() > CAREFUL.get(phase, 0):
        return
    sections = sections_of(customer.kind)
    for section in chance.sample(sections, chance.choice((1, 2, 3, len(sections)))):
        verify(customer, section, by=by)


def settle_budget(chance: Random, customer: Customer, budget: tuple[int, int], by: Person) -> None:
    """Asked again, the customer has often made up its mind: the to-do settles by itself."""
    for value in open_values(customer.id):
        if value.why == UNSETTLED and chance.random() < 0.22:
            record = {"customer": Customer, "need": Need}[value.subject_kind].get_by_id(value.subject_id)
            low, high = (amount * FEN_PER_WAN for amount in budget)
            columns = {"budget_low": low, "budget_high": high, "budget_pending": 0}
            if value.subject_kind == "need":
                record.revise(record.version, by, **columns)
            else:
                record.revise(columns, seen=record.version, by=by)
