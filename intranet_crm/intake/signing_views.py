"""The collector's electronic signature under a submitted form."""

from flask import Blueprint, abort, flash, redirect, render_template, request

from intranet_crm.accounts.access import me, not_activity, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.intake import queries, signing
from intranet_crm.intake.models import IntakeForm
from intranet_crm.signatures.forms import SignForm
from intranet_crm.signatures.models import WrongPassword

bp = Blueprint("signing", __name__)


@bp.route("/intake/<int:form_id>/signature", methods=["GET", "POST"])
@requires(P.COLLECT)
def sign(form_id: int):
    form, asked = _found(form_id), SignForm()
    if asked.validate_on_submit():
        try:
            signing.sign_as_collector(
                form_id, password=asked.password.data, address=request.remote_addr or "", by=me()
            )
        except WrongPassword as wrong:
            asked.password.errors = [str(wrong)]
        else:
            flash("已签署，等待复核。", "success")
            return redirect(f"/intake/{form_id}", 303)
    standing = signing.standing(form, me()) or abort(404)
    page = render_template("intake/signing.html", form=form, asked=asked, standing=standing)
    return page, 422 if asked.errors else 200


@bp.get("/intake/<int:form_id>/signing")
@requires(P.COLLECT)
@not_activity
def panel(form_id: int):
    """The panel again while the document is being made."""
    form = _found(form_id)
    standing = signing.standing(form, me()) or abort(404)
    return render_template("intake/_signing.html", form=form, standing=standing, asked=SignForm())


def _found(form_id: int) -> IntakeForm:
    return queries.find_form(me(), form_id) or abort(404)
