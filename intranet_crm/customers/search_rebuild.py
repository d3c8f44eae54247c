"""All search keys written again, a chunk of customers in a transaction: for old rows and for repair."""

from collections.abc import Iterator, Sequence
from typing import Any

from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.search_keys import (
    Gram,
    SearchKey,
    SearchText,
    grams_of,
    keys_of_contact,
    keys_of_customer,
    text_of,
)
from intranet_crm.database import BaseModel, database, insert_rows, locked

CHUNK = 1000
# Named one by one: the migration that fills the tables runs before later columns exist.
CUSTOMER = (
    Customer.id, Customer.kind, Customer.number, Customer.name, Customer.short_name, Customer.credit_code,
    Customer.phone, Customer.landline,
)  # fmt: skip
CONTACT = (Contact.id, Contact.customer, Contact.name, Contact.mobile, Contact.landline)


def rebuild(chunk: int = CHUNK) -> Iterator[int]:
    """Write the keys of every customer; gives how many are done after each chunk. May be repeated.

    People may work meanwhile: what they change waits for its chunk, no longer.
    """
    last, done = 0, 0
    while True:
        with database.atomic():
            found = Customer.select(*CUSTOMER).where(Customer.id > last).order_by(Customer.id).limit(chunk)
            customers = list(locked(found))
            if not customers:
                return
            first, last = customers[0].id, customers[-1].id
            contacts = Contact.select(*CONTACT).where(Contact.customer.between(first, last))
            write(customers, list(contacts))
        done += len(customers)
        yield done


def write(customers: Sequence[Customer], contacts: Sequence[Contact]) -> None:
    """The keys of these customers and of all their contacts, in the caller's transaction."""
    texts = [text_of(customer) for customer in customers]
    ids = [customer.id for customer in customers]
    keys = set().union(
        *(keys_of_customer(each, text["initials"]) for each, text in zip(customers, texts, strict=True)),
        *map(keys_of_contact, contacts),
    )
    grams = {(gram, text["customer"]) for text in texts for gram in grams_of(text["text"])}
    _drop(ids, grams)
    _insert(Gram, sorted(grams))
    _insert(SearchKey, sorted(keys))
    _insert(SearchText, [tuple(text.values()) for text in texts])


def _drop(ids: list[int], grams: set[tuple[str, int]]) -> None:
    """What the customers had: their grams are known by their old text."""
    had = SearchText.select(SearchText.customer, SearchText.text).where(SearchText.customer.in_(ids))
    for customer, text in had.tuples():
        gone = [gram for gram in grams_of(text) if (gram, customer) not in grams]
        if gone:
            Gram.delete().where(Gram.g.in_(gone) & (Gram.customer == customer)).execute()
    SearchText.delete().where(SearchText.customer.in_(ids)).execute()
    SearchKey.delete().where(SearchKey.customer.in_(ids)).execute()


def _insert(model: type[BaseModel], rows: list[tuple[Any, ...]]) -> None:
    insert_rows(model, model._meta.sorted_fields, rows, ignoring_repeats=True)
