"""Tags on customers (G4), preset and free ones, and the verbs that change them."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, ModelSelect

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.rules import shown_name
from intranet_crm.customers.tag_verbs import LONGEST_NAME, TagVerbs
from intranet_crm.database import BaseModel, Kept, VersionedModel, database, insert_ignoring_repeats


class Tag(TagVerbs, VersionedModel):
    name = CharField(LONGEST_NAME, unique=True)
    is_preset = IntegerField(default=0)  # kept by the administrator, offered first
    retired_at = DateTimeField(null=True)
    merged_into = ForeignKeyField("self", null=True, on_delete="RESTRICT")
    created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")  # none: it came with the system

    @classmethod
    def holders(cls) -> ForeignKeyField:
        return CustomerTag.customer

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


class CustomerTag(BaseModel):
    customer = ForeignKeyField(Customer, backref="tag_rows", on_delete="CASCADE", index=False)
    tag = ForeignKeyField(Tag, backref="customer_rows", on_delete="RESTRICT", index=False)
    by_id = IntegerField()
    at = DateTimeField()

    class Meta:
        indexes = ((("customer", "tag"), True), (("tag", "customer"), False))


def tags_of(keys: list[int]) -> dict[int, list[Tag]]:
    """The tags of each of these customers, presets first; one query."""
    return Tag.held_by(keys)


def usable_tags(text: str = "", most: int = 200) -> list[Tag]:
    """The tags that may be put on, presets first."""
    return Tag.offered(text, most)


@Kept
def _offered() -> ModelSelect:
    words = Tag.select(Tag.id, Tag.name).where(Tag.retired_at.is_null())
    return words.order_by(Tag.is_preset.desc(), Tag.name).limit(200).tuples()


def offered_words() -> list[tuple[int, str]]:
    """(id, word) of the tags that customers are given, presets first."""
    return _offered()


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
