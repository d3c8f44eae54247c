"""The form field for attachments; it judges each file with the rest of the form, so nothing is half saved."""

from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms.validators import StopValidation

from intranet_crm.files.attachments import check_upload
from intranet_crm.files.rules import ACCEPT, UnfitFile


class AttachmentsField(MultipleFileField):
    """Files to attach; each unfit one gives its own sentence beside the field."""

    def __init__(self, label: str = "附件", validators: Any = None, **options: Any):
        super().__init__(label, validators, render_kw={"accept": ACCEPT}, **options)

    def pre_validate(self, form: Any) -> None:
        self.data = [upload for upload in self.data or [] if upload and upload.filename]
        for upload in self.data:
            try:
                check_upload(upload)
            except UnfitFile as error:
                self.errors = [*self.errors, str(error)]
        if self.errors:
            raise StopValidation()
