"""Who is where: people by session, by department, by role."""

from peewee import ModelSelect

from intranet_crm.accounts.models import Department, Person, PersonRole, Session
from intranet_crm.accounts.rules import Reach, Role


def session_with_person(token: str) -> Session | None:
    """The open session of a cookie, with its person and department in the same query."""
    return (
        Session.select(Session, Person, Department)
        .join(Person)
        .join(Department)
        .where((Session.token == token) & Session.ended_at.is_null())
        .first()
    )


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
