"""Notices and the verbs that send and read them."""

from peewee import CharField, DateTimeField, ForeignKeyField

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.database import BaseModel, insert_ignoring_repeats


class Notice(BaseModel):
    person = ForeignKeyField(Person, backref="notices", on_delete="CASCADE")
    kind = CharField(8)  # action: something to do; info: something to know
    title = CharField(200)
    body = CharField(500, default="")
    address = CharField(200, default="")
    key = CharField(120, unique=True)  # the same key is delivered once, ever
    created_at = DateTimeField()
    read_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("person", "read_at", "created_at"), False),)

    def read(self) -> None:
        """The person has opened it; the first time counts."""
        Notice.update(read_at=clock.now()).where((Notice.id == self.id) & Notice.read_at.is_null()).execute()

    @classmethod
    def read_all(cls, person: Person, up_to: int) -> int:
        """Everything the person was shown, up to the notice of that id; returns how many were unread."""
        shown = (cls.person == person.id) & (cls.id <= up_to) & cls.read_at.is_null()
        return cls.update(read_at=clock.now()).where(shown).execute()


def notify(
    person: Person, title: str, *, key: str, address: str = "", body: str = "", action: bool = False
) -> bool:
    """Tell a person something, inside the transaction that causes it; returns False when already told."""
    return insert_ignoring_repeats(
        Notice,
        person=person.id,
        kind="action" if action else "info",
        title=title[:200],
        body=body[:500],
        address=address,
        key=key,
        created_at=clock.now(),
    )
