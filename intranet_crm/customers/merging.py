"""Two people edited the same customer or contact: what the other one changed, field by field (B14)."""

import json
import re
from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField

from intranet_crm.conflicts import Clash
from intranet_crm.customers.contact_forms import ContactForm
from intranet_crm.customers.forms import CustomerForm
from intranet_crm.customers.models import Contact, Customer, TimelineEntry
from intranet_crm.customers.rules import LABELS, industry_label
from intranet_crm.formatting import ten_thousands
from intranet_crm.reference.form_fields import IndustryField, TenThousandsField
from intranet_crm.reference.region_field import RegionField
from intranet_crm.reference.regions import full_name

AMOUNT = re.compile("[0-9]{1,15}")  # fen


def take_over(
    form: CustomerForm | ContactForm, current: Customer | Contact, labels: Mapping[str, str] = LABELS
) -> list[Clash]:
    """Bring the form up to the current version and tell what changed.

    Fields that the person left alone take the current value; what the person typed stays. The form can
    then be saved once more.
    """
    original = _dict(form.original.data)
    now = type(form)(current, formdata=None)
    saved, typed = now.snapshot(), form.snapshot()
    clashes = []
    for name in saved:
        if name not in typed or saved[name] in (typed[name], original.get(name)):
            continue
        words = [_words(form[name], text) for text in (original.get(name, ""), saved[name], typed[name])]
        clashes.append(Clash(name, labels.get(name) or form[name].label.text, *words))
        if typed[name] == original.get(name):
            form[name].process(None, now[name].data)
            form[name].raw_data = None  # a text that was posted would be shown before it
    form.version.process(None, current.version)
    form.original.process(None, json.dumps(saved))
    return clashes


def last_editor(customer: Customer, kind: str = "customer") -> TimelineEntry | None:
    """The timeline's latest entry on a change of the customer's data, or its contacts: who, and when."""
    edits = TimelineEntry.select().where(
        (TimelineEntry.customer == customer.id) & (TimelineEntry.kind == kind)
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
    if isinstance(field, BooleanField):
        return "是" if text == "True" else "否"
    if isinstance(field, TenThousandsField):
        return f"{ten_thousands(int(text))} 万元" if AMOUNT.fullmatch(text) else text
    if getattr(field, "choices", None):
        return next((choice.label for choice in field.choices if choice.value == text and text), "")
    return text
