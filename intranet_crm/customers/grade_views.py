"""The grade on the dossier: what the rules suggest and why, and the decision of a person (B8)."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.grade_facts import judgement_of
from intranet_crm.customers.grade_forms import GradeForm
from intranet_crm.customers.grade_rules import Judgement
from intranet_crm.customers.grades import GradeScheme, decisions_of, strategy_of
from intranet_crm.customers.grading import ReasonWanted, set_grade
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import find_customer, may_edit, sees_contacts, shown_texts
from intranet_crm.errors import NotAllowed
from intranet_crm.reference.choices import CUSTOMER_GRADES

bp = Blueprint("grades", __name__, url_prefix="/customers/<int:key>/grade")


def _readable(key: int) -> Customer:
    return find_customer(me(), key) or abort(404)


def _may_decide(customer: Customer) -> bool:
    return may_edit(me(), customer) and sees_contacts(me(), customer)


@bp.get("")
@requires(P.SEE_CUSTOMERS)
def panel(key: int):
    customer = _readable(key)
    return _shown(customer, GradeForm(customer))


@bp.post("")
@requires(P.EDIT_CUSTOMERS)
def decide(key: int):
    customer = _readable(key)
    if not _may_decide(customer):
        raise NotAllowed("你可以查看这位客户，但不能改它的分级，请联系客户的负责人。")
    form = GradeForm(customer)
    if not form.validate():
        return _shown(customer, form), 422
    try:
        changed = set_grade(
            customer, form.grade.data, seen=form.seen.data or "", reason=form.reason.data, by=me()
        )
    except ReasonWanted as error:
        form.reason.errors = [str(error)]
        return _shown(customer, form), 422
    word = CUSTOMER_GRADES.label(customer.grade)
    said = f"客户分级已改为{word}。" if changed else f"仍是{word}，没有变化。"
    if htmx.is_request():
        return _shown(customer, GradeForm(customer, formdata=None), said)
    flash(said, "success")
    return redirect(url_for("customers.show", key=key), 303)


def _shown(customer: Customer, form: GradeForm, said: str = "") -> str:
    """The panel for the page that pulled it, or a page of its own with what was decided before."""
    edition, mask = GradeScheme.latest(), shown_texts(me(), [customer.id])[customer.id]
    decisions = decisions_of(customer)
    for decision in decisions:
        decision.reason = mask(decision.reason)
        decision.then = Judgement.from_json(decision.judgement) if decision.judgement else None
    return render_template(
        f"customers/grade/{'_panel' if htmx.is_request() else 'page'}.html",
        customer=customer,
        form=form if _may_decide(customer) else None,
        judgement=judgement_of(customer, edition.scheme),
        edition=edition,
        strategy=strategy_of(customer),
        decisions=decisions,
        grades=CUSTOMER_GRADES,
        said=said,
    )
