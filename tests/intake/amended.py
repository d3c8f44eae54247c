"""The next versions of approved forms, made by the verbs that people press."""

from dataclasses import replace
from uuid import uuid4

from intranet_crm import clock
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.intake.editions import amend
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.reviews import approve
from tests.archive.approved import JUDGED
from tests.intake.in_review import read, resubmitted

REASON = "客户董事会调整了预算，并把上线时间提前"
BUDGET = {"budget": {"low": 80_000_000, "high": 100_000_000}}


def begun(form, by=None, reason=REASON) -> IntakeForm:
    """The draft of the next version of a form, whose record is there."""
    ArchiveRecord.establish(form.id)
    return amend(form.id, key=str(uuid4()), reason=reason, by=by or form.collector)


def amended(form, by=None, *, document=True, **changes) -> IntakeForm:
    """The next version before the head, with another budget unless told otherwise."""
    return resubmitted(begun(form, by), document=document, **(changes or BUDGET))


def passed(form) -> IntakeForm:
    """The form, approved today by its head."""
    given = replace(JUDGED, truth_on=clock.today())
    approve(form.id, given, opinion="同意", seen=read(form), by=form.reviewer)
    return IntakeForm.get_by_id(form.id)
