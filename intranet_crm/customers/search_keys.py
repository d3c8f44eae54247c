"""Search keys: what customers and contacts are found by (R1), written in the verbs' own transaction.

The tables know their customer by id alone, so that the models of customers can call this file.
``search_rebuild.py`` writes all keys again.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from peewee import CharField, CompositeKey, Expression, IntegerField

from intranet_crm.database import BaseModel
from intranet_crm.reference.phones import tail_key
from intranet_crm.reference.pinyin import initials_all, name_initials
from intranet_crm.reference.text import folded

if TYPE_CHECKING:
    from intranet_crm.customers.models import Contact, Customer

# In most companies' names, so they tell nothing and would be a fifth of the table.
COMMON_GRAMS = frozenset({"有限", "限公", "公司", "司"})
LONGEST_KEY, LONGEST_INITIALS = 20, 40

INITIALS, PHONE, CONTACT_NAME, CONTACT_INITIALS = "i", "p", "n", "c"

Key = tuple[str, str, int, int]  # kind, key, customer, contact


class Gram(BaseModel):
    """Two neighbouring characters of a customer's names, and each name's last one alone."""

    id = None
    g = CharField(2)
    customer = IntegerField()

    class Meta:
        primary_key = CompositeKey("g", "customer")


class SearchText(BaseModel):
    """A customer's names as they are compared, and what else it is found by from the beginning on."""

    id = None
    customer = IntegerField(primary_key=True)
    text = CharField(200)  # name, then short name, a line each
    initials = CharField(200)  # each after a space
    numbers = CharField(80)  # customer number, its digits, credit code: lower case, each after a space


class SearchKey(BaseModel):
    """A key found by its beginning; ``contact`` is 0 for what belongs to the customer itself.

    Kinds: initials; the digits of a phone from the last to the first; a contact's name and what is left of
    it from each later character on; a contact's initials.
    """

    id = None
    kind = CharField(1)
    key = CharField(40)
    customer = IntegerField()
    contact = IntegerField()

    class Meta:
        primary_key = CompositeKey("kind", "key", "customer", "contact")
        indexes = ((("customer", "contact"), False),)


def grams_of(text: str) -> set[str]:
    """The grams of folded text, a line a name, but for those that most names have."""
    return {line[at : at + 2] for line in text.splitlines() for at in range(len(line))} - COMMON_GRAMS


def text_of(customer: "Customer") -> dict[str, str | int]:
    """The row of SearchText of a customer."""
    names = list(dict.fromkeys(filter(None, map(folded, (customer.name, customer.short_name)))))
    number = customer.number.lower()
    numbers = (number, number.removeprefix("cust"), (customer.credit_code or "").lower())
    return {
        "customer": customer.id,
        "text": "\n".join(names),
        "initials": _listed(_initials_of(customer)),
        "numbers": _listed(numbers),
    }


def _initials_of(customer: "Customer") -> list[str]:
    found = initials_all(customer.name) | initials_all(customer.short_name)
    if customer.kind == "individual":
        found = {name_initials(customer.name)} | initials_all(customer.short_name)
    return sorted({each[:LONGEST_INITIALS] for each in found if each})


def _listed(words: Iterable[str]) -> str:
    return "".join(f" {word}" for word in words if word)


def keys_of_customer(customer: "Customer", initials: str) -> set[Key]:
    """The customer's own keys; ``initials`` as its SearchText has them."""
    own = {(INITIALS, each) for each in initials.split()} | _phone_keys(customer.phone, customer.landline)
    return {(kind, key, customer.id, 0) for kind, key in own}


def keys_of_contact(contact: "Contact") -> set[Key]:
    name = folded(contact.name)
    keys = {(CONTACT_NAME, name[at : at + LONGEST_KEY]) for at in range(len(name))}
    keys |= {
        (CONTACT_INITIALS, initials[:LONGEST_INITIALS]) for initials in [name_initials(name)] if initials
    }
    keys |= _phone_keys(contact.mobile, contact.landline)
    return {(kind, key, contact.customer_id, contact.id) for kind, key in keys}


def _phone_keys(*phones: str) -> set[tuple[str, str]]:
    return {(PHONE, key[:LONGEST_KEY]) for key in map(tail_key, phones) if key}


def keep_customer(customer: "Customer") -> None:
    """Write the search keys of the customer as it is now; its row is locked or new."""
    new = text_of(customer)
    old = SearchText.get_or_none(SearchText.customer == customer.id)
    if old is None or any(getattr(old, name) != value for name, value in new.items() if name != "customer"):
        _keep_grams(customer.id, grams_of(old.text) if old else set(), grams_of(new["text"]))
        SearchText.replace(**new).execute()
    _keep_keys(
        (SearchKey.customer == customer.id) & (SearchKey.contact == 0),
        keys_of_customer(customer, new["initials"]),
    )


def keep_contact(contact: "Contact") -> None:
    """Write the search keys of the contact as it is now; its customer is locked."""
    mine = (SearchKey.customer == contact.customer_id) & (SearchKey.contact == contact.id)
    _keep_keys(mine, keys_of_contact(contact))


def _keep_grams(customer: int, old: set[str], new: set[str]) -> None:
    if gone := old - new:
        Gram.delete().where(Gram.g.in_(sorted(gone)) & (Gram.customer == customer)).execute()
    if added := sorted(new - old):
        rows = [(gram, customer) for gram in added]
        Gram.insert_many(rows, fields=[Gram.g, Gram.customer]).on_conflict_ignore().execute()


def _keep_keys(whose: Expression, wanted: set[Key]) -> None:
    fields = (SearchKey.kind, SearchKey.key, SearchKey.customer, SearchKey.contact)
    held = set(SearchKey.select(*fields).where(whose).tuples())
    for kind, key, *_ in held - wanted:
        SearchKey.delete().where(whose & (SearchKey.kind == kind) & (SearchKey.key == key)).execute()
    if added := sorted(wanted - held):
        SearchKey.insert_many(added, fields=fields).execute()
