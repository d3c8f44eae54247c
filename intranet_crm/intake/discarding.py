"""A draft that was never put before a head may go: nobody has relied on it yet."""

from intranet_crm.accounts.models import Person
from intranet_crm.database import database
from intranet_crm.errors import IllegalMove, NotAllowed
from intranet_crm.files.models import Attachment
from intranet_crm.intake.drafts import record, remember, words_of
from intranet_crm.intake.models import IntakeForm

SUBJECT = "intake_form"


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
        files = (Attachment.subject_kind == SUBJECT) & (Attachment.subject_id == form.id)
        names = [name for (name,) in Attachment.select(Attachment.name).where(files).tuples()]
        record("删除采集表草稿", form, by, old=words_of(form.values) | ({"附件": names} if names else {}))
        if form.amends_id:
            earlier, gone = form.amends, f"{form.edition_words} {form.number}"
            remember(earlier, "discard", earlier.state, earlier.state, by=by, note=gone)
        Attachment.delete().where(files).execute()
        form.delete_instance()
    return form
