"""What differs between two versions of a form, in the words people read (O5, O6)."""

from dataclasses import dataclass

from intranet_crm.intake.fields import FIELDS, Field, Values, is_shown
from intranet_crm.intake.labels import label_of


@dataclass(frozen=True)
class Change:
    """One field that reads differently; '' where it was or is blank."""

    field: str
    label: str
    old_words: str
    new_words: str


def changes(old_values: Values, new_values: Values) -> list[Change]:
    """The fields that changed, in the order of the sheet; a field no longer asked for counts as emptied."""
    return [
        Change(field.key, field.label, old, new)
        for field in FIELDS.values()
        for old, new in [_words(field, old_values, new_values)]
        if old != new
    ]


def _words(field: Field, old_values: Values, new_values: Values) -> tuple[str, str]:
    old, new = (
        label_of(field, values) if is_shown(field, values) else "" for values in (old_values, new_values)
    )
    if field.key == "citizen_id" and old == new and old_values.get(field.key) != new_values.get(field.key):
        new += "（隐去的数字有改动）"
    return old, new
