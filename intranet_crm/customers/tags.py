"""Tags on customers (G4), preset and free ones, and the verbs that change them."""

from peewee import SQL, CharField, DateTimeField, ForeignKeyField, IntegerField, ModelSelect, fn

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.deletions import is_put_away
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.rules import shown_name
from intranet_crm.customers.tag_verbs import LONGEST_NAME, TagVerbs
from intranet_crm.database import BaseModel, Kept, VersionedModel, database, insert_ignoring_repeats

PAGE = 50
TAG_STATES = (("preset", "预设"), ("free", "自由"), ("retired", "已停用"), ("merged", "已合并"))


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
        """Returns False when the customer has it already; raises DomainError when it is out of use by now."""
        with database.atomic():
            # The customer first, as everywhere: wanted after its child it is a deadlock.
            Customer.locked_by_id(customer.id)
            if (usable := Tag.get_by_id(self.id).usable()) != self:
                return usable.put_on(customer, by=by)
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


def tags_page(text: str | None, state: str | None, after: Tag | None = None) -> list[Tag]:
    """A page of all tags and one more, presets first."""
    conditions = {
        "preset": (Tag.is_preset == 1) & Tag.retired_at.is_null(),
        "free": (Tag.is_preset == 0) & Tag.retired_at.is_null(),
        "retired": Tag.retired_at.is_null(False) & Tag.merged_into.is_null(),
        "merged": Tag.merged_into.is_null(False),
    }
    found = Tag.select()
    if state in conditions:
        found = found.where(conditions[state])
    if text:
        found = found.where(Tag.name.contains(text.strip()))
    if after:
        same = (Tag.is_preset == after.is_preset) & (Tag.name > after.name)
        found = found.where((Tag.is_preset < after.is_preset) | same)
    return list(found.order_by(Tag.is_preset.desc(), Tag.name).limit(PAGE + 1))


def holders(tag: Tag, other: Tag | None = None) -> int:
    """How many customers have the tag, or the tag and the other one."""
    its = (CustomerTag.tag == tag.id) & ~is_put_away(CustomerTag.customer)
    held = CustomerTag.select(CustomerTag.id).where(its)
    if other:
        twice = CustomerTag.alias()
        both = (twice.customer == CustomerTag.customer) & (twice.tag == other.id)
        held = held.where(fn.EXISTS(twice.select(SQL("1")).where(both)))
    return held.count()


def holders_of_each(tags: list[Tag]) -> dict[int, int]:
    """How many customers have each, counted no further than one more than MOST_COUNTED; one query."""
    return Tag.counts(tags)


def meant_tags(keys: list[int]) -> dict[int, str]:
    """The names of these tags by id; a merged one stands for the tag it became, unknown ones are left out."""
    found: dict[int, str] = {}
    for tag in Tag.select().where(Tag.id.in_(keys)) if keys else ():
        while tag.merged_into:
            tag = tag.merged_into
        found[tag.id] = tag.name
    return found
