"""Attachments: taken in, found, served, removed; the owning feature checks the scope first."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

from flask import Response, send_file

from intranet_crm import audit_log, clock, pages
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission
from intranet_crm.database import database
from intranet_crm.errors import NotAllowed
from intranet_crm.files import rules, store
from intranet_crm.files.models import Attachment, StoredFile

LOOKED_INTO = ("application/pdf", "image/png", "image/jpeg", "image/webp")

Checked = tuple[str, bytes, str]  # name, bytes, media type


class Upload(Protocol):
    """What a form posts as a file (werkzeug's FileStorage)."""

    filename: str | None

    def read(self, size: int = -1) -> bytes: ...

    def seek(self, offset: int) -> int: ...


def check_upload(upload: Upload) -> Checked:
    """The cleaned name, the bytes and the media type of an upload; raises UnfitFile naming the file."""
    name = rules.clean_name(upload.filename)
    upload.seek(0)
    content = upload.read()
    media_type = rules.media_type_of(name, content)
    if media_type in LOOKED_INTO:
        _look_into(name, content)
    return name, content, media_type


def _look_into(name: str, content: bytes) -> None:
    """Whoever opens it later must get what it claims to be: whole, open to all, without scripts."""
    with NamedTemporaryFile(prefix="crm-upload-") as file:
        file.write(content)
        file.flush()
        try:
            pages.fit(Path(file.name))
        except pages.UnfitPages as error:
            raise rules.UnfitFile(f"「{name}」：{error}") from None


def attach(subject_kind: str, subject_id: int, uploads: Iterable[Upload], by: Person) -> list[Attachment]:
    """Keep the uploads as attachments of a record, all of them or none; raises UnfitFile.

    File inputs left empty are passed over. The caller has made sure that ``by`` may write to the record.
    """
    return keep(subject_kind, subject_id, checked(uploads), by)


def checked(uploads: Iterable[Upload]) -> list[Checked]:
    """The uploads as ``keep`` takes them; raises UnfitFile. It takes its time: not for a transaction."""
    return [check_upload(upload) for upload in uploads if upload and upload.filename]


def keep(subject_kind: str, subject_id: int, uploads: Iterable[Checked], by: Person) -> list[Attachment]:
    """Keep what ``checked`` has found fit, all of it or none."""
    with database.atomic():
        return [_attach(subject_kind, subject_id, *each, by) for each in uploads]


def copy(source: tuple[str, int], target: tuple[str, int], by: Person) -> None:
    """Give one record (kind, id) the attachments of another; the bytes are the same, kept once."""
    for each in attachments_of(source[0], [source[1]])[source[1]]:
        _keep_row(*target, each.file, each.name, by)


def _attach(kind: str, subject_id: int, name: str, content: bytes, media_type: str, by: Person) -> Attachment:
    attachment = _keep_row(kind, subject_id, store.keep(content, media_type), name, by)
    _record("上传附件", attachment, by)
    return attachment


def _keep_row(kind: str, subject_id: int, file: StoredFile, name: str, by: Person) -> Attachment:
    return Attachment.create(
        subject_kind=kind,
        subject_id=subject_id,
        file=file,
        name=name,
        uploaded_by=by,
        uploaded_at=clock.now(),
    )


def attachments_of(subject_kind: str, subject_ids: Iterable[int]) -> dict[int, list[Attachment]]:
    """Each record's attachments, oldest first, with file and uploader, in one query; no id is missing."""
    found: dict[int, list[Attachment]] = {subject_id: [] for subject_id in subject_ids}
    rows = _with_file().where(
        (Attachment.subject_kind == subject_kind) & Attachment.subject_id.in_(list(found))
    )
    for attachment in rows.order_by(Attachment.id) if found else ():
        found[attachment.subject_id].append(attachment)
    return found


def find_attachment(subject_kind: str, subject_id: int, attachment_id: int) -> Attachment | None:
    """The attachment if it belongs to this record."""
    return (
        _with_file()
        .where(
            (Attachment.id == attachment_id)
            & (Attachment.subject_kind == subject_kind)
            & (Attachment.subject_id == subject_id)
        )
        .first()
    )


def _with_file():
    return Attachment.select(Attachment, StoredFile, Person).join(StoredFile).switch(Attachment).join(Person)


def may_remove(person: Person, attachment: Attachment) -> bool:
    """Whoever uploaded it, and whoever may delete."""
    return attachment.uploaded_by_id == person.id or person.may(Permission.DELETE)


def remove(attachment: Attachment, by: Person) -> None:
    """Take the attachment off its record; the bytes stay in the store. Raises NotAllowed."""
    if not may_remove(by, attachment):
        raise NotAllowed(f"「{attachment.name}」由 {attachment.uploaded_by.name} 上传，请本人或管理员移除。")
    with database.atomic():
        if Attachment.delete().where(Attachment.id == attachment.id).execute():
            _record("移除附件", attachment, by)


def send_attachment(attachment: Attachment, by: Person) -> Response:
    """The bytes as a download that no browser runs or shows in our name; recorded in the audit log."""
    response = send_file(
        BytesIO(store.read(attachment.file)),
        mimetype=attachment.file.media_type,
        as_attachment=True,
        download_name=attachment.name,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    _record("下载附件", attachment, by)
    return response


def _record(action: str, attachment: Attachment, by: Person) -> None:
    file = attachment.file
    audit_log.record(
        action,
        by=by,
        kind=attachment.subject_kind,
        subject_id=attachment.subject_id,
        title=attachment.name,
        new={"attachment": attachment.id, "sha256": file.sha256, "size": file.size},
    )
