"""The open tasks about a record, all at once: set aside while it is out of sight, passed on with it."""

from collections.abc import Iterable, Sequence

from peewee import Value, fn

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import BOUND_KINDS


def open_about(kinds: Sequence[str], subject_ids: Iterable[int]) -> list[int]:
    """The ids of the open tasks about these subjects."""
    ids = list(subject_ids)
    about = Task.subject_kind.in_(list(kinds)) & Task.done_at.is_null()
    parts = (ids[at : at + 900] for at in range(0, len(ids), 900))
    found = (Task.select(Task.id).where(about & Task.subject_id.in_(part)).tuples() for part in parts)
    return [key for rows in found for (key,) in rows]


def set_aside(ids: list[int], *, by: Person, outcome: str) -> None:
    """Close these tasks; ``take_up`` with the same words opens them again."""
    moment = clock.now()
    changes = {"done_at": moment, "done_by": by.id, "outcome": outcome, "updated_at": moment}
    open_ones = Task.id.in_(ids) & Task.done_at.is_null()
    Task.update(version=Task.version + 1, **changes).where(open_ones).execute()


def take_up(ids: list[int], *, outcome: str) -> int:
    """Open those of the tasks that still are as ``set_aside`` left them; returns how many.

    A reminder whose time has passed meanwhile is caught up by the next round.
    """
    changes = {"done_at": None, "done_by": None, "outcome": "", "updated_at": clock.now()}
    aside = Task.id.in_(ids) & (Task.outcome == outcome) & Task.done_at.is_null(False)
    return Task.update(version=Task.version + 1, **changes).where(aside).execute()


def pass_on(ids: list[int], old: Person, to: Person, *, why: str, by: Person) -> int:
    """Give those of the open tasks that are ``old``'s to another person; returns how many.

    A step of a form's way stays where it is: it ends by its own act.
    """
    movable = (Task.person == old.id) & Task.done_at.is_null() & Task.kind.not_in(list(BOUND_KINDS))
    told = fn.SUBSTR(Value(f"{why[:140]}。").concat(Task.reason), 1, 300)
    changes = {"person": to.id, "handed_by_id": by.id, "reason": told, "updated_at": clock.now()}
    given = Task.update(version=Task.version + 1, **changes).where(Task.id.in_(ids) & movable)
    return given.execute()
