"""Two people edited the same need: what the other one changed meanwhile, field by field (B14)."""

from typing import Any

from intranet_crm.accounts.models import Person
from intranet_crm.conflicts import Clash
from intranet_crm.needs.forms import NeedForm
from intranet_crm.needs.models import Need, NeedChange
from intranet_crm.needs.wording import LABELS, value_words

FIELD_OF = {"followup_words": "followup"}


def take_over(form: NeedForm, now: Need) -> tuple[list[Clash], NeedChange | None]:
    """Bring the form up to the current version; tells what changed, and the latest change with its person.

    Fields that the person left alone take the current value; what the person typed stays. The form can then
    be saved once more. What the page showed is known from the changes since.
    """
    since = NeedChange.select(NeedChange, Person).join(Person, on=NeedChange.by)
    since = since.where((NeedChange.need == now.id) & (NeedChange.need_version > form.version.data))
    changes = list(since.order_by(NeedChange.need_version))
    shown: dict[str, Any] = {}
    for change in changes:
        shown = change.old | shown
    typed, clashes = form.facts(), []
    for name in LABELS:
        current = getattr(now, name)
        if name not in shown or name not in typed or current in (shown[name], typed[name]):
            continue
        words = [value_words(name, value, True) for value in (shown[name], current, typed[name])]
        clashes.append(Clash(name, LABELS[name], *words))
        if typed[name] == shown[name]:
            _take(form, name, now)
    form.version.process(None, now.version)
    return clashes, changes[-1] if changes else None


def _take(form: NeedForm, name: str, now: Need) -> None:
    """The field shows what is saved now; a text that was posted would go before it."""
    field = form[FIELD_OF.get(name, name)]
    field.process(None, str(now.followup_id or "") if name == "followup_words" else getattr(now, name))
    field.raw_data = None
