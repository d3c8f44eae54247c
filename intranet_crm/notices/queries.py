"""A person's inbox."""

from peewee import ModelSelect

from intranet_crm.accounts.models import Person
from intranet_crm.notices.models import Notice

MOST_COUNTED = 99


def unread_count(person: Person) -> int:
    """Unread notices, counted up to 99."""
    unread = Notice.select(Notice.id).where((Notice.person == person.id) & Notice.read_at.is_null())
    return unread.limit(MOST_COUNTED).count()


def inbox(person: Person) -> ModelSelect:
    return Notice.select().where(Notice.person == person.id).order_by(Notice.id.desc())
