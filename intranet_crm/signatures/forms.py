"""Choosing a signing password, signing, calling a certificate back, and how a department signs."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, ValidationError

from intranet_crm.accounts.forms import confirm_password
from intranet_crm.accounts.models import Person
from intranet_crm.reference.form_fields import radios
from intranet_crm.reference.form_text import Required
from intranet_crm.signatures.rules import password_fault

MODES = (("electronic", "电子签署"), ("pen", "手写签字"))
UNSEEN = {"autocomplete": "new-password"}


class SignForm(FlaskForm):
    password = PasswordField("签署口令", validators=[Required()], render_kw={"autocomplete": "off"})


class CertificateForm(FlaskForm):
    """Asks for the sign-in password too: a certificate belongs to the person, not to an open screen."""

    current = PasswordField(
        "登录口令", validators=[Required()], render_kw={"autocomplete": "current-password"}
    )
    password = PasswordField("新的签署口令", validators=[Required()], render_kw=UNSEEN)
    again = PasswordField("再输一次签署口令", validators=[Required("请再输一次签署口令。")], render_kw=UNSEEN)

    def __init__(self, person: Person):
        super().__init__()
        self.person = person

    def validate_current(self, field: PasswordField) -> None:
        confirm_password(self.person, field.data, "登录口令不正确。")

    def validate_password(self, field: PasswordField) -> None:
        if fault := password_fault(field.data, self.person.username):
            raise ValidationError(fault)
        if field.data == self.current.data:
            raise ValidationError("签署口令不能和登录口令相同。")

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self.password.data:
            raise ValidationError("两次输入的签署口令不一样。")


class ModeForm(FlaskForm):
    mode = radios("签署方式", MODES, required=True)
