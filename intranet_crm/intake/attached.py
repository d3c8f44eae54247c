"""A form's files: reviewed with it, frozen by name, size and SHA-256, kept and destroyed with its record.

T1 （二） 具体需求描述 「可附附件」, O6: what is approved is what was seen.
"""

import json
from collections.abc import Iterable
from typing import Any

from intranet_crm.accounts.models import Person
from intranet_crm.database import database
from intranet_crm.files import attachments as files
from intranet_crm.files.models import Attachment, StoredFile
from intranet_crm.intake.answers import open_items
from intranet_crm.intake.diff import Change
from intranet_crm.intake.drafts import decide
from intranet_crm.intake.models import IntakeForm

SUBJECT = "intake_form"
LABEL = "附件"

Frozen = list[dict[str, Any]]


def attached_to(form: IntakeForm | None) -> list[Attachment]:
    """The form's attachments, oldest first; none for a page that has no form yet."""
    return files.attachments_of(SUBJECT, [form.id])[form.id] if form else []


def add(form: IntakeForm, uploads: Iterable[files.Upload], *, by: Person) -> None:
    """Attach the uploads, all or none. Raises UnfitFile, and IllegalMove once the form is submitted."""
    checked = files.checked(uploads)
    with database.atomic():
        _hold(form, by)
        files.keep(SUBJECT, form.id, checked, by)


def take_off(form: IntakeForm, attachment: Attachment, *, by: Person) -> None:
    """Raises NotAllowed, and IllegalMove once the form is submitted."""
    with database.atomic():
        _hold(form, by)
        files.remove(attachment, by)


def _hold(form: IntakeForm, by: Person) -> None:
    """Nothing joins or leaves what another window is submitting."""
    current = IntakeForm.locked_by_id(form.id)
    decide("edit", current, by, has_open_returns=bool(open_items(current)))


def carry_over(earlier: IntakeForm, made: IntakeForm) -> None:
    """The next version begins with the files of the one before, in the transaction that makes it."""
    files.copy((SUBJECT, earlier.id), (SUBJECT, made.id), made.collector)


def attached_part(form: IntakeForm) -> Frozen:
    """What a submission freezes of them."""
    found = attached_to(form)
    return [{"name": each.name, "size": each.file.size, "sha256": each.file.sha256} for each in found]


def frozen_files(text: str) -> Frozen:
    """What a frozen text lists; nothing for one without files, or from before they were listed."""
    return json.loads(text).get("attachments", []) if '"attachments":' in text else []


def lost(form_id: int, text: str) -> list[str]:
    """The names of files that the frozen text lists and that are no longer kept with the form."""
    listed = frozen_files(text)
    there = {each.file.sha256 for each in files.attachments_of(SUBJECT, [form_id])[form_id]} if listed else ()
    return [each["name"] for each in listed if each["sha256"] not in there]


def files_changed(before: Frozen, after: Frozen) -> list[Change]:
    """The one line of a list of differences that speaks of files, if they differ."""
    old, new = ({each["sha256"] for each in listed} for listed in (before, after))
    if old == new:
        return []
    names = [each["name"] for each in before]
    words = [
        f"{each['name']}（内容有改动）"
        if each["sha256"] not in old and each["name"] in names
        else each["name"]
        for each in after
    ]
    return [Change("attachments", LABEL, "\n".join(names), "\n".join(words))]


def let_go(form_id: int, texts: Iterable[str]) -> list[StoredFile]:
    """Take all files off a form that is destroyed; they, and those that one of its frozen texts lists."""
    listed = {each["sha256"] for text in texts for each in frozen_files(text)}
    listed |= {each.file.sha256 for each in files.attachments_of(SUBJECT, [form_id])[form_id]}
    of_form = (Attachment.subject_kind == SUBJECT) & (Attachment.subject_id == form_id)
    Attachment.delete().where(of_form).execute()
    return list(StoredFile.select().where(StoredFile.sha256.in_(list(listed) or [""])))
