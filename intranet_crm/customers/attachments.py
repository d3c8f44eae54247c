"""A customer's own attachments: cards, minutes, organisation chart (B11)."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer
from intranet_crm.customers.timeline import note
from intranet_crm.database import database
from intranet_crm.files import attachments
from intranet_crm.files.attachments import Upload
from intranet_crm.files.forms import AttachmentsField
from intranet_crm.files.models import Attachment

KIND = "customer"


class UploadForm(FlaskForm):
    files = AttachmentsField("附件", [InputRequired("请先选择要上传的文件。")])


def attach_to(customer: Customer, uploads: Iterable[Upload], by: Person) -> list[Attachment]:
    """Keep the files with the customer, all or none; raises UnfitFile."""
    with database.atomic():
        made = attachments.attach(KIND, customer.id, uploads, by)
        names = "、".join(each.name for each in made)
        note(customer, kind="file", title=f"上传附件 {len(made)} 个", summary=names, by=by)
    return made


def take_off(customer: Customer, attachment: Attachment, by: Person) -> None:
    """Remove an attachment of the customer; raises NotAllowed."""
    with database.atomic():
        attachments.remove(attachment, by)
        note(customer, kind="file", title="移除附件", summary=attachment.name, by=by)
