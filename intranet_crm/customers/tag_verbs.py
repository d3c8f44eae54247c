"""What may be done with a word that is used as a tag; mixed into the tables of such words."""

from typing import Any, Self

from peewee import SQL, ForeignKeyField, Select, fn

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.rules import clean_tag
from intranet_crm.database import database, insert_ignoring_repeats
from intranet_crm.errors import DomainError

LONGEST_NAME = 20
MOST_COUNTED = 1000


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
    def preset(cls, name: str, *, by: Person) -> Self:
        """The preset tag of that name; a free one becomes it."""
        tag = cls.coin(name, by=by, preset=True)
        if not tag.is_preset:
            tag.revise(name=tag.name, preset=True, seen=tag.version, by=by)
        return tag

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

    @classmethod
    def counts(cls, tags: list[Self]) -> dict[int, int]:
        """How many records have each, counted no further than one more than MOST_COUNTED; one query."""
        link, counts = cls.holders().model, []
        for tag in tags:
            held = link.select(link.id).where(link.tag == tag.id).limit(MOST_COUNTED + 1)
            counts.append(Select([held.alias("held")], [fn.COUNT(SQL("*"))]))
        if not counts:
            return {}
        found = Select(columns=counts).bind(cls._meta.database).tuples()
        return dict(zip((tag.id for tag in tags), next(iter(found)), strict=True))

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

    def _log(self, action: str, by: Person, **values: Any) -> None:
        audit_log.record(action, by=by, kind=self.subject, subject_id=self.id, title=self.name, **values)
