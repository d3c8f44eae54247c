"""Sign-in and one's own password."""

from flask import request
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from intranet_crm.accounts import passwords
from intranet_crm.accounts.models import Person, SignInFailure
from intranet_crm.accounts.rules import password_fault


class SignInForm(FlaskForm):
    username = StringField(
        "账号",
        [InputRequired("请填写账号。"), Length(max=64, message="账号最多 64 个字符。")],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        "口令",
        [InputRequired("请填写口令。"), Length(max=128, message="口令最多 128 个字符。")],
        render_kw={"autocomplete": "current-password"},
    )


def confirm_password(person: Person, typed: str, wrong: str) -> None:
    """Raises ValidationError unless it is the person's own: an open screen is no place to try others."""
    account, address = f"confirm:{person.id}", request.remote_addr or ""
    if SignInFailure.locked_until(account, address):
        raise ValidationError("登录口令多次不对，请 15 分钟后再试。")
    if not passwords.fits(typed, person.password_hash):
        SignInFailure.note(account, address)
        raise ValidationError(wrong)


class PasswordForm(FlaskForm):
    current = PasswordField(
        "当前口令", [InputRequired("请填写当前口令。")], render_kw={"autocomplete": "current-password"}
    )
    new = PasswordField(
        "新口令", [InputRequired("请填写新口令。")], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(
        "再次输入新口令", [InputRequired("请再次输入新口令。")], render_kw={"autocomplete": "new-password"}
    )

    def __init__(self, person: Person):
        super().__init__()
        self.person = person

    def validate_current(self, field: PasswordField) -> None:
        confirm_password(self.person, field.data, "当前口令不正确。")

    def validate_new(self, field: PasswordField) -> None:
        fault = password_fault(field.data, self.person.username)
        if fault:
            raise ValidationError(fault)
        if field.data == self.current.data:
            raise ValidationError("新口令不能与当前口令相同。")

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self.new.data:
            raise ValidationError("两次输入的新口令不一致。")
