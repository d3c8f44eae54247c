"""Entry of an approved form into the CRM (S4 二(五), O7): customer, contact and need, once."""

from collections.abc import Collection
from typing import Any

from intranet_crm import clock, secrecy
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission, Reach
from intranet_crm.customers import timeline
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.queries import find_customer, may_edit
from intranet_crm.database import database
from intranet_crm.errors import NotAllowed, StaleVersion
from intranet_crm.intake import rules
from intranet_crm.intake.drafts import record, remember
from intranet_crm.intake.entry_homes import budget_columns, columns_for, columns_of, contact_of, new_customer
from intranet_crm.intake.entry_plan import Plan, known_customer, plan_of
from intranet_crm.intake.models import IntakeForm
from intranet_crm.needs.models import Need
from intranet_crm.notices.models import notify
from intranet_crm.reference.workdays import add_working_days
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import reminder_time

PENDING_WORKING_DAYS = 5  # no source names a day; a week leaves time for the next contact
DONE = ("entered", "archived")


def refuse_stranger(form: IntakeForm, customer: Customer | None, by: Person) -> None:
    """The collector enters, or who may edit the customer; raises NotAllowed or IllegalMove."""
    may = may_edit(by, customer) if customer else by.reach(Permission.EDIT_CUSTOMERS) == Reach.ALL
    actor = rules.Actor(is_collector=form.collector_id == by.id, may_enter=may)
    rules.decide("enter", form.state, actor)
    if customer and not may and find_customer(by, customer.id) is None:
        owner = customer.owner.name
        raise NotAllowed(
            f"这位客户已经建档，由 {owner} 负责，不在你的数据范围内。"
            f"请联系 {owner} 录入，或请主管把你添加为协作人。"
        )


def enter(form_id: int, *, by: Person, seen: str, taken: Collection[str] = ()) -> Customer:
    """「录入」: customer, contact and need from the form, once; entering it again gives the same customer.

    ``seen`` is the plan's; ``taken`` the keys of the fields whose form value replaces the file's. Raises
    NotAllowed, IllegalMove, StaleVersion, and Taken when another customer has the code.
    """
    with database.atomic():
        form = IntakeForm.locked_by_id(form_id)
        if form.state in DONE:
            return form.customer
        customer = known_customer(form)
        refuse_stranger(form, customer, by)
        if customer:
            Customer.locked_by_id(customer.id)
        plan = plan_of(form)
        if plan.seen != seen:
            raise StaleVersion("客户档案刚有改动，下面是现在的内容，请核对后再录入。")
        customer = _revised(plan, taken, by) if plan.customer else _opened(plan, by)
        asked_by = contact_of(plan.values)["name"]
        Need.record(
            customer, by=by, source_form_id=form.id, asked_by=asked_by, **columns_of("need", plan.values)
        )
        _close(plan, customer, taken, by)
    return customer


def _opened(plan: Plan, by: Person) -> Customer:
    columns = new_customer(plan.values) | _plain_number(plan.form)
    return Customer.open(columns, by=by, owner=plan.form.collector, first_contact=contact_of(plan.values))


def _plain_number(form: IntakeForm) -> dict[str, Any]:
    return {"citizen_id": secrecy.decrypted(form.citizen_id_cipher)} if form.citizen_id_cipher else {}


def _revised(plan: Plan, taken: Collection[str], by: Person) -> Customer:
    customer, values = plan.customer, plan.values
    chosen = [row for row in plan.rows if row.differs and not row.fixed and row.key in taken]
    columns = {
        name: content
        for row in chosen
        if row.noun == "customer"
        for name, content in _customer_columns(row.key, plan).items()
    }
    if columns:
        customer.revise(columns, seen=customer.version, by=by)
    if plan.contact is None:
        Contact.add(customer, by=by, **contact_of(values))
        return customer
    mine = [columns_for(row.key, values[row.key]) for row in chosen if row.noun == "contact"]
    if mine:
        facts = {name: content for each in mine for name, content in each.items()}
        plan.contact.revise(plan.contact.version, by, **facts)
    return customer


def _customer_columns(key: str, plan: Plan) -> dict[str, Any]:
    if key == "budget":
        return budget_columns(plan.values["budget"])
    if key == "citizen_id":
        return _plain_number(plan.form) or {"citizen_id": plan.values["citizen_id"]}
    return columns_for(key, plan.values[key])


def _close(plan: Plan, customer: Customer, taken: Collection[str], by: Person) -> None:
    """The form is 已录入: its history, the tasks, and what is still to be asked of the customer."""
    form, moment = plan.form, clock.now()
    state = rules.MOVES["enter"].target
    remember(form, "enter", form.state, state, by=by, at=moment, note=f"客户编号 {customer.number}")
    form.claim_version(
        form.version, state=state, customer=customer, entered_at=moment, entered_by=by, updated_at=moment
    )
    facts = {"customer": customer.number, "new": plan.customer is None, "taken": sorted(taken)}
    record("录入客户档案", form, by, new=facts)
    Task.settle("intake_form", form.id, "entry", by=by, outcome=f"已录入 {customer.number}")
    timeline.note(
        customer,
        kind="review",
        title=f"录入采集表 {form.number}",
        by=by,
        summary=f"{form.collector.name}采集，{form.reviewer.name}复核通过",
        subject_kind="intake_form",
        subject_id=form.id,
    )
    _ask_for_the_rest(plan, customer)
    if by.id != form.collector_id:
        title = f"{by.name}已把「{form.customer_name}」的采集表录入客户档案"
        notify(form.collector, title, key=f"intake:{form.id}:entered", address=f"/intake/{form.id}")


def _ask_for_the_rest(plan: Plan, customer: Customer) -> None:
    if not plan.pending:
        return
    due = add_working_days(clock.today(), PENDING_WORKING_DAYS)
    Task.ask(
        plan.form.collector,
        kind="pending",
        title=f"向「{customer.name}」补充信息",
        reason="采集时未填：" + "、".join(field.label for field in plan.pending),
        due_on=due.day,
        due_is_expected=due.expected,
        remind_at=reminder_time(due.day),
        subject_kind="customer",
        subject_id=customer.id,
        address=f"/customers/{customer.id}",
        key=f"intake:{plan.form.id}:pending",
    )
