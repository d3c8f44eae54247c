"""Departments, people, their roles and sessions, and the verbs that change them."""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cached_property
from typing import Self

from flask_login import UserMixin
from peewee import BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField

from intranet_crm import audit_log, clock
from intranet_crm.accounts import passwords
from intranet_crm.accounts.rules import (
    LOCK_AFTER,
    LOCK_FOR,
    Permission,
    Reach,
    Role,
    clean_username,
    reach_of,
)
from intranet_crm.database import BaseModel, VersionedModel, database
from intranet_crm.errors import DomainError


class Department(VersionedModel):
    name = CharField(64, unique=True)
    parent = ForeignKeyField("self", null=True, backref="children", on_delete="RESTRICT")
    path = CharField(120, default="", index=True)  # "/1/4/", so that all below it is one prefix

    @classmethod
    def found(cls, name: str, parent: Self | None = None, *, by: "Person | None" = None) -> Self:
        """A new department below ``parent``."""
        moment = clock.now()
        with database.atomic():
            new = cls.create(name=name, parent=parent, created_at=moment, updated_at=moment)
            new.path = f"{parent.path if parent else '/'}{new.id}/"
            new.save(only=[cls.path])
            audit_log.record("新建部门", by=by, kind="department", subject_id=new.id, title=name)
        return new

    def move(self, *, name: str, parent: Self | None, seen: int, by: "Person") -> None:
        """Rename or put below another department; raises DomainError when that would make a ring."""
        if parent and parent.path.startswith(self.path):
            raise DomainError(f"「{self.name}」不能放在自己的下级「{parent.name}」之下。")
        old_path, old = self.path, {"name": self.name, "parent": self.parent_id}
        new_path = f"{parent.path if parent else '/'}{self.id}/"
        with database.atomic():
            self.claim_version(seen, name=name, parent=parent, path=new_path, updated_at=clock.now())
            for below in Department.select().where(
                Department.path.startswith(old_path) & (Department.id != self.id)
            ):
                moved = new_path + below.path[len(old_path) :]
                Department.update(path=moved).where(Department.id == below.id).execute()
            new = {"name": name, "parent": parent.id if parent else None}
            audit_log.record(
                "修改部门", by=by, kind="department", subject_id=self.id, title=name, old=old, new=new
            )

    def upward_ids(self) -> list[int]:
        """This department's id, then its parents', nearest first."""
        return [int(part) for part in reversed(self.path.strip("/").split("/"))]


class Person(VersionedModel, UserMixin):
    username = CharField(64, unique=True)
    name = CharField(64)
    department = ForeignKeyField(Department, backref="people", on_delete="RESTRICT")
    email = CharField(120, default="")
    password_hash = CharField(200)
    must_change_password = BooleanField(default=True)
    disabled_at = DateTimeField(null=True)
    disabled_by = IntegerField(null=True)

    session_token = ""  # of the session that this person is asking in; see sessions.py

    @classmethod
    def enrol(
        cls,
        *,
        username: str,
        name: str,
        department: Department,
        roles: Iterable[Role],
        password: str,
        must_change_password: bool = True,
        email: str = "",
        by: "Person | None" = None,
    ) -> Self:
        """A new person with an issued password."""
        moment = clock.now()
        with database.atomic():
            person = cls.create(
                username=clean_username(username),
                name=name,
                department=department,
                email=email,
                password_hash=passwords.hashed(password),
                must_change_password=must_change_password,
                created_at=moment,
                updated_at=moment,
            )
            person._set_roles(roles)
            audit_log.record(
                "新建人员", by=by, kind="person", subject_id=person.id, title=name, new=person._facts()
            )
        return person

    @cached_property
    def roles(self) -> list[Role]:
        rows = PersonRole.select(PersonRole.role).where(PersonRole.person == self.id).tuples()
        return self.take_roles([role for (role,) in rows])

    def take_roles(self, held: Collection[str]) -> list[Role]:
        """Keep the roles of these words, as the database has them, in the order of A2."""
        self.roles = [role for role in Role if role.value in held]
        return self.roles

    def reach(self, permission: Permission) -> Reach:
        return reach_of(self.roles, permission)

    def may(self, permission: Permission) -> bool:
        return self.reach(permission) > Reach.NONE

    def get_id(self) -> str:
        """What the cookie holds: the token of this session, not the person's id."""
        return self.session_token

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    def _set_roles(self, roles: Iterable[Role]) -> None:
        PersonRole.delete().where(PersonRole.person == self.id).execute()
        PersonRole.insert_many([{"person": self.id, "role": Role(role).value} for role in roles]).execute()
        self.__dict__.pop("roles", None)

    def _facts(self) -> dict:
        return {
            "username": self.username,
            "name": self.name,
            "department": self.department.name,
            "roles": [role.value for role in self.roles],
            "email": self.email,
        }

    def revise(
        self,
        *,
        name: str,
        department: Department,
        roles: Iterable[Role],
        email: str,
        seen: int,
        by: "Person",
    ) -> None:
        """Change name, department, roles or e-mail; a changed role ends the person's sessions.

        Raises DomainError when an administrator would drop the own role: the last one could not come back.
        """
        roles = list(roles)
        if by.id == self.id and Role.ADMIN in self.roles and Role.ADMIN not in roles:
            raise DomainError("不能取消自己的管理员角色，请由另一位管理员操作。")
        before = self._facts()
        with database.atomic():
            self.claim_version(seen, name=name, department=department, email=email, updated_at=clock.now())
            self._set_roles(roles)
            after = self._facts()
            if before["roles"] != after["roles"]:
                self.end_sessions()
            old, new = audit_log.changed(before, after)
            audit_log.record(
                "修改人员", by=by, kind="person", subject_id=self.id, title=name, old=old, new=new
            )

    def set_password(self, password: str, *, issued: bool, by: "Person | None") -> None:
        """A new password, which ends every session; an issued one must be changed at the next sign-in."""
        with database.atomic():
            Person.update(
                password_hash=passwords.hashed(password),
                must_change_password=issued,
                version=Person.version + 1,
                updated_at=clock.now(),
            ).where(Person.id == self.id).execute()
            self.must_change_password = issued
            self.end_sessions()
            SignInFailure.forget(self.username)
            action = "重置口令" if issued else "修改口令"
            audit_log.record(action, by=by, kind="person", subject_id=self.id, title=self.name)

    def disable(self, *, by: "Person") -> None:
        """The person can no longer sign in; raises DomainError for oneself."""
        if by.id == self.id:
            raise DomainError("不能停用自己的账号，请由另一位管理员操作。")
        with database.atomic():
            moment = clock.now()
            Person.update(disabled_at=moment, disabled_by=by.id, version=Person.version + 1).where(
                Person.id == self.id
            ).execute()
            self.disabled_at = moment
            self.end_sessions()
            audit_log.record("停用人员", by=by, kind="person", subject_id=self.id, title=self.name)

    def enable(self, *, by: "Person") -> None:
        with database.atomic():
            Person.update(disabled_at=None, disabled_by=None, version=Person.version + 1).where(
                Person.id == self.id
            ).execute()
            self.disabled_at = None
            audit_log.record("启用人员", by=by, kind="person", subject_id=self.id, title=self.name)

    def end_sessions(self) -> None:
        Session.update(ended_at=clock.now()).where(
            (Session.person == self.id) & Session.ended_at.is_null()
        ).execute()


class PersonRole(BaseModel):
    person = ForeignKeyField(Person, backref="role_rows", on_delete="CASCADE")
    role = CharField(16, index=True)

    class Meta:
        indexes = ((("person", "role"), True),)


class Session(BaseModel):
    """One sign-in of one person; the cookie holds its token, so that it can be ended from here."""

    token = CharField(64, unique=True)
    person = ForeignKeyField(Person, backref="sessions", on_delete="CASCADE")
    address = CharField(64)
    started_at = DateTimeField()
    seen_at = DateTimeField()
    ended_at = DateTimeField(null=True)

    @classmethod
    def start(cls, person: Person, address: str) -> Self:
        moment = clock.now()
        with database.atomic():
            SignInFailure.forget(person.username)
            session = cls.create(
                token=secrets.token_urlsafe(32),
                person=person,
                address=address,
                started_at=moment,
                seen_at=moment,
            )
            audit_log.record("登录", by=person, kind="person", subject_id=person.id, title=person.name)
        return session

    def end(self) -> None:
        with database.atomic():
            Session.update(ended_at=clock.now()).where(Session.id == self.id).execute()
            person = self.person
            audit_log.record("退出", by=person, kind="person", subject_id=person.id, title=person.name)


class SignInFailure(BaseModel):
    """A wrong password, counted by account and by address (等保 D02)."""

    username = CharField(64, index=True)
    address = CharField(64, index=True)
    at = DateTimeField()

    @classmethod
    def note(cls, username: str, address: str) -> None:
        name = clean_username(username)[:64]
        with database.atomic():
            cls.create(username=name, address=address, at=clock.now())
            audit_log.record("登录失败", by=None, kind="sign_in", title=name)

    @classmethod
    def locked_until(cls, username: str, address: str) -> datetime | None:
        """When the account, or the address (at ten times the count), may try again; None when it may now."""
        since = clock.now() - LOCK_FOR
        for column, value, most in (
            (cls.username, clean_username(username)[:64], LOCK_AFTER),
            (cls.address, address, LOCK_AFTER * 10),
        ):
            recent = (
                cls.select(cls.at)
                .where((column == value) & (cls.at > since))
                .order_by(cls.at.desc())
                .limit(most)
                .tuples()
            )
            times = [at for (at,) in recent]
            if len(times) == most:
                return times[0] + LOCK_FOR
        return None

    @classmethod
    def forget(cls, username: str) -> None:
        cls.delete().where(cls.username == username).execute()
