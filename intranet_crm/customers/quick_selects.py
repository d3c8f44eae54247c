"""Selects of the list's filter, drawn in one go: WTForms draws option by option, and the list is busy."""

from functools import cache
from typing import Any

from markupsafe import Markup, escape
from wtforms.fields.choices import SelectChoice

from intranet_crm.reference.form_fields import options
from intranet_crm.reference.industries import industries
from intranet_crm.reference.regions import cities, provinces


class QuickSelect:
    def __call__(self, field: Any, **_attributes: Any) -> Markup:
        chosen = f'value="{escape(field.data or "")}"'
        body = self.options(field).replace(chosen, f"selected {chosen}", 1)
        return Markup(f'<select id="{escape(field.id)}" name="{escape(field.name)}">{body}</select>')  # noqa: S704 - every part is escaped

    def options(self, field: Any) -> str:
        return "".join(f'<option value="{escape(c.value)}">{escape(c.label)}</option>' for c in field.choices)


class IndustrySelect(QuickSelect):
    """The sections, each with its divisions set in below it."""

    def options(self, field: Any) -> str:
        return _drawn(industry_choices)


class RegionSelect(QuickSelect):
    """The provinces, each with its cities set in below it."""

    def options(self, field: Any) -> str:
        return _drawn(region_choices)


@cache
def _drawn(choices: Any) -> str:
    lines = (f'<option value="{c.value}">{escape(c.label)}</option>' for c in choices())
    return '<option value="">全部</option>' + "".join(lines)


@cache
def industry_choices() -> list[SelectChoice]:
    inner = {each.code for each in industries() if each.code not in (each.section, "OTHER")}
    return options((each.code, "　" * (each.code in inner) + each.label) for each in industries())


@cache
def region_choices() -> list[SelectChoice]:
    pairs = []
    for province in provinces():
        pairs.append((province.code, province.name))
        pairs += [(city.code, f"　{city.name}") for city in cities(province.code)]
    return options(pairs)
