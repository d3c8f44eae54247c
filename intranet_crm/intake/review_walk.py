"""The person's own review queue, walked form by form (O8)."""

from dataclasses import dataclass

from intranet_crm.accounts.models import Person
from intranet_crm.customers.queries import present
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.review_queries import for_verdict_of


@dataclass(frozen=True)
class Neighbours:
    """The forms beside one in the person's own queue, by id; 0: none."""

    before: int = 0
    after: int = 0


def neighbours(person: Person, form: IntakeForm) -> Neighbours:
    """What lies next to the form in the person's queue; at its end the queue begins again."""
    at, key = form.submitted_at, form.id
    mine = for_verdict_of(person) & (IntakeForm.state == "in_review") & (IntakeForm.id != key)
    waiting = IntakeForm.select(IntakeForm.id).where(mine, present(IntakeForm.customer))
    later = (IntakeForm.submitted_at > at) | ((IntakeForm.submitted_at == at) & (IntakeForm.id > key))
    forward = waiting.order_by(IntakeForm.submitted_at, IntakeForm.id)
    backward = waiting.order_by(IntakeForm.submitted_at.desc(), IntakeForm.id.desc())
    return Neighbours(
        backward.where(~later).limit(1).scalar() or 0,
        forward.where(later).limit(1).scalar() or forward.limit(1).scalar() or 0,
    )
