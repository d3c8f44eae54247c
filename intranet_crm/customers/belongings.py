"""What hangs on a customer in every feature, found by the foreign keys that lead to it (B15)."""

from collections.abc import Iterator
from dataclasses import dataclass

from intranet_crm.customers.models import Customer, StatusChange, TimelineEntry
from intranet_crm.database import BaseModel
from intranet_crm.files.models import Attachment
from intranet_crm.tasks.shelf import open_about

QUIET = (TimelineEntry, StatusChange)  # long, and nothing hangs on them
# Tables by name: most of them stand on our right. A test holds the names to the models.
OUT_OF_SIGHT = {
    "contact": "联系人",
    "need": "需求",
    "follow_up": "跟进",
    "service_issue": "服务问题",
    "intake_form": "采集表",
}
STAYS = {"archive_record": "档案"}


@dataclass(frozen=True)
class Rows:
    """The rows of one table that hang on a customer."""

    model: type[BaseModel]
    ids: list[int]

    @property
    def table(self) -> str:
        return self.model._meta.table_name

    @property
    def kinds(self) -> tuple[str, str]:
        """How files, tasks and the log name such a subject: next_step, followup."""
        return self.table, self.model.__name__.lower()


def rows_below(customer_id: int) -> Iterator[Rows]:
    """The customer itself, what refers to it, and what refers to that."""
    top = Rows(Customer, [customer_id])
    yield top
    for rows in _referring(top):
        yield rows
        yield from _referring(rows)


def _referring(above: Rows) -> Iterator[Rows]:
    for field, model in above.model._meta.backrefs.items():
        if above.ids and model not in QUIET and issubclass(model, BaseModel):
            parts = (above.ids[at : at + 900] for at in range(0, len(above.ids), 900))
            found = (model.select(model.id).where(field.in_(part)).tuples() for part in parts)
            yield Rows(model, [key for rows in found for (key,) in rows])


def open_tasks_of(customer_id: int) -> list[int]:
    """The ids of the open tasks about the customer or anything of its."""
    return [key for rows in rows_below(customer_id) for key in open_about(rows.kinds, rows.ids)]


def counted(customer_id: int) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """(what goes out of sight with the customer, what stays), as pairs of word and number."""
    found = list(rows_below(customer_id))
    numbers = {rows.table: len(rows.ids) for rows in found}
    files = sum(
        Attachment.select()
        .where(Attachment.subject_kind.in_(rows.kinds) & Attachment.subject_id.in_(rows.ids))
        .count()
        for rows in found
        if rows.ids
    )
    gone = [(word, numbers.get(table, 0)) for table, word in OUT_OF_SIGHT.items()]
    gone += [("附件", files), ("未办结的待办", sum(len(open_about(r.kinds, r.ids)) for r in found))]
    return gone, [(word, numbers.get(table, 0)) for table, word in STAYS.items()]
