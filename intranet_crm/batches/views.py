"""The ledger of everything done to many rows: who, when, what, how many, and the way back."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intranet_crm import clock
from intranet_crm.accounts.access import me, not_activity, requires
from intranet_crm.addresses import whole_number
from intranet_crm.batches import queries
from intranet_crm.batches.forms import LedgerForm
from intranet_crm.batches.models import Batch, rows_page
from intranet_crm.batches.queries import BULK
from intranet_crm.batches.rules import CHANGED, SKIPPED, left_words, rest_words

bp = Blueprint("batches", __name__, url_prefix="/batches")
blueprints = [bp]

ROWS = 50


def _found(key: int) -> Batch:
    return queries.find_batch(me(), key) or abort(404)


@bp.get("")
@requires(*BULK)
def index():
    form = LedgerForm(request.args, me())
    asked = form.asked()
    place = Batch.get_or_none(Batch.id == request.args.get("after", 0, whole_number))
    found = queries.ledger_page(me(), **asked, after=(place.created_at, place.id) if place else None)
    page = found[: queries.PAGE]
    return render_template(
        "batches/index.html",
        form=form,
        page=page,
        filtered=bool(asked),
        undone=queries.undone_by([batch.id for batch in page]),
        next_url=url_for(".index", **asked, after=page[-1].id) if len(found) > queries.PAGE else None,
    )


@bp.get("/<int:key>")
@requires(*BULK)
def show(key: int):
    batch = _found(key)
    return render_template(
        "batches/show.html", **_state(batch), **(_rows(batch) if batch.finished_at else {})
    )


def _rows(batch: Batch) -> dict:
    """A page of its rows: the skipped ones when there are any, or those it changed."""
    wanted = request.args.get("outcome")
    outcome = wanted if wanted in (CHANGED, SKIPPED) else SKIPPED if batch.skipped else CHANGED
    found = rows_page(batch, outcome, request.args.get("after", 0, whole_number), ROWS)
    page = found[:ROWS]
    more = {"key": batch.id, "outcome": outcome, "after": page[-1].subject_id} if len(found) > ROWS else None
    words = batch.operation.words_before({row.before for row in page}) if outcome == CHANGED else {}
    return {
        "outcome": outcome,
        "names": batch.operation.names(me(), [row.subject_id for row in page]),
        "remarks": [
            (row.subject_id, words.get(row.before, "") or batch.operation.reasons.get(row.reason, ""))
            for row in page
        ],
        "next_url": more and url_for(".show", **more),
    }


@bp.get("/<int:key>/progress")
@requires(*BULK)
@not_activity
def progress(key: int):
    """The state again, while it runs; once it has ended the whole page, with its outcome."""
    batch = _found(key)
    answer = render_template("batches/_progress.html", **_state(batch))
    return (answer, {"HX-Refresh": "true"}) if batch.finished_at else answer


def _state(batch: Batch) -> dict:
    reasons = batch.operation.reasons
    spent = (clock.now() - batch.created_at).total_seconds()
    return {
        "batch": batch,
        "undone": queries.undone_by([batch.id]).get(batch.id),
        "reasons": [(reasons[reason], number) for reason, number in sorted(batch.reasons.items())],
        "rest": rest_words(batch.total, batch.done, bool(batch.stopped_by_id)) if batch.finished_at else "",
        "left": left_words(spent, batch.done, batch.total),
        "may": me().may(batch.operation.permission),
    }


@bp.post("/<int:key>/stop")
@requires(*BULK)
def stop(key: int):
    _found(key).stop(by=me())
    flash("已停止。做完的可以撤销。", "success")
    return redirect(url_for(".show", key=key), 303)


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
