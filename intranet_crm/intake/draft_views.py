"""The form page while it is being filled: new, edit, autosave, self-check, attachments."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request

from intranet_crm import clock, htmx
from intranet_crm.accounts.access import me, not_activity, requires
from intranet_crm.accounts.models import Department
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import find_customer
from intranet_crm.errors import DomainError, StaleVersion
from intranet_crm.files.attachments import find_attachment
from intranet_crm.files.rules import UnfitFile
from intranet_crm.intake import attached, drafts, rules
from intranet_crm.intake.collection_tasks import warning_about
from intranet_crm.intake.draft_conflict import conflict_of
from intranet_crm.intake.fields import FIELDS, Values
from intranet_crm.intake.form_page import FormPage
from intranet_crm.intake.forms import FEWEST_PEOPLE, read_answers, read_values
from intranet_crm.intake.layout import LAYOUT
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.prefill import values_of, values_of_nobody
from intranet_crm.intake.queries import find_own_form
from intranet_crm.intake.submissions import last_check

bp = Blueprint("intake", __name__)
MOST_PEOPLE = 50  # rows of the 决策链 that an address may ask for


@bp.get("/intake/new")
@requires(P.COLLECT)
def new():
    customer = _customer(request.args.get("customer", type=whole_number))
    values = values_of(customer, me(), clock.today()) if customer else values_of_nobody(me(), clock.today())
    notes = filter(None, [warning_about(customer.id, customer.name)]) if customer else ()
    return _page(FormPage(values, me(), me().department, key=str(uuid4()), notes=list(notes)))


@bp.get("/intake/<int:form_id>/edit")
@requires(P.COLLECT)
def edit(form_id: int):
    return show_form(_own(form_id))


def show_form(form: IntakeForm) -> Response | str:
    """The form of its collector, or its reading page when it cannot be edited any more."""
    if form.state not in rules.EDITABLE:
        return redirect(f"/intake/{form.id}")
    return _page(_page_of(form, form.values))


@bp.post("/intake")
@requires(P.COLLECT)
def create():
    return _button(_by_key())


@bp.post("/intake/<int:form_id>")
@requires(P.COLLECT)
def update(form_id: int):
    return _button(_own(form_id))


@bp.post("/intake/draft")
@requires(P.COLLECT)
@not_activity
def autosave_new():
    return _autosave(_by_key())


@bp.post("/intake/<int:form_id>/draft")
@requires(P.COLLECT)
@not_activity
def autosave(form_id: int):
    return _autosave(_own(form_id))


@bp.post("/intake/parts/<part>")
@requires(P.COLLECT)
def part(part: str):
    """A section or a cell again, from what is typed; nothing is saved."""
    page = _typed_page(_posted_form())
    if request.form.get("intent") == "add_person":
        page.rows = max(FEWEST_PEOPLE, len(_people_posted())) + 1
    if part in LAYOUT:
        return render_template("intake/_section.html", page=page, section=part)
    shape, _, key = part.partition("-")
    if shape not in ("cell", "under") or key not in FIELDS:
        abort(404)
    return render_template(f"intake/_{shape}.html", page=page, cell=page.cell(key))


@bp.post("/intake/attachments")
@requires(P.COLLECT)
def attach():
    """Add files to the draft, which is made if this is its first trace; what is typed is kept as well."""
    form, _ = _save(_posted_form(), stays=True)
    error = ""
    try:
        attached.add(form, request.files.getlist("uploads"), by=me())
    except UnfitFile as refused:
        error = str(refused)
    response = make_response(_files_of(form, error), 422 if error else 200)
    return htmx.replace_address(response, f"/intake/{form.id}")


@bp.post("/intake/<int:form_id>/attachments/<int:attachment_id>/removal")
@requires(P.COLLECT)
def remove_attachment(form_id: int, attachment_id: int):
    form = _own(form_id)
    found = find_attachment(attached.SUBJECT, form.id, attachment_id) or abort(404)
    form, _ = _save(form, stays=htmx.is_request())
    attached.take_off(form, found, by=me())
    if not htmx.is_request():
        return redirect(f"/intake/{form.id}/edit#attachments", 303)
    return _files_of(form)


def _files_of(form: IntakeForm, error: str = "") -> str:
    found = attached.attached_to(form)
    return render_template(
        "intake/_attachments.html", attachments=found, form=form, error=error
    ) + _saved_words(form)


# --- who and what ----------------------------------------------------------------------------------


def _customer(key: int | None) -> Customer | None:
    """The existing customer that the form is about; its contact details, which the form shows, in reach."""
    return (find_customer(me(), key, P.SEE_CONTACTS) or abort(404)) if key else None


def _own(form_id: int) -> IntakeForm:
    return find_own_form(me(), form_id) or abort(404)


def _by_key() -> IntakeForm | None:
    """The draft that this empty page has made already; 400 for a key that no page of ours gave."""
    try:
        key = str(UUID(request.form.get("key", "")))
    except ValueError:
        abort(400)
    found = IntakeForm.get_or_none(IntakeForm.key == key)
    return _own(found.id) if found else None


def _posted_form() -> IntakeForm | None:
    form_id = request.form.get("form_id", type=whole_number)
    return _own(form_id) if form_id else _by_key()


def _department() -> Department:
    """The 牵头部门 that was chosen among the person's own and those above; else the person's own."""
    chosen = request.form.get("department", type=int)
    allowed = me().department.upward_ids()
    return Department.get_by_id(chosen) if chosen in allowed else me().department


def _typed(form: IntakeForm | None) -> tuple[Values, list[str]]:
    customer = _customer(request.form.get("customer_id", type=whole_number)) if form is None else None
    stored = form.values if form else {"customer_id": customer.id} if customer else {}
    return read_values(request.form, stored)


def _page_of(form: IntakeForm, values: Values, **given: Any) -> FormPage:
    last = last_check(form)
    given = {
        "checked": last is not None and not last.passed,
        "version": form.version,
        "key": str(uuid4()),
    } | given
    return FormPage(values, me(), form.department, form, **given)


def _typed_page(form: IntakeForm | None) -> FormPage:
    values, notes = _typed(form)
    checked = request.form.get("checked") == "1"
    version = request.form.get("version", 0, type=int)
    return FormPage(
        values | {"collector": me().name, "department": _department().name},
        me(),
        _department(),
        form,
        key=request.form.get("key", ""),
        version=version,
        checked=checked,
        notes=notes,
        answers=read_answers(request.form),
    )


def _people_posted() -> list[str]:
    return [name for name in request.form if name.startswith("decision_chain-") and name.endswith("-name")]


# --- saving ----------------------------------------------------------------------------------------


def _save(form: IntakeForm | None, *, stays: bool, seen: int | None = -1) -> tuple[IntakeForm, list[str]]:
    values, notes = _typed(form)
    seen = request.form.get("version", 0, type=int) if seen == -1 else seen
    key = request.form.get("key", "")
    given = {"by": me(), "seen": seen, "stays": stays, "department": _department()}
    if form is None:
        customer = _customer(values.get("customer_id"))
        return drafts.open_once(key, values, customer=customer, **given), notes
    return drafts.save(form.id, values, page=key, answers=read_answers(request.form), **given), notes


def _autosave(form: IntakeForm | None) -> Response:
    try:
        saved, notes = _save(form, stays=True)
    except StaleVersion:
        return make_response(_conflict_words(form or _by_key()), 409)
    except DomainError as refused:
        return make_response(render_template("intake/_not_saved.html", sentence=str(refused)), refused.status)
    return _saved(saved, notes)


def _saved(form: IntakeForm, notes: list[str]) -> Response:
    """The empty page, too, stands from now on where its draft can be found again."""
    return htmx.replace_address(make_response(_saved_words(form, notes)), f"/intake/{form.id}")


def _saved_words(form: IntakeForm, notes: list[str] = ()) -> str:
    at = f"{clock.local(clock.now()):%H:%M:%S}"
    return render_template("intake/_saved.html", form=form, at=at, notes=notes)


def _conflict_words(form: IntakeForm) -> str:
    return render_template("intake/_conflict.html", conflict=_conflict(form), form=form, out_of_band=True)


def _conflict(form: IntakeForm) -> dict[str, Any]:
    values, _ = _typed(IntakeForm.get_by_id(form.id))
    return conflict_of(form, values | {"department": _department().name}, read_answers(request.form))


def _button(form: IntakeForm | None) -> Response | tuple[str, int]:
    """The plain buttons of the page, told apart by ``intent``."""
    intent = request.form.get("intent", "save")
    stays = htmx.is_request()
    try:
        saved, notes = _save(form, stays=stays, seen=None if intent == "overwrite" else -1)
    except StaleVersion:
        page = _typed_page(form := form or _by_key())
        page.conflict, page.key = _conflict(form), str(uuid4())
        return _page(page), 409
    _attach_plainly(saved)
    if stays:
        return _saved(saved, notes)
    for note in notes:
        flash(note, "warning")
    if finding_id := request.form.get("replace"):
        drafts.replace_words(saved.id, finding_id, by=me())
        return redirect(f"/intake/{saved.id}/edit", 303)
    return _self_check(saved) if intent == "self_check" else _back_to_form(saved, intent)


def _attach_plainly(form: IntakeForm) -> None:
    """Files chosen on a page without script come with the button."""
    try:
        attached.add(form, request.files.getlist("uploads"), by=me())
    except UnfitFile as refused:
        flash(str(refused), "error")


def _back_to_form(form: IntakeForm, intent: str) -> Response:
    if intent == "add_person":
        return redirect(f"/intake/{form.id}/edit?rows={len(_people_posted()) + 1}#decision_chain", 303)
    flash("已保存。", "success")
    return redirect(f"/intake/{form.id}", 303)


def _self_check(form: IntakeForm) -> Response:
    """The findings are kept with the form, so that its page shows them, now and after a reload."""
    if form.state != "self_checked":  # else it was pressed twice, and has passed already
        result, _ = drafts.check(form.id, by=me())
        if result.passed:
            flash("自查通过，可以提交审核。", "success")
    return redirect(f"/intake/{form.id}", 303)


def _page(page: FormPage) -> str:
    page.rows = page.rows or min(request.args.get("rows", 0, whole_number), MOST_PEOPLE)
    return render_template(
        "intake/form.html", page=page, form=page.form, attachments=attached.attached_to(page.form)
    )
