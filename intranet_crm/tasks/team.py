"""What is overdue in a person's team (F5): who keeps things waiting, and what one of them has open.

Nothing here counts all tasks: people are found by one step into the index each, numbers stop at 1000.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import add
from typing import NamedTuple, Self

from peewee import JOIN, Case, ModelSelect, Select, Value, fn

from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.queries import people_with_role, people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach, Role
from intranet_crm.addresses import whole_number
from intranet_crm.reference.workdays import working_day_of
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.queries import MOST_COUNTED, overdue
from intranet_crm.tasks.urges import Urge

PAGE = 20
LONG = timedelta(days=7)


def team_reach(person: Person) -> Reach:
    """How far the person sees others' tasks: these name contacts, so not farther than these are seen (C3)."""
    reach = min(person.reach(P.URGE), person.reach(P.SEE_CONTACTS))
    return reach if reach > Reach.OWN else Reach.NONE


def sees_team(person: Person) -> bool:
    return team_reach(person) != Reach.NONE


def team_of(person: Person) -> ModelSelect:
    """Those whose overdue tasks the person sees: all within reach, but neither oneself nor one's head."""
    reach, others = team_reach(person), Person.select().where(Person.id != person.id)
    if reach == Reach.NONE:
        return others.where(Person.id.is_null())
    if reach != Reach.ALL:
        others = others.where(Person.id.in_(people_within(person, reach)))
    if Role.HEAD in person.roles:
        return others
    return others.where(Person.id.not_in(people_with_role(Role.HEAD).select(Person.id).order_by()))


class Place(NamedTuple):
    """Where a row stands among those who keep things waiting: the longest first."""

    oldest: date
    key: int

    @classmethod
    def parsed(cls, text: str | None) -> Self | None:
        day, _, key = (text or "").partition("_")
        try:
            return cls(date.fromisoformat(day), whole_number(key))
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.oldest}_{self.key}"


@dataclass(frozen=True)
class Waiting:
    """A colleague with overdue tasks; each number stops at 1000."""

    person: Person
    oldest: date
    number: int
    for_long: int  # of these, overdue for more than a week
    fresh: int  # of these, not urged on this working day
    urge: Urge | None  # the latest

    @property
    def place(self) -> Place:
        return Place(self.oldest, self.person.id)


def waiting_people(
    viewer: Person, today: date, after: Place | None = None, most: int = PAGE
) -> list[Waiting]:
    """A page of colleagues with overdue tasks, and one more; four queries, whatever there is."""
    places = _places(viewer, today, after, most + 1)
    if not places:
        return []
    keys = [place.key for place in places]
    people = {p.id: p for p in Person.select(Person, Department).join(Department).where(Person.id.in_(keys))}
    numbers, urges = _numbers(keys, today), _latest_urges(keys)
    return [
        Waiting(people[place.key], place.oldest, *numbers[place.key], urges.get(place.key))
        for place in places
    ]


def _places(viewer: Person, today: date, after: Place | None, most: int) -> list[Place]:
    first = overdue(today).select(Task.due_on).where(Task.person == Person.id).order_by(Task.due_on).limit(1)
    team = team_of(viewer).select(Person.id.alias("key"), first.alias("oldest")).alias("team")
    key, oldest = team.c.key, team.c.oldest
    found = Select([team], [oldest, key]).where(oldest.is_null(False)).bind(Person._meta.database)
    if after:
        found = found.where((oldest > after.oldest) | ((oldest == after.oldest) & (key > after.key)))
    rows = found.order_by(oldest, key).limit(most).tuples()
    return [Place(day if isinstance(day, date) else date.fromisoformat(day), key) for day, key in rows]


def _numbers(keys: list[int], today: date) -> dict[int, tuple[int, int, int]]:
    """How many tasks of each are overdue, how many of these for more than a week, how many not yet urged."""
    urged = (Urge.task == Task.id) & (Urge.working_day == working_day_of(today))

    def counted(key: int) -> Select:
        late = overdue(today).select(Task.due_on, Urge.id.alias("urge")).join(Urge, JOIN.LEFT_OUTER, on=urged)
        late = late.where(Task.person == key).order_by(Task.due_on).limit(MOST_COUNTED).alias("late")
        is_long = Case(None, ((late.c.due_on < today - LONG, 1),), 0)
        return Select([late], [Value(key), fn.COUNT(late.c.due_on), fn.SUM(is_long), fn.COUNT(late.c.urge)])

    rows = reduce(add, map(counted, keys)).bind(Task._meta.database).tuples()
    return {key: (number, int(for_long or 0), number - urged) for key, number, for_long, urged in rows}


def has_fresh(person: Person, today: date) -> bool:
    """Whether anything of the person is left to be urged on this working day."""
    return _numbers([person.id], today)[person.id][2] > 0


def _latest_urges(keys: list[int]) -> dict[int, Urge]:
    latest = Urge.select(Urge.id).where(Urge.person == Person.id).order_by(Urge.at.desc()).limit(1)
    ids = [key for (key,) in Person.select(latest).where(Person.id.in_(keys)).tuples() if key]
    found = Urge.select(Urge, Person).join(Person, on=Urge.by).where(Urge.id.in_(ids)) if ids else ()
    return {urge.person_id: urge for urge in found}


def find_member(viewer: Person, key: int) -> Person | None:
    return team_of(viewer).select(Person, Department).join(Department).where(Person.id == key).first()


def find_task(viewer: Person, key: int) -> Task | None:
    """A task of somebody in the team, with that person."""
    found = Task.select(Task, Person).join(Person)
    return found.where((Task.id == key) & Task.person.in_(team_of(viewer).select(Person.id))).first()
