"""Asking for copies, handing in scans, and filing a page by hand."""

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import IntegerField, ValidationError
from wtforms.validators import InputRequired

from intranet_crm.paper.rules import COMES_BACK, PURPOSES
from intranet_crm.paper.stacks import Scan
from intranet_crm.reference.form_fields import LineField, SentenceField, radios

ACCEPT = ".pdf,.jpg,.jpeg,.png,.tif,.tiff,.webp"
MOST_FILES = 200


class PrintForm(FlaskForm):
    purpose = radios("用途", PURPOSES, required=True)
    note = SentenceField("说明", longest=200)

    def __init__(self, **values: Any):
        super().__init__(data={"purpose": COMES_BACK} | values)

    def validate_note(self, field: LineField) -> None:
        if self.purpose.data == "other" and not field.data:
            raise ValidationError("用途选「其他」时，请写明用途。")


class ScanForm(FlaskForm):
    files = MultipleFileField("扫描件", render_kw={"accept": ACCEPT})

    def validate_files(self, field: MultipleFileField) -> None:
        field.data = [upload for upload in field.data or [] if upload and upload.filename]
        if not field.data:
            raise ValidationError("请选择扫描仪生成的 PDF 或图片。")
        if len(field.data) > MOST_FILES:
            raise ValidationError(f"一次最多 {MOST_FILES} 个文件，现在是 {len(field.data)} 个。")

    def scans(self) -> list[Scan]:
        """The files by name, as a scanner numbers them."""
        uploads = sorted(self.files.data, key=lambda upload: upload.filename)
        return [Scan(upload.filename, upload.read()) for upload in uploads]


class FilingForm(FlaskForm):
    number = LineField("档号", required=True, longest=24)
    page = IntegerField("页码", [InputRequired("请填写页码。")])

    def validate_page(self, field: IntegerField) -> None:
        if field.data is not None and not 1 <= field.data <= 99:
            raise ValidationError("页码应在 1 到 99 之间。")
