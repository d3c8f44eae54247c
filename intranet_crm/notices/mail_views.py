"""The panel of one's account: e-mail address, and what to be told by e-mail."""

from flask import Blueprint, flash, redirect, render_template, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, signed_in
from intranet_crm.errors import StaleVersion
from intranet_crm.notices import channels
from intranet_crm.notices.forms import MailForm
from intranet_crm.notices.messages import Message
from intranet_crm.notices.models import MailChoice

bp = Blueprint("mail", __name__)


@bp.route("/account/mail", methods=["GET", "POST"])
@signed_in
def choice():
    form, saved = MailForm(me()), False
    if form.validate_on_submit():
        try:
            MailChoice.choose(me(), form.chosen(), email=form.email.data, seen=form.version.data)
        except StaleVersion:
            form.email.errors = ["你的资料刚在别处改过，这里还没有保存。请核对后再保存一次。"]
            form.version.data, form.version.raw_data = me().version, None
        else:
            if not htmx.is_request():
                flash("邮件通知已保存。", "success")
                return redirect(url_for("accounts.account"), 303)
            form, saved = MailForm(me(), formdata=None), True
    template = "notices/_mail.html" if htmx.is_request() else "notices/mail.html"
    status = 422 if form.errors else 200
    last = Message.last_to(me())
    return render_template(template, form=form, saved=saved, last=last, is_open=channels.mail), status
