"""From the list to a batch: what is asked for, what it would change, and beginning it (G2)."""

import secrets
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, request, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.batches.models import Batch
from intranet_crm.batches.operations import Operation, operation_of
from intranet_crm.customers import bulk, filter_words
from intranet_crm.customers.bulk_forms import BulkForm
from intranet_crm.customers.filters import Filters
from intranet_crm.customers.list_forms import MOST_CHOSEN, FilterForm
from intranet_crm.errors import DomainError, NotAllowed

bp = Blueprint("bulk", __name__, url_prefix="/customers/bulk")

OWN = ("operation", "value", "new_tag", "key", "csrf_token", "after")
ROWS = 50


def _operation() -> Operation:
    kind = request.args.get("operation", "")
    if kind not in bulk.KINDS:
        abort(404)
    operation = operation_of(kind)
    if not me().may(operation.permission):
        raise NotAllowed("你没有做这项批量操作的权限。")
    return operation


def _filters() -> Filters:
    """The ticked customers, or the whole result when none is ticked."""
    if len(set(request.args.getlist("chosen"))) > MOST_CHOSEN:
        raise DomainError(f"一次最多勾选 {MOST_CHOSEN} 家；更多的请先筛选出来，再对全部结果操作。")
    filters = FilterForm(request.args, me()).filters()
    return Filters(chosen=filters.chosen) if filters.chosen else filters


@bp.get("")
@requires(P.TAG_IN_BULK, P.REASSIGN, P.EDIT_CUSTOMERS)
def preview():
    operation = _operation()
    return _shown(operation, BulkForm(operation.kind, me(), request.args))


@bp.get("/skipped")
@requires(P.TAG_IN_BULK, P.REASSIGN, P.EDIT_CUSTOMERS)
def skipped():
    """A page of the customers that would be left alone, with the reason: in the preview or by itself."""
    operation = _operation()
    form = BulkForm(operation.kind, me(), request.args)
    draft = bulk.draft(operation.kind, _filters(), form.payload() or abort(404), me())
    found = operation.skipped(draft, after=request.args.get("after", 0, whole_number), most=ROWS)
    page = found[:ROWS]
    asked = request.args.to_dict(flat=False)
    more = asked | {"after": page[-1][0]} if len(found) > ROWS else None
    return render_template(
        f"customers/lists/{'_skipped' if htmx.is_request() else 'skipped'}.html",
        operation=operation,
        names=operation.names(me(), [key for key, _ in page]),
        remarks=[(key, operation.reasons[reason]) for key, reason in page],
        next_url=more and url_for(".skipped", **more),
        back=url_for(".preview", **{name: value for name, value in asked.items() if name != "after"}),
    )


@bp.post("")
@requires(P.TAG_IN_BULK, P.REASSIGN, P.EDIT_CUSTOMERS)
def begin():
    operation, filters = _operation(), _filters()
    form = BulkForm(operation.kind, me(), request.form)
    try:
        payload = form.payload(by=me()) if form.validate() else None
        if payload is None:
            form.value.errors = form.value.errors or [f"请选择{form.value.label.text}。"]
            return _shown(operation, form), 422
        batch = Batch.ask(
            operation.kind,
            filters.as_json(),
            payload,
            scope=filter_words.scope(filters),
            key=(form.key.data or secrets.token_hex(16))[:64],
            by=me(),
        )
    except NotAllowed:
        raise
    except DomainError as error:
        form.value.errors = [str(error)]
        return _shown(operation, form), 422
    return redirect(url_for("batches.show", key=batch.id), 303)


def _shown(operation: Operation, form: BulkForm) -> str:
    filters = _filters()
    kept = [(name, value) for name, value in request.args.items(multi=True) if value and name not in OWN]
    counts = _counts(operation, filters, form)
    form.key.data = secrets.token_hex(16)
    return render_template(
        "customers/lists/bulk.html",
        operation=operation,
        form=form,
        counts=counts,
        sentence=filter_words.sentence(filters, sum(counts.values())) if counts else "",
        scope=filter_words.scope(filters),
        kept=kept,
        back=url_for("customers.index") + "?" + urlencode([pair for pair in kept if pair[0] != "chosen"]),
        here=request.full_path,
        skipped=url_for(".skipped") + "?" + request.query_string.decode(),
    )


def _counts(operation: Operation, filters: Filters, form: BulkForm) -> dict[str, Any] | None:
    """How many customers for each reason; None as long as it is not said what to do."""
    if form.errors:
        return None
    try:
        payload = form.payload()
    except DomainError as error:
        form.value.errors = [str(error)]
        return None
    return (
        operation.counted(bulk.draft(operation.kind, filters, payload, me())) if payload is not None else None
    )
