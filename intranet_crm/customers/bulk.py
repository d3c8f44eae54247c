"""What can be done to many customers at once (G2), as operations of batches."""

from typing import Any

from peewee import OP, Case, Expression, ModelSelect, Value

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.batches.models import Batch, BatchRow
from intranet_crm.batches.operations import Operation, operation_of
from intranet_crm.customers.filter_match import found_ids
from intranet_crm.customers.filters import Filters
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.queries import EVERYBODY, visible_customers, with_full_contacts, within_reach
from intranet_crm.customers.rules import shown_name
from intranet_crm.database import one_of, written_out

KINDS = ("tag_put_on", "tag_take_off", "owner", "grade", "stage")


class OfCustomers(Operation):
    model = Customer
    noun = ""

    def subjects(self, batch: Batch) -> ModelSelect:
        ids = found_ids(batch.by, Filters.from_json(batch.filters))
        return Customer.select(Customer.id).where(Expression(Customer.id, OP.IN, written_out(ids)))

    def verdict(self, batch: Batch) -> tuple[Expression, Any]:
        cases = [(self.has_it(batch), "has_it")]
        if self.is_out_of_use(batch.payload):
            cases.insert(0, (Customer.id > 0, "out_of_use"))
        within = within_reach(batch.by, self.permission)
        if within is EVERYBODY:
            return Case(None, tuple(cases), ""), self.value_before(batch)
        # Asked this way round, since "not within" of a customer without a success manager is unknown.
        return Case(None, (*cases, (within, "")), "out_of_reach"), self.value_before(batch)

    def verdict_back(self, batch: Batch, done: type[BatchRow]) -> Expression:
        return Case(None, ((self.has_it(batch.undoes), ""),), "changed_since")

    def has_it(self, batch: Batch) -> Expression:
        """Whether the customer already is what the batch makes it."""
        raise NotImplementedError

    def value_before(self, batch: Batch) -> Any:
        raise NotImplementedError

    def is_out_of_use(self, payload: dict[str, Any]) -> bool:
        return False

    def note(self, batch: Batch, ids: list[int], title: str) -> None:
        """A line in each timeline. Unlike a person's own act it does not move the customers up the list:
        when everything is at the top, nothing is."""
        columns = [
            "customer",
            "at",
            "kind",
            "title",
            "summary",
            "subject_kind",
            "subject_id",
            "by_id",
            "by_name",
        ]
        values = (
            clock.now(),
            "customer",
            title[:200],
            "批量操作",
            "batch",
            batch.id,
            batch.by_id,
            batch.by.name,
        )
        insert_for_each(TimelineEntry, columns, [Customer.id, *map(Value, values)], ids)

    def names(self, person: Person, ids: list[int]) -> dict[int, tuple[str, str]]:
        full = with_full_contacts(person, ids)
        found = visible_customers(person).select(Customer.id, Customer.kind, Customer.name)
        return {
            customer.id: (
                shown_name(customer.kind, customer.name, customer.id in full),
                f"/customers/{customer.id}",
            )
            for customer in found.where(Customer.id.in_(ids))
        }


def insert_for_each(model: Any, columns: list[str], values: list[Any], ids: list[int]) -> None:
    """A row for each of these customers, in one statement."""
    fields = [getattr(model, name) for name in columns]
    rows = Customer.select(*values).where(one_of(Customer.id, ids))
    model.insert_from(rows, fields).execute()


def preview(kind: str, filters: Filters, payload: dict[str, Any], by: Person) -> dict[str, int]:
    """How many customers for each reason; '' are those that would be changed."""
    draft = Batch(kind=kind, filters=filters.as_json(), payload=payload, by=by)
    return operation_of(kind).counted(draft)


def open_to(person: Person) -> list[tuple[str, str]]:
    """(kind, words) of what this person may do to many customers."""
    found = [operation_of(kind) for kind in KINDS]
    return [(each.kind, each.noun) for each in found if person.may(each.permission)]
