"""采集任务 (O9): somebody above asks a person for an intake form about a customer, by a day."""

from datetime import date, datetime
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
from intranet_crm.reference.choices import Choices
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import reminder_time

KIND = "collection_task"
STANDINGS = Choices((("open", "进行中"), ("done", "已提交审核"), ("cancelled", "已取消")))
UNFINISHED = ("draft", "self_checked", "in_review", "returned", "withdrawn", "approved")
PAGE = 50
PAST = "完成日期不能早于今天。"


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
    cancelled_at = DateTimeField(null=True)

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
            raise DomainError(PAST)
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
            key = f"{KIND}:{asked.id}"
            asked.put_on_list(f"{by.name}安排{f'：{note}' if note else ''}", key=key)
            if person.id != by.id:
                title, address = f"{by.name}安排了{asked.title}", f"/collections/{asked.id}"
                notify(person, title, key=key, address=address, body=note, action=True)
            facts = {"person": person.name, "due_on": due_on, "situation": situation}
            audit_log.record(
                "安排采集任务", by=by, kind=KIND, subject_id=asked.id, title=f"采集任务 {asked.id}", new=facts
            )
        return asked

    def put_on_list(self, reason: str, *, key: str) -> None:
        """The to-do of the person, in the caller's transaction."""
        Task.ask(
            self.person,
            kind="collect",
            title=self.title,
            reason=reason,
            due_on=self.due_on,
            remind_at=self.reminder,
            subject_kind=KIND,
            subject_id=self.id,
            address=f"/collections/{self.id}",
            key=key,
        )

    def start(self, *, by: Person) -> IntakeForm:
        """The prefilled draft of this task, made at the first press. Raises NotAllowed, IllegalMove."""
        self._must_be_for(by)
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
            found._must_be_for(by)
            if found.form_id:
                return found.form
            form = found._earlier_draft(by) or open_draft(
                found._key_of_draft(), values, customer=customer, department=self.department, by=by
            )
            type(self).update(form=form).where(type(self).id == self.id).execute()
        return form

    def _must_be_for(self, by: Person) -> None:
        if self.cancelled_at:
            raise IllegalMove("这项采集任务已经取消，不用再填。")
        if self.person_id != by.id:
            raise NotAllowed(f"这项采集任务由{self.person.name}完成。")

    def _drafts(self) -> ModelSelect:
        """The forms begun for this task by all to whom it was given in turn."""
        key = f"collection-{self.id}"
        return IntakeForm.select().where((IntakeForm.key == key) | IntakeForm.key.startswith(f"{key}-"))

    def _earlier_draft(self, by: Person) -> IntakeForm | None:
        """What the person had begun before the task went to somebody else and came back."""
        return self._drafts().where((IntakeForm.collector == by.id) & (IntakeForm.round == 0)).first()

    def _key_of_draft(self) -> str:
        earlier = self._drafts().count()
        return f"collection-{self.id}-{earlier}" if earlier else f"collection-{self.id}"

    @property
    def title(self) -> str:
        return f"采集：{self.customer_name}"

    @property
    def reminder(self) -> datetime | None:
        """09:00 of the working day before the due day, where that still lies ahead (E5)."""
        moment = reminder_time(self.due_on)
        return moment if moment > clock.now() else None

    @property
    def is_changeable(self) -> bool:
        """Until it is cancelled, or its form lies before the head for the first time."""
        return not self.cancelled_at and not (self.form_id and self.form.round)

    @property
    def state_word(self) -> str:
        if self.cancelled_at:
            return "已取消"
        return STATES.label(self.form.state) if self.form_id else "未开始"

    @property
    def is_late(self) -> bool:
        return self.is_changeable and self.due_on < clock.today()


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


def stands_over(person: Person, other: Person) -> bool:
    """Whether ``person`` leads the department of ``other`` from above; an administrator everybody's."""
    if person.may(P.CONFIGURE):
        return True
    if person.id == other.id or person.reach(P.URGE) < Reach.TEAM:
        return False
    leads = Role.HEAD in person.roles or Role.HEAD not in other.roles
    return leads and other.department.path.startswith(person.department.path)


def visible_tasks(person: Person) -> ModelSelect:
    """What the person asked for or was asked for, and what concerns the people of the own departments."""
    asker = Person.alias()
    shown = IntakeForm.id, IntakeForm.number, IntakeForm.state, IntakeForm.round
    query = (
        CollectionTask.select(CollectionTask, Person, asker, *shown)
        .join_from(CollectionTask, Person, on=CollectionTask.person)
        .join_from(CollectionTask, asker, on=CollectionTask.asked_by, attr="asked_by")
        .join_from(CollectionTask, IntakeForm, JOIN.LEFT_OUTER, on=CollectionTask.form)
    )
    if person.may(P.CONFIGURE):
        return query
    own = (CollectionTask.person == person.id) | (CollectionTask.asked_by == person.id)
    if min(person.reach(P.URGE), person.reach(P.SEE_CONTACTS)) >= Reach.TEAM:
        below = departments_within(person)
        own |= Person.department.in_(below) | asker.department.in_(below)
    return query.where(own)


def asked_tasks(person: Person, standing: str = "", after: int | None = None) -> list[CollectionTask]:
    """A page of what the person may see and one more, the latest first; ``standing``: a key of STANDINGS."""
    query = visible_tasks(person)
    if standing in ("open", "done"):
        unsent = CollectionTask.form.is_null() | (IntakeForm.round == 0)
        sent = unsent if standing == "open" else IntakeForm.round > 0
        query = query.where(CollectionTask.cancelled_at.is_null() & sent)
    if standing == "cancelled":
        query = query.where(CollectionTask.cancelled_at.is_null(False))
    if after:
        query = query.where(CollectionTask.id < after)
    return list(query.order_by(CollectionTask.id.desc()).limit(PAGE + 1))


def open_form_about(customer_id: int | None, name: str, *, but: int = 0) -> IntakeForm | None:
    """Another unfinished form about the same customer; not ``but``, nor what it is a new version of."""
    same = (IntakeForm.customer_name == name) & (IntakeForm.customer_name != "")
    if customer_id:
        same |= IntakeForm.customer == customer_id
    amended = IntakeForm.select(IntakeForm.amends).where(
        (IntakeForm.id == but) & IntakeForm.amends.is_null(False)
    )
    unfinished = IntakeForm.state.in_(UNFINISHED) & IntakeForm.superseded_by.is_null()
    return (
        IntakeForm.select(IntakeForm, Person)
        .join(Person, on=IntakeForm.collector)
        .where(same & unfinished & (IntakeForm.id != but) & IntakeForm.id.not_in(amended))
        .order_by(IntakeForm.id.desc())
        .first()
    )


def open_task_about(customer_id: int | None, name: str) -> CollectionTask | None:
    """A task about the same customer that nobody has begun; one that is begun has a form."""
    same = (CollectionTask.customer_name == name) & (CollectionTask.customer_name != "")
    if customer_id:
        same |= CollectionTask.customer == customer_id
    waiting = CollectionTask.form.is_null() & CollectionTask.cancelled_at.is_null()
    found = CollectionTask.select(CollectionTask, Person).join(Person, on=CollectionTask.person)
    return found.where(same & waiting).order_by(CollectionTask.id.desc()).first()


def warning_before_asking(customer_id: int | None, name: str) -> str:
    """The sentence for somebody about to ask for a form: one is under way, or asked for already."""
    if warning := warning_about(customer_id, name):
        return warning
    other = open_task_about(customer_id, name)
    if other is None:
        return ""
    return (
        f"这位客户已经安排{other.person.name}采集（{other.due_on} 前完成，还没有开始填写），"
        "请确认是否还要另外安排。"
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
