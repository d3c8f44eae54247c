"""「发起变更」: the page that asks for the reason, and the next version made from what was approved (O6)."""

from uuid import UUID, uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request
from wtforms import Form, HiddenField

from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.errors import DomainError, NotAllowed
from intranet_crm.intake import adoption, editions, queries
from intranet_crm.intake.collection_tasks import warning_about
from intranet_crm.intake.models import IntakeForm
from intranet_crm.reference.form_fields import ProseField

bp = Blueprint("editions", __name__)


class AmendForm(Form):
    key = HiddenField()  # made by the page, so that a double submit makes one version
    reason = ProseField("变更说明", longest=editions.LONGEST_REASON)


@bp.get("/intake/<int:form_id>/versions/new")
@requires(P.COLLECT)
def new(form_id: int):
    return _page(_found(form_id), AmendForm(data={"key": str(uuid4())}))


@bp.post("/intake/<int:form_id>/versions")
@requires(P.COLLECT)
def create(form_id: int):
    form, posted = _found(form_id), AmendForm(request.form)
    if not posted.validate():
        return _page(form, posted), 422
    try:
        made = editions.amend(form.id, key=_key(posted.key.data), reason=posted.reason.data or "", by=me())
    except NotAllowed:
        raise
    except DomainError as refusal:
        if not editions.obstacle_to(form):
            posted.reason.errors = [str(refusal)]
        return _page(form, posted), refusal.status
    flash(f"已建立{made.edition_words}，内容取自已通过的{form.edition_words}，请修改后提交自查。", "success")
    return redirect(f"/intake/{made.id}", 303)


@bp.post("/intake/<int:form_id>/adoption")
@requires(P.COLLECT)
def adopt(form_id: int):
    """Finish the version that a colleague who left began."""
    form = IntakeForm.get_or_none(IntakeForm.id == form_id) or abort(404)
    if not adoption.may_adopt(form, me()) and queries.find_form(me(), form_id) is None:
        abort(404)
    form = adoption.adopt(form.id, by=me())
    flash(f"{form.edition_words}已由你接手，请核对内容后提交自查。", "success")
    return redirect(f"/intake/{form.id}", 303)


def _key(text: str | None) -> str:
    """400 for a key that no page of ours gave."""
    try:
        return str(UUID(text or ""))
    except ValueError:
        abort(400)


def _found(form_id: int) -> IntakeForm:
    """A form the person may read, or whose customer the person edits; 403 for readers who may not amend."""
    form = queries.find_form(me(), form_id)
    if form is None:
        form = IntakeForm.get_or_none(IntakeForm.id == form_id) or abort(404)
        if not editions.may_amend(form, me()):
            abort(404)
    if not editions.may_amend(form, me()):
        raise NotAllowed(editions.ONLY)
    return form


def _page(form: IntakeForm, posted: AmendForm) -> str:
    obstacle = editions.obstacle_to(form)
    other = obstacle.other if obstacle else None
    return render_template(
        "intake/amend.html",
        form=form,
        posted=posted,
        obstacle=obstacle,
        reachable=queries.find_form(me(), other.id) if other else None,
        adoptable=other if other and adoption.may_adopt(other, me()) else None,
        warning=warning_about(form.customer_id, form.customer_name, but=form.id),
    )
