"""The log's filter, read from the address."""

from wtforms import Form, StringField
from wtforms.validators import Length, Optional

from intranet_crm.reference.form_fields import DayField


class AuditFilter(Form):
    actor = StringField("人员", [Optional(), Length(max=64)])
    action = StringField("操作", [Optional(), Length(max=48)])
    title = StringField("对象", [Optional(), Length(max=120)])
    since = DayField("开始日期")
    until = DayField("结束日期")
