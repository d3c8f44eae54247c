"""Views of the list that people keep (G3): a filter under a name, and each person's columns."""

from typing import Self

from peewee import CharField, ForeignKeyField, ModelSelect

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.rules import Role
from intranet_crm.customers.list_columns import DEFAULT, Column, columns_named
from intranet_crm.database import BaseModel, JSONField, VersionedModel, database, insert_ignoring_repeats
from intranet_crm.errors import DomainError, NotAllowed

SHARERS = (Role.SUPERVISOR, Role.HEAD, Role.ADMIN)


class SavedList(VersionedModel):
    """A filter with a name; shared with a department, everybody in it and below finds it."""

    name = CharField(30)
    query = CharField(1000)  # the address's query string, as the list reads it
    owner = ForeignKeyField(Person, backref="saved_lists", on_delete="CASCADE")
    department = ForeignKeyField(Department, null=True, on_delete="SET NULL")

    @classmethod
    def keep(cls, name: str, query: str, *, by: Person, shared: bool, pinned: bool) -> Self:
        """A new view; raises DomainError when the person has one of that name."""
        if cls.select().where((cls.owner == by.id) & (cls.name == name)).exists():
            raise DomainError(f"你已经有视图「{name}」，请换一个名称。")
        moment = clock.now()
        with database.atomic():
            kept = cls.create(
                name=name,
                query=query,
                owner=by,
                department=_circle(by) if shared else None,
                created_at=moment,
                updated_at=moment,
            )
            if pinned:
                kept.pin(by)
            kept._log("保存视图", by, new={"name": name, "query": query, "shared": shared})
        return kept

    def revise(self, name: str, *, shared: bool, seen: int, by: Person) -> None:
        self._refuse_others(by)
        taken = (SavedList.owner == by.id) & (SavedList.name == name) & (SavedList.id != self.id)
        if SavedList.select().where(taken).exists():
            raise DomainError(f"你已经有视图「{name}」，请换一个名称。")
        with database.atomic():
            old = {"name": self.name, "shared": self.department_id is not None}
            department = (self.department_id or _circle(by)) if shared else None
            self.claim_version(seen, name=name, department=department, updated_at=clock.now())
            self._log("修改视图", by, old=old, new={"name": name, "shared": shared})

    def forget(self, *, by: Person) -> None:
        self._refuse_others(by)
        with database.atomic():
            SavedList.delete().where(SavedList.id == self.id).execute()
            self._log("删除视图", by, old={"name": self.name, "query": self.query})

    def pin(self, person: Person) -> None:
        """Show it as a tab above the person's list."""
        insert_ignoring_repeats(SavedListPin, person=person.id, saved=self.id)

    def unpin(self, person: Person) -> None:
        both = (SavedListPin.person == person.id) & (SavedListPin.saved == self.id)
        SavedListPin.delete().where(both).execute()

    def _refuse_others(self, by: Person) -> None:
        if self.owner_id != by.id:
            raise NotAllowed("这是别人共享的视图，只有建立它的人能改；你可以另存一个自己的。")

    def _log(self, action: str, by: Person, **values: dict) -> None:
        audit_log.record(action, by=by, kind="saved_list", subject_id=self.id, title=self.name, **values)


class SavedListPin(BaseModel):
    person = ForeignKeyField(Person, on_delete="CASCADE", index=False)
    saved = ForeignKeyField(SavedList, on_delete="CASCADE")

    class Meta:
        indexes = ((("person", "saved"), True),)


class ListColumns(BaseModel):
    """The columns that a person chose for the list."""

    person = ForeignKeyField(Person, unique=True, on_delete="CASCADE")
    columns = JSONField()

    @classmethod
    def choose(cls, person: Person, keys: list[str]) -> None:
        """Remember the columns; none means S2's twelve again."""
        with database.atomic():
            cls.delete().where(cls.person == person.id).execute()
            if keys:
                cls.create(person=person, columns=[column.key for column in columns_named(keys)])


def may_share(person: Person) -> bool:
    return any(role in SHARERS for role in person.roles)


def _circle(person: Person) -> int:
    """The department that a person shares with: the own one; an administrator's, the whole company."""
    if not may_share(person):
        raise NotAllowed("共享视图由主管、部门负责人或管理员建立；你可以先保存为自己的视图。")
    upward = person.department.upward_ids()
    return upward[-1] if Role.ADMIN in person.roles else upward[0]


def columns_for(person: Person) -> tuple[Column, ...]:
    """The columns that the person's list shows."""
    chosen = ListColumns.select(ListColumns.columns).where(ListColumns.person == person.id).first()
    return columns_named(chosen.columns if chosen else DEFAULT)


def saved_lists_for(person: Person) -> ModelSelect:
    """The person's own views and those shared with the person's department."""
    theirs = SavedList.department.in_(person.department.upward_ids())
    return SavedList.select(SavedList, Person).join(Person).where((SavedList.owner == person.id) | theirs)


def pinned_lists(person: Person) -> ModelSelect:
    pins = SavedListPin.select(SavedListPin.saved).where(SavedListPin.person == person.id)
    return saved_lists_for(person).where(SavedList.id.in_(pins)).order_by(SavedList.id)


def find_saved_list(person: Person, key: int) -> SavedList | None:
    return saved_lists_for(person).where(SavedList.id == key).first()
