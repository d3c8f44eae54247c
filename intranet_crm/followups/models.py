"""Follow-ups and their next steps (T4), and the verbs that record and revise them."""

from collections.abc import Iterable
from typing import Any, Self

from peewee import (
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    IntegrityError,
    TextField,
    fn,
)

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers import timeline
from intranet_crm.customers.filter_sets import mark
from intranet_crm.customers.models import Contact, Customer, TimelineEntry
from intranet_crm.customers.queries import masking
from intranet_crm.database import BaseModel, VersionedModel, database
from intranet_crm.errors import DomainError, NotAllowed, StaleVersion
from intranet_crm.files.attachments import Upload, attach
from intranet_crm.followups import rules
from intranet_crm.followups.rules import Step
from intranet_crm.notices.models import notify
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import reminder_time


class FollowUp(VersionedModel):
    customer = ForeignKeyField(Customer, backref="followups", on_delete="CASCADE")
    happened_at = DateTimeField()  # created_at is when it was recorded
    subject = CharField(120, default="")
    purpose = CharField(16, default="")
    method = CharField(16)
    participants = CharField(200, default="")
    person = ForeignKeyField(Person, backref="followups", on_delete="RESTRICT")
    content = TextField()
    feedback = CharField(20, default="")
    feedback_text = TextField(default="")
    objections = TextField(default="")
    business_change = TextField(default="")
    is_business = IntegerField(default=1)
    next_at = DateTimeField(null=True)
    owner = ForeignKeyField(Person, null=True, backref="owned_followups", on_delete="RESTRICT")
    key = CharField(36, unique=True)  # of the posted form: a double submit makes one record
    created_by = ForeignKeyField(Person, backref="recorded_followups", on_delete="RESTRICT")

    repeated = False  # whether ``record`` found it saved already

    class Meta:
        indexes = (
            (("customer", "happened_at", "id"), False),
            (("person", "happened_at", "id"), False),
            (("happened_at", "id"), False),
        )

    @classmethod
    def record(
        cls,
        customer: Customer,
        *,
        key: str,
        by: Person,
        contact_ids: Iterable[int] = (),
        steps: Iterable[Step] = (),
        uploads: Iterable[Upload] = (),
        **facts: Any,
    ) -> Self:
        """A contact that took place, with its tasks, reminders and timeline entry; raises DomainError.

        ``facts`` are the columns of T4, moments as stored; happened_at, method and content must be there,
        ``person`` is by default ``by``.
        The same ``key`` is one record: the second call returns the first one, with ``repeated`` set.
        """
        facts = _checked({"person": by} | facts)
        moment = clock.now()
        try:
            with database.atomic():
                Customer.locked_by_id(customer.id)  # its row is changed below: two at once would deadlock
                saved = cls.create(
                    customer=customer, key=key, created_by=by, created_at=moment, updated_at=moment, **facts
                )
                saved._take_in(contact_ids, steps, uploads, by)
                saved._keep_promises(by)
        except IntegrityError:
            saved = cls.get_or_none(cls.key == key)
            if saved is None:
                raise
            saved.repeated = True
        return saved

    def revise(
        self,
        *,
        seen: int,
        by: Person,
        contact_ids: Iterable[int] = (),
        steps: Iterable[Step] = (),
        uploads: Iterable[Upload] = (),
        **facts: Any,
    ) -> None:
        """Correct it; its tasks follow. Raises NotAllowed for all but its authors, StaleVersion."""
        if not self.is_author(by):
            raise NotAllowed("只有记录人或跟进人可以修改这条跟进。")
        facts = _checked({"person": self.person} | facts)
        before, old_plan = self._facts(), (self.next_at, self.owner_id)
        with database.atomic():
            Customer.locked_by_id(self.customer_id)
            self._claim(seen, facts)
            self._take_in(contact_ids, steps, uploads, by)
            if (self.next_at, self.owner_id) != old_plan:
                Task.settle("followup", self.id, "next_followup", by=by, outcome="跟进记录已修改")
                self._ask_next(by)
            self._retell()
            old, new = audit_log.changed(before, self._facts())
            self._record("修改跟进", by, old, new)

    @property
    def late_words(self) -> str:
        """By how much it was recorded later than the 24 hours allow (F4); empty when in time."""
        gap = rules.late_by(self.happened_at, self.created_at)
        return rules.gap_words(gap) if gap else ""

    @property
    def kind_words(self) -> str:
        return rules.kind_words(self.method, self.purpose)

    def is_author(self, person: Person) -> bool:
        return person.id in (self.created_by_id, self.person_id)

    def _claim(self, seen: int, facts: dict[str, Any]) -> None:
        try:
            self.claim_version(seen, **facts, updated_at=clock.now())
        except StaleVersion:
            raise StaleVersion("这条跟进刚被修改过，你填的内容还在下面，请核对后再保存。") from None

    def _take_in(
        self, contact_ids: Iterable[int], steps: Iterable[Step], uploads: Iterable[Upload], by: Person
    ) -> None:
        """Contacts, next steps and files as they now are; a dropped step takes its task along."""
        FollowUpContact.delete().where(FollowUpContact.followup == self.id).execute()
        rows = [{"followup": self.id, "contact": key} for key in contact_ids]
        if rows:
            FollowUpContact.insert_many(rows).execute()
        wanted = list(dict.fromkeys(steps))
        for step in NextStep.select().where(NextStep.followup == self.id) if self.version > 1 else ():
            if step.plan in wanted:
                wanted.remove(step.plan)
                continue
            Task.settle("next_step", step.id, "next_step", by=by, outcome="跟进记录已修改")
            step.delete_instance()
        for plan in wanted:
            self._plan(plan, by)
        attach("followup", self.id, uploads, by)

    def _plan(self, plan: Step, by: Person) -> None:
        step = NextStep.create(followup=self, what=plan.what, due_on=plan.due_on, person=plan.person_id)
        if plan.due_on is None:
            return
        self._ask(
            step.person,
            by,
            kind="next_step",
            title=plan.what,
            due_on=plan.due_on,
            subject_kind="next_step",
            subject_id=step.id,
            address=f"/followups/{self.id}",
            key=f"next_step:{self.id}:{self.version}:{step.id}",  # SQLite gives a deleted step's id again
        )

    def _keep_promises(self, by: Person) -> None:
        """What recording causes beside the record: tasks, the customer's last contact, timeline, log."""
        earlier = FollowUp.select(FollowUp.id).where(
            (FollowUp.customer == self.customer_id) & FollowUp.next_at.is_null(False)
        )
        Task.settle("followup", earlier, "next_followup", by=by, outcome="已跟进", asked_by=self.happened_at)
        self._ask_next(by)
        self._remember()
        timeline.note(
            self.customer,
            kind="followup",
            title=rules.headline(self.method, self.subject, self.late_words),
            summary=self.content,
            by=self.person,
            subject_kind="followup",
            subject_id=self.id,
            at=self.happened_at,
        )
        self._record("添加跟进", by, None, self._facts())

    def _ask_next(self, by: Person) -> None:
        if self.next_at is None:
            return
        day = clock.local(self.next_at).date()
        self._ask(
            self.owner or self.person,
            by,
            kind="next_followup",
            title=rules.next_title(self.customer.name, day, clock.today()),
            due_on=day,
            subject_kind="followup",
            subject_id=self.id,
            address=f"/customers/{self.customer_id}",
            key=f"next_followup:{self.id}:{self.version}",
        )

    def _ask(self, person: Person, by: Person, **task: Any) -> None:
        """A task that reminds at 09:00 of the working day before (E5); somebody else is told at once."""
        happened = clock.local(self.happened_at).date()
        reason = f"{rules.day_words(happened, clock.today())}{rules.headline(self.method, self.subject)}"
        asked = Task.ask(
            person, reason=f"{self.customer.name}：{reason}", remind_at=reminder_time(task["due_on"]), **task
        )
        if asked and person.id != by.id:
            key, body = f"task:{asked.id}:asked", f"{by.name}安排，{asked.due_on:%Y-%m-%d}前完成"
            notify(person, asked.title, key=key, address=asked.address, body=body, action=True)

    def _remember(self) -> None:
        """The customer's 最后跟进时间 is that of the latest contact, also after a correction."""
        latest = FollowUp.select(fn.MAX(FollowUp.happened_at)).where(FollowUp.customer == self.customer_id)
        Customer.update(last_followup_at=latest.scalar()).where(Customer.id == self.customer_id).execute()
        mark([self.customer_id])

    def _retell(self) -> None:
        """The timeline entry says what the corrected record says."""
        self._remember()
        TimelineEntry.update(
            at=self.happened_at,
            title=rules.headline(self.method, self.subject, self.late_words)[:200],
            summary=self.content[:1000],
            by_id=self.person_id,
            by_name=self.person.name,
        ).where((TimelineEntry.subject_kind == "followup") & (TimelineEntry.subject_id == self.id)).execute()

    def _facts(self) -> dict[str, Any]:
        names = (
            "happened_at",
            "subject",
            "purpose",
            "method",
            "participants",
            "person_id",
            "content",
            "feedback",
        )
        more = ("feedback_text", "objections", "business_change", "is_business", "next_at", "owner_id")
        return {name: getattr(self, name) for name in names + more}

    def _record(self, action: str, by: Person, old: dict | None, new: dict) -> None:
        """The audit row, with no person's name or number in it."""
        shown = masking([self.customer_id])[self.customer_id]
        old, new = (
            {name: shown(value) if isinstance(value, str) else value for name, value in (facts or {}).items()}
            for facts in (old, new)
        )
        title = shown(f"{self.customer.name} {rules.headline(self.method, self.subject)}")
        audit_log.record(
            action, by=by, kind="followup", subject_id=self.id, title=title, old=old or None, new=new
        )


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts, when they make a whole record; raises DomainError with the first thing wrong."""
    wrong = rules.faults(
        happened_at=facts["happened_at"],
        purpose=facts.get("purpose", ""),
        business_change=facts.get("business_change", ""),
        next_at=facts.get("next_at"),
        now=clock.now(),
    )
    for sentence in wrong.values():
        raise DomainError(sentence)
    return facts


class FollowUpContact(BaseModel):
    followup = ForeignKeyField(FollowUp, backref="contact_rows", on_delete="CASCADE")
    contact = ForeignKeyField(Contact, backref="followup_rows", on_delete="CASCADE")

    class Meta:
        indexes = ((("followup", "contact"), True),)


class NextStep(BaseModel):
    followup = ForeignKeyField(FollowUp, backref="next_steps", on_delete="CASCADE")
    what = CharField(200)
    due_on = DateField(null=True)
    person = ForeignKeyField(Person, on_delete="RESTRICT")

    @property
    def plan(self) -> Step:
        return Step(self.what, self.due_on, self.person_id)
