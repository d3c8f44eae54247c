"""The list of intake forms, one form to read, its moves and files, and the customer page's panel."""

import base64
import json
from datetime import datetime
from typing import Any

from flask import Response, abort, flash, render_template, request, url_for
from wtforms import Form

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.customers.queries import find_customer
from intranet_crm.errors import IllegalMove
from intranet_crm.files import attachments as files
from intranet_crm.files.answers import pdf_stored
from intranet_crm.intake import (
    collection_change_views,
    collection_views,
    discard_views,
    edition_views,
    editions,
    entry_views,
    escalation,
    outline_views,
    phrase_views,
    queries,
    review_batch_views,
    review_clock_views,
    review_draft_views,
    review_views,
    rules,
    sheet_views,
    signing,
    signing_views,
    submissions,
)
from intranet_crm.intake.attached import SUBJECT, attached_to
from intranet_crm.intake.blanks import PAPERS
from intranet_crm.intake.draft_views import bp, show_form
from intranet_crm.intake.drafts import stands_in
from intranet_crm.intake.fields import FIELDS, SECTIONS, is_shown
from intranet_crm.intake.findings import group_verdicts, reason_for
from intranet_crm.intake.labels import label_of
from intranet_crm.intake.models import IntakeForm, Submission
from intranet_crm.intake.review_due import review_clocks
from intranet_crm.intake.selfchecks import stored_findings
from intranet_crm.reference.form_fields import ChoiceField, DayField, options
from intranet_crm.signatures.forms import SignForm

blueprints = [
    bp,
    collection_views.bp,
    collection_change_views.bp,
    outline_views.bp,
    sheet_views.bp,
    review_views.bp,
    review_batch_views.bp,
    review_clock_views.bp,
    review_draft_views.bp,
    phrase_views.bp,
    entry_views.bp,
    edition_views.bp,
    discard_views.bp,
    signing_views.bp,
]
READERS = (P.COLLECT, P.SEE_CONTACTS, P.REVIEW)
RAIL = ("draft", "self_checked", "in_review", "approved", "entered", "archived")
DETOURS = {"returned": (0, "warning"), "withdrawn": (0, ""), "rejected": (2, "danger")}


class FilterForm(Form):
    state = ChoiceField("状态", choices=options(rules.STATES, "全部"))
    collector = ChoiceField("采集人")
    since = DayField("采集日期从")
    until = DayField("到")


@bp.get("/intake")
@requires(*READERS)
def index():
    filters = FilterForm(request.args)
    filters.collector.choices = options(queries.collectors_for(me()), "全部")
    filters.validate()
    collector = "" if filters.collector.errors else filters.collector.data
    rows = queries.list_forms(
        me(),
        state=filters.state.data if filters.state.data in rules.STATES.keys() else "",  # noqa: SIM118
        collector=int(collector) if collector else None,
        since=filters.since.data,
        until=filters.until.data,
        overdue="overdue" in request.args,
        after=_cursor(request.args.get("after")),
    )
    more = len(rows) > queries.PER_PAGE
    rows = rows[: queries.PER_PAGE]
    chosen = {key: value for key, value in request.args.items() if value and key != "after"}
    return render_template(
        "intake/_rows.html" if htmx.is_request() else "intake/list.html",
        forms=rows,
        filters=filters,
        chosen=chosen,
        overdue=queries.overdue_count(me()),
        papers=PAPERS,
        next_url=url_for("intake.index", after=_mark(rows[-1]), **chosen) if more else None,
        first_url=url_for("intake.index", **chosen) if "after" in request.args else None,
        states=rules.STATES,
    )


def _mark(form: IntakeForm) -> str:
    at = [form.updated_at.isoformat(), form.id]
    return base64.urlsafe_b64encode(json.dumps(at).encode()).decode()


def _cursor(mark: str | None) -> tuple[datetime, int] | None:
    """The place after which the list goes on; 400 for a mark that is not ours."""
    try:
        at, key = json.loads(base64.urlsafe_b64decode(mark)) if mark else (None, None)
        return (datetime.fromisoformat(at), whole_number(str(key))) if mark else None
    except (ValueError, TypeError, RecursionError):
        abort(400)


@bp.get("/intake/<int:form_id>")
@requires(*READERS)
def show(form_id: int):
    form = _readable(form_id)
    if form.collector_id == me().id and form.state in rules.EDITABLE and form.state != "self_checked":
        return show_form(form)
    checked = submissions.last_check(form)
    rounds = queries.rounds_of(form)
    values = rounds[0].values if rounds and form.state not in rules.EDITABLE else form.values
    return render_template(
        "intake/show.html",
        form=form,
        sections=_sections(values),
        rail=_rail(form),
        check=checked,
        head=submissions.find_head(form) if form.state == "self_checked" else None,
        no_reviewer=rules.NO_REVIEWER,
        verdicts=group_verdicts(stored_findings(checked), checked.reasons) if checked else [],
        remarks=[
            (each, reason_for(each, checked.reasons))
            for each in stored_findings(checked)
            if each.level != "hint"
        ]
        if checked
        else [],
        rounds=rounds,
        events=queries.events_of(form),
        attachments=attached_to(form),
        standing=signing.standing(form, me()),
        editions=queries.editions_of(me(), form),
        may_amend=editions.offers_change(form, me()),
        open_edition=editions.open_edition(form) if form.round else None,
        differences=_differences(form, rounds),
        asked=SignForm(),
        archived=form.archive_records.first() if form.round else None,
        fields=FIELDS,
        moves=rules.EVENT_WORDS,
        urging=escalation.urging(form, me()),
        clock=review_clocks([form]).get(form.id),
        may_enter=me().may(P.EDIT_CUSTOMERS),
        may_review=form.state == "in_review" and stands_in(form, me()) is not None,
        states=rules.STATES,
    )


def _differences(form: IntakeForm, rounds: list[Submission]) -> list[dict[str, str]]:
    """What a later version changes: as frozen, or as it would be frozen now."""
    if form.amends_id is None or form.is_destroyed:
        return []
    if rounds and form.state not in rules.EDITABLE:
        return json.loads(rounds[0].snapshot)["edition"]["changes"]
    return [] if form.amends.is_destroyed else editions.as_rows(editions.differences(form, form.values))


def _readable(form_id: int) -> IntakeForm:
    return queries.find_form(me(), form_id) or abort(404)


def _sections(values: dict) -> list[tuple[Any, list[tuple[Any, str]], list[str]]]:
    """Each section with what is filled, and the labels of what is not."""
    found = []
    for section in SECTIONS:
        rows = [(field, label_of(field, values)) for field in section.fields if is_shown(field, values)]
        blanks = [field.label for field, words in rows if not words]
        if rows:
            found.append((section, [row for row in rows if row[1]], blanks))
    return found


def _rail(form: IntakeForm) -> tuple[list[dict[str, str]], int]:
    """The states of the straight way, with the one that left it in its place."""
    steps = [{"label": rules.STATES.label(key)} for key in RAIL]
    if form.state not in DETOURS:
        place = RAIL.index(form.state)
        return steps, len(RAIL) if form.state == RAIL[-1] else place
    place, tone = DETOURS[form.state]
    steps[place] = {"label": rules.STATES.label(form.state), "tone": tone}
    return steps, place


@bp.post("/intake/<int:form_id>/submission")
@requires(P.COLLECT)
def submit(form_id: int):
    form = _readable(form_id)
    submission = submissions.submit(form.id, by=me(), seen=request.form.get("version", type=int))
    flash(f"已提交审核，等待 {submission.form.reviewer.name} 复核。", "success")
    return htmx.go_to(f"/intake/{form.id}")


@bp.post("/intake/<int:form_id>/urge")
@requires(P.COLLECT)
def urge(form_id: int):
    form = _readable(form_id)
    try:
        escalation.urge(form.id, by=me())
    except IllegalMove as refusal:  # urged today, or decided meanwhile: the page shows what is so
        flash(str(refusal), "warning")
    else:
        flash(f"已催办，{form.reviewer.name} 会收到通知。", "success")
    return htmx.go_to(f"/intake/{form.id}")


@bp.post("/intake/<int:form_id>/withdrawal")
@requires(P.COLLECT)
def withdraw(form_id: int):
    form = _readable(form_id)
    try:
        submissions.withdraw(form.id, by=me())
    except IllegalMove as refusal:  # the head was faster
        flash(str(refusal), "warning")
    else:
        flash("已撤回，修改后可以重新提交。", "success")
    return htmx.go_to(f"/intake/{form.id}")


@bp.get("/intake/<int:form_id>/submissions/<int:number>/document.pdf")
@requires(*READERS)
def document(form_id: int, number: int) -> Response:
    """The PDF made of one submission, byte for byte."""
    form = _readable(form_id)
    found = Submission.get_or_none(Submission.form == form.id, Submission.round == number) or abort(404)
    if found.document is None:
        abort(404)
    return pdf_stored(found.paper, f"{form.number}-{number}.pdf")


@bp.get("/customers/<int:customer_id>/intake")
@requires(P.SEE_CUSTOMERS)
def of_customer(customer_id: int):
    """The forms a customer came from; what the person may not read is named without a link."""
    customer = find_customer(me(), customer_id) or abort(404)
    forms = queries.forms_about(me(), customer)
    readable = {
        key
        for (key,) in queries.visible_forms(me())
        .select(IntakeForm.id)
        .where(IntakeForm.customer == customer.id)
        .tuples()
    }
    page = "intake/_customer_panel.html" if htmx.is_request() else "intake/customer.html"
    return render_template(
        page,
        customer=customer,
        forms=forms,
        readable=readable,
        may_collect=me().may(P.COLLECT),
        states=rules.STATES,
    )


@bp.get("/intake/<int:form_id>/attachments/<int:attachment_id>")
@requires(*READERS)
def attachment(form_id: int, attachment_id: int) -> Response:
    form = _readable(form_id)
    found = files.find_attachment(SUBJECT, form.id, attachment_id) or abort(404)
    return files.send_attachment(found, me())
