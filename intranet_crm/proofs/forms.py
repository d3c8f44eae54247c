"""Asking for a package."""

import re
from datetime import date

from flask_wtf import FlaskForm
from wtforms import ValidationError

from intranet_crm import clock
from intranet_crm.reference.form_text import LineField, SentenceField


class PackageForm(FlaskForm):
    month = LineField("月份", required=True, longest=7, render_kw={"placeholder": "2026-11"})
    purpose = SentenceField("用途", required=True, longest=200)

    def validate_month(self, field: LineField) -> None:
        if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", field.data):
            raise ValidationError("月份请写成 2026-11 的样子。")
        if self.first() > clock.today():
            raise ValidationError("这个月还没有到。")

    def first(self) -> date:
        return date.fromisoformat(f"{self.month.data}-01")


class RecordPackageForm(FlaskForm):
    purpose = SentenceField("用途", required=True, longest=200)
