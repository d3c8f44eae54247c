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
)

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.queries import masking
from intranet_crm.database import BaseModel, VersionedModel, database
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed, StaleVersion
from intranet_crm.files.attachments import Upload, attach
from intranet_crm.followups import lateness, rhythm, rules
from intranet_crm.followups.promises import Promises
from intranet_crm.followups.rules import Move, Step
from intranet_crm.tasks.models import Task


class FollowUp(Promises, VersionedModel):
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
        move: Move | None = None,
        **facts: Any,
    ) -> Self:
        """A contact that took place, with its tasks, reminders and timeline entry; raises DomainError.

        ``facts`` are the columns of T4, moments as stored; happened_at, method and content must be there,
        ``person`` is by default ``by``. ``move`` changes the customer's status and stage along with it (E6);
        raises StaleVersion, and nothing is recorded, when somebody else moved them meanwhile.
        The same ``key`` is one record: the second call returns the first one, with ``repeated`` set.
        """
        facts = _checked({"person": by} | facts)
        moment = clock.now()
        try:
            with database.atomic():
                # Its row is changed below: two at once would deadlock.
                if Customer.locked_by_id(customer.id).deleted_at:
                    raise IllegalMove("这位客户刚被管理员删除，跟进没有保存；需要时请管理员从回收站恢复。")
                saved = cls.create(
                    customer=customer, key=key, created_by=by, created_at=moment, updated_at=moment, **facts
                )
                saved._take_in(contact_ids, steps, uploads, by)
                saved._keep_promises(by)
                if move:
                    customer.change_status(move.status, move.stage, reason=move.reason, by=by, seen=move.seen)
                lateness.count_in(saved.id, saved.person_id, saved.happened_at, moment)
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
        old_place = (self.person_id, self.happened_at)
        with database.atomic():
            Customer.locked_by_id(self.customer_id)
            self._claim(seen, facts)
            self._take_in(contact_ids, steps, uploads, by)
            if (self.next_at, self.owner_id) != old_plan:
                Task.settle("followup", self.id, "next_followup", by=by, outcome="跟进记录已修改")
                self._ask_next(by)
            self._retell()
            rhythm.keep([self.customer_id], by=by)
            if (self.person_id, self.happened_at) != old_place:
                lateness.count_out(self.id, *old_place)
                lateness.count_in(self.id, self.person_id, self.happened_at, self.created_at)
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
