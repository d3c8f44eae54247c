"""The administrator's forms: people and departments."""

import unicodedata

from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.queries import department_tree
from intranet_crm.accounts.rules import Role, clean_username
from intranet_crm.conflicts import VersionField


def trimmed(text: str | None) -> str:
    return unicodedata.normalize("NFKC", text or "").strip()


def indented_departments() -> list[SelectChoice]:
    """Every department as a choice, set in below the one above it."""
    return [SelectChoice(d.id, "　" * (d.path.count("/") - 2) + d.name) for d in department_tree()]


class RolesField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PersonForm(FlaskForm):
    name = StringField("姓名", [InputRequired("请填写姓名。"), Length(max=64)], filters=[trimmed])
    username = StringField(
        "账号",
        [
            InputRequired("请填写账号。"),
            Length(2, 64, message="账号为 2 到 64 个字符。"),
            Regexp(r"^[a-z0-9][a-z0-9._-]*$", message="账号只能用小写字母、数字、点、横线和下划线。"),
        ],
        filters=[lambda text: clean_username(text or "")],
    )
    department = SelectField("部门", [InputRequired("请选择部门。")], coerce=int)
    roles = RolesField(
        "角色",
        [InputRequired("请至少选择一个角色。")],
        choices=[SelectChoice(role.value, role.value) for role in Role],
    )
    email = StringField(
        "邮箱",
        [Optional(), Length(max=120), Email("邮箱格式不正确，如 name@company.com。")],
        filters=[trimmed],
    )
    version = VersionField()

    def __init__(self, person: Person | None = None):
        super().__init__(obj=person, data=None)
        self.person = person
        self.department.choices = indented_departments()
        if person and not self.is_submitted():
            self.department.data, self.roles.data = person.department_id, [r.value for r in person.roles]
        if person:
            del self.username

    def validate_username(self, field: StringField) -> None:
        if Person.get_or_none(Person.username == field.data):
            raise ValidationError(f"账号 {field.data} 已被使用，请换一个。")

    def validate_roles(self, field: RolesField) -> None:
        # 等保: configuring, reviewing and reading the log are never in one hand
        held = set(field.data or ())
        apart = {Role.ADMIN.value, Role.AUDITOR.value}
        if apart <= held or (held & apart and Role.HEAD.value in held):
            raise ValidationError("管理员、审计员、部门负责人不能由同一个账号兼任。")


class DepartmentForm(FlaskForm):
    name = StringField("部门名称", [InputRequired("请填写部门名称。"), Length(max=64)], filters=[trimmed])
    parent = SelectField("上级部门", coerce=int)
    version = VersionField()

    def __init__(self, department: Department | None = None):
        super().__init__(obj=department)
        self.department = department
        below = department.path if department else None
        paths = {d.id: d.path for d in department_tree()}
        self.parent.choices = [SelectChoice(0, "（没有上级）")] + [
            choice
            for choice in indented_departments()
            if not below or not paths[choice.value].startswith(below)
        ]
        if department and not self.is_submitted():
            self.parent.data = department.parent_id or 0

    def validate_name(self, field: StringField) -> None:
        found = Department.get_or_none(Department.name == field.data)
        if found and found.id != (self.department.id if self.department else None):
            raise ValidationError(f"部门「{field.data}」已存在。")
