"""Two people edited the same customer: what the other one changed meanwhile, field by field (B14)."""

import json
import re
from typing import Any

from intranet_crm.conflicts import Clash
from intranet_crm.customers.forms import CustomerForm
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.rules import LABELS, industry_label
from intranet_crm.formatting import ten_thousands
from intranet_crm.reference.form_fields import IndustryField, RegionField, TenThousandsField
from intranet_crm.reference.regions import full_name

AMOUNT = re.compile("[0-9]{1,15}")  # fen


def take_over(form: CustomerForm, current: Customer) -> list[Clash]:
    """Bring the form up to the current version and tell what changed.

    Fields that the person left alone take the current value; what the person typed stays. The form can
    then be saved once more.
    """
    original = _dict(form.original.data)
    now = CustomerForm(current, formdata=None)
    saved, typed = now.snapshot(), form.snapshot()
    clashes = []
    for name in saved:
        if saved[name] in (typed[name], original.get(name)):
            continue
        words = [_words(form[name], text) for text in (original.get(name, ""), saved[name], typed[name])]
        clashes.append(Clash(name, LABELS.get(name) or form[name].label.text, *words))
        if typed[name] == original.get(name):
            form[name].process(None, now[name].data)
            form[name].raw_data = None  # a text that was posted would be shown before it
    form.version.process(None, current.version)
    form.original.process(None, json.dumps(saved))
    return clashes


def last_editor(customer: Customer) -> TimelineEntry | None:
    """The timeline's latest entry on a change of the customer's data: who saved it, and when."""
    edits = TimelineEntry.select().where(
        (TimelineEntry.customer == customer.id) & (TimelineEntry.kind == "customer")
    )
    return edits.order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc()).first()


def _dict(text: str | None) -> dict[str, str]:
    try:
        found = json.loads(text or "{}")
        json.dumps(found, ensure_ascii=False).encode()  # half a character (\ud800) cannot be shown
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _words(field: Any, text: str) -> str:
    if isinstance(field, IndustryField):
        return industry_label(text)
    if isinstance(field, RegionField):
        return full_name(text)
    if isinstance(field, TenThousandsField):
        return f"{ten_thousands(int(text))} 万元" if AMOUNT.fullmatch(text) else text
    if getattr(field, "choices", None):
        return next((choice.label for choice in field.choices if choice.value == text and text), "")
    return text
