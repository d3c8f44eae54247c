"""A draft that was never put before a head may go: nobody has relied on it yet."""

from intranet_crm.accounts.models import Person
from intranet_crm.database import database
from intranet_crm.errors import IllegalMove, NotAllowed
from intranet_crm.intake.attached import attached_to, let_go
from intranet_crm.intake.drafts import record, remember, words_of
from intranet_crm.intake.models import IntakeForm


def may_discard(form: IntakeForm, by: Person) -> bool:
    """Its collector, before the first submission."""
    return form.collector_id == by.id and form.round == 0


def discard(form_id: int, *, by: Person) -> IntakeForm:
    """「删除草稿」, with its attachments; the form that is gone. Raises NotAllowed, IllegalMove.

    What was filled in stays in the audit log, masked; a 采集任务 that asked for it is open again.
    """
    with database.atomic():
        form = IntakeForm.locked_by_id(form_id)
        if form.collector_id != by.id:
            raise NotAllowed("草稿由采集人本人删除。")
        if not may_discard(form, by):
            raise IllegalMove("这份采集表提交过审核，要留作记录，不能删除；不再需要时不用重新提交。")
        names = [each.name for each in attached_to(form)]
        record("删除采集表草稿", form, by, old=words_of(form.values) | ({"附件": names} if names else {}))
        if form.amends_id:
            earlier, gone = form.amends, f"{form.edition_words} {form.number}"
            remember(earlier, "discard", earlier.state, earlier.state, by=by, note=gone)
        let_go(form.id, ())
        form.delete_instance()
    return form
