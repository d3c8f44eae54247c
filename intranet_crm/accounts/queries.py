"""Who is where: people by session, by department, by role."""

from typing import Any

from peewee import ModelSelect, fn

from intranet_crm.accounts.models import Department, Person, PersonRole, Session
from intranet_crm.accounts.rules import Reach, Role
from intranet_crm.database import Kept


def session_with_person(token: str) -> Session | None:
    """The open session of a cookie, with its person, their roles and department in the same query."""
    found = _sessions(token)
    for session in found:
        session.person.take_roles((session.roles or "").split(","))
    return found[0] if found else None


@Kept
def _sessions(token: Any) -> ModelSelect:
    roles = PersonRole.select(fn.GROUP_CONCAT(PersonRole.role)).where(PersonRole.person == Person.id)
    found = Session.select(Session, Person, Department, roles.alias("roles")).join(Person).join(Department)
    return found.where((Session.token == token) & Session.ended_at.is_null())


def people_within(person: Person, reach: Reach) -> ModelSelect:
    """The ids of the people that a reach covers, as a subquery; never called with NONE or ALL."""
    ids = Person.select(Person.id)
    if reach == Reach.OWN:
        return ids.where(Person.id == person.id)
    if reach == Reach.DEPARTMENT:
        return ids.where(Person.department == person.department_id)
    return ids.where(Person.department.in_(departments_within(person)))


def departments_within(person: Person) -> ModelSelect:
    """The ids of the person's department and all below it."""
    return Department.select(Department.id).where(Department.path.startswith(person.department.path))


def active_people() -> ModelSelect:
    return Person.select().where(Person.disabled_at.is_null()).order_by(Person.name, Person.id)


def people_with_role(*roles: Role) -> ModelSelect:
    holders = PersonRole.select(PersonRole.person).where(PersonRole.role.in_([r.value for r in roles]))
    return active_people().where(Person.id.in_(holders))


def heads_upward(department: Department) -> list[tuple[int, list[Person]]]:
    """(department id, its active heads), from the department up to the top (O4)."""
    heads: dict[int, list[Person]] = {}
    for head in people_with_role(Role.HEAD).where(Person.department.in_(department.upward_ids())):
        heads.setdefault(head.department_id, []).append(head)
    return [(key, heads.get(key, [])) for key in department.upward_ids()]


def department_tree() -> list[Department]:
    """All departments, each parent before its children."""
    return list(Department.select().order_by(Department.path))


PEOPLE_A_PAGE = 50


def people_page(
    *, text: str = "", department: int | None = None, role: str = "", after: str = ""
) -> tuple[list[Person], str]:
    """People by account name from ``after`` on, and the account name after which the next page begins."""
    query = Person.select(Person, Department).join(Department)
    if text:
        query = query.where(Person.name.contains(text) | Person.username.contains(text.lower()))
    if department and (top := Department.get_or_none(Department.id == department)):
        query = query.where(Department.path.startswith(top.path))
    if role:
        query = query.where(
            Person.id.in_(PersonRole.select(PersonRole.person).where(PersonRole.role == role))
        )
    found = list(query.where(Person.username > after).order_by(Person.username).limit(PEOPLE_A_PAGE + 1))
    page = found[:PEOPLE_A_PAGE]
    _give_roles(page)
    return page, page[-1].username if len(found) > PEOPLE_A_PAGE else ""


def _give_roles(people: list[Person]) -> None:
    """Load everybody's roles in one query."""
    held: dict[int, set[str]] = {}
    rows = PersonRole.select(PersonRole.person, PersonRole.role).where(
        PersonRole.person.in_([person.id for person in people])
    )
    for person_id, role in rows.tuples():
        held.setdefault(person_id, set()).add(role)
    for person in people:
        person.take_roles(held.get(person.id, ()))
