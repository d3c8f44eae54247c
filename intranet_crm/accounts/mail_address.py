"""One's own e-mail address."""

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.database import database


def change(person: Person, email: str, *, seen: int) -> None:
    """The person gives another address, or none; raises StaleVersion. Nothing happens when it is the same."""
    if email == person.email:
        return
    old = person.email
    with database.atomic():
        person.claim_version(seen, email=email, updated_at=clock.now())
        values = {"old": {"email": old}, "new": {"email": email}}
        audit_log.record(
            "修改邮箱", by=person, kind="person", subject_id=person.id, title=person.name, **values
        )
