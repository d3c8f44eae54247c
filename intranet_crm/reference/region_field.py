"""省、市、区县 in a form: three selects, each offering what lies below the one before."""

from collections.abc import Iterable
from typing import Any

from wtforms import Form, FormField, SelectField

from intranet_crm.reference import regions
from intranet_crm.reference.form_fields import options


class _RegionSelects(Form):
    province = SelectField("省", validate_choice=False)
    city = SelectField("市", validate_choice=False)
    district = SelectField("区县", validate_choice=False)

    def offer(self) -> None:
        """Fill each select with what lies below the choice in the one before it."""
        province, city = self.province.data or "", self.city.data or ""
        below = regions.cities(province)
        city = city if city in {region.code for region in below} else ""
        _offer(self.province, "省", regions.provinces())
        _offer(self.city, "市", below)
        _offer(self.district, "区县", regions.districts(city or province))

    def validate(self, extra_validators: Any = None) -> bool:
        sentence = regions.check_region(*(f.data or "" for f in (self.province, self.city, self.district)))
        self.province.errors = [sentence] if sentence else []
        return not sentence


def _offer(field: SelectField, word: str, found: Iterable[regions.Region]) -> None:
    field.choices = options(((region.code, region.name) for region in found), word)


class RegionField(FormField):
    """省、市、区县 as linked selects (B6); the deepest code in and out; show it with ``region_selects``."""

    def __init__(self, label: str, **options):
        super().__init__(_RegionSelects, label, **options)

    def process(self, formdata: Any, data: Any = "", extra_filters: Any = None) -> None:
        code = data if isinstance(data, str) else ""
        province, city, district = regions.path(code)
        super().process(formdata, {"province": province, "city": city, "district": district})
        self.object_data = code
        self.form.offer()

    @property
    def data(self) -> str:
        """The most specific code that is chosen, '' for none."""
        return self.form.district.data or self.form.city.data or self.form.province.data or ""

    def populate_obj(self, obj: Any, name: str) -> None:
        setattr(obj, name, self.data)
