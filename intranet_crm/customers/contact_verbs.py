"""What may be done with a contact; mixed into its table in ``models.py``."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers import contact_rules
from intranet_crm.customers.care_days import keep_days
from intranet_crm.customers.deciders import telling_who_decides
from intranet_crm.customers.rules import shown_name
from intranet_crm.customers.search_keys import keep_contact
from intranet_crm.database import database
from intranet_crm.errors import DomainError, StaleVersion
from intranet_crm.tasks.models import Task

if TYPE_CHECKING:
    from intranet_crm.customers.models import Customer


class ContactVerbs:
    @classmethod
    def add(cls, customer: "Customer", *, by: Person, **facts: Any) -> Self:
        """A new contact, by the names of ``contact_rules.LABELS``; the first one there is its primary.

        Raises DomainError when there is neither a phone nor an e-mail.
        """
        moment = clock.now()
        with database.atomic():
            current = type(customer).locked_by_id(customer.id)
            with telling_who_decides(customer, by):
                others = cls.select().where((cls.customer == customer.id) & cls.left_on.is_null())
                facts["is_primary"] = int(bool(facts.get("is_primary")) or not others.exists())
                contact = cls(customer=customer, created_by=by, created_at=moment, updated_at=moment, **facts)
                contact._claim_primary(facts)
                contact.save(force_insert=True)
                contact._tell("添加联系人", by, None, facts)
            contact._keep_up((), by)
            keep_contact(contact)
            keep_days(current)
        return contact

    def revise(self, seen: int, by: Person, **facts: Any) -> None:
        """Change what is given; a masked value that came back changes nothing (C3).

        A primary contact stays so until another one becomes it. Raises StaleVersion, and DomainError
        when neither a phone nor an e-mail would be left, or a contact that has left would be primary.
        """
        with database.atomic():
            current = type(self.customer).locked_by_id(self.customer_id)
            stored = type(self).get_by_id(self.id)
            if stored.version != seen:
                raise StaleVersion()
            before = {name: getattr(stored, name) for name in contact_rules.LABELS}
            after = before | {name: contact_rules.unmasked(name, facts[name], before[name]) for name in facts}
            after["is_primary"] = int(bool(after["is_primary"]) or bool(before["is_primary"]))
            old, new = audit_log.changed(before, after)
            if not new:
                return
            if after["is_primary"] and stored.left_on:
                raise DomainError("已离职的联系人不能是主联系人；若已回来，请先恢复在职。")
            with telling_who_decides(self.customer, by):
                self._claim_primary(after)
                self.claim_version(seen, **new, updated_at=clock.now())
                self._tell("修改联系人", by, old, new)
            if "decision_role" in new:
                self._remember_role(old["decision_role"], new["decision_role"], by)
            if "birthday" in new:
                Task.settle("contact", self.id, "care", by=by, outcome="生日已更正")
            self._keep_up(new, by)
            keep_contact(type(self).get_by_id(self.id))  # as stored: a reader's may be masked
            keep_days(current)

    def _claim_primary(self, facts: dict[str, Any]) -> None:
        if not contact_rules.is_reachable(facts):
            raise DomainError(contact_rules.UNREACHABLE)
        if facts["is_primary"]:
            cls = type(self)
            others = (cls.customer == self.customer_id) & (cls.is_primary == 1) & (cls.id != (self.id or 0))
            cls.update(is_primary=0, version=cls.version + 1, updated_at=clock.now()).where(others).execute()

    def _remember_role(self, old: str, new: str, by: Person) -> None:
        from intranet_crm.customers.decision_roles import remember  # here, because it needs this table

        remember(self, old, new, by=by)

    def _keep_up(self, changed: Iterable[str], by: Person) -> None:
        """The section of contacts is up to date; what was open and has changed has arrived (B12)."""
        from intranet_crm.customers import pending, sections  # here, because they need these tables

        sections.touch(self.customer_id, ["contacts"], by=by)
        why = pending.judged(self, changed)
        pending.keep(self.customer_id, ("contact", self.id), why, contact_rules.LABELS, by=by)

    def _tell(
        self, action: str, by: Person, old: dict[str, Any] | None, new: dict[str, Any], summary: str = ""
    ) -> None:
        """The audit row and the timeline entry, personal data masked: both have readers without the right."""
        from intranet_crm.customers.timeline import note  # here, because it needs these tables

        name = contact_rules.MASKS["name"](self.name)
        audit_log.record(
            action,
            by=by,
            kind="contact",
            subject_id=self.id,
            title=f"{shown_name(self.customer.kind, self.customer.name, full=False)} {name}",
            old=contact_rules.masked(old) if old else None,
            new=contact_rules.masked(new),
        )
        changes = "、".join(contact_rules.LABELS.get(each, "") for each in new) if old else ""
        told = f"改动：{changes}" if old else " ".join(filter(None, (self.department, self.post)))
        note(
            self.customer,
            kind="contact",
            title=f"{action} {name}",
            by=by,
            summary=summary or told,
            subject_kind="contact",
            subject_id=self.id,
        )
