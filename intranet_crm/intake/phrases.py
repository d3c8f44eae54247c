"""常用意见: what heads write again and again when they review, their own and shared ones (O8)."""

from typing import Self

from peewee import BooleanField, CharField, DateTimeField, ForeignKeyField

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission
from intranet_crm.database import BaseModel, database
from intranet_crm.errors import DomainError, NotAllowed

LONGEST = 200
MOST_OWN = 40
MOST_SHOWN = 80


class Phrase(BaseModel):
    person = ForeignKeyField(Person, backref="phrases", on_delete="RESTRICT")
    text = CharField(LONGEST)
    is_shared = BooleanField(default=False, index=True)
    created_at = DateTimeField()

    @classmethod
    def add(cls, text: str, *, is_shared: bool, by: Person) -> Self:
        """A new phrase of the person's; raises NotAllowed, or DomainError when it is empty, long or there."""
        if not by.may(Permission.REVIEW):
            raise NotAllowed("常用意见由复核人添加，你没有复核权限。")
        text = text.strip()
        if not text or len(text) > LONGEST:
            raise DomainError(f"请写 1 到 {LONGEST} 个字的常用意见。")
        with database.atomic():
            Person.locked_by_id(by.id)
            own = cls.select().where(cls.person == by.id)
            if own.count() >= MOST_OWN:
                raise DomainError(f"最多保存 {MOST_OWN} 条常用意见，请先删除不用的。")
            if any(each.text == text for each in own):
                raise DomainError("你已经有这条常用意见了。")
            made = cls.create(person=by, text=text, is_shared=is_shared, created_at=clock.now())
            if is_shared:
                audit_log.record("共享常用意见", by=by, kind="phrase", subject_id=made.id, title=text[:60])
        return made

    def remove(self, *, by: Person) -> None:
        """Gone for everybody; raises NotAllowed when it is another's."""
        if self.person_id != by.id:
            raise NotAllowed("这条常用意见由别的同事共享，只能由本人删除。")
        with database.atomic():
            self.delete_instance()
            if self.is_shared:
                audit_log.record(
                    "删除共享的常用意见", by=by, kind="phrase", subject_id=self.id, title=self.text[:60]
                )


def phrases_for(person: Person) -> list[Phrase]:
    """The person's own phrases, then those that others share, the oldest first."""
    found = (
        Phrase.select(Phrase, Person.id, Person.name)
        .join(Person)
        .where((Phrase.person == person.id) | (Phrase.is_shared == True))  # noqa: E712
        .order_by(Phrase.id)
        .limit(MOST_SHOWN)
    )
    return sorted(found, key=lambda each: each.person_id != person.id)
