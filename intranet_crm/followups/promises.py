"""What a follow-up causes: tasks, reminders, the timeline; mixed into its table in ``models.py``."""

from typing import Any

from peewee import Case, fn

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers import timeline
from intranet_crm.customers.filter_sets import mark
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.followups import rhythm, rules
from intranet_crm.notices.models import notify
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import reminder_time


class Promises:
    def _keep_promises(self, by: Person) -> None:
        """What recording causes beside the record: tasks, the customer's last contact, timeline, log."""
        cls = type(self)
        earlier = cls.select(cls.id).where((cls.customer == self.customer_id) & cls.next_at.is_null(False))
        Task.settle("followup", earlier, "next_followup", by=by, outcome="已跟进", asked_by=self.happened_at)
        self._ask_next(by)
        self._remember()
        rhythm.keep([self.customer_id], by=by)
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
        """The customer's 最后跟进时间 is that of the latest contact, also after a correction.

        No contact is later than the customer was touched: the list of follow-ups counts on that.
        """
        cls = type(self)
        latest = cls.select(fn.MAX(cls.happened_at)).where(cls.customer == self.customer_id).scalar()
        touched_at = Case(None, [(Customer.touched_at < latest, latest)], Customer.touched_at)
        changed = Customer.update(last_followup_at=latest, touched_at=touched_at)
        changed.where(Customer.id == self.customer_id).execute()
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
