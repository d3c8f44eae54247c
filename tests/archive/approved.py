"""Approved forms: the tests of the archive begin here."""

from datetime import date

from intranet_crm import clock
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.reviews import FullJudgements, approve
from tests.intake.in_review import read, submitted

JUDGED = FullJudgements(
    truth_method="phone", truth_on=date(2026, 11, 12), is_sensitive=False, fits=True, fit_grade="vip"
)


def approved(collector, reviewer, **given) -> IntakeForm:
    form = submitted(collector, **given)
    approve(form.id, JUDGED, opinion="同意", seen=read(form), by=reviewer)
    return IntakeForm.get_by_id(form.id)


def entered(form: IntakeForm, by) -> IntakeForm:
    form.state, form.entered_at, form.entered_by = "entered", clock.now(), by
    form.save()
    return form
