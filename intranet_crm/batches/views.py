"""The ledger of everything done to many rows: who, when, what, how many, and the way back."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intranet_crm.accounts.access import me, not_activity, requires
from intranet_crm.addresses import whole_number
from intranet_crm.batches import queries
from intranet_crm.batches.models import Batch, skipped_rows
from intranet_crm.batches.queries import BULK
from intranet_crm.batches.rules import share_done

bp = Blueprint("batches", __name__, url_prefix="/batches")
blueprints = [bp]

ROWS = 50


def _found(key: int) -> Batch:
    return queries.find_batch(me(), key) or abort(404)


@bp.get("")
@requires(*BULK)
def index():
    place = Batch.get_or_none(Batch.id == request.args.get("after", 0, whole_number))
    found = queries.ledger_page(me(), (place.created_at, place.id) if place else None)
    page = found[: queries.PAGE]
    more = url_for(".index", after=page[-1].id) if len(found) > queries.PAGE else None
    undone = queries.undone_by([batch.id for batch in page])
    return render_template("batches/index.html", page=page, undone=undone, next_url=more)


@bp.get("/<int:key>")
@requires(*BULK)
def show(key: int):
    batch = _found(key)
    rows = skipped_rows(batch, request.args.get("after", 0, whole_number), ROWS) if batch.finished_at else []
    page = rows[:ROWS]
    return render_template(
        "batches/show.html",
        rows=page,
        names=batch.operation.names(me(), [row.subject_id for row in page]) if page else {},
        next_url=url_for(".show", key=key, after=page[-1].subject_id) if len(rows) > ROWS else None,
        **_state(batch),
    )


@bp.get("/<int:key>/progress")
@requires(*BULK)
@not_activity
def progress(key: int):
    """The state again, while it runs; once it has ended the whole page, with its outcome."""
    batch = _found(key)
    answer = render_template("batches/_progress.html", **_state(batch))
    return (answer, {"HX-Refresh": "true"}) if batch.finished_at else answer


def _state(batch: Batch) -> dict:
    return {
        "batch": batch,
        "share": share_done(batch.done, batch.total),
        "undone": queries.undone_by([batch.id]).get(batch.id),
        "reasons": [
            (batch.operation.reasons[reason], number) for reason, number in sorted(batch.reasons.items())
        ],
        "may_undo": me().may(batch.operation.permission),
    }


@bp.post("/<int:key>/undo")
@requires(*BULK)
def undo(key: int):
    back = _found(key).undo(by=me())
    return redirect(url_for(".show", key=back.id), 303)


@bp.post("/<int:key>/resumption")
@requires(*BULK)
def resume(key: int):
    _found(key).go_on(by=me())
    flash("已继续。", "success")
    return redirect(url_for(".show", key=key), 303)
