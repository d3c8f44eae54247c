"""Tasks: what a person has to do, by when, and why."""

from datetime import date, datetime, timedelta
from typing import Any, Self

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, ModelSelect

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.database import VersionedModel, database, insert_ignoring_repeats
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed, StaleVersion
from intranet_crm.notices.models import notify
from intranet_crm.notices.models import settle as settle_notices
from intranet_crm.notices.rules import Topic
from intranet_crm.tasks.rules import BOUND_KINDS, KIND_WORDS, lateness, reminder_time

TOLD_AS = ("task", "urge")  # the keys of what a person was told about task 7 begin with task:7: and urge:7:


class Task(VersionedModel):
    person = ForeignKeyField(Person, backref="tasks", on_delete="RESTRICT")
    kind = CharField(24)  # next_followup, next_step, visit, care, review, return, entry, pending, …
    title = CharField(200)
    reason = CharField(300, default="")
    due_on = DateField()
    due_is_expected = IntegerField(default=0)  # 1: counted through days not yet published, 「预计」
    subject_kind = CharField(32)
    subject_id = IntegerField()
    address = CharField(200)
    key = CharField(120, unique=True)  # the same cause makes one task
    remind_at = DateTimeField(null=True, index=True)
    reminded_at = DateTimeField(null=True)
    done_at = DateTimeField(null=True)
    done_by = IntegerField(null=True)
    outcome = CharField(300, default="")
    handed_by_id = IntegerField(null=True)  # who gave it to ``person``

    urge = None  # the latest one, where ``urges.with_urges`` has looked

    class Meta:
        indexes = (
            (("person", "done_at", "due_on", "id"), False),
            (("subject_kind", "subject_id"), False),
        )

    @classmethod
    def ask(
        cls,
        person: Person,
        *,
        kind: str,
        title: str,
        reason: str,
        due_on: date,
        subject_kind: str,
        subject_id: int,
        address: str,
        key: str,
        remind_at: datetime | None = None,
        due_is_expected: bool = False,
    ) -> Self | None:
        """Put something on a person's list, in the caller's transaction; None for a ``key`` asked before."""
        moment = clock.now()
        asked = insert_ignoring_repeats(
            cls,
            person=person.id,
            kind=kind,
            title=title[:200],
            reason=reason[:300],
            due_on=due_on,
            due_is_expected=int(due_is_expected),
            subject_kind=subject_kind,
            subject_id=subject_id,
            address=address,
            key=key,
            remind_at=remind_at,
            created_at=moment,
            updated_at=moment,
        )
        return cls.get(cls.key == key) if asked else None

    @classmethod
    def settle(
        cls,
        subject_kind: str,
        subject_id: int | ModelSelect,
        kind: str,
        *,
        by: Person | None,
        outcome: str = "",
        asked_by: datetime | None = None,
        of: Person | None = None,
    ) -> int:
        """Close the open tasks of a subject and kind, in the caller's transaction; returns how many.

        ``subject_id`` is one id or a query of ids; ``asked_by`` spares those asked after that minute, ``of``
        those of other people; ``by`` is None when nobody did it but the calendar.
        The verb that settles them writes the audit row.
        """
        subjects = [subject_id] if isinstance(subject_id, int) else subject_id
        about = (cls.subject_kind == subject_kind) & cls.subject_id.in_(subjects) & (cls.kind == kind)
        open_ones = about & cls.done_at.is_null()
        if asked_by is not None:
            open_ones &= cls.created_at < asked_by.replace(second=0, microsecond=0) + timedelta(minutes=1)
        if of is not None:
            open_ones &= cls.person == of.id
        # Ids first: in an UPDATE MariaDB would ask the query again for every task.
        keys = [key for (key,) in cls.select(cls.id).where(open_ones).tuples()]
        if not keys:
            return 0
        moment = clock.now()
        facts = {"done_at": moment, "done_by": by and by.id, "outcome": outcome[:300], "updated_at": moment}
        done = cls.update(version=cls.version + 1, **facts).where(cls.id.in_(keys) & cls.done_at.is_null())
        settle_notices(*(f"{word}:{key}:" for key in keys for word in TOLD_AS))
        return done.execute()

    @classmethod
    def reword(cls, subject_kind: str, subject_id: int, kind: str, *, title: str, reason: str) -> bool:
        """Say anew what the open tasks of a subject and kind are about; False when there are none."""
        about = (cls.subject_kind == subject_kind) & (cls.subject_id == subject_id) & (cls.kind == kind)
        words = {"title": title[:200], "reason": reason[:300], "updated_at": clock.now()}
        said = cls.update(**words, version=cls.version + 1).where(about & cls.done_at.is_null())
        return bool(said.execute())

    @property
    def is_movable(self) -> bool:
        """Whether a person may tick, postpone or give it away; a step on a record's way ends by its act."""
        return self.kind not in BOUND_KINDS

    @property
    def lateness(self) -> str:
        return lateness(self.kind, self.due_on, clock.today())

    def complete(self, *, outcome: str = "", seen: int, by: Person) -> None:
        """The person has done it."""
        with database.atomic():
            self._claim(seen, by, done_at=clock.now(), done_by=by.id, outcome=outcome)
            self._record("完成待办", by, new={"outcome": outcome})

    def postpone(self, due_on: date, *, reason: str, seen: int, by: Person) -> None:
        """Put it off to another day, from today on; it reminds anew before that day."""
        if due_on < clock.today():
            raise DomainError("延期的日期不能早于今天，请选择今天或以后的日期。")
        before = self.due_on
        remind_at = reminder_time(due_on) if self.remind_at else None
        with database.atomic():
            self._claim(seen, by, due_on=due_on, due_is_expected=0, remind_at=remind_at, reminded_at=None)
            self._record("延期待办", by, old={"due_on": before}, new={"due_on": due_on, "reason": reason})

    def hand_over(self, to: Person, *, reason: str, seen: int, by: Person) -> None:
        """Give it to a colleague, who is told."""
        if to.id == by.id:
            raise DomainError("不能转交给自己，请选择另一位同事。")
        why = f"{by.name}转交：{reason}"
        with database.atomic():
            told = f"{why}。{self.reason}" if self.reason else why
            self._claim(seen, by, person=to.id, handed_by_id=by.id, reason=told[:300])
            key = f"task:{self.id}:handover:{self.version}"
            notify(to, f"待办：{self.title}", key=key, address=self.address, body=why, action=True)
            self._record("转交待办", by, old={"person": by.name}, new={"person": to.name, "reason": reason})

    def remind(self, moment: datetime) -> bool:
        """Tell the person once that it is coming up; False when it is done, told, or not yet time."""
        with database.atomic():
            found = Task.locked_by_id(self.id)
            if found.done_at or found.reminded_at or not found.remind_at or found.remind_at > moment:
                return False
            key = f"task:{found.id}:{found.remind_at:%Y%m%dT%H%M}"
            told = notify(
                found.person,
                found.title,
                key=key,
                address=found.address,
                body=found.reason,
                action=True,
                topic=Topic.REMINDER,
            )
            Task.update(reminded_at=moment).where(Task.id == found.id).execute()
        return told

    def _claim(self, seen: int, by: Person, **changes: Any) -> None:
        """Write the changes when the task is still open, still ``by``'s and still as ``seen``."""
        now_is = type(self).locked_by_id(self.id)
        if not now_is.is_movable:
            raise IllegalMove("这项待办随它的记录办结，请打开那条记录处理。")
        if now_is.done_at:
            raise IllegalMove(f"这项待办已在 {clock.local(now_is.done_at):%m-%d %H:%M} 办结，没有再改动。")
        if now_is.person_id != by.id:
            raise NotAllowed("这项待办已转交给别的同事，请刷新页面查看最新的待办。")
        if now_is.version != seen:
            raise StaleVersion("这项待办刚在另一个页面改过，请刷新页面后再处理。")
        self.claim_version(seen, **changes, updated_at=clock.now())
        settle_notices(*(f"{word}:{self.id}:" for word in TOLD_AS))

    def _record(self, action: str, by: Person, *, old: dict | None = None, new: dict | None = None) -> None:
        # The title names customers and contacts, whom the log's readers must not meet (C3).
        title = f"{KIND_WORDS.get(self.kind, '待办')} {self.address}"
        audit_log.record(action, by=by, kind="task", subject_id=self.id, title=title, old=old, new=new)
