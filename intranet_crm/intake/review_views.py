"""The review desk 审核台 (O4, O8): the queue, the paper beside the judgement, the verdict."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intranet_crm.accounts.access import me, not_activity, requires
from intranet_crm.accounts.rules import Permission
from intranet_crm.addresses import whole_number
from intranet_crm.errors import DomainError
from intranet_crm.files.answers import pdf_stored
from intranet_crm.intake import escalation, review_queries, review_walk, reviews, signing
from intranet_crm.intake.attached import attached_to
from intranet_crm.intake.drafts import stands_in
from intranet_crm.intake.fields import FIELDS
from intranet_crm.intake.grade_hint import grade_hint, strategies
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.phrases import LONGEST, phrases_for
from intranet_crm.intake.review_drafts import ReviewDraft
from intranet_crm.intake.review_due import review_clocks
from intranet_crm.intake.review_forms import JudgementForm
from intranet_crm.intake.rules import EVENT_WORDS, MOVES, STATES, acting_words
from intranet_crm.reference.choices import CUSTOMER_GRADES, TRUTH_CONFIRMATIONS
from intranet_crm.signatures.models import signatures_of

bp = Blueprint("reviews", __name__)

DONE = {
    "approve": "已通过「{}」的采集表，归档单正在生成，已通知采集人录入。",
    "return": "已退回「{}」的采集表，已通知采集人逐项修改。",
    "reject": "已否决「{}」的采集表，已通知采集人。",
}


@bp.get("/reviews")
@requires(Permission.REVIEW)
def index():
    person, around = me(), request.args.get("show") == "around"
    before = request.args.get("before", type=whole_number)
    waiting = review_queries.waiting_around if around else review_queries.waiting_for
    queue = waiting(person, request.args.get("after", ""))
    return render_template(
        "intake/reviews/index.html",
        around=around,
        queue=queue,
        clocks=review_clocks(row.form for row in queue.rows),
        decided=None if around else review_queries.decided_by(person, before),
        waiting=review_queries.count_waiting(person),
        moves=MOVES,
        states=STATES,
    )


@bp.get("/reviews/<int:form_id>")
@requires(Permission.REVIEW)
def desk(form_id: int):
    return _desk(_found(form_id))


@bp.post("/reviews/<int:form_id>")
@requires(Permission.REVIEW)
def decide(form_id: int):
    form, posted = _found(form_id), JudgementForm(request.form)
    decision = request.form.get("decision", "")
    if decision not in DONE:
        abort(400)
    try:
        if not posted.validate():
            ReviewDraft.keep(form, me(), request.form)
            return _desk(form, posted), 422
        _decide(decision, form_id, posted)
    except reviews.Unfinished as unfinished:
        ReviewDraft.keep(form, me(), request.form)
        posted.show(unfinished.by_input)
        return _desk(form, posted), 422
    except DomainError as refusal:
        form = _found(form_id)
        if form.state not in ("approved", "rejected", "entered", "archived"):
            ReviewDraft.keep(form, me(), request.form)  # for the next round, too
        return _desk(form, posted, str(refusal)), refusal.status
    flash(DONE[decision].format(form.customer_name), "success")
    following = review_walk.neighbours(me(), form).after
    return redirect(f"/reviews/{following}" if following else url_for("reviews.index"), 303)


def _decide(decision: str, form_id: int, posted: JudgementForm) -> None:
    said = {"opinion": posted.opinion.data or "", "seen": posted.seen.data or "", "by": me()}
    judged = posted.judgements()
    if decision == "approve":
        reviews.approve(form_id, judged, sealed=_sealed(form_id, posted.signing_password.data), **said)
    elif decision == "return":
        reviews.return_(form_id, posted.items(), judged=judged, **said)
    else:
        reviews.reject(form_id, judged=judged, **said)


def _sealed(form_id: int, password: str | None) -> signing.Sealed | None:
    """The document with the head's signature, when a signing password was given."""
    if not password:
        return None
    form = _found(form_id)
    submission = review_queries.submission_of(form)
    name = acting_words(me().name, stands_in(form, me()) or "")
    try:
        key = signing.open_key(me(), password, request.remote_addr or "")
    except DomainError as refusal:
        raise reviews.Unfinished({"signing_password": str(refusal)}) from None
    return signing.seal(submission, "reviewer", key, name)


@bp.post("/reviews/<int:form_id>/takeover")
@requires(Permission.REVIEW)
def take_over(form_id: int):
    form = escalation.take_over(_found(form_id).id, by=me())
    flash(f"已由你复核「{form.customer_name}」的采集表，已通知原复核人和采集人。", "success")
    return redirect(f"/reviews/{form.id}", 303)


@bp.get("/reviews/<int:form_id>/document")
@requires(Permission.REVIEW)
@not_activity
def document(form_id: int):
    """The three-state element that 「通过」 waits in: being made, ready, failed."""
    form = _found(form_id)
    submission = review_queries.submission_of(form)
    return render_template(
        "intake/reviews/_verdict.html",
        form=form,
        submission=submission,
        failed=not submission.document_id and review_queries.document_failed(submission),
        polled=True,
    )


@bp.get("/reviews/<int:form_id>/rounds/<int:round>.pdf")
@requires(Permission.REVIEW)
def frozen_pdf(form_id: int, round: int):
    """The PDF of one submission, as it was made."""
    submission = review_queries.submission_of(_found(form_id), round)
    if submission is None or submission.document_id is None:
        abort(404)
    return pdf_stored(submission.paper, f"{submission.form.number}-{round}.pdf")


def _found(form_id: int) -> IntakeForm:
    return review_queries.find_reviewable(me(), form_id) or abort(404)


def _desk(form: IntakeForm, posted: JudgementForm | None = None, refusal: str = "") -> str:
    shown = review_queries.desk_of(form)
    hint = grade_hint(shown.submission.values, form.customer if form.customer_id else None)
    kept = ReviewDraft.of(form, me())
    judgement = posted or _begun(kept, shown.submission.digest, hint.grade)
    judgement.seen.data = shown.submission.digest
    return render_template(
        "intake/reviews/desk.html",
        desk=shown,
        form=form,
        submission=shown.submission,
        attachments=attached_to(form),
        judgement=judgement,
        kept=kept,
        clock=review_clocks([form]).get(form.id),
        instead_of=stands_in(form, me()) if form.state == "in_review" else None,
        hint=hint,
        strategies=strategies(),
        refusal=refusal,
        signing=signing.wants_signatures(form),
        signatures=signatures_of(signing.KIND, shown.submission.id),
        may_judge=form.state == "in_review" and stands_in(form, me()) is not None,
        failed=not shown.submission.document_id and review_queries.document_failed(shown.submission),
        neighbours=review_walk.neighbours(me(), form),
        phrases=phrases_for(me()),
        longest=LONGEST,
        may_take_over=escalation.may_take_over(form, me()),
        labels=FIELDS,
        words={"event": EVENT_WORDS, "grade": CUSTOMER_GRADES, "truth": TRUTH_CONFIRMATIONS},
    )


def _begun(kept: ReviewDraft | None, digest: str, grade: str) -> JudgementForm:
    """An empty judgement, or the one begun; the grade stands as suggested until one is chosen."""
    if kept is None:
        return JudgementForm(data={"fit_grade": grade})
    words = kept.posted(digest)
    if "fit_grade" not in words:
        words["fit_grade"] = grade
    return JudgementForm(words)
