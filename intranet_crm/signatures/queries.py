"""Reading certificates and the departments' ways of signing."""

from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.queries import department_tree
from intranet_crm.signatures.models import Certificate, SigningRule

PAGE = 20


def certificates(before: int | None = None) -> list[Certificate]:
    """A page of all certificates and one more, newest first, each with its person."""
    found = Certificate.select(Certificate, Person).join(Person)
    if before:
        found = found.where(Certificate.id < before)
    return list(found.order_by(Certificate.id.desc()).limit(PAGE + 1))


def certificates_of(person: Person) -> list[Certificate]:
    """The person's own, newest first; the last twenty."""
    found = Certificate.select().where(Certificate.person == person.id)
    return list(found.order_by(Certificate.id.desc()).limit(PAGE))


def modes() -> list[tuple[Department, int, bool | None]]:
    """(department, depth, its own rule or None) of the whole tree."""
    rules = dict(SigningRule.select(SigningRule.department, SigningRule.electronic).tuples())
    return [
        (each, len(each.upward_ids()) - 1, bool(rules[each.id]) if each.id in rules else None)
        for each in department_tree()
    ]
