"""The people of the seeded company: departments with heads, teams with supervisors, sellers."""

from itertools import count, islice
from random import Random

from intranet_crm.accounts import passwords
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.rules import Role
from intranet_crm.database import database
from intranet_crm.demo.names import someone

ACCOUNT = "seed"  # account names of the people made here begin so
DEPARTMENTS, TEAMS, SELLERS = 6, 2, 5  # 60 sellers in all


def people(chance: Random) -> tuple[list[Person], list[Person]]:
    """The sellers and the 客户成功经理, made when they are not there yet."""
    if not Person.select().where(Person.username.startswith(ACCOUNT)).exists():
        with database.atomic():
            _hire(chance)
    ours = list(Person.select().where(Person.username.startswith(ACCOUNT)).order_by(Person.id))
    return (
        [person for person in ours if Role.SALES in person.roles],
        [person for person in ours if Role.SUCCESS in person.roles],
    )


def _hire(chance: Random) -> None:
    """Departments with heads, teams with supervisors, one administrator; nobody knows their password."""
    password, numbers = passwords.issued(), count(1)

    def enrol(department: Department, role: Role, people: int = 1) -> None:
        for number in islice(numbers, people):
            Person.enrol(
                username=f"{ACCOUNT}{number:03d}",
                name=someone(chance).name,
                department=department,
                roles=[role],
                password=password,
                must_change_password=False,
            )

    top = Department.found("测速总部")
    enrol(top, Role.HEAD)
    enrol(top, Role.ADMIN)
    enrol(Department.found("测速客户成功部", top), Role.SUCCESS, 6)
    for place in range(1, DEPARTMENTS + 1):
        department = Department.found(f"测速销售{place}部", top)
        enrol(department, Role.HEAD)
        for number in range(1, TEAMS + 1):
            team = Department.found(f"测速销售{place}部{number}组", department)
            enrol(team, Role.SUPERVISOR)
            enrol(team, Role.SALES, SELLERS)
