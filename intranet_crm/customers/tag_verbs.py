"""What may be done with a word that is used as a tag; mixed into the tables of such words."""

from typing import Any, Self

from peewee import ForeignKeyField

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.filter_sets import mark
from intranet_crm.customers.rules import clean_tag
from intranet_crm.database import BaseModel, database, insert_ignoring_repeats
from intranet_crm.errors import DomainError

LONGEST_NAME = 20


class TagVerbs:
    """A word to find records by; a retired one stays where it is and is put on no more."""

    noun = "标签"
    subject = "tag"  # in the audit log

    @classmethod
    def holders(cls) -> ForeignKeyField:
        """The column of the linking table that names the tagged record."""
        raise NotImplementedError

    @classmethod
    def coin(cls, name: str, *, by: Person, preset: bool = False) -> Self:
        """The tag of that name, made when there is none; one that was merged leads to the tag it became.

        Raises DomainError for a name that is no tag and for a retired tag.
        """
        name = clean_tag(name)
        if not name or len(name) > LONGEST_NAME:
            raise DomainError(f"标签请写 1 到 {LONGEST_NAME} 个字，例如「重点跟进」。")
        moment = clock.now()
        with database.atomic():
            stamps = {"version": 1, "created_at": moment, "updated_at": moment}
            is_new = insert_ignoring_repeats(
                cls, name=name, is_preset=int(preset), created_by=by.id, **stamps
            )
            tag = cls.get(cls.name == name)
            if is_new:
                tag._log(f"新建{cls.noun}", by, new={"name": name, "preset": preset})
        return tag.usable()

    @classmethod
    def offered(cls, text: str = "", most: int = 200) -> list[Self]:
        """The tags that may be put on, presets first."""
        found = cls.select().where(cls.retired_at.is_null())
        if text:
            found = found.where(cls.name.contains(text))
        return list(found.order_by(cls.is_preset.desc(), cls.name).limit(most))

    @classmethod
    def held_by(cls, keys: list[int]) -> dict[int, list[Self]]:
        """The tags of each of these records, presets first; one query."""
        found: dict[int, list[Self]] = {}
        if keys:
            holder, link = cls.holders(), cls.holders().model
            rows = link.select(holder, cls.id, cls.name, cls.is_preset).join(cls).where(holder.in_(keys))
            for row in rows.order_by(cls.is_preset.desc(), link.id):
                found.setdefault(getattr(row, holder.object_id_name), []).append(row.tag)
        return found

    def usable(self) -> Self:
        """This tag or the one it was merged into; raises DomainError when it is retired."""
        tag = self
        while tag.merged_into:
            tag = tag.merged_into
        if tag.retired_at:
            raise DomainError(f"标签「{tag.name}」已停用，请换一个标签，或请系统管理员恢复它。")
        return tag

    def revise(self, *, name: str, preset: bool, seen: int, by: Person) -> None:
        """Rename it, or make it a preset or a free one; raises DomainError when the name is taken."""
        cls, name = type(self), clean_tag(name)
        if cls.select().where((cls.name == name) & (cls.id != self.id)).exists():
            raise DomainError(f"已经有标签「{name}」，要合成一个请用「合并」。")
        facts = {"name": name, "is_preset": int(preset)}
        with database.atomic():
            old, new = audit_log.changed({key: getattr(self, key) for key in facts}, facts)
            self.claim_version(seen, updated_at=clock.now(), **facts)
            if new:
                self._log(f"修改{self.noun}", by, old=old, new=new)

    def retire(self, *, by: Person) -> None:
        """Offer it no more; records that have it keep it."""
        self._set_retired(True, f"停用{self.noun}", by)

    def reinstate(self, *, by: Person) -> None:
        if self.merged_into_id:
            raise DomainError(f"「{self.name}」已并入「{self.merged_into.name}」，不能恢复。")
        self._set_retired(False, f"恢复{self.noun}", by)

    def _set_retired(self, retired: bool, action: str, by: Person) -> None:
        if bool(self.retired_at) == retired:
            return
        cls, moment = type(self), clock.now()
        with database.atomic():
            changes = {"retired_at": moment if retired else None, "updated_at": moment}
            cls.update(version=cls.version + 1, **changes).where(cls.id == self.id).execute()
            self.retired_at = changes["retired_at"]
            self._log(action, by)

    def merge_into(self, other: Self, *, by: Person) -> int:
        """Every record with this tag has the other instead; returns how many had this one."""
        other = other.usable()
        if other.id == self.id:
            raise DomainError("标签不能并入自己，请选另一个标签。")
        cls, holder, link = type(self), self.holders(), self.holders().model
        with database.atomic():
            had = link.select().where(link.tag == self.id).count()
            # MariaDB reads no table it is writing to, so the ones that have both are looked up first.
            twice = _holding_both(link, holder, self.id, other.id)
            theirs = link.select(link.customer).where(link.tag == self.id).distinct()
            mark(key for (key,) in theirs.tuples())
            for part in range(0, len(twice), 1000):
                here = holder.in_(twice[part : part + 1000])
                link.delete().where((link.tag == self.id) & here).execute()
            link.update(tag=other.id).where(link.tag == self.id).execute()
            moment = clock.now()
            changes = {"retired_at": moment, "merged_into": other.id, "updated_at": moment}
            cls.update(version=cls.version + 1, **changes).where(cls.id == self.id).execute()
            self._log(f"合并{self.noun}", by, new={"into": other.name, "holders": had})
        return had

    def _log(self, action: str, by: Person, **values: Any) -> None:
        audit_log.record(action, by=by, kind=self.subject, subject_id=self.id, title=self.name, **values)


def _holding_both(link: type[BaseModel], holder: ForeignKeyField, one: int, other: int) -> list[int]:
    """The records that have both tags."""
    theirs, others = link.alias(), link.alias()
    held = theirs.select(getattr(theirs, holder.name)).where(theirs.tag == one)
    found = others.select(getattr(others, holder.name)).where(others.tag == other)
    return [key for (key,) in found.where(getattr(others, holder.name).in_(held)).tuples()]
