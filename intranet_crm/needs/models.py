"""Needs: what a customer wants, in which budget, by when; and every change of them (D6)."""

from datetime import date
from functools import partial
from typing import Any, Self

from peewee import (
    BigIntegerField,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import Shown, masking
from intranet_crm.customers.timeline import note
from intranet_crm.database import JSONField, VersionedModel, database
from intranet_crm.errors import StaleVersion
from intranet_crm.needs.rules import (
    ANSWER_WORKING_DAYS,
    CORRECTION,
    UNANSWERED,
    Cause,
    UnclearTime,
    overall,
    parse_time_node,
    reason_words,
)
from intranet_crm.needs.upkeep import keep_up
from intranet_crm.needs.wording import LABELS, chain_words, deciders, masked_with_deciders, names_masked
from intranet_crm.notices.models import notify
from intranet_crm.reference.choices import NEED_TYPES, RESPONSES
from intranet_crm.reference.workdays import add_working_days
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import reminder_time

SPANS = {"expected_finish": ("expected_from", "expected_to"), "planned_start": ("start_from", "start_to")}


class Need(VersionedModel):
    customer = ForeignKeyField(Customer, backref="needs", on_delete="CASCADE")
    type = CharField(24)
    type_note = CharField(60, default="")
    nature = CharField(12, default="explicit")
    followup_id = IntegerField(null=True, index=True)  # what an implied need was inferred from (D2)
    followup_words = CharField(200, default="")
    background = TextField()
    detail = TextField()
    product_type = CharField(100, default="")
    service_requirements = CharField(1000, default="")
    priority = CharField(8)
    complexity = CharField(8, default="")
    budget_low = BigIntegerField(null=True)  # fen
    budget_high = BigIntegerField(null=True)  # fen
    budget_pending = IntegerField(default=0)  # 1: 「待确认」
    budget_cycle = CharField(200, default="")
    planned_start = CharField(60, default="")  # the words
    start_from = DateField(null=True)
    start_to = DateField(null=True)
    expected_finish = CharField(60, default="")  # the words
    expected_from = DateField(null=True)
    expected_to = DateField(null=True)
    decision_chain = JSONField(default=list)  # [{name, role}]
    current_state = CharField(1000, default="")
    pain_points = TextField(default="")
    wished_state = CharField(1000, default="")
    acceptance = TextField(default="")
    competitors = TextField(default="")
    intention = CharField(24, default="")
    change_kind = CharField(12, default="")
    project_status = CharField(500, default="")
    satisfaction = TextField(default="")
    renewal_intention = CharField(12, default="")
    cooperation_history = TextField(default="")
    bottlenecks = TextField(default="")
    source_form_id = IntegerField(null=True, unique=True)  # the intake form it came from
    progress = CharField(12, default="")  # as far as its least answered change
    created_by = ForeignKeyField(Person, on_delete="RESTRICT")

    class Meta:
        indexes = ((("customer", "created_at"), False), (("type", "priority", "customer"), False))

    @classmethod
    def record(
        cls, customer: Customer, *, by: Person, asked_by: str = "", progress: str = "waiting", **facts: Any
    ) -> Self:
        """A new need, by the names of ``wording.LABELS``, with ``source_form_id`` when a form was its source.

        ``asked_by``: who spoke of it; ``progress``: how far the answer is. A time node that cannot be read
        stays in words, without dates: the customer may have been vague.
        """
        moment = clock.now()
        with database.atomic():
            Customer.locked_by_id(customer.id)  # its row is changed below: two at once would deadlock
            need = cls.create(
                customer=customer,
                created_by=by,
                created_at=moment,
                updated_at=moment,
                progress=progress,
                **facts | _spans(facts),
            )
            need._change(Cause("", asked_by=asked_by, progress=progress), by)
            need._tell("记录需求", by, None, facts, need.background)
            keep_up(need, facts, by)
        return need

    def revise(self, seen: int, by: Person, cause: Cause | None = None, **facts: Any) -> None:
        """Change what is given, as a correction or for the ``cause`` that the customer had.

        A change that still wants an answer becomes a to-do of the customer's owner. Raises StaleVersion when
        somebody saved the need after ``seen``.
        """
        cause = cause or Cause()
        with database.atomic():
            customer = Customer.locked_by_id(self.customer_id)
            stored = type(self).locked_by_id(self.id)
            if stored.version != seen:
                raise StaleVersion()
            old, new = audit_log.changed({name: getattr(stored, name) for name in facts}, facts)
            if not new:
                return
            self.claim_version(seen, **new, **_spans(new), updated_at=clock.now())
            change = self._change(cause, by, old, new)
            self.keep_progress()
            change.ask_for_answer(customer, by)
            fields = "、".join(LABELS[name] for name in new if name in LABELS)
            why = "" if change.is_correction else f"{reason_words(cause.reason)}。"
            self._tell(
                "修改需求" if change.is_correction else "需求变更", by, old, new, f"{why}改动：{fields}"
            )
            keep_up(self, new, by)

    def keep_progress(self) -> None:
        """The need is answered as far as the least answered of its changes."""
        found = NeedChange.select(NeedChange.progress).where(NeedChange.need == self.id)
        self.progress = overall(progress for (progress,) in found.tuples())
        Need.update(progress=self.progress).where(Need.id == self.id).execute()

    @property
    def word(self) -> str:
        return NEED_TYPES.label(self.type)

    def _change(
        self, cause: Cause, by: Person, old: dict[str, Any] | None = None, new: dict[str, Any] | None = None
    ) -> "NeedChange":
        moment = clock.now()
        return NeedChange.create(
            need=self,
            customer=self.customer_id,
            need_version=self.version,
            reason=cause.reason,
            note=cause.note,
            asked_by=cause.asked_by,
            progress=cause.progress,
            old={name: value for name, value in (old or {}).items() if name in LABELS},
            new={name: value for name, value in (new or {}).items() if name in LABELS},
            by=by,
            created_at=moment,
            updated_at=moment,
        )

    def _tell(self, action: str, by: Person, old: dict | None, new: dict, summary: str) -> None:
        shown = partial(masked_with_deciders, self, masking([self.customer_id])[self.customer_id])
        audit_log.record(
            action,
            by=by,
            kind="need",
            subject_id=self.id,
            title=shown(f"{self.customer.name} {self.word}"),
            old=_masked(old, shown),
            new=_masked(new, shown),
        )
        note(
            self.customer,
            kind="need",
            title=f"{action}：{self.word}",
            summary=names_masked(summary, deciders(self.decision_chain)),  # the timeline does not know them
            by=by,
            subject_kind="need",
            subject_id=self.id,
        )


def _spans(facts: dict[str, Any]) -> dict[str, date | None]:
    """The dates that the given time nodes stand for, None for what cannot be read."""
    found: dict[str, date | None] = {}
    for name, (first, last) in SPANS.items():
        if name in facts:
            words = facts[name]
            try:
                span = parse_time_node(words, clock.today()) if words else None
            except UnclearTime:
                span = None
            found |= {first: span and span.start, last: span and span.end}
    return found


def _masked(facts: dict[str, Any] | None, shown: Shown) -> dict[str, Any] | None:
    """The facts as the audit log keeps them, with no person's name or number."""
    if not facts:
        return facts
    masked = {name: shown(value) if isinstance(value, str) else value for name, value in facts.items()}
    if "decision_chain" in facts:
        masked["decision_chain"] = chain_words(facts["decision_chain"] or [], in_full=False)
    return masked


class NeedChange(VersionedModel):
    """One change of a need, with old and new values by name; the first one, without them, recorded it."""

    need = ForeignKeyField(Need, backref="changes", on_delete="CASCADE", index=False)
    customer = ForeignKeyField(Customer, backref="need_changes", on_delete="CASCADE", index=False)
    need_version = IntegerField()  # that it led to
    reason = CharField(16, default="")
    note = CharField(300, default="")
    asked_by = CharField(60, default="")
    old = JSONField(default=dict)
    new = JSONField(default=dict)
    progress = CharField(12, default="")
    response = CharField(500, default="")
    responded_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
    responded_at = DateTimeField(null=True)
    by = ForeignKeyField(Person, on_delete="RESTRICT")

    class Meta:
        indexes = ((("need", "need_version"), True), (("customer", "created_at", "id"), False))

    @property
    def is_correction(self) -> bool:
        return self.reason == CORRECTION

    def respond(self, progress: str, *, response: str, seen: int, by: Person) -> None:
        """How far the answer is now, and what was said; raises StaleVersion."""
        with database.atomic():
            customer = Customer.locked_by_id(self.customer_id)
            moment, before = clock.now(), {"progress": self.progress, "response": self.response}
            said = {"progress": progress, "response": response}
            self.claim_version(seen, **said, responded_by=by, responded_at=moment, updated_at=moment)
            self.need.keep_progress()
            if progress in UNANSWERED:
                self.ask_for_answer(customer, by)
            else:
                Task.settle("need_change", self.id, "need_change", by=by, outcome=RESPONSES.label(progress))
            old, new = audit_log.changed(before, said)
            self.need._tell(f"需求响应{RESPONSES.label(progress)}", by, old, new, response)

    def ask_for_answer(self, customer: Customer, by: Person) -> None:
        """The owner is to answer the customer, who asked for something else; once while it is open."""
        open_ones = Task.done_at.is_null() & (Task.subject_kind == "need_change")
        if not self.reason or self.progress not in UNANSWERED:
            return
        if Task.select().where(open_ones & (Task.subject_id == self.id)).exists():
            return
        due = add_working_days(clock.today(), ANSWER_WORKING_DAYS)
        asked = Task.ask(
            customer.owner,
            kind="need_change",
            title=f"答复「{customer.name}」的需求变更",
            reason="：".join(filter(None, (reason_words(self.reason), self.note))),
            due_on=due.day,
            due_is_expected=due.expected,
            remind_at=reminder_time(due.day),
            subject_kind="need_change",
            subject_id=self.id,
            address=f"/needs/{self.need_id}#change-{self.id}",
            key=f"need_change:{self.id}:{self.version}",
        )
        if asked and customer.owner_id != by.id:
            body = f"{by.name}记录，请在{asked.due_on:%Y-%m-%d}前答复"
            key = f"task:{asked.id}:asked"
            notify(customer.owner, asked.title, key=key, address=asked.address, body=body, action=True)
