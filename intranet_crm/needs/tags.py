"""「需求标签」 (D1): preset and free words on needs, to find customers by what they want."""

from collections.abc import Iterable

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer
from intranet_crm.customers.rules import shown_name
from intranet_crm.customers.tag_verbs import TagVerbs
from intranet_crm.customers.timeline import note
from intranet_crm.database import BaseModel, VersionedModel, database, insert_ignoring_repeats
from intranet_crm.needs.models import Need


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
