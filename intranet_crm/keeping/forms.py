"""Boxes, lending, terms, holds and destruction: what the archivist and the head fill in."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import ValidationError

from intranet_crm import clock
from intranet_crm.accounts.queries import active_people
from intranet_crm.conflicts import VersionField
from intranet_crm.keeping.rules import YEARS
from intranet_crm.reference.form_fields import DayField, options, select
from intranet_crm.reference.form_text import LineField, ProseField, SentenceField


class BoxForm(FlaskForm):
    version = VersionField()
    title = LineField("题名", required=True, longest=120)
    shelf = LineField("架位", longest=60)


class IntoBoxForm(FlaskForm):
    box = LineField("盒号", required=True, longest=24)


class TermForm(FlaskForm):
    years = select("保管期限", YEARS, required=True)
    ended_on = DayField("合作终止日")

    def validate_ended_on(self, field: DayField) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError("合作终止日不能在今天之后。")


class ReasonForm(FlaskForm):
    reason = SentenceField("原因", required=True, longest=200)


class LoanForm(FlaskForm):
    borrower = select("借阅人", (), required=True)
    purpose = SentenceField("用途", required=True, longest=200)
    due_on = DayField("归还日期", required=True)

    def __init__(self, **values: Any):
        super().__init__(**values)
        self.people = {person.id: person for person in active_people()}
        self.borrower.choices = options(((key, person.name) for key, person in self.people.items()), "请选择")


class ProposalForm(FlaskForm):
    reason = SentenceField("鉴定意见", required=True, longest=300)


class DecisionForm(FlaskForm):
    opinion = ProseField("监销意见", required=True, longest=300)
