"""Batches as the ledger shows them: one's own, a supervisor's team's, an administrator's all."""

from datetime import datetime

from peewee import ModelSelect

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.batches.models import Batch

PAGE = 20
BULK = (P.TAG_IN_BULK, P.REASSIGN, P.EDIT_CUSTOMERS)


def visible_batches(person: Person) -> ModelSelect:
    """The batches that the person may look into and undo."""
    reach = max(person.reach(permission) for permission in BULK)
    found = Batch.select(Batch, Person).join(Person, on=Batch.by)
    if reach == Reach.ALL:
        return found
    if reach <= Reach.OWN:
        return found.where(Batch.by == person.id)
    return found.where(Batch.by.in_(people_within(person, reach)))


def find_batch(person: Person, key: int) -> Batch | None:
    return visible_batches(person).where(Batch.id == key).first()


def workers(person: Person) -> list[Person]:
    """Whose batches the person may look into, as far as they have begun any."""
    theirs = visible_batches(person).select(Batch.by)
    return list(Person.select().where(Person.id.in_(theirs)).order_by(Person.name, Person.id))


def ledger_page(
    person: Person, *, kind: str = "", by: int | None = None, after: tuple[datetime, int] | None = None
) -> list[Batch]:
    """A page of the ledger and one more, the latest first; of one kind, of one person."""
    found = visible_batches(person).order_by(Batch.created_at.desc(), Batch.id.desc())
    if kind:
        found = found.where(Batch.kind == kind)
    if by:
        found = found.where(Batch.by == by)
    if after:
        at, key = after
        found = found.where((Batch.created_at <= at) & ((Batch.created_at < at) | (Batch.id < key)))
    return list(found.limit(PAGE + 1))


def undone_by(keys: list[int]) -> dict[int, Batch]:
    """Which of the batches are undone, and by which."""
    found = Batch.select(Batch, Person).join(Person, on=Batch.by).where(Batch.undoes.in_(keys))
    return {back.undoes_id: back for back in found} if keys else {}
