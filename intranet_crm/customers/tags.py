"""Tags on customers (G4), preset and free ones, and the verbs that change them."""

from typing import Self

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.filter_sets import mark
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.rules import clean_tag, shown_name
from intranet_crm.database import BaseModel, VersionedModel, database, insert_ignoring_repeats
from intranet_crm.errors import DomainError

LONGEST_NAME = 20


class Tag(VersionedModel):
    """A word to find customers by; a retired one stays where it is and is put on no more."""

    name = CharField(LONGEST_NAME, unique=True)
    is_preset = IntegerField(default=0)  # kept by the administrator, offered first
    retired_at = DateTimeField(null=True)
    merged_into = ForeignKeyField("self", null=True, on_delete="RESTRICT")
    created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")  # none: it came with the system

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
                tag._log("新建标签", by, new={"name": name, "preset": preset})
        return tag.usable()

    def usable(self) -> Self:
        """This tag or the one it was merged into; raises DomainError when it is retired."""
        tag = self
        while tag.merged_into:
            tag = tag.merged_into
        if tag.retired_at:
            raise DomainError(f"标签「{tag.name}」已停用，请换一个标签，或请系统管理员恢复它。")
        return tag

    def put_on(self, customer: Customer, *, by: Person) -> bool:
        """Returns False when the customer has it already."""
        with database.atomic():
            Customer.locked_by_id(
                customer.id
            )  # first, as everywhere: wanted after its child it is a deadlock
            row = {"customer": customer.id, "tag": self.id, "by_id": by.id, "at": clock.now()}
            return self._moved(customer, by, "添加标签", insert_ignoring_repeats(CustomerTag, **row))

    def take_off(self, customer: Customer, *, by: Person) -> bool:
        """Returns False when the customer does not have it."""
        of_both = (CustomerTag.customer == customer.id) & (CustomerTag.tag == self.id)
        with database.atomic():
            Customer.locked_by_id(customer.id)
            taken = CustomerTag.delete().where(of_both).execute()
            return self._moved(customer, by, "移除标签", bool(taken))

    def _moved(self, customer: Customer, by: Person, action: str, moved: bool) -> bool:
        if moved:
            TimelineEntry.note(customer, kind="customer", title=f"{action}：{self.name}", by=by)
            title = f"{customer.number} {shown_name(customer.kind, customer.name, full=False)}"
            audit_log.record(
                action,
                by=by,
                kind="customer",
                subject_id=customer.id,
                title=title,
                **{"new" if action == "添加标签" else "old": {"tag": self.name}},
            )
        return moved

    def revise(self, *, name: str, preset: bool, seen: int, by: Person) -> None:
        """Rename it, or make it a preset or a free one; raises DomainError when the name is taken."""
        name = clean_tag(name)
        if Tag.select().where((Tag.name == name) & (Tag.id != self.id)).exists():
            raise DomainError(f"已经有标签「{name}」，要合成一个请用「合并」。")
        facts = {"name": name, "is_preset": int(preset)}
        with database.atomic():
            old, new = audit_log.changed({key: getattr(self, key) for key in facts}, facts)
            self.claim_version(seen, updated_at=clock.now(), **facts)
            if new:
                self._log("修改标签", by, old=old, new=new)

    def retire(self, *, by: Person) -> None:
        """Offer it no more; customers that have it keep it."""
        self._set_retired(True, "停用标签", by)

    def reinstate(self, *, by: Person) -> None:
        if self.merged_into_id:
            raise DomainError(f"「{self.name}」已并入「{self.merged_into.name}」，不能恢复。")
        self._set_retired(False, "恢复标签", by)

    def _set_retired(self, retired: bool, action: str, by: Person) -> None:
        if bool(self.retired_at) == retired:
            return
        moment = clock.now()
        with database.atomic():
            changes = {"retired_at": moment if retired else None, "updated_at": moment}
            Tag.update(version=Tag.version + 1, **changes).where(Tag.id == self.id).execute()
            self.retired_at = changes["retired_at"]
            self._log(action, by)

    def merge_into(self, other: Self, *, by: Person) -> int:
        """Every customer with this tag has the other instead; returns how many had this one."""
        other = other.usable()
        if other.id == self.id:
            raise DomainError("标签不能并入自己，请选另一个标签。")
        with database.atomic():
            had = CustomerTag.select().where(CustomerTag.tag == self.id).count()
            both = CustomerTag.alias()
            others = both.select(both.customer).where(both.tag == other.id)
            mine = CustomerTag.tag == self.id
            # MariaDB reads no table it is writing to, so the ones that have both are looked up first.
            twice = [key for (key,) in others.where(both.customer.in_(_customers_of(self))).tuples()]
            mark(key for (key,) in _customers_of(self).tuples())
            for part in range(0, len(twice), 1000):
                CustomerTag.delete().where(
                    mine & CustomerTag.customer.in_(twice[part : part + 1000])
                ).execute()
            CustomerTag.update(tag=other.id).where(mine).execute()
            moment = clock.now()
            changes = {"retired_at": moment, "merged_into": other.id, "updated_at": moment}
            Tag.update(version=Tag.version + 1, **changes).where(Tag.id == self.id).execute()
            self._log("合并标签", by, new={"into": other.name, "customers": had})
        return had

    def _log(self, action: str, by: Person, **values: dict) -> None:
        audit_log.record(action, by=by, kind="tag", subject_id=self.id, title=self.name, **values)


class CustomerTag(BaseModel):
    customer = ForeignKeyField(Customer, backref="tag_rows", on_delete="CASCADE", index=False)
    tag = ForeignKeyField(Tag, backref="customer_rows", on_delete="RESTRICT", index=False)
    by_id = IntegerField()
    at = DateTimeField()

    class Meta:
        indexes = ((("customer", "tag"), True), (("tag", "customer"), False))


def _customers_of(tag: Tag):
    held = CustomerTag.alias()
    return held.select(held.customer).where(held.tag == tag.id)


def tags_of(keys: list[int]) -> dict[int, list[Tag]]:
    """The tags of each of these customers, presets first; one query."""
    found: dict[int, list[Tag]] = {}
    if keys:
        rows = (
            CustomerTag.select(CustomerTag.customer, Tag.id, Tag.name, Tag.is_preset)
            .join(Tag)
            .where(CustomerTag.customer.in_(keys))
            .order_by(Tag.is_preset.desc(), CustomerTag.id)
        )
        for row in rows:
            found.setdefault(row.customer_id, []).append(row.tag)
    return found


def usable_tags(text: str = "", most: int = 200) -> list[Tag]:
    """The tags that may be put on, presets first."""
    found = Tag.select().where(Tag.retired_at.is_null())
    if text:
        found = found.where(Tag.name.contains(text))
    return list(found.order_by(Tag.is_preset.desc(), Tag.name).limit(most))


def tags_with_counts() -> list[Tag]:
    """All tags with ``customers``, the number that have it, counted up to 1001; merged ones last."""
    tags = list(Tag.select().order_by(Tag.retired_at.is_null(False), Tag.is_preset.desc(), Tag.name))
    for tag in tags:
        held = CustomerTag.select(CustomerTag.id).where(CustomerTag.tag == tag.id)
        tag.customers = held.limit(1001).count()
    return tags


def meant_tags(keys: list[int]) -> dict[int, str]:
    """The names of these tags by id; a merged one stands for the tag it became, unknown ones are left out."""
    found: dict[int, str] = {}
    for tag in Tag.select().where(Tag.id.in_(keys)) if keys else ():
        while tag.merged_into:
            tag = tag.merged_into
        found[tag.id] = tag.name
    return found
