"""「需求标签」 (D1): preset and free words on needs, to find customers by what they want."""

from collections.abc import Iterable
from typing import Self

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.filter_sets import mark
from intranet_crm.customers.models import Customer
from intranet_crm.customers.rules import shown_name
from intranet_crm.customers.tag_verbs import TagVerbs
from intranet_crm.customers.timeline import note
from intranet_crm.database import BaseModel, VersionedModel, database, insert_ignoring_repeats, one_of
from intranet_crm.errors import DomainError
from intranet_crm.needs.models import Need

PAGE = 50


class NeedTag(TagVerbs, VersionedModel):
    noun = "需求标签"
    subject = "need_tag"

    name = CharField(20, unique=True)
    is_preset = IntegerField(default=0)
    retired_at = DateTimeField(null=True)
    merged_into = ForeignKeyField("self", null=True, on_delete="RESTRICT")
    created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")  # none: it came with the system

    @classmethod
    def holders(cls) -> ForeignKeyField:
        return NeedTagging.need

    def take_off(self, need: Need, *, by: Person) -> bool:
        """Returns False when the need does not have it."""
        of_both = (NeedTagging.need == need.id) & (NeedTagging.tag == self.id)
        with database.atomic():
            Customer.locked_by_id(need.customer_id)
            taken = NeedTagging.delete().where(of_both).execute()
            if taken:
                _tell(need, "移除需求标签", [self.name], by)
        return bool(taken)

    def merge_into(self, other: Self, *, by: Person) -> int:
        """Every need with this tag has the other instead; returns how many had this one."""
        other = other.usable()
        if other.id == self.id:
            raise DomainError("标签不能并入自己，请选另一个标签。")
        had = NeedTagging.select(NeedTagging.need).where(NeedTagging.tag == self.id)
        theirs = NeedTagging.select(NeedTagging.need).where(NeedTagging.tag == other.id)
        with database.atomic():
            # MariaDB reads no table it is writing to, so the needs are looked up first.
            needs = {key for (key,) in had.tuples()}
            twice = needs & {key for (key,) in theirs.tuples()}
            mine = NeedTagging.tag == self.id
            customers = NeedTagging.select(NeedTagging.customer).where(mine).distinct()
            mark(key for (key,) in customers.tuples())
            if twice:
                NeedTagging.delete().where(mine & one_of(NeedTagging.need, twice)).execute()
            NeedTagging.update(tag=other.id).where(mine).execute()
            moment = clock.now()
            changes = {"retired_at": moment, "merged_into": other.id, "updated_at": moment}
            NeedTag.update(version=NeedTag.version + 1, **changes).where(NeedTag.id == self.id).execute()
            self._log("合并需求标签", by, new={"into": other.name, "needs": len(needs)})
        return len(needs)


class NeedTagging(BaseModel):
    """A tag on a need; with the customer, so that the list of customers finds it without the need."""

    need = ForeignKeyField(Need, backref="tag_rows", on_delete="CASCADE", index=False)
    tag = ForeignKeyField(NeedTag, backref="need_rows", on_delete="RESTRICT", index=False)
    customer = ForeignKeyField(Customer, backref="need_tag_rows", on_delete="CASCADE", index=False)
    by_id = IntegerField()
    at = DateTimeField()

    class Meta:
        indexes = (
            (("need", "tag"), True),
            (("customer", "tag"), False),
            (("tag", "customer"), False),
        )


def put_on(need: Need, names: Iterable[str], *, by: Person) -> list[str]:
    """Tag the need with these words; returns those it did not have. Raises DomainError for what is no tag."""
    with database.atomic():
        Customer.locked_by_id(need.customer_id)
        tags = [NeedTag.coin(name, by=by) for name in names]
        row = {"need": need.id, "customer": need.customer_id, "by_id": by.id, "at": clock.now()}
        put = [tag.name for tag in tags if insert_ignoring_repeats(NeedTagging, tag=tag.id, **row)]
        if put:
            _tell(need, "添加需求标签", put, by)
    return put


def tags_of(keys: list[int]) -> dict[int, list[NeedTag]]:
    """The tags of each of these needs, presets first; one query."""
    return NeedTag.held_by(keys)


def all_tags(after: NeedTag | None = None) -> list[NeedTag]:
    """A page of all tags and one more, presets first."""
    found = NeedTag.select()
    if after:
        same = (NeedTag.is_preset == after.is_preset) & (NeedTag.name > after.name)
        found = found.where((NeedTag.is_preset < after.is_preset) | same)
    return list(found.order_by(NeedTag.is_preset.desc(), NeedTag.name).limit(PAGE + 1))


def _tell(need: Need, action: str, names: list[str], by: Person) -> None:
    customer, words = need.customer, "、".join(names)
    title = f"{action}：{words}"
    note(customer, kind="need", title=title, by=by, subject_kind="need", subject_id=need.id)
    audit_log.record(
        action,
        by=by,
        kind="need",
        subject_id=need.id,
        title=f"{shown_name(customer.kind, customer.name, full=False)} {need.word}",
        **{"new" if action.startswith("添加") else "old": {"tags": words}},
    )
