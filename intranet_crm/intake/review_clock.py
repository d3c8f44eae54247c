"""The clocks of review (O4, F4): how long a head has, and when a head who stays away is passed over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from peewee import IntegerField, IntegrityError

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.queries import department_tree, people_with_role
from intranet_crm.accounts.rules import Permission, Role, roles_with
from intranet_crm.database import VersionedModel, database
from intranet_crm.errors import DomainError, StaleVersion

# S4 names no time for 二级复核; a form should not lie for days
FIRST = {"review_days": 1, "absent_days": 2}
LONGEST = 20
ONLY = 1
STALE = "复核时限刚被别人改过，请看过现在的天数后再保存。"


class ReviewClock(VersionedModel):
    """One row, once an administrator has changed what the system began with; in working days."""

    review_days = IntegerField()
    absent_days = IntegerField()  # past the due day, before the next head upward is asked

    @classmethod
    def current(cls) -> Self:
        """As it was written last; version 0, not stored, where nobody has changed it."""
        return cls.select().order_by(cls.id).first() or cls(**FIRST, version=0)

    @classmethod
    def write(cls, review_days: int, absent_days: int, *, seen: int, by: Person) -> Self:
        """The clocks from now on. Raises StaleVersion, and DomainError for days out of bounds."""
        if not all(1 <= days <= LONGEST for days in (review_days, absent_days)):
            raise DomainError(f"请填 1 到 {LONGEST} 个工作日。")
        days, moment = {"review_days": review_days, "absent_days": absent_days}, clock.now()
        found = cls.current()
        old, new = audit_log.changed({name: getattr(found, name) for name in days}, days)
        if found.version != seen:
            raise StaleVersion(STALE)
        if not new:
            return found
        with database.atomic():
            if found.id:
                found.claim_version(seen, **days, updated_at=moment)
            else:
                found = cls._first(days, moment)
            told = {"by": by, "kind": "review_clock", "subject_id": found.id, "title": "复核时限"}
            audit_log.record("修改复核时限", **told, old=old, new=new)
        return found

    @classmethod
    def _first(cls, days: dict[str, int], moment: datetime) -> Self:
        """The one row; somebody may have written it between the look and now."""
        try:
            return cls.create(id=ONLY, **days, created_at=moment, updated_at=moment)
        except IntegrityError:
            raise StaleVersion(STALE) from None


def administrators() -> list[Person]:
    """Who is told when nobody stands above a head who stays away."""
    return list(people_with_role(*roles_with(Permission.CONFIGURE)))


@dataclass(frozen=True)
class Way:
    """Who reviews the forms of a department, and who is asked in turn when that person stays away."""

    department: Department
    depth: int
    heads: list[str]


def ways_upward() -> list[Way]:
    """The heads from every department upward, for a collector who is none of them; two queries."""
    heads: dict[int, list[str]] = {}
    for head in people_with_role(Role.HEAD):
        heads.setdefault(head.department_id, []).append(head.name)
    found = []
    for department in department_tree():
        upward = department.upward_ids()
        chain = [name for key in upward for name in heads.get(key, [])]
        found.append(Way(department, len(upward) - 1, chain))
    return found
