"""The log's filter, read from the address."""

from wtforms import DateField, Form, StringField
from wtforms.validators import Length, Optional


class AuditFilter(Form):
    actor = StringField("人员", [Optional(), Length(max=64)])
    action = StringField("操作", [Optional(), Length(max=48)])
    title = StringField("对象", [Optional(), Length(max=120)])
    since = DateField("开始日期", [Optional()])
    until = DateField("结束日期", [Optional()])
