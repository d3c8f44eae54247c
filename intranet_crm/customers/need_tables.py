"""The needs of customers as the list of customers filters by them.

Needs stand on our right and cannot be imported: their tables are known by name, and a test holds these
names to the models.
"""

from collections.abc import Iterable

from peewee import SQL, Expression, Table, fn

from intranet_crm.database import database

NEEDS = Table("need", ("id", "customer_id", "type", "priority", "budget_low", "budget_pending"))
TAGGINGS = Table("need_tagging", ("need_id", "tag_id", "customer_id"))
TAGS = Table("need_tag", ("id", "name", "is_preset", "retired_at", "merged_into_id"))
MOST_OFFERED = 200


def has_need(
    customer: Expression, *, types: Iterable[str], priorities: Iterable[str], tags: Iterable[int]
) -> Expression:
    """Whether the customer has one need of one of the types and one of the priorities with one of the tags.

    Nothing given is anything.
    """
    theirs = NEEDS.select(SQL("1")).where(NEEDS.customer_id == customer)
    for column, values in ((NEEDS.type, types), (NEEDS.priority, priorities)):
        if values:
            theirs = theirs.where(column.in_(values))
    if tags:
        held = TAGGINGS.select(SQL("1")).where((TAGGINGS.need_id == NEEDS.id) & TAGGINGS.tag_id.in_(tags))
        theirs = theirs.where(fn.EXISTS(held))
    return fn.EXISTS(theirs)


def has_budget(customer: Expression, low: int) -> Expression:
    """Whether a need's lower bound is at least so much; 待确认 does not count."""
    large = (NEEDS.budget_low >= low) & (NEEDS.budget_pending == 0)
    return fn.EXISTS(NEEDS.select(SQL("1")).where((NEEDS.customer_id == customer) & large))


def offered_tags() -> list[tuple[int, str]]:
    """(id, word) of the tags that needs are given, presets first."""
    found = TAGS.select(TAGS.id, TAGS.name).where(TAGS.retired_at.is_null())
    rows = found.order_by(TAGS.is_preset.desc(), TAGS.name).limit(MOST_OFFERED)
    return list(database.execute(rows.bind(database)))


def meant_tags(keys: Iterable[int]) -> dict[int, str]:
    """The words of these tags by id; a merged one stands for the tag it became, unknown ones are left out."""
    wanted, found = set(keys), {}
    while wanted:
        rows = TAGS.select(TAGS.id, TAGS.name, TAGS.merged_into_id).where(TAGS.id.in_(wanted)).bind(database)
        wanted = set()
        for key, name, merged_into in database.execute(rows):
            if merged_into:
                wanted.add(merged_into)
            else:
                found[key] = name
    return found
