"""Forms of tags."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, HiddenField
from wtforms.fields import SearchField
from wtforms.validators import ValidationError

from intranet_crm.conflicts import VersionField
from intranet_crm.customers.rules import clean_tag
from intranet_crm.customers.tags import LONGEST_NAME, TAG_STATES, Tag
from intranet_crm.errors import DomainError
from intranet_crm.reference.form_fields import LineField, select


class PutOnForm(FlaskForm):
    name = LineField("标签", required=True, longest=LONGEST_NAME)


class TagForm(FlaskForm):
    version = VersionField()
    name = LineField("标签名称", required=True, longest=LONGEST_NAME)
    is_preset = BooleanField("预设标签")

    def __init__(self, tag=None):
        super().__init__(obj=tag)


class TagFilterForm(Form):
    """What the administrator's list is narrowed to, from query parameters."""

    text = SearchField("名称")
    state = select("状态", TAG_STATES, blank="全部")


class MergerForm(Form):
    """Into which tag; read from the address for the preview, which has no token, and posted to begin."""

    into = LineField("并入", required=True, longest=LONGEST_NAME, render_kw={"list": "usable-tags"})
    key = HiddenField()
    other: Tag | None = None  # the tag meant, once the form is valid

    def __init__(self, tag: Tag, typed: Any = None):
        super().__init__(typed)
        self.tag = tag

    def validate_into(self, field: LineField) -> None:
        found = Tag.get_or_none(Tag.name == clean_tag(field.data))
        if found is None:
            raise ValidationError(f"没有标签「{field.data}」，请从已有的标签里选一个。")
        try:
            self.other = found.usable()
        except DomainError as error:
            raise ValidationError(str(error)) from error
        if self.other.id == self.tag.id:
            raise ValidationError("标签不能并入自己，请选另一个标签。")
