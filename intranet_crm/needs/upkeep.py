"""What follows from a change of a need: its section is up to date, what is still open is asked for (B12)."""

from collections.abc import Iterable
from typing import Any

from intranet_crm.accounts.models import Person
from intranet_crm.customers import pending, sections
from intranet_crm.needs.wording import LABELS

# The words, and the date that clear words give
TIME_NODES = {"expected_finish": "expected_from", "planned_start": "start_from"}


def keep_up(need: Any, changed: Iterable[str], by: Person) -> None:
    """Call it in the transaction that made the need or changed these fields."""
    sections.touch(need.customer_id, ["needs"], by=by)
    why = pending.judged(need, changed)
    for words, first_day in TIME_NODES.items():
        if words in why and getattr(need, words) and not getattr(need, first_day):
            why[words] = pending.VAGUE
    pending.keep(need.customer_id, ("need", need.id), why, LABELS, by=by)
