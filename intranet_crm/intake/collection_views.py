"""采集任务 (O9): asking for a form, the list of what was asked, and the way into the prefilled form."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from wtforms import BooleanField, Form, HiddenField, ValidationError

from intranet_crm import clock
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.queries import departments_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import find_customer
from intranet_crm.errors import DomainError
from intranet_crm.intake.collection_changes import MOVES, events_of, may_change
from intranet_crm.intake.collection_tasks import (
    PAGE,
    PAST,
    STANDINGS,
    CollectionTask,
    askable_people,
    asked_tasks,
    usual_person,
    visible_tasks,
    warning_about,
    warning_before_asking,
)
from intranet_crm.reference.choices import INTAKE_SITUATIONS
from intranet_crm.reference.form_fields import DayField, LineField, SentenceField, options, select
from intranet_crm.reference.workdays import add_working_days

bp = Blueprint("collections", __name__)


class CollectionForm(Form):
    customer = HiddenField()
    customer_name = LineField("客户名称", required=True, longest=120)
    department = select("牵头部门", (), required=True)
    person = select("采集人", (), required=True)
    situation = select("采集情境", INTAKE_SITUATIONS, required=True)
    due_on = DayField("完成日期", required=True)
    note = SentenceField("说明", longest=300)
    confirmed = BooleanField("仍然安排")

    def __init__(self, by: Person, posted: Any = None, **options_: Any):
        super().__init__(posted, **options_)
        departments = Department.select().order_by(Department.path)
        if not by.may(P.CONFIGURE):
            departments = departments.where(Department.id.in_(departments_within(by)))
        self.department.choices = options(((str(each.id), each.name) for each in departments), "请选择")
        people = askable_people(by)
        self.person.choices = options(((str(each.id), each.name) for each in people), "请选择")

    def validate_due_on(self, field: DayField) -> None:
        if field.data and field.data < clock.today():
            raise ValidationError(PAST)


@bp.get("/collections")
@requires(P.COLLECT, P.CONFIGURE)
def index():
    standing = request.args.get("standing", "open")
    rows = asked_tasks(me(), standing, request.args.get("after", type=whole_number))
    return render_template(
        "intake/collections/index.html",
        rows=rows[:PAGE],
        following=rows[PAGE - 1].id if len(rows) > PAGE else None,
        standing=standing,
        standings=STANDINGS,
        may_ask=me().may(P.URGE) or me().may(P.CONFIGURE),
        situations=INTAKE_SITUATIONS,
    )


@bp.route("/collections/new", methods=["GET", "POST"])
@requires(P.URGE, P.CONFIGURE)
def new():
    if request.method == "GET":
        customer = _customer(request.args.get("customer", type=whole_number))
        usual = usual_person(me(), customer)
        form = CollectionForm(
            me(),
            data={
                "customer": customer.id if customer else "",
                "customer_name": customer.name if customer else "",
                "department": str(usual.department_id) if usual else "",
                "person": str(usual.id) if usual else "",
                "situation": "return_visit" if customer else "new_customer",
                "due_on": add_working_days(clock.today(), 5).day,
            },
        )
        return _page(form, customer, warning_before_asking(customer.id, customer.name) if customer else "")
    form = CollectionForm(me(), request.form)
    key = request.form.get("customer", type=whole_number)
    customer = _customer(key or abort(404)) if form.customer.data else None
    if not form.validate():
        return _page(form, customer), 422
    name = customer.name if customer else form.customer_name.data
    warning = warning_before_asking(customer.id if customer else None, name)
    if warning and not form.confirmed.data:
        return _page(form, customer, warning), 422
    person = Person.get_by_id(int(form.person.data))
    try:
        CollectionTask.ask(
            person,
            department=Department.get_by_id(int(form.department.data)),
            customer=customer,
            customer_name=name,
            situation=form.situation.data,
            due_on=form.due_on.data,
            note=form.note.data or "",
            by=me(),
        )
    except DomainError as refusal:
        form.person.errors = [str(refusal)]
        return _page(form, customer, warning), 422
    flash(f"已安排，{person.name} 的待办里有这一项。", "success")
    return redirect("/collections", 303)


@bp.get("/collections/<int:key>")
@requires(P.COLLECT, P.CONFIGURE)
def show(key: int):
    found = _found(key)
    mine = found.person_id == me().id
    if mine and found.form_id and not found.cancelled_at:
        return redirect(f"/intake/{found.form_id}")
    return render_template(
        "intake/collections/show.html",
        asked=found,
        mine=mine and not found.cancelled_at,
        may_change=may_change(found, me()),
        events=events_of(found),
        moves=MOVES,
        warning=warning_about(found.customer_id, found.customer_name, but=found.form_id or 0)
        if found.is_changeable
        else "",
        situations=INTAKE_SITUATIONS,
    )


@bp.post("/collections/<int:key>/form")
@requires(P.COLLECT)
def start(key: int):
    form = _found(key).start(by=me())
    return redirect(f"/intake/{form.id}", 303)


def _customer(key: int | None) -> Customer | None:
    return (find_customer(me(), key) or abort(404)) if key else None


def _found(key: int) -> CollectionTask:
    return visible_tasks(me()).where(CollectionTask.id == key).first() or abort(404)


def _page(form: CollectionForm, customer: Customer | None, warning: str = "") -> str:
    return render_template("intake/collections/new.html", form=form, customer=customer, warning=warning)
