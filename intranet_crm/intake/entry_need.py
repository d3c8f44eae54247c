"""The need of an entered version: made by the first one, revised by those that follow (O7)."""

from dataclasses import dataclass
from typing import Any

from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer
from intranet_crm.intake.editions import approved_submission
from intranet_crm.intake.entry_homes import Columns, columns_for, columns_of, contact_of, nouns
from intranet_crm.intake.fields import FIELDS, Values, is_shown
from intranet_crm.intake.labels import is_blank, label_of
from intranet_crm.intake.models import IntakeForm
from intranet_crm.needs.models import Need
from intranet_crm.needs.rules import Cause
from intranet_crm.needs.wording import need_words

TIME_NODES = {"planned_start": "start", "expected_finish": "finish"}  # as typed, without the dates they give


@dataclass(frozen=True)
class Revision:
    """One field of the need that this version changes: as approved before, as it is now, as on file."""

    label: str
    old_words: str
    new_words: str
    file_words: str

    @property
    def was_changed_since(self) -> bool:
        return self.file_words not in (self.old_words, self.new_words)


def need_to_revise(form: IntakeForm) -> Need | None:
    """The need that an earlier version made; None when this one is to make it."""
    keys = [earlier.id for earlier in earlier_versions(form)]
    found = Need.select().where(Need.source_form_id.in_(keys or [0]))
    return found.order_by(Need.id.desc()).first()


def earlier_versions(form: IntakeForm) -> list[IntakeForm]:
    """The approved versions before this one, the latest first."""
    found = []
    while form.amends_id:
        form = form.amends
        found.append(form)
    return found


def values_before(form: IntakeForm) -> Values | None:
    """What the customer's file already holds of an earlier version: the values of the last one entered."""
    entered = (earlier for earlier in earlier_versions(form) if earlier.entered_at)
    return next((approved_submission(earlier).values for earlier in entered), None)


def revisions(need: Need, before: Values, values: Values) -> list[Revision]:
    """What this version changes in the need, field by field."""
    words = need_words(need, True)
    return [
        Revision(field.label, *said, words.get(TIME_NODES.get(key, _name(key)), ""))
        for key in _changed(before, values)
        for field, said in [(FIELDS[key], (_said(key, before), _said(key, values)))]
    ]


def record_or_revise(
    form: IntakeForm, customer: Customer, values: Values, need: Need | None, *, by: Person
) -> Need:
    """A new need of the form; or the one that an earlier version made, with what this version changes.

    What somebody changed on the need meanwhile stays, unless this version changes the same field.
    """
    asked_by = contact_of(values)["name"]
    if need is None:
        given = columns_of("need", values)
        return Need.record(customer, by=by, source_form_id=form.id, asked_by=asked_by, **given)
    columns = _revised_columns(values_before(form) or {}, values)
    if columns:
        cause = Cause("other", note=form.amend_reason, asked_by=asked_by, progress="waiting")
        need.revise(need.version, by, cause, **columns)
    return Need.get_by_id(need.id)


def _revised_columns(before: Values, values: Values) -> Columns:
    columns: Columns = {}
    for key in _changed(before, values):
        if _said(key, values):
            columns |= columns_for(key, values[key])
        else:
            columns |= {name: _blank(name) for name in columns_for(key, before[key])}
    return columns


def _changed(before: Values, values: Values) -> list[str]:
    return [key for key in nouns("need") if _said(key, before) != _said(key, values)]


def _said(key: str, values: Values) -> str:
    """The words of what was filled in; what is only marked 「待补充」 says nothing yet."""
    filled = is_shown(FIELDS[key], values) and not is_blank(values.get(key))
    return label_of(FIELDS[key], values) if filled else ""


def _name(key: str) -> str:
    """By which name ``need_words`` knows the field."""
    return "budget" if key == "budget" else FIELDS[key].home.partition(".")[2]


def _blank(column: str) -> Any:
    """What the need's column holds when nothing was said."""
    field = getattr(Need, column)
    default = field.default() if callable(field.default) else field.default
    return default if default is not None or field.null else ""
