"""The choices of the list's filter. Selects are drawn in one go: WTForms draws option by option."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from markupsafe import Markup, escape
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice

from intranet_crm.reference.form_fields import options
from intranet_crm.reference.industries import industries
from intranet_crm.reference.regions import cities, provinces


class SeveralField(SelectMultipleField):
    """Values of which one is enough, as boxes to tick; ``free`` takes values that are not offered."""

    is_ticked, free = True, False

    def __init__(self, label: str, pairs: Iterable = (), **more: Any):
        super().__init__(label, **({"choices": options(pairs)} | more))

    def process_formdata(self, values: list[str]) -> None:
        self.data = list(dict.fromkeys(filter(None, values)))

    def pre_validate(self, form: Any) -> None:
        """What is not offered is passed over."""
        if not self.free:
            offered = {choice.value for choice in self.all_choices()}
            self.data = [value for value in self.data if value in offered]

    def all_choices(self) -> list[SelectChoice]:
        return self.choices() if callable(self.choices) else self.choices

    def words(self) -> str:
        return "、".join(choice.label for choice in self.all_choices() if choice.value in self.data)


class AddingField(SeveralField):
    """Many values: a select that adds one to those that stand as chips above the list."""

    is_ticked = False

    def __init__(self, label: str, **more: Any):
        super().__init__(label, **({"widget": AddingSelect()} | more))


class QuickSelect:
    def __call__(self, field: Any, **_attributes: Any) -> Markup:
        chosen = f'value="{escape(field.data or "")}"'
        body = self.options(field).replace(chosen, f"selected {chosen}", 1)
        return Markup(f'<select id="{escape(field.id)}" name="{escape(field.name)}">{body}</select>')  # noqa: S704 - every part is escaped

    def options(self, field: Any) -> str:
        return _drawn(field.choices)


class AddingSelect:
    def __call__(self, field: Any, **_attributes: Any) -> Markup:
        name = escape(field.name)
        start = f'<select id="{escape(field.id)}" name="{name}" data-adds><option value="">添加…</option>'
        return Markup(f"{start}{self.options(field)}</select>")  # noqa: S704 - every part is escaped

    def options(self, field: Any) -> str:
        return _drawn(field.choices)


class IndustrySelect(AddingSelect):
    """The sections, each with its divisions set in below it."""

    def options(self, field: Any) -> str:
        return _all_industries()


class RegionSelect(AddingSelect):
    """The provinces, each with its cities set in below it."""

    def options(self, field: Any) -> str:
        return _all_regions()


def _drawn(choices: Iterable[SelectChoice]) -> str:
    return "".join(f'<option value="{escape(c.value)}">{escape(c.label)}</option>' for c in choices)


@cache
def _all_industries() -> str:
    return _drawn(industry_choices())


@cache
def _all_regions() -> str:
    return _drawn(region_choices())


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
