"""Deputies (O4): who reviews in a head's place, between two days."""

import secrets
from datetime import date
from typing import Self

from peewee import DateField, DateTimeField, ForeignKeyField, IntegerField, ModelSelect

from intranet_crm import audit_log, background, clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_with_role
from intranet_crm.accounts.rules import Permission, roles_with
from intranet_crm.database import BaseModel, database
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed

LONGEST_SPAN = 366
KEPT_IN_SIGHT = 50


class UnfitDeputy(DomainError):
    """This person cannot be the deputy."""


class UnfitStart(DomainError):
    """The first day cannot be this one."""


class Deputy(BaseModel):
    """A head's deputy; both days count. Ended early it keeps its row, since decisions were made under it."""

    head = ForeignKeyField(Person, backref="deputies", on_delete="RESTRICT")
    deputy = ForeignKeyField(Person, backref="deputy_of", on_delete="RESTRICT")
    starts_on = DateField()
    ends_on = DateField()
    named_by_id = IntegerField()
    named_at = DateTimeField()
    ended_at = DateTimeField(null=True)

    @classmethod
    def appoint(cls, head: Person, deputy: Person, starts_on: date, ends_on: date, *, by: Person) -> Self:
        """A deputy of ``head`` for these days; raises NotAllowed, or DomainError when it cannot be."""
        if by.id != head.id and not by.may(Permission.CONFIGURE):
            raise NotAllowed("代理人由负责人本人指定；本人不在时由管理员指定。")
        if not head.may(Permission.REVIEW):
            raise DomainError(f"{head.name}没有复核权限，不需要代理人。")
        if deputy.id == head.id:
            raise UnfitDeputy("代理人不能是本人，请选择另一位同事。")
        if not deputy.is_active or not deputy.may(Permission.REVIEW):
            raise UnfitDeputy(f"{deputy.name}没有复核权限，不能代理复核。")
        _must_be_a_span(starts_on, ends_on)
        _must_lie_ahead(starts_on)
        with database.atomic():
            Person.locked_by_id(head.id)
            _must_be_free(head, starts_on, ends_on)
            made = cls.create(
                head=head,
                deputy=deputy,
                starts_on=starts_on,
                ends_on=ends_on,
                named_by_id=by.id,
                named_at=clock.now(),
            )
            facts = {"deputy": deputy.name, "from": starts_on, "until": ends_on}
            audit_log.record(
                "指定代理人", by=by, kind="person", subject_id=head.id, title=head.name, new=facts
            )
            made._pass_on()
        return made

    def reschedule(self, starts_on: date, ends_on: date, *, by: Person) -> None:
        """Other days for the same deputy; one that has begun keeps its first day. Raises as ``appoint``."""
        self._must_be_own(by)
        with database.atomic():
            head = Person.locked_by_id(self.head_id)
            found = Deputy.get_by_id(self.id)
            if found.state == "已结束":
                raise IllegalMove("这段代理已经结束，请另外指定。")
            if found.state == "代理中" and starts_on != found.starts_on:
                raise UnfitStart("代理已经开始，开始日期不能再改；请只改结束日期。")
            _must_be_a_span(starts_on, ends_on)
            if starts_on != found.starts_on:
                _must_lie_ahead(starts_on)
            _must_be_free(head, starts_on, ends_on, but=self.id)
            old = {"from": found.starts_on, "until": found.ends_on}
            new = {"from": starts_on, "until": ends_on}
            if old == new:
                return
            Deputy.update(starts_on=starts_on, ends_on=ends_on).where(Deputy.id == self.id).execute()
            told = {"by": by, "kind": "person", "subject_id": head.id, "title": head.name}
            audit_log.record("修改代理期限", **told, old=old, new=new)
            self.starts_on, self.ends_on = starts_on, ends_on
            self._pass_on()

    def end(self, *, by: Person) -> None:
        """Over from now on; raises NotAllowed, and IllegalMove when it is over already."""
        self._must_be_own(by)
        with database.atomic():
            open_one = (Deputy.id == self.id) & Deputy.ended_at.is_null()
            if not Deputy.update(ended_at=clock.now()).where(open_one).execute():
                raise IllegalMove("这段代理已经结束。")
            facts = {"deputy": self.deputy.name, "from": self.starts_on, "until": self.ends_on}
            audit_log.record(
                "结束代理", by=by, kind="person", subject_id=self.head_id, title=self.head.name, old=facts
            )
            self._pass_on()

    def _must_be_own(self, by: Person) -> None:
        if by.id != self.head_id and not by.may(Permission.CONFIGURE):
            raise NotAllowed("代理由负责人本人或管理员修改和结束。")

    def _pass_on(self) -> None:
        """Have both told, and the to-dos of what waits for the head given or taken back."""
        background.enqueue("intake.deputy", self.id, f"intake.deputy:{self.id}:{secrets.token_hex(8)}")

    @property
    def state(self) -> str:
        if self.ended_at or self.ends_on < clock.today():
            return "已结束"
        return "未开始" if self.starts_on > clock.today() else "代理中"

    @classmethod
    def _standing(cls) -> ModelSelect:
        return cls.select(cls, Person).join(Person, on=cls.deputy).where(cls.ended_at.is_null())

    @classmethod
    def _today(cls) -> ModelSelect:
        today = clock.today()
        return cls._standing().where((cls.starts_on <= today) & (cls.ends_on >= today))


def _must_be_a_span(starts_on: date, ends_on: date) -> None:
    if ends_on < max(starts_on, clock.today()):
        raise DomainError("代理的结束日期不能早于开始日期，也不能早于今天。")
    if (ends_on - starts_on).days > LONGEST_SPAN:
        raise DomainError("一次代理最长一年，请缩短期限。")


def _must_lie_ahead(starts_on: date) -> None:
    """Nobody was a deputy before being named: the list would say so of days on which the head was alone."""
    if starts_on < clock.today():
        raise UnfitStart("代理从今天或以后的一天开始，开始日期不能早于今天。")


def _must_be_free(head: Person, starts_on: date, ends_on: date, *, but: int = 0) -> None:
    overlapping = (Deputy.starts_on <= ends_on) & (Deputy.ends_on >= starts_on) & (Deputy.id != but)
    if taken := Deputy._standing().where((Deputy.head == head.id) & overlapping).first():
        raise DomainError(
            f"{taken.starts_on} 至 {taken.ends_on} 已由{taken.deputy.name}代理，"
            "请先结束那一段，或换一个期限。"
        )


def deputies_between(head: Person, first: date, last: date) -> list[Deputy]:
    """The head's own appointments that stand on any of these days."""
    on_these = (Deputy.starts_on <= last) & (Deputy.ends_on >= first)
    return list(Deputy._standing().where((Deputy.head == head.id) & on_these).order_by(Deputy.starts_on))


def deputies_of(head: Person) -> list[Person]:
    """Who reviews in the head's place today."""
    found = Deputy._today().where((Deputy.head == head.id) & Person.disabled_at.is_null())
    return [each.deputy for each in found]


def begun_on(day: date) -> list[Deputy]:
    """The standing appointments whose first day it is."""
    return list(Deputy.select().where(Deputy.ended_at.is_null() & (Deputy.starts_on == day)))


def represented_by(person: Person) -> list[int]:
    """The ids of the heads in whose place the person reviews today."""
    rows = Deputy._today().where(Deputy.deputy == person.id)
    return [each.head_id for each in rows]


def appointments(head: Person | None = None) -> list[Deputy]:
    """The latest appointments, of one head or of all, with their people."""
    heads = Person.alias()
    query = (
        Deputy.select(Deputy, Person, heads)
        .join_from(Deputy, Person, on=Deputy.deputy)
        .join_from(Deputy, heads, on=Deputy.head, attr="head")
        .order_by(Deputy.id.desc())
        .limit(KEPT_IN_SIGHT)
    )
    return list(query.where(Deputy.head == head.id) if head else query)


def reviewers() -> ModelSelect:
    """The active people who may review: heads, and whoever else has the permission."""
    return people_with_role(*roles_with(Permission.REVIEW))
