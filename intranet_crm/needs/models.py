"""Needs: what a customer wants, in which budget, by when."""

from datetime import date
from functools import partial
from typing import Any, Self

from peewee import BigIntegerField, CharField, DateField, ForeignKeyField, IntegerField, TextField

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import Shown, masking
from intranet_crm.customers.timeline import note
from intranet_crm.database import JSONField, VersionedModel, database
from intranet_crm.errors import StaleVersion
from intranet_crm.needs.rules import UnclearTime, parse_time_node
from intranet_crm.needs.upkeep import keep_up
from intranet_crm.needs.wording import LABELS, chain_words, masked_with_deciders
from intranet_crm.reference.choices import NEED_TYPES


class Need(VersionedModel):
    customer = ForeignKeyField(Customer, backref="needs", on_delete="CASCADE")
    type = CharField(24)
    type_note = CharField(60, default="")
    background = TextField()
    detail = TextField()
    priority = CharField(8)
    complexity = CharField(8, default="")
    budget_low = BigIntegerField(null=True)  # fen
    budget_high = BigIntegerField(null=True)  # fen
    budget_pending = IntegerField(default=0)  # 1: 「待确认」
    budget_cycle = CharField(200, default="")
    expected_finish = CharField(60, default="")  # the words
    expected_from = DateField(null=True)
    expected_to = DateField(null=True)
    decision_chain = JSONField(default=list)  # [{name, role}]
    pain_points = TextField(default="")
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
    created_by = ForeignKeyField(Person, on_delete="RESTRICT")

    class Meta:
        indexes = ((("customer", "created_at"), False), (("type", "priority", "customer"), False))

    @classmethod
    def record(cls, customer: Customer, *, by: Person, **facts: Any) -> Self:
        """A new need, by the names of ``wording.LABELS``, with ``source_form_id`` when a form was its source.

        A time node that cannot be read stays in words, without dates: the customer may have been vague.
        """
        moment = clock.now()
        known = facts | _span(facts.get("expected_finish") or "")
        with database.atomic():
            Customer.locked_by_id(customer.id)  # its row is changed below: two at once would deadlock
            need = cls.create(customer=customer, created_by=by, created_at=moment, updated_at=moment, **known)
            need._tell("记录需求", by, None, facts, need.background)
            keep_up(need, facts, by)
        return need

    def revise(self, seen: int, by: Person, **facts: Any) -> None:
        """Change what is given; raises StaleVersion when somebody saved it after ``seen``."""
        with database.atomic():
            stored = type(self).locked_by_id(self.id)
            if stored.version != seen:
                raise StaleVersion()
            old, new = audit_log.changed({name: getattr(stored, name) for name in facts}, facts)
            if not new:
                return
            dates = _span(new["expected_finish"]) if "expected_finish" in new else {}
            self.claim_version(seen, **new, **dates, updated_at=clock.now())
            self._tell("修改需求", by, old, new, "改动：" + "、".join(LABELS.get(name, name) for name in new))
            keep_up(self, new, by)

    def _tell(self, action: str, by: Person, old: dict | None, new: dict, summary: str) -> None:
        word = NEED_TYPES.label(self.type)
        shown = partial(masked_with_deciders, self, masking([self.customer_id])[self.customer_id])
        audit_log.record(
            action,
            by=by,
            kind="need",
            subject_id=self.id,
            title=shown(f"{self.customer.name} {word}"),
            old=_masked(old, shown),
            new=_masked(new, shown),
        )
        note(
            self.customer,
            kind="need",
            title=f"{action}：{word}",
            summary=summary,
            by=by,
            subject_kind="need",
            subject_id=self.id,
        )


def _span(words: str) -> dict[str, date | None]:
    """The dates that a time node stands for, None for what cannot be read."""
    try:
        span = parse_time_node(words, clock.today()) if words else None
    except UnclearTime:
        span = None
    return {"expected_from": span and span.start, "expected_to": span and span.end}


def _masked(facts: dict[str, Any] | None, shown: Shown) -> dict[str, Any] | None:
    """The facts as the audit log keeps them, with no person's name or number."""
    if not facts:
        return facts
    masked = {name: shown(value) if isinstance(value, str) else value for name, value in facts.items()}
    if "decision_chain" in facts:
        masked["decision_chain"] = chain_words(facts["decision_chain"] or [], in_full=False)
    return masked
