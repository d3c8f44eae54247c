"""Service issues, and the verbs that carry them from the report to the solution (D7)."""

from datetime import datetime
from typing import Any, Self

from peewee import CharField, DateTimeField, ForeignKeyField, TextField

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.queries import as_it_is, masking, shown_texts
from intranet_crm.customers.rules import masked_text, shown_name
from intranet_crm.customers.timeline import note
from intranet_crm.database import VersionedModel, database
from intranet_crm.errors import DomainError, IllegalMove
from intranet_crm.needs.wording import names_masked
from intranet_crm.notices.models import notify
from intranet_crm.reference.choices import ISSUE_KINDS, ISSUE_STATES
from intranet_crm.reference.phones import mask_name
from intranet_crm.reference.workdays import add_working_days
from intranet_crm.service_issues import rules
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import reminder_time

TASK = "service_issue"
PROSE = ("detail", "reply", "result", "reason")


class ServiceIssue(VersionedModel):
    customer = ForeignKeyField(Customer, backref="service_issues", on_delete="CASCADE", index=False)
    kind = CharField(12)
    state = CharField(8, default="open")
    contact = ForeignKeyField(Contact, null=True, backref="service_issues", on_delete="SET NULL")
    reporter = CharField(60, default="")  # the name, also of a contact: it stays when the contact goes
    detail = TextField()
    reported_at = DateTimeField()
    replied_at = DateTimeField(null=True)  # the first reply
    reply = TextField(default="")
    solved_at = DateTimeField(null=True)
    result = TextField(default="")
    reopened_at = DateTimeField(null=True)
    person = ForeignKeyField(Person, backref="service_issues", on_delete="RESTRICT", index=False)
    created_by = ForeignKeyField(Person, backref="recorded_service_issues", on_delete="RESTRICT")

    class Meta:
        indexes = (
            (("customer", "reported_at", "id"), False),
            (("reported_at", "id"), False),
            (("state", "reported_at", "id"), False),
            (("kind", "reported_at", "id"), False),
            (("person", "reported_at", "id"), False),
        )

    @classmethod
    def report(
        cls,
        customer: Customer,
        *,
        by: Person,
        person: Person,
        kind: str,
        detail: str,
        reported_at: datetime | None = None,
        contact: Contact | None = None,
        reporter: str = "",
        result: str = "",
    ) -> Self:
        """A new issue with a to-do for ``person``, who handles it; with a ``result`` it is solved at once.

        ``contact`` is who reported it, or else ``reporter`` a name. Raises DomainError for an odd time.
        """
        moment = clock.now()
        reported_at = _minute(reported_at or moment)
        with database.atomic():
            issue = cls.create(
                customer=Customer.locked_by_id(customer.id),
                kind=kind,
                contact=contact,
                reporter=contact.name if contact else reporter,
                detail=detail,
                reported_at=_checked(reported_at, None, None),
                person=person,
                created_by=by,
                created_at=moment,
                updated_at=moment,
            )
            facts = {name: getattr(issue, name) for name in ("kind", "reporter", "detail", "reported_at")}
            issue._tell(
                "记录服务问题", detail, by, None, facts | {"person": person.name}, at=issue.reported_at
            )
            if result:
                issue.solve(moment, result, seen=issue.version, by=by)
            else:
                issue._ask(by)
        return issue

    def answer(self, at: datetime, reply: str, *, seen: int, by: Person) -> None:
        """The first reply; from now on the to-do is to solve it."""
        facts = {"replied_at": _minute(at), "reply": reply, "state": "replied"}
        self._move("reply", "答复服务问题", facts, reply, seen, by, facts["replied_at"])

    def solve(self, at: datetime, result: str, *, seen: int, by: Person) -> None:
        """Done; solved at once it was replied to at once."""
        facts = {"solved_at": _minute(at), "result": result, "state": "solved"}
        if self.replied_at is None:
            facts["replied_at"] = facts["solved_at"]
        self._move("solve", "解决服务问题", facts, result, seen, by, facts["solved_at"])

    def reopen(self, reason: str, *, seen: int, by: Person) -> None:
        """It was not solved after all; what had been written as the result stays until the next one."""
        facts = {"solved_at": None, "state": "replied", "reopened_at": clock.now()}
        self._move("reopen", "重新打开服务问题", facts, reason, seen, by)

    def revise(self, *, seen: int, by: Person, **facts: Any) -> None:
        """Correct the report or give it to another person; raises StaleVersion and DomainError."""
        with database.atomic():
            self.customer = Customer.locked_by_id(self.customer_id)  # whole: a reader's may be masked
            _checked(facts.get("reported_at", self.reported_at), self.replied_at, self.solved_at)
            old, new = audit_log.changed({name: getattr(self, name) for name in facts}, facts)
            self.claim_version(seen, **new, updated_at=clock.now())
            if not new:
                return
            if "person" in new and self.state != "solved":
                Task.settle(TASK, self.id, TASK, by=by, outcome=f"改由{self.person.name}处理")
                self._ask(by)
            self._tell("修改服务问题", "", by, _named(old), _named(new))

    @property
    def kind_words(self) -> str:
        return ISSUE_KINDS.label(self.kind)

    @property
    def state_words(self) -> str:
        return ISSUE_STATES.label(self.state)

    @property
    def reply_took(self) -> str:
        return rules.took_words(self.reported_at, self.replied_at)

    @property
    def solution_took(self) -> str:
        return rules.took_words(self.reported_at, self.solved_at)

    def _move(
        self,
        verb: str,
        action: str,
        facts: dict[str, Any],
        said: str,
        seen: int,
        by: Person,
        at: datetime | None = None,
    ) -> None:
        states, sentence = rules.MOVES[verb]
        with database.atomic():
            self.customer = Customer.locked_by_id(self.customer_id)
            if self.state not in states:
                raise IllegalMove(sentence)
            times = {name: facts.get(name, getattr(self, name)) for name in ("replied_at", "solved_at")}
            _checked(self.reported_at, **times)
            old = {name: getattr(self, name) for name in facts}
            self.claim_version(seen, **facts, updated_at=clock.now())
            Task.settle(TASK, self.id, TASK, by=by, outcome=action.removesuffix("服务问题"))
            if self.state != "solved":
                self._ask(by)
            self._tell(action, said, by, old, facts | ({"reason": said} if verb == "reopen" else {}), at=at)

    def _ask(self, by: Person) -> None:
        """The to-do of whoever handles it, worded as that person may read of the customer."""
        waits_for_reply = self.state == "open"
        days = rules.REPLY_WORKING_DAYS[self.kind] if waits_for_reply else rules.SOLVE_WORKING_DAYS
        due = add_working_days(clock.today(), days)
        shown = shown_texts(self.person, [self.customer_id])[self.customer_id]
        in_full = shown is as_it_is
        name = shown_name(self.customer.kind, self.customer.name, in_full)
        asked = Task.ask(
            self.person,
            kind=TASK,
            title=f"{'答复' if waits_for_reply else '解决'}{self.kind_words}：{name}",
            reason=self.detail if in_full else masked_text(shown(self.detail), [self.reporter]),
            due_on=due.day,
            due_is_expected=due.expected,
            remind_at=reminder_time(due.day),
            subject_kind=TASK,
            subject_id=self.id,
            address=f"/service-issues/{self.id}",
            key=f"service_issue:{self.id}:{self.version}",
        )
        if asked and self.person_id != by.id:
            body, key = f"{by.name}安排，{asked.due_on:%Y-%m-%d}前完成", f"task:{asked.id}:asked"
            notify(self.person, asked.title, key=key, address=asked.address, body=body, action=True)

    def _tell(
        self,
        action: str,
        said: str,
        by: Person,
        old: dict[str, Any] | None,
        new: dict[str, Any],
        at: datetime | None = None,
    ) -> None:
        stranger = [] if self.contact_id else [self.reporter]  # the timeline knows the contacts only
        note(
            self.customer,
            kind="issue",
            title=f"{action}：{self.kind_words}",
            summary=names_masked(said, stranger),
            by=by,
            subject_kind="service_issue",
            subject_id=self.id,
            at=None if at == _minute(clock.now()) else at,  # just now: in the order of writing
        )
        shown = masking([self.customer_id])[self.customer_id]

        def masked(facts: dict[str, Any] | None) -> dict[str, Any] | None:
            if facts is None:
                return None
            prose = {
                name: masked_text(shown(facts[name]), [self.reporter]) for name in PROSE if name in facts
            }
            named = {"reporter": mask_name(facts["reporter"])} if "reporter" in facts else {}
            return facts | prose | named

        title = f"{shown_name(self.customer.kind, self.customer.name, full=False)} {self.kind_words}"
        audit_log.record(
            action, by=by, kind=TASK, subject_id=self.id, title=title, old=masked(old), new=masked(new)
        )


def _minute(moment: datetime) -> datetime:
    """As forms show it: what happens within one minute happens in the order it is written down."""
    return moment.replace(second=0, microsecond=0)


def _checked(reported_at: datetime, replied_at: datetime | None, solved_at: datetime | None) -> datetime:
    for sentence in rules.faults(reported_at, replied_at, solved_at, clock.now()).values():
        raise DomainError(sentence)
    return reported_at


def _named(facts: dict[str, Any]) -> dict[str, Any]:
    """People and contacts by name, as the log keeps them."""
    return {
        name: (mask_name(value.name) if isinstance(value, Contact) else value.name)
        if isinstance(value, Person | Contact)
        else value
        for name, value in facts.items()
    }
