"""What is due for appraisal, what is held, and the lists of destruction."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.archive.models import may_file
from intranet_crm.errors import DomainError, beside_field
from intranet_crm.files.answers import pdf_stored
from intranet_crm.keeping import disposals, queries
from intranet_crm.keeping.forms import DecisionForm, ProposalForm
from intranet_crm.keeping.models import Disposal
from intranet_crm.keeping.rules import TERM_WORDS
from intranet_crm.keeping.terms import kept
from intranet_crm.reference.choices import Choices

bp = Blueprint("disposals", __name__, url_prefix="/archive")
sees = requires(P.SEE_SHEETS)
STATES = Choices((("proposed", "等待监销"), ("refused", "已退回"), ("done", "已销毁")))


@bp.get("/retention")
@sees
def retention():
    return _retention(ProposalForm(formdata=None))


def _retention(form: ProposalForm, chosen: tuple[int, ...] = ()):
    found = queries.perhaps_expired(me(), request.args.get("after", type=whole_number))
    page = found[: queries.PAGE]
    return render_template(
        "keeping/retention.html",
        page=page,
        standing=kept([record.id for record in page]),
        held=queries.held(me()),
        terms=TERM_WORDS,
        form=form,
        chosen=chosen,
        may_file=may_file(me()),
        next_url=url_for(".retention", after=page[-1].id) if len(found) > queries.PAGE else None,
    )


@bp.get("/disposals")
@sees
def index():
    _only_keepers()
    found = queries.disposals(request.args.get("before", type=whole_number))
    page = found[: queries.PAGE]
    more = url_for(".index", before=page[-1][0].id) if len(found) > queries.PAGE else None
    return render_template("keeping/disposals.html", page=page, next_url=more, states=STATES)


@bp.post("/disposals")
@sees
def propose():
    form, keys = ProposalForm(), tuple(request.form.getlist("record", type=whole_number))
    if form.validate():
        try:
            disposal = disposals.propose(queries.records_by_id(me(), keys), reason=form.reason.data, by=me())
        except DomainError as error:
            form.reason.errors = [beside_field(error)]
        else:
            flash(f"销毁清单 {disposal.number} 已提交，等待另一个人监销。", "success")
            return redirect(url_for(".show", key=disposal.id), 303)
    return _retention(form, keys), 422


@bp.route("/disposals/<int:key>", methods=["GET", "POST"])
@sees
def show(key: int):
    disposal, form = _found(key), DecisionForm()
    if form.validate_on_submit():
        verb = disposals.carry_out if request.form.get("decision") == "destroy" else disposals.refuse
        try:
            verb(disposal, opinion=form.opinion.data, by=me())
        except DomainError as error:
            form.opinion.errors = [beside_field(error)]
        else:
            flash("已销毁，销毁清册正在生成。" if verb is disposals.carry_out else "清单已退回。", "success")
            return redirect(url_for(".show", key=key), 303)
    return render_template(
        "keeping/disposal.html",
        disposal=disposal,
        items=disposals.items_of(disposal),
        may_decide=disposal.state == "proposed" and disposals.may_decide(me(), disposal),
        states=STATES,
        form=form,
    ), 422 if form.errors else 200


@bp.get("/disposals/<int:key>/certificate.pdf")
@sees
def certificate(key: int):
    disposal = _found(key)
    if disposal.certificate_id is None:
        abort(404)
    disposals.note_print(disposal, me())
    return pdf_stored(disposal.certificate, f"销毁清册 {disposal.number}.pdf")


def _only_keepers() -> None:
    """The archivist, and heads who may be asked to carry a list out."""
    if not (may_file(me()) or me().may(P.REVIEW)):
        abort(404)


def _found(key: int) -> Disposal:
    _only_keepers()
    disposal = queries.find_disposal(key) or abort(404)
    decides = disposals.may_decide(me(), disposal) or disposal.decided_by_id == me().id
    return disposal if may_file(me()) or decides else abort(404)
