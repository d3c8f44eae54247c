"""Customers with their contacts, conversations, timeline, tasks and search keys."""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from intranet_crm import clock
from intranet_crm.customers.care_days import CareDay, care_rows
from intranet_crm.customers.identity import sealed
from intranet_crm.customers.models import Contact, Customer, StatusChange, TimelineEntry
from intranet_crm.customers.rules import derived
from intranet_crm.customers.search_rebuild import write as write_search_keys
from intranet_crm.customers.tags import CustomerTag
from intranet_crm.database import BaseModel, database
from intranet_crm.demo.customers import Invented, called, invent
from intranet_crm.demo.places import EAST, SOUTH
from intranet_crm.demo.tagging import Tagging
from intranet_crm.demo.telling import CROWDS, TALKS
from intranet_crm.followups.models import FollowUp, FollowUpContact
from intranet_crm.followups.rules import headline, next_title
from intranet_crm.seeding.people import people
from intranet_crm.seeding.rows import Numbers, insert, next_id
from intranet_crm.seeding.wishes import Wishes
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import reminder_time

YEARS = 3
CHUNK = 2000  # customers in a transaction
SKEW = 1.5  # how uneven conversations lie among customers; 1 is even
# (status, share in percent, stage, the conversations it comes from)
STATUSES = (
    ("potential", 34, "first_contact", ("opening", "exploring", "caring")),
    ("intending", 28, "proposal", ("exploring", "proposing", "negotiating")),
    ("won", 24, "signing", ("starting", "serving", "caring")),
    ("paused", 5, "signing", ("serving", "cooling")),
    ("lost", 9, "proposal", ("proposing", "cooling")),
)


class Customers:
    """Who owns them, and what is still to be written."""

    def __init__(self, chance: Random, customers: int, followups: int) -> None:
        self.chance, self.customers, self.done = chance, customers, 0
        self.now = clock.now()
        self.sellers, self.managers = people(chance)
        self.names = {person.id: person.name for person in self.sellers}
        self.talked = _spread(chance, customers, followups)
        self.ids = {
            model: count(next_id(model)) for model in (Customer, Contact, FollowUp, StatusChange, Task)
        }
        self.numbers = Numbers()
        codes = Customer.select(Customer.credit_code, Customer.citizen_id_hash)
        self.codes = {code for both in codes.tuples().iterator() for code in both}
        self.rows: dict[type[BaseModel], list[dict[str, Any]]] = defaultdict(list)
        self.tagging = Tagging(self.sellers[0])
        self.wishes = Wishes(self.rows, self.sellers[0], self.names)

    def write_chunk(self) -> bool:
        """Write the next customers with all that belongs to them; False when there are none left."""
        places = range(self.done, min(self.done + CHUNK, self.customers))
        if not places:
            return False
        for place in places:
            self._customer(place)
        if tagged := self.tagging.rows(self.rows[Customer]):
            self.rows[CustomerTag] = tagged
        customers, contacts = ([model(**row) for row in self.rows[model]] for model in (Customer, Contact))
        with database.atomic():
            for model, rows in self.rows.items():
                insert(model, rows)
            self.numbers.keep()
            write_search_keys(customers, contacts)
        self.rows.clear()
        self.done = places[-1] + 1
        return True

    def _customer(self, place: int) -> None:
        chance, key = self.chance, next(self.ids[Customer])
        share = (place + chance.random()) / self.customers
        opened = self.now - timedelta(days=YEARS * 365) * (1 - share) - timedelta(hours=1)
        invented, columns = self._newcomer(opened)
        status, _, stage, phases = chance.choices(STATUSES, [share for _, share, *_ in STATUSES])[0]
        owner = chance.choices(self.sellers, [1 / (rank + 4) for rank in range(len(self.sellers))])[0]
        cared_for = status in ("won", "paused") and chance.random() < 0.7
        customer = {
            "id": key,
            "number": self.numbers.next(f"CUST{clock.local(opened):%Y%m%d}"),
            "status": status,
            "stage": stage,
            "owner": owner.id,
            "success_manager": chance.choice(self.managers).id if cared_for else None,
            "first_contact_on": opened.date(),
            "created_by": owner.id,
            "created_at": opened,
            "updated_at": opened,
            "touched_at": opened,
        }
        customer |= columns
        self.rows[Customer].append(customer)
        self._changes(customer, opened)
        contacts = [
            self._contact(customer, facts, first=not at) for at, facts in enumerate(invented.contacts)
        ]
        self.rows[CareDay] += care_rows(Customer(**customer), [Contact(**facts) for facts in contacts])
        blanks = {"site": invented.trade.sites[0], "product": invented.trade.products[0]}
        moments = sorted(opened + (self.now - opened) * chance.random() for _ in range(self.talked[place]))
        for moment in moments:
            self._followup(customer, chance.choice(contacts), moment, phases, blanks)
        held = self.rows[FollowUp][-len(moments) :] if moments else []
        self.wishes.add(customer, contacts[0], held, invented.trade)
        if moments and status in ("potential", "intending", "won") and chance.random() < 0.3:
            self._promise(customer)

    def _newcomer(self, opened: datetime) -> tuple[Invented, dict[str, Any]]:
        """An invented customer and its columns; of a million, some draw a code that another has."""
        while True:
            invented = invent(self.chance, self.chance.choice((EAST, SOUTH)), opened.date())
            columns = derived(invented.columns) | sealed(invented.columns.get("citizen_id"))
            code = columns.get("credit_code") or columns["citizen_id_hash"]
            if code not in self.codes:
                self.codes.add(code)
                return invented, columns

    def _changes(self, customer: dict[str, Any], opened: datetime) -> None:
        made = {"customer": customer["id"], "by": customer["owner"]}
        for what, new in (("status", "potential"), ("stage", "first_contact")):
            self.rows[StatusChange].append(made | {"what": what, "old": "", "new": new, "at": opened})
            if customer[what] != new:
                later = opened + (self.now - opened) * self.chance.random()
                change = {"what": what, "old": new, "new": customer[what], "at": later}
                self.rows[StatusChange].append(made | change)
        self._tell(customer, "customer", customer["id"], opened, "新建客户")

    def _contact(self, customer: dict[str, Any], facts: dict[str, Any], *, first: bool) -> dict[str, Any]:
        made = {name: customer[name] for name in ("created_by", "created_at", "updated_at")}
        own = {"id": next(self.ids[Contact]), "customer": customer["id"], "is_primary": int(first)}
        self.rows[Contact].append(facts | made | own)
        return facts | own

    def _followup(
        self,
        customer: dict[str, Any],
        contact: dict[str, Any],
        moment: datetime,
        phases: tuple[str, ...],
        blanks: dict[str, str],
    ) -> None:
        chance, key = self.chance, next(self.ids[FollowUp])
        talk = chance.choice(TALKS[chance.choice(phases)])
        words = {"who": called(contact), "users": chance.choice(CROWDS), "count": chance.randrange(3, 9)}
        words |= blanks | {"wan": 30, "month": "12月", "rival": "另一家供应商"}
        content = talk["content"].format_map(words)
        method = chance.choice(talk["methods"])
        recorded = min(moment + timedelta(minutes=chance.randrange(10, 900)), self.now)
        self.rows[FollowUp].append(
            {
                "id": key,
                "customer": customer["id"],
                "happened_at": moment,
                "subject": talk["subject"],
                "purpose": talk["purpose"],
                "method": method,
                "person": customer["owner"],
                "content": content,
                "feedback": talk.get("feedback", ""),
                "is_business": int(not talk.get("private", False)),
                "key": f"seed-{key}",
                "created_by": customer["owner"],
                "created_at": recorded,
                "updated_at": recorded,
            }
        )
        self.rows[FollowUpContact].append({"followup": key, "contact": contact["id"]})
        self._tell(customer, "followup", key, moment, headline(method, talk["subject"]), content)
        customer |= {"last_followup_at": moment, "touched_at": max(recorded, customer["touched_at"])}

    def _tell(
        self, customer: dict[str, Any], kind: str, subject: int, at: datetime, title: str, summary: str = ""
    ) -> None:
        """The line of the customer's timeline."""
        entry = {"customer": customer["id"], "at": at, "kind": kind, "title": title, "summary": summary}
        owner = customer["owner"]
        entry |= {"subject_kind": kind, "subject_id": subject, "by_id": owner, "by_name": self.names[owner]}
        self.rows[TimelineEntry].append(entry)

    def _promise(self, customer: dict[str, Any]) -> None:
        """The next conversation after the last one, agreed for some day from last week to next month."""
        last, today = self.rows[FollowUp][-1], clock.local(self.now).date()
        after = clock.local(last["happened_at"]).date() + timedelta(days=1)
        due = max(after, today + timedelta(days=self.chance.randrange(-5, 30)))
        last["next_at"] = clock.at(due, 10)
        task = {
            "person": customer["owner"],
            "kind": "next_followup",
            "title": next_title(customer["name"], due, today)[:200],
            "reason": customer["name"],
            "due_on": due,
            "subject_kind": "followup",
            "subject_id": last["id"],
            "address": f"/customers/{customer['id']}",
            "key": f"next_followup:{last['id']}:1",
            "remind_at": reminder_time(due),
        }
        made = {name: last[name] for name in ("created_at", "updated_at")}
        self.rows[Task].append(task | made | {"reminded_at": self.now})


def _spread(chance: Random, customers: int, followups: int) -> list[int]:
    """How many conversations each customer has: a few have very many, many have few."""
    counts = [0] * customers
    for _ in range(followups):
        counts[int(customers * chance.random() ** SKEW)] += 1
    chance.shuffle(counts)
    return counts
