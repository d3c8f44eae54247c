"""Views of the list that people keep (G3): a filter under a name, and each person's columns."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Self
from urllib.parse import parse_qsl

from peewee import CharField, ForeignKeyField, IntegerField, ModelSelect, fn

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.rules import Role
from intranet_crm.addresses import whole_number
from intranet_crm.customers.list_columns import DEFAULT, Column, columns_named
from intranet_crm.customers.rules import moved
from intranet_crm.customers.tags import Tag
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
        """Show it as a tab above the person's list, after those that are there."""
        theirs = SavedListPin.select(fn.MAX(SavedListPin.place)).where(SavedListPin.person == person.id)
        place = (theirs.scalar() or 0) + 1
        insert_ignoring_repeats(SavedListPin, person=person.id, saved=self.id, place=place)

    def unpin(self, person: Person) -> None:
        both = (SavedListPin.person == person.id) & (SavedListPin.saved == self.id)
        SavedListPin.delete().where(both).execute()

    def move(self, person: Person, step: int) -> None:
        """One place up (-1) or down (1) among the person's tabs."""
        order = moved([saved.id for saved in pinned_lists(person)], self.id, step)
        with database.atomic():
            for place, key in enumerate(order, 1):
                both = (SavedListPin.person == person.id) & (SavedListPin.saved == key)
                SavedListPin.update(place=place).where(both).execute()

    def _refuse_others(self, by: Person) -> None:
        if self.owner_id != by.id:
            raise NotAllowed("这是别人共享的视图，只有建立它的人能改；你可以另存一个自己的。")

    def _log(self, action: str, by: Person, **values: dict) -> None:
        audit_log.record(action, by=by, kind="saved_list", subject_id=self.id, title=self.name, **values)


class SavedListPin(BaseModel):
    person = ForeignKeyField(Person, on_delete="CASCADE", index=False)
    saved = ForeignKeyField(SavedList, backref="pins", on_delete="CASCADE")
    place = IntegerField(default=0)  # the order of the tabs

    class Meta:
        indexes = ((("person", "saved"), True),)


class ListColumns(BaseModel):
    """The columns that a person chose for the list, in the person's order."""

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


def pinned_lists(person: Person) -> list[SavedList]:
    """Those that are tabs above the person's list, in their order."""
    mine = (SavedListPin.saved == SavedList.id) & (SavedListPin.person == person.id)
    found = saved_lists_for(person).join_from(SavedList, SavedListPin, on=mine)
    return list(found.order_by(SavedListPin.place, SavedListPin.id))


def faults(lists: list[SavedList]) -> dict[int, list[str]]:
    """What a view asks for that is out of use by now, in sentences by the view's id; two queries at most."""
    asked = {saved.id: parse_qsl(saved.query) for saved in lists}
    tags = _named(Tag, "tag", asked.values(), Tag.id, Tag.name, Tag.retired_at, Tag.merged_into)
    people = _named(Person, "owner", asked.values(), Person.id, Person.name, Person.disabled_at)
    found: dict[int, list[str]] = {}
    for key, pairs in asked.items():
        said = [_tag_fault(tags.get(value)) for name, value in pairs if name == "tag"]
        said += [_owner_fault(people.get(value)) for name, value in pairs if name == "owner"]
        if said := [sentence for sentence in said if sentence]:
            found[key] = said
    return found


def _named(model: Any, name: str, queries: Iterable[list[tuple[str, str]]], *columns: Any) -> dict[str, Any]:
    """The records that the views name by this parameter, by the parameter's text."""
    keys = set()
    for text in (value for pairs in queries for known, value in pairs if known == name):
        with suppress(ValueError):
            keys.add(whole_number(text))
    return {str(row.id): row for row in model.select(*columns).where(model.id.in_(keys))} if keys else {}


def _tag_fault(tag: Tag | None) -> str:
    if tag is None:
        return "视图里的标签已不存在，这个条件不起作用。"
    if tag.retired_at and not tag.merged_into_id:
        return f"标签「{tag.name}」已停用，不会再有新客户进入这个视图。"
    return ""


def _owner_fault(person: Person | None) -> str:
    return f"{person.name}已停用，名下不会再有新客户。" if person and person.disabled_at else ""


def find_saved_list(person: Person, key: int) -> SavedList | None:
    return saved_lists_for(person).where(SavedList.id == key).first()
