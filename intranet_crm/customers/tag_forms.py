"""Forms of tags."""

from flask_wtf import FlaskForm
from wtforms import BooleanField

from intranet_crm.conflicts import VersionField
from intranet_crm.customers.tags import LONGEST_NAME
from intranet_crm.reference.form_fields import LineField


class PutOnForm(FlaskForm):
    name = LineField("标签", required=True, longest=LONGEST_NAME)


class TagForm(FlaskForm):
    version = VersionField()
    name = LineField("标签名称", required=True, longest=LONGEST_NAME)
    is_preset = BooleanField("预设标签")

    def __init__(self, tag=None):
        super().__init__(obj=tag)
