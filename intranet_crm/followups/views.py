"""The list of follow-ups, one of them, and correcting it; adding stands in ``panel.py``."""

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.customers.contact_queries import contact_cards
from intranet_crm.customers.queries import as_it_is, may_edit, sees_contacts, shown_texts
from intranet_crm.errors import NotAllowed, StaleVersion
from intranet_crm.files import attachments
from intranet_crm.followups import lateness_views, panel, queries, visit_views
from intranet_crm.followups.forms import FollowUpFilter, FollowUpForm
from intranet_crm.followups.models import FollowUp
from intranet_crm.needs.queries import inferred_from
from intranet_crm.reference.choices import FEEDBACKS

bp = Blueprint("followups", __name__)
blueprints = [bp, panel.bp, visit_views.bp, lateness_views.bp]


def _place(row: FollowUp) -> str:
    """Where a row stands in the list, as an address names it."""
    return f"{row.happened_at.isoformat()}_{row.id}"


def _after(text: str | None) -> tuple[datetime, int] | None:
    try:
        moment, _, key = (text or "").partition("_")
        return datetime.fromisoformat(moment).replace(tzinfo=None), whole_number(key)
    except ValueError:
        return None


@bp.get("/followups")
@requires(P.SEE_CUSTOMERS)
def index():
    form = FollowUpFilter(request.args)
    form.person.offer(queries.filterable(me()), empty="全部")
    wanted = form.wanted()
    found = queries.list_page(me(), **wanted, after=_after(request.args.get("after")))
    page = found[: queries.PAGE]
    kept = {name: value for name, value in request.args.items() if name != "after"}
    next_url = url_for(".index", **kept, after=_place(page[-1])) if len(found) > queries.PAGE else None
    may_add = me().may(P.EDIT_CUSTOMERS)
    template = "followups/_list.html" if htmx.is_request() else "followups/index.html"
    return render_template(
        template, form=form, page=page, next_url=next_url, filtered=bool(wanted), may_add=may_add
    )


def _found(key: int) -> FollowUp:
    return queries.find_followup(me(), key) or abort(404)


def _may_correct(found: FollowUp) -> bool:
    """Its author, who sees it whole: what comes masked must not be saved."""
    customer = found.customer
    return found.is_author(me()) and may_edit(me(), customer) and sees_contacts(me(), customer)


@bp.get("/followups/<int:key>")
@requires(P.SEE_CUSTOMERS)
def show(key: int):
    found = _found(key)
    shown = shown_texts(me(), [found.customer_id])[found.customer_id]
    in_full = shown is as_it_is
    chosen = {row.contact_id for row in found.contact_rows}
    return render_template(
        "followups/show.html",
        followup=found,
        contacts=[card for card in contact_cards(found.customer, in_full) if card.id in chosen],
        steps=queries.steps_of(found, shown),
        feedbacks=FEEDBACKS,
        files=attachments.attachments_of("followup", [found.id])[found.id],
        may_open=in_full,
        may_edit=_may_correct(found),
        may_infer=may_edit(me(), found.customer),
        inferred=inferred_from(found.id),
    )


@bp.route("/followups/<int:key>/edit", methods=["GET", "POST"])
@requires(P.EDIT_CUSTOMERS)
def edit(key: int):
    found = _found(key)
    if not _may_correct(found):
        abort(403)
    people = queries.choosable(
        me(), found.person, found.owner, *(step.person for step in queries.steps_of(found))
    )
    named = {row.contact_id for row in found.contact_rows}
    cards = [card for card in contact_cards(found.customer, True) if card.is_here or card.id in named]
    form = FollowUpForm(me(), people, cards, saved=found)
    if "add_step" in request.form:
        form.add_row()
        return _edit_page(form, found)
    if not form.validate_on_submit():
        return _edit_page(form, found), 422 if form.is_submitted() else 200
    try:
        found.revise(seen=form.version.data, by=me(), **form.facts(), **form.parts())
    except StaleVersion:
        return _edit_page(form, _found(key), changed=True), 409
    flash("跟进已保存。", "success")
    return redirect(url_for(".show", key=key), 303)


def _edit_page(form: FollowUpForm, found: FollowUp, changed: bool = False) -> str:
    differences = form.differences(found) if changed else None
    return render_template("followups/edit.html", form=form, followup=found, differences=differences)


@bp.get("/followups/<int:key>/attachments/<int:file_id>")
@requires(P.SEE_CUSTOMERS)
def attachment(key: int, file_id: int):
    followup = _found(key)
    found = attachments.find_attachment("followup", followup.id, file_id) or abort(404)
    if not sees_contacts(me(), followup.customer):  # a card shows what the page masks (C3)
        raise NotAllowed("附件里可能有联系方式，下载需要「查看完整联系方式」权限。")
    return attachments.send_attachment(found, me())


@bp.post("/followups/<int:key>/attachments/<int:file_id>/removal")
@requires(P.EDIT_CUSTOMERS)
def remove_attachment(key: int, file_id: int):
    if not may_edit(me(), _found(key).customer):
        abort(403)
    attachments.remove(attachments.find_attachment("followup", key, file_id) or abort(404), me())
    flash("附件已移除。", "success")
    return redirect(url_for(".show", key=key), 303)
