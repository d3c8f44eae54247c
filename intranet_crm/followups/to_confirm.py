"""「本次跟进请确认」: what a customer has yet to tell stands above the next follow-up (B12)."""

from dataclasses import dataclass

from intranet_crm.customers.models import Customer
from intranet_crm.customers.pending import WHY, open_values
from intranet_crm.needs.models import Need
from intranet_crm.reference.choices import NEED_TYPES


@dataclass(frozen=True, slots=True)
class Question:
    """One open value: what it belongs to, what it is, why it is open, and where it is filled in."""

    about: str
    label: str
    why: str
    place: str


def to_confirm(customer: Customer) -> list[Question]:
    """The customer's open values, the longest asked first; a need's are told by its type."""
    rows = open_values(customer.id)
    keys = [row.subject_id for row in rows if row.subject_kind == "need"]
    needs = dict(Need.select(Need.id, Need.type).where(Need.id.in_(keys)).tuples()) if keys else {}
    return [
        Question(
            about=NEED_TYPES.label(needs.get(row.subject_id)) if row.subject_kind == "need" else "",
            label=row.label,
            why=WHY[row.why],
            place=row.place,
        )
        for row in rows
    ]
