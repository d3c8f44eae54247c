"""Two people editing one record: the version a form was made from, and what differs from it now (B14)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Form, HiddenField

from intranet_crm.addresses import whole_number
from intranet_crm.database import VersionedModel
from intranet_crm.errors import DomainError, NotAllowed, StaleVersion
from intranet_crm.formatting import ten_thousands


class VersionField(HiddenField):
    """The version that the page showed; a missing or odd one is 0, which is never the latest."""

    def process_formdata(self, values: list[str]) -> None:
        try:
            self.data = whole_number(values[0])
        except (IndexError, ValueError):
            self.data = 0


def was_saved(form: FlaskForm, save: Callable[[], Any], latest: Callable[[], int] | None = None) -> bool:
    """Whether the form was posted, is in order and ``save`` took it.

    What ``save`` refuses stands beside the form's name. A form made from an older version goes on from the
    ``latest``, so that saving once more is meant. What the person may not do at all is raised.
    """
    if not form.validate_on_submit():
        return False
    try:
        save()
    except NotAllowed:
        raise
    except StaleVersion as error:
        form.version.data = latest()
        form.name.errors = [f"{error} 再次保存将以你填写的为准。"]
    except DomainError as error:
        form.name.errors = [str(error)]
    return not form.errors


@dataclass(frozen=True)
class Difference:
    """One field in words: what is saved now, and what waits in the form."""

    label: str
    current: str
    yours: str


@dataclass(frozen=True, slots=True)
class Clash:
    """One field in words: as the page showed it, as it is saved now, as it stands in the form."""

    name: str
    label: str
    original: str
    current: str
    yours: str


def differences(form: Form, record: VersionedModel) -> list[Difference]:
    """Where the form differs from the record as it is now; the form then goes on from that version."""
    found = [
        Difference(field.label.text, _words(field, getattr(record, name)), _words(field, field.data))
        for name, field in form._fields.items()
        if name != "version" and hasattr(record, name)
    ]
    form.version.data, form.version.raw_data = record.version, None
    return [each for each in found if each.current != each.yours]


def _words(field: Any, value: Any) -> str:
    if field.type == "TenThousandsField":  # by name: a root room imports no feature
        return f"{ten_thousands(value)} 万元" if value is not None else ""
    if hasattr(field, "words"):
        return field.words(value)
    if hasattr(field, "iter_choices"):
        return next((label for key, label, *_ in field.iter_choices() if key == value), "") if value else ""
    if isinstance(value, bool) or field.type == "BooleanField":
        return "是" if value else "否"
    return str(value or "")
