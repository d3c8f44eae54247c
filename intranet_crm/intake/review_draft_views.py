"""Keeping what is written on the review desk while it is written."""

from flask import Blueprint, abort, request

from intranet_crm.accounts.access import me, not_activity, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.intake.review_drafts import ReviewDraft
from intranet_crm.intake.review_queries import find_reviewable

bp = Blueprint("review_drafts", __name__)
DECIDED = ("returned", "approved", "rejected", "entered", "archived")


@bp.post("/reviews/<int:form_id>/draft")
@requires(P.REVIEW)
@not_activity
def keep(form_id: int):
    form = find_reviewable(me(), form_id) or abort(404)
    if form.state not in DECIDED:  # a last word may still be on its way when the verdict has been given
        ReviewDraft.keep(form, me(), request.form)
    return "", 204
