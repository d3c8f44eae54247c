"""采集任务 (O9): somebody above asks a person for an intake form about a customer, by a day."""

from datetime import date
from typing import Self

from peewee import JOIN, CharField, DateField, DateTimeField, ForeignKeyField, ModelSelect

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.queries import departments_within, people_with_role
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach, Role, roles_with
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import find_customer
from intranet_crm.database import BaseModel, database
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed
from intranet_crm.intake.drafts import open_draft
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.prefill import values_of, values_of_nobody
from intranet_crm.intake.rules import STATES
from intranet_crm.notices.models import notify
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import reminder_time

KIND = "collection_task"
UNFINISHED = ("draft", "self_checked", "in_review", "returned", "withdrawn", "approved")
PAGE = 50


class CollectionTask(BaseModel):
    customer = ForeignKeyField(Customer, null=True, on_delete="RESTRICT")
    customer_name = CharField(120)
    department = ForeignKeyField(Department, on_delete="RESTRICT")
    person = ForeignKeyField(Person, backref="collection_tasks", on_delete="RESTRICT")
    situation = CharField(24)
    due_on = DateField()
    note = CharField(300, default="")
    asked_by = ForeignKeyField(Person, backref="asked_collections", on_delete="RESTRICT")
    asked_at = DateTimeField()
    form = ForeignKeyField(IntakeForm, null=True, on_delete="SET NULL")

    @classmethod
    def ask(
        cls,
        person: Person,
        *,
        department: Department,
        customer: Customer | None,
        customer_name: str,
        situation: str,
        due_on: date,
        note: str,
        by: Person,
    ) -> Self:
        """Ask ``person`` for a form; a to-do and a notice. Raises NotAllowed, DomainError."""
        if not askable_people(by).where(Person.id == person.id).exists():
            raise NotAllowed("只能安排给你管辖的、可以填写采集表的同事。")
        if customer and find_customer(person, customer.id, P.SEE_CONTACTS) is None:
            raise DomainError(f"{person.name}没有这位客户的查看权限，请安排给客户的负责人或协作人。")
        if due_on < clock.today():
            raise DomainError("完成日期不能早于今天。")
        with database.atomic():
            asked = cls.create(
                customer=customer and customer.id,
                customer_name=customer_name,
                department=department,
                person=person,
                situation=situation,
                due_on=due_on,
                note=note,
                asked_by=by,
                asked_at=clock.now(),
            )
            title, address = f"采集：{customer_name}", f"/collections/{asked.id}"
            reason = f"{by.name}安排{f'：{note}' if note else ''}"
            remind_at = reminder_time(due_on)
            Task.ask(
                person,
                kind="collect",
                title=title,
                reason=reason,
                due_on=due_on,
                remind_at=remind_at if remind_at > clock.now() else None,
                subject_kind=KIND,
                subject_id=asked.id,
                address=address,
                key=f"{KIND}:{asked.id}",
            )
            if person.id != by.id:
                key = f"{KIND}:{asked.id}"
                notify(person, f"{by.name}安排了{title}", key=key, address=address, body=note, action=True)
            facts = {"person": person.name, "due_on": due_on, "situation": situation}
            audit_log.record(
                "安排采集任务", by=by, kind=KIND, subject_id=asked.id, title=f"采集任务 {asked.id}", new=facts
            )
        return asked

    def start(self, *, by: Person) -> IntakeForm:
        """The prefilled draft of this task, made at the first press. Raises NotAllowed, IllegalMove."""
        if self.person_id != by.id:
            raise NotAllowed(f"这项采集任务由{self.person.name}完成。")
        today = clock.today()
        customer = find_customer(by, self.customer_id, P.SEE_CONTACTS) if self.customer_id else None
        if self.customer_id and customer is None:
            raise IllegalMove("你已没有这位客户的查看权限，请联系安排人。")
        values = values_of(customer, by, today) if customer else values_of_nobody(by, today)
        values |= {"situation": self.situation, "department": self.department.name}
        if not customer:
            values["name"] = self.customer_name
        with database.atomic():
            found = type(self).locked_by_id(self.id)
            if found.form_id:
                return found.form
            form = open_draft(
                f"collection-{self.id}", values, customer=customer, department=self.department, by=by
            )
            type(self).update(form=form).where(type(self).id == self.id).execute()
        return form

    @property
    def state_word(self) -> str:
        return STATES.label(self.form.state) if self.form_id else "未开始"

    @property
    def is_late(self) -> bool:
        return self.due_on < clock.today() and (not self.form_id or self.form.state in UNFINISHED[:2])


def askable_people(by: Person) -> ModelSelect:
    """Whom the person may ask: those of the own departments who fill in forms; an administrator anybody."""
    people = people_with_role(*roles_with(P.COLLECT))
    if by.may(P.CONFIGURE):
        return people
    if by.reach(P.URGE) < Reach.TEAM:
        return people.where(Person.id.is_null())
    return people.where(Person.department.in_(departments_within(by)))


def usual_person(by: Person, customer: Customer | None) -> Person | None:
    """客户成功 for an existing customer, 销售 for a new one (S4)."""
    people = askable_people(by)
    if customer:
        in_charge = people.where(Person.id.in_([customer.success_manager_id or 0, customer.owner_id]))
        found = sorted(in_charge, key=lambda person: person.id != customer.success_manager_id)
        return found[0] if found else None
    sales = people_with_role(Role.SALES).select(Person.id)
    return people.where(Person.id.in_(sales.order_by())).first()


def asked_tasks(person: Person, after: int | None = None) -> list[CollectionTask]:
    """What the person asked for, or was asked for, the latest first; an administrator sees all."""
    asker = Person.alias()
    query = (
        CollectionTask.select(CollectionTask, Person, asker, IntakeForm.id, IntakeForm.state)
        .join_from(CollectionTask, Person, on=CollectionTask.person)
        .join_from(CollectionTask, asker, on=CollectionTask.asked_by, attr="asked_by")
        .join_from(CollectionTask, IntakeForm, JOIN.LEFT_OUTER, on=CollectionTask.form)
    )
    if not person.may(P.CONFIGURE):
        own = (CollectionTask.person == person.id) | (CollectionTask.asked_by == person.id)
        query = query.where(own)
    if after:
        query = query.where(CollectionTask.id < after)
    return list(query.order_by(CollectionTask.id.desc()).limit(PAGE + 1))


def open_form_about(customer_id: int | None, name: str, *, but: int = 0) -> IntakeForm | None:
    """Another unfinished form about the same customer, if there is one."""
    same = (IntakeForm.customer_name == name) & (IntakeForm.customer_name != "")
    if customer_id:
        same |= IntakeForm.customer == customer_id
    return (
        IntakeForm.select(IntakeForm, Person)
        .join(Person, on=IntakeForm.collector)
        .where(same & IntakeForm.state.in_(UNFINISHED) & (IntakeForm.id != but))
        .order_by(IntakeForm.id.desc())
        .first()
    )


def warning_about(customer_id: int | None, name: str, *, but: int = 0) -> str:
    """The sentence that warns of it, or nothing."""
    other = open_form_about(customer_id, name, but=but)
    if other is None:
        return ""
    return (
        f"这位客户已有一份未完成的采集表 {other.number}（{other.collector.name}，"
        f"{STATES.label(other.state)}），请确认是否还要另填一份。"
    )
