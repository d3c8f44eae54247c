"""What can be done to many customers at once (G2), as operations of batches."""

from typing import Any

from peewee import OP, Case, Expression, Field, ModelSelect, Value

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.batches.models import Batch, BatchRow
from intranet_crm.batches.operations import Operation, operation_of
from intranet_crm.batches.rules import CHANGED
from intranet_crm.customers.filter_match import found_ids
from intranet_crm.customers.filters import Filters
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.queries import visible_customers, with_full_contacts, within_reach
from intranet_crm.customers.rules import shown_name
from intranet_crm.database import written_out

KINDS = ("tag_put_on", "tag_take_off", "owner", "grade", "stage")


class OfCustomers(Operation):
    model = Customer
    noun = ""

    def subjects(self, batch: Batch) -> tuple[ModelSelect, Field]:
        ids = found_ids(batch.by, Filters.from_json(batch.filters))
        found = Customer.select(Customer.id).where(Expression(Customer.id, OP.IN, written_out(ids)))
        return found, Customer.id

    def verdict(self, batch: Batch) -> tuple[Expression, Any]:
        cases = [(self.has_it(batch), "has_it")]
        if self.is_out_of_use(batch.payload):
            cases.insert(0, (Customer.id > 0, "out_of_use"))
        within = within_reach(batch.by, self.permission)
        # Asked this way round, since "not within" of a customer without a success manager is unknown.
        return Case(None, (*cases, (within, "")), "out_of_reach"), self.value_before(batch)

    def verdict_back(self, batch: Batch, done: type[BatchRow]) -> Expression:
        return self.unless(self.has_it(batch.undoes), "changed_since")

    @staticmethod
    def unless(fine: Expression, reason: str) -> Case:
        return Case(None, ((fine, ""),), reason)

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
        facts = {"at": clock.now(), "kind": "customer", "title": title[:200], "summary": "批量操作"}
        facts |= {"subject_kind": "batch", "subject_id": batch.id}
        facts |= {"by_id": batch.by_id, "by_name": batch.by.name}
        insert_for_each(batch, ids, TimelineEntry, facts)

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


def insert_for_each(
    batch: Batch, ids: list[int], model: Any, values: dict[str, Any], *only: Expression
) -> None:
    """A row of ``model`` for each of these customers, changed in one chunk: in one statement, from what the
    batch has just written of them and without a look at the customers, who lie far apart."""
    fields = [model.customer, *(getattr(model, name) for name in values)]
    given = [value if isinstance(value, Field) else Value(value) for value in values.values()]
    rows = batch.rows(CHANGED).where(BatchRow.subject_id.between(ids[0], ids[-1]), *only)
    model.insert_from(rows.select(BatchRow.subject_id, *given), fields).execute()


def draft(kind: str, filters: Filters, payload: dict[str, Any], by: Person) -> Batch:
    """The batch as it would be, to be looked at before it is asked for."""
    return Batch(kind=kind, filters=filters.as_json(), payload=payload, by=by)


def open_to(person: Person) -> list[tuple[str, str]]:
    """(kind, words) of what this person may do to many customers."""
    found = [operation_of(kind) for kind in KINDS]
    return [(each.kind, each.noun) for each in found if person.may(each.permission)]
