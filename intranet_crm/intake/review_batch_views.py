"""「批量通过」: one page for the forms without a warning, each with its own three judgements (O8)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.errors import DomainError
from intranet_crm.intake import reviews
from intranet_crm.intake.grade_hint import strategies
from intranet_crm.intake.review_batch import Candidate, approve_one, candidates
from intranet_crm.intake.review_forms import JudgementForm

bp = Blueprint("review_batch", __name__)


@bp.get("/reviews/batch")
@requires(P.REVIEW)
def index():
    after = request.args.get("after", "")
    fit, unfit, following = candidates(me(), after)
    rows = [(each, _blank(each), False) for each in fit]
    return _page(rows, unfit, after, following)


@bp.post("/reviews/batch")
@requires(P.REVIEW)
def approve():
    after, chosen = request.form.get("after", ""), request.form.getlist("chosen")
    fit, unfit, following = candidates(me(), after)
    approved, failed, rows = [], [], []
    for each in fit:
        posted = JudgementForm(request.form, prefix=f"form{each.form.id}")
        is_chosen = str(each.form.id) in chosen
        if is_chosen and _approved(each, posted):
            approved.append(each.form.customer_name)
            continue
        failed += [each.form.customer_name] if is_chosen else []
        rows.append((each, posted, is_chosen))
    known = {str(each.form.id) for each in fit}
    gone = len([key for key in chosen if key not in known])
    if approved:
        flash(f"已通过 {len(approved)} 份：{'、'.join(approved)}。每份各有一条复核记录。", "success")
    if approved and not failed and not gone:
        return redirect(url_for("reviews.index"), 303)
    refusal = f"还没有通过：{'、'.join(failed)}，原因写在各份之下。" if failed else ""
    if gone:
        refusal += f"另有 {gone} 份在你打开之后已被撤回、处理，或不再符合批量通过的条件，没有通过。"
    return _page(rows, unfit, after, following, refusal or "请至少勾选一份采集表。"), 422


def _approved(candidate: Candidate, posted: JudgementForm) -> bool:
    """Approve one form; what keeps it is said beside its inputs."""
    if not posted.validate():
        return False
    said = {"opinion": posted.opinion.data or "", "seen": posted.seen.data or "", "by": me()}
    try:
        approve_one(candidate, posted.judgements(), **said)
    except reviews.Unfinished as unfinished:
        posted.show(unfinished.by_input)
    except DomainError as refusal:
        posted.others.append(str(refusal))
    else:
        return True
    return False


def _blank(candidate: Candidate) -> JudgementForm:
    given = {"seen": candidate.digest, "fit_grade": candidate.hint.grade}
    return JudgementForm(prefix=f"form{candidate.form.id}", data=given)


def _page(rows: list, unfit: list[Candidate], after: str, following: str, refusal: str = "") -> str:
    return render_template(
        "intake/reviews/batch.html",
        rows=rows,
        unfit=unfit,
        after=after,
        following=following,
        refusal=refusal,
        strategies=strategies(),
    )
