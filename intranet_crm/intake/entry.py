"""Entry of an approved form into the CRM (S4 二(五), O7): customer, contact and need, once."""

from collections.abc import Collection
from typing import Any

from intranet_crm import clock, secrecy
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission, Reach
from intranet_crm.customers import pending, timeline
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.queries import find_customer, may_edit
from intranet_crm.database import database
from intranet_crm.errors import NotAllowed, StaleVersion
from intranet_crm.intake import rules
from intranet_crm.intake.checks import pending_fields
from intranet_crm.intake.drafts import record, remember
from intranet_crm.intake.entry_homes import (
    budget_columns,
    column_of,
    columns_for,
    contact_of,
    new_customer,
    notice_of,
    noun_of,
    stays,
)
from intranet_crm.intake.entry_need import record_or_revise
from intranet_crm.intake.entry_plan import Plan, known_customer, plan_of
from intranet_crm.intake.fields import FIELDS
from intranet_crm.intake.labels import is_blank
from intranet_crm.intake.models import IntakeForm, Review, Submission
from intranet_crm.needs.models import Need
from intranet_crm.notices.models import notify
from intranet_crm.tasks.models import Task


def refuse_stranger(form: IntakeForm, customer: Customer | None, by: Person) -> None:
    """The collector enters, or who may edit the customer; raises NotAllowed or IllegalMove."""
    if customer and customer.deleted_at:
        raise NotAllowed("这位客户已被删除，不能录入；请管理员先从回收站恢复。")
    may = may_edit(by, customer) if customer else by.reach(Permission.EDIT_CUSTOMERS) == Reach.ALL
    actor = rules.Actor(is_collector=form.collector_id == by.id, may_enter=may)
    newer = form.superseded_by
    rules.decide(
        "enter", form.state, actor, superseded_by=f"{newer.edition_words}（{newer.number}）" if newer else ""
    )
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
        if form.entered_at:
            return form.customer
        customer = known_customer(form)
        refuse_stranger(form, customer, by)
        if customer:
            Customer.locked_by_id(customer.id)
        plan = plan_of(form)
        if plan.seen != seen:
            raise StaleVersion("客户档案刚有改动，下面是现在的内容，请核对后再录入。")
        customer = _revised(plan, taken, by) if plan.customer else _opened(plan, by)
        need = record_or_revise(form, customer, plan.values, plan.need_before, by=by)
        _close(plan, customer, need, taken, by)
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
        plan.contact.revise(plan.contact.version, by, **facts | notice_of(facts, values))
    return customer


def _customer_columns(key: str, plan: Plan) -> dict[str, Any]:
    if key == "budget":
        return budget_columns(plan.values["budget"])
    if key == "citizen_id":
        return _plain_number(plan.form) or {"citizen_id": plan.values["citizen_id"]}
    return columns_for(key, plan.values[key])


def _approval_of(form: IntakeForm) -> Review:
    approved = (Submission.form == form.id) & (Submission.round == form.round)
    return Review.select(Review, Person).join(Person).switch(Review).join(Submission).where(approved).get()


def _close(plan: Plan, customer: Customer, need: Need, taken: Collection[str], by: Person) -> None:
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
        summary=f"{form.collector.name}采集，{_approval_of(form).by_words}复核通过",
        subject_kind="intake_form",
        subject_id=form.id,
    )
    _ask_for_the_rest(plan, customer, need, by)
    if by.id != form.collector_id:
        title = f"{by.name}已把「{form.customer_name}」的采集表录入客户档案"
        notify(form.collector, title, key=f"intake:{form.id}:entered", address=f"/intake/{form.id}")


def _ask_for_the_rest(plan: Plan, customer: Customer, need: Need, by: Person) -> None:
    """What was left 「待补充」 and is not on file either is to be asked for (B12, O2)."""
    contact = (
        plan.contact
        or Contact.select().where(Contact.customer == customer.id).order_by(Contact.id.desc()).first()
    )
    records = {"customer": Customer.get_by_id(customer.id), "contact": contact, "need": need}
    why, labels = {kind: {} for kind in (*records, "form")}, {}
    for field in pending_fields(plan.values):
        kind, column = ("form", field.key) if stays(field) else (noun_of(field), column_of(field))
        if kind == "form" or is_blank(getattr(records[kind], column)):
            name = pending.field_of(column)
            why[kind][name], labels[name] = pending.MISSING, field.label
    why["form"] |= {key: pending.ARRIVED for key in FIELDS if not is_blank(plan.values.get(key))}
    subjects = {"form": customer.id} | {kind: record.id for kind, record in records.items()}
    for kind, found in why.items():
        pending.keep(customer.id, (kind, subjects[kind]), found, labels, by=by)
