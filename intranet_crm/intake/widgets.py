"""WTForms' widgets without its general, slow way of writing attributes: the form page has 300 of them."""

from typing import Any

from markupsafe import Markup, escape
from wtforms import widgets


def attributes(**given: Any) -> Markup:
    """HTML attributes as WTForms writes them: ``aria_x`` becomes aria-x, False is left out."""
    written = []
    for name, value in given.items():
        name = name.rstrip("_")
        if name.startswith(("data_", "aria_")):
            name = name.replace("_", "-")
        if value is True:
            written.append(name)
        elif value is not False and value is not None:
            written.append(f'{name}="{escape(value)}"')
    return Markup(" ".join(written))  # noqa: S704 - each value is escaped


class TextInput(widgets.TextInput):
    html_params = staticmethod(attributes)


class TextArea(widgets.TextArea):
    html_params = staticmethod(attributes)


class RadioInput(widgets.RadioInput):
    html_params = staticmethod(attributes)


class CheckboxInput(widgets.CheckboxInput):
    html_params = staticmethod(attributes)


class Select(widgets.Select):
    html_params = staticmethod(attributes)

    @classmethod
    def render_option(cls, choice: Any, **more: Any) -> Markup:
        chosen = " selected" if choice.selected else ""
        return Markup(f'<option value="{escape(choice.value)}"{chosen}>{escape(choice.label)}</option>')  # noqa: S704


QUICK = {kind.__base__: kind() for kind in (TextInput, TextArea, RadioInput, CheckboxInput, Select)}


def quicken(fields: Any) -> None:
    """Give the fields, and those inside them, these widgets."""
    for field in fields:
        field.widget = QUICK.get(type(field.widget), field.widget)
        if hasattr(field, "option_widget"):
            field.option_widget = QUICK.get(type(field.option_widget), field.option_widget)
        elif hasattr(field, "form") or hasattr(field, "entries"):
            quicken(field)
