"""接手变更: a version that somebody who left the company began is finished by a colleague (O6).

One version is under way at a time, so that a draft nobody can open would stand in the way for good.
"""

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.database import database
from intranet_crm.errors import NotAllowed
from intranet_crm.intake.answers import open_items
from intranet_crm.intake.drafts import record, remember
from intranet_crm.intake.editions import department_for, may_amend
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.reviews import ANSWER_WORKING_DAYS
from intranet_crm.intake.rules import EDITABLE
from intranet_crm.reference.workdays import add_working_days
from intranet_crm.tasks.models import Task


def may_adopt(form: IntakeForm, by: Person) -> bool:
    """Whether its collector's account is disabled, and the person might have begun the version."""
    left = form.state in EDITABLE and form.collector.disabled_at is not None
    return left and form.amends_id is not None and may_amend(form.amends, by)


def adopt(form_id: int, *, by: Person) -> IntakeForm:
    """「接手变更」: the person becomes the version's collector, once. Raises NotAllowed."""
    with database.atomic():
        form = IntakeForm.locked_by_id(form_id)
        if form.collector_id == by.id:
            return form
        if not may_adopt(form, by):
            raise NotAllowed("这一版由它的采集人办理，或已经由别人接手。")
        old, before, moment = form.collector, form.state, clock.now()
        state = "draft" if before == "self_checked" else before  # the check was the other collector's
        department = department_for(form.amends, by)
        form.claim_version(
            form.version,
            state=state,
            collector=by,
            department=department,
            values=form.values | {"collector": by.name, "department": department.name},
            saved_from="",
            updated_at=moment,
        )
        remember(form, "adopt", before, state, by=by, at=moment, note=f"原采集人 {old.name}")
        record("接手变更", form, by, old={"collector": old.name}, new={"collector": by.name})
        if open_items(form):
            _ask_to_answer(form, old, by)
    return form


def _ask_to_answer(form: IntakeForm, old: Person, by: Person) -> None:
    Task.settle("intake_form", form.id, "return", by=by, outcome=f"由{by.name}接手")
    due = add_working_days(clock.today(), ANSWER_WORKING_DAYS)
    Task.ask(
        by,
        kind="return",
        title=f"修改并重新提交「{form.customer_name}」的采集表",
        reason=f"从{old.name}接手，复核人退回的各项还没有答复",
        due_on=due.day,
        due_is_expected=due.expected,
        subject_kind="intake_form",
        subject_id=form.id,
        address=f"/intake/{form.id}",
        key=f"intake:{form.id}:return:{form.round}:{by.id}",
    )
