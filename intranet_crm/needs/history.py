"""What changed in a customer's needs and in who decides, as one history for readers (D6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from peewee import JOIN, ModelSelect

from intranet_crm.accounts.models import Person
from intranet_crm.customers.decision_roles import DecisionRoleChange
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.queries import Shown, as_it_is
from intranet_crm.customers.rules import masked_text
from intranet_crm.needs.models import Need, NeedChange
from intranet_crm.needs.rules import reason_words
from intranet_crm.needs.wording import LABELS, deciders, excerpts, value_words
from intranet_crm.reference.choices import DECISION_ROLES, RESPONSES
from intranet_crm.reference.phones import mask_name

PAGE = 20
Responder = Person.alias()


@dataclass(frozen=True)
class Item:
    """One change in words: (label, old, new) of every field, and how far the answer is."""

    title: str
    rows: list[tuple[str, str, str]]
    at: datetime
    by: str
    key: int = 0  # of a change of a need, which may be answered
    need_id: int | None = None
    version: int = 0
    reason: str = ""
    note: str = ""
    asked_by: str = ""
    progress: str = ""  # its key
    response: str = ""
    responded_by: str = ""
    responded_at: datetime | None = None

    @property
    def progress_words(self) -> str:
        return RESPONSES.label(self.progress)


def of_need(need: Need, shown: Shown) -> list[Item]:
    """All changes of the need, the latest first, and who began or ceased to decide since it was recorded."""
    about = NeedChange.need == need.id
    roles = _roles().where(DecisionRoleChange.customer == need.customer_id)
    roles = list(roles.where(DecisionRoleChange.at >= need.created_at))
    return _items(list(_changes().where(about)), roles, shown)


def of_customer(
    customer: Customer, shown: Shown, *, before: datetime | None = None, most: int = PAGE
) -> list[Item]:
    """The latest changes of all needs and decision roles, one more than ``most`` when there are more."""
    changes = _changes().where(NeedChange.customer == customer.id)
    roles = _roles().where(DecisionRoleChange.customer == customer.id)
    if before:
        changes = changes.where(NeedChange.created_at < before)
        roles = roles.where(DecisionRoleChange.at < before)
    changes = changes.order_by(NeedChange.created_at.desc(), NeedChange.id.desc()).limit(most + 1)
    roles = roles.order_by(DecisionRoleChange.at.desc(), DecisionRoleChange.id.desc()).limit(most + 1)
    return _items(list(changes), list(roles), shown)[: most + 1]


def find_change(need: Need, key: int) -> NeedChange | None:
    """The change, if it belongs to this need and is one that can be answered."""
    found = _changes().where((NeedChange.id == key) & (NeedChange.need == need.id)).first()
    return found if found and found.progress else None


def item_of(change: NeedChange, shown: Shown) -> Item:
    return _items([change], [], shown)[0]


def _changes() -> ModelSelect:
    found = NeedChange.select(NeedChange, Need, Person, Responder).join(Need).switch(NeedChange)
    found = found.join(Person, on=NeedChange.by).switch(NeedChange)
    return found.join(Responder, JOIN.LEFT_OUTER, on=NeedChange.responded_by)


def _roles() -> ModelSelect:
    found = DecisionRoleChange.select(DecisionRoleChange, Contact, Person).join(Contact)
    return found.switch(DecisionRoleChange).join(Person, on=DecisionRoleChange.by)


def _items(changes: Iterable[NeedChange], roles: Iterable[DecisionRoleChange], shown: Shown) -> list[Item]:
    items = [_of_change(change, shown) for change in changes]
    items += [_of_role(change, shown is as_it_is) for change in roles]
    return sorted(items, key=lambda item: (item.at, item.key), reverse=True)


def _of_change(change: NeedChange, shown: Shown) -> Item:
    in_full, need = shown is as_it_is, change.need
    chains = (need.decision_chain, change.old.get("decision_chain"), change.new.get("decision_chain"))
    names = [*deciders(*chains), change.asked_by]

    def read(text: str) -> str:
        return text if in_full else masked_text(shown(text), names)

    def words(name: str, values: dict) -> str:
        return value_words(name, values.get(name), in_full, read)

    what = ("更正记录" if change.is_correction else "需求变更") if change.reason else "记录需求"
    return Item(
        title=f"{what}：{need.word}",
        rows=[
            (LABELS[name], *excerpts(words(name, change.old), words(name, change.new))) for name in change.new
        ],
        at=change.created_at,
        by=change.by.name,
        key=change.id,
        need_id=need.id,
        version=change.version,
        reason="" if change.is_correction else reason_words(change.reason),
        note=read(change.note),
        asked_by=change.asked_by if in_full else mask_name(change.asked_by),
        progress=change.progress,
        response=read(change.response),
        responded_by=change.responded_by.name if change.responded_by_id else "",
        responded_at=change.responded_at,
    )


def _of_role(change: DecisionRoleChange, in_full: bool) -> Item:
    name = change.contact.name if in_full else mask_name(change.contact.name)
    words = (DECISION_ROLES.label(change.old), DECISION_ROLES.label(change.new))
    return Item(f"决策角色变化：{name}", [("决策角色", *words)], change.at, change.by.name)
