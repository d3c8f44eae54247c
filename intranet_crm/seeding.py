"""``scripts/manage seed``: a great many invented customers and follow-ups, for measuring (not the demo).

Rows are written straight into the tables, in chunks; they are what the verbs would have left there, without
the audit log.
"""

import sys
import time
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import count, islice
from random import Random
from typing import Any

from peewee import fn

from intranet_crm import clock
from intranet_crm.accounts import passwords
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.rules import Role
from intranet_crm.customers.care_days import CareDay, care_rows
from intranet_crm.customers.identity import sealed
from intranet_crm.customers.models import Contact, Customer, StatusChange, TimelineEntry
from intranet_crm.customers.rules import derived
from intranet_crm.customers.search_rebuild import write as write_search_keys
from intranet_crm.database import BaseModel, database
from intranet_crm.demo.customers import called, invent
from intranet_crm.demo.names import someone
from intranet_crm.demo.places import EAST, SOUTH
from intranet_crm.demo.telling import CROWDS, TALKS
from intranet_crm.followups.models import FollowUp, FollowUpContact
from intranet_crm.followups.rules import headline, next_title
from intranet_crm.numbering import NumberSeries
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import reminder_time

ACCOUNT = "seed"  # account names of the people made here begin so
DEPARTMENTS, TEAMS, SELLERS = 6, 2, 5  # 60 sellers in all
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
REFUSAL = "数据库里已有真实客户，模拟数据不会写进去。请用 CRM_DATA 或 CRM_DATABASE 另指一个空库。"


def seed(customers: int, followups: int, random_seed: int) -> int:
    """Write so many customers and follow-ups; 0, or 1 beside customers that were not made here."""
    with database.connection_context():
        ours = Person.select(Person.id).where(Person.username.startswith(ACCOUNT))
        if Customer.select().where(Customer.created_by.not_in(ours)).exists():
            print(REFUSAL, file=sys.stderr)
            return 1
        began = time.monotonic()
        seeding = Seeding(Random(random_seed), customers, followups)  # noqa: S311 - nothing secret
        while seeding.write_chunk():
            if seeding.done % (5 * CHUNK) == 0:
                print(f"  已写入 {seeding.done} 位客户，{time.monotonic() - began:.0f} 秒", flush=True)
    print(f"共写入 {customers} 位客户、{followups} 条跟进，用时 {time.monotonic() - began:.0f} 秒。")
    return 0


class Seeding:
    """Who works in the company, and what is still to be written."""

    def __init__(self, chance: Random, customers: int, followups: int) -> None:
        self.chance, self.customers, self.done = chance, customers, 0
        self.now = clock.now()
        self.sellers, self.managers = _people(chance)
        self.names = {person.id: person.name for person in self.sellers}
        self.talked = _spread(chance, customers, followups)
        self.ids = {
            model: count(_next_id(model)) for model in (Customer, Contact, FollowUp, StatusChange, Task)
        }
        self.numbers = defaultdict(int, NumberSeries.select(NumberSeries.prefix, NumberSeries.last).tuples())
        self.rows: dict[type[BaseModel], list[dict[str, Any]]] = defaultdict(list)

    def write_chunk(self) -> bool:
        """Write the next customers with all that belongs to them; False when there are none left."""
        places = range(self.done, min(self.done + CHUNK, self.customers))
        if not places:
            return False
        for place in places:
            self._customer(place)
        with database.atomic():
            for model, rows in self.rows.items():
                _insert(model, rows)
            self._keep_numbers()
            customers = [Customer(**row) for row in self.rows[Customer]]
            write_search_keys(customers, [Contact(**row) for row in self.rows[Contact]])
        self.rows.clear()
        self.done = places[-1] + 1
        return True

    def _keep_numbers(self) -> None:
        prefixes = {row["number"][:12] for row in self.rows[Customer]}
        NumberSeries.delete().where(NumberSeries.prefix.in_(prefixes)).execute()
        _insert(NumberSeries, [{"prefix": prefix, "last": self.numbers[prefix]} for prefix in prefixes])

    def _customer(self, place: int) -> None:
        chance, key = self.chance, next(self.ids[Customer])
        share = (place + chance.random()) / self.customers
        opened = self.now - timedelta(days=YEARS * 365) * (1 - share) - timedelta(hours=1)
        invented = invent(chance, chance.choice((EAST, SOUTH)), opened.date())
        status, _, stage, phases = chance.choices(STATUSES, [share for _, share, *_ in STATUSES])[0]
        owner = chance.choices(self.sellers, [1 / (rank + 4) for rank in range(len(self.sellers))])[0]
        cared_for = status in ("won", "paused") and chance.random() < 0.7
        columns = derived({name: value for name, value in invented.columns.items() if name != "citizen_id"})
        customer = {
            "id": key,
            "number": self._number(opened),
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
        customer |= columns | sealed(invented.columns.get("citizen_id"))
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
        if moments and status in ("potential", "intending", "won") and chance.random() < 0.3:
            self._promise(customer)

    def _number(self, opened: datetime) -> str:
        prefix = f"CUST{clock.local(opened):%Y%m%d}"
        self.numbers[prefix] += 1
        return f"{prefix}{self.numbers[prefix]:04d}"

    def _changes(self, customer: dict[str, Any], opened: datetime) -> None:
        made = {"customer": customer["id"], "by": customer["owner"]}
        first = {"status": "potential", "stage": "first_contact"}
        for what, new in first.items():
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
        words = blanks | {
            "who": called(contact),
            "users": chance.choice(CROWDS),
            "count": chance.randrange(3, 9),
        }
        content = talk["content"].format_map(words | {"wan": 30, "month": "12月", "rival": "另一家供应商"})
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


def _people(chance: Random) -> tuple[list[Person], list[Person]]:
    """The sellers and the 客户成功经理, made when they are not there yet."""
    if not Person.select().where(Person.username.startswith(ACCOUNT)).exists():
        with database.atomic():
            _hire(chance)
    ours = list(Person.select().where(Person.username.startswith(ACCOUNT)).order_by(Person.id))
    return (
        [person for person in ours if Role.SALES in person.roles],
        [person for person in ours if Role.SUCCESS in person.roles],
    )


def _hire(chance: Random) -> None:
    """Departments with heads, teams with supervisors, one administrator; nobody knows their password."""
    password, numbers = passwords.issued(), count(1)

    def enrol(department: Department, role: Role, people: int = 1) -> None:
        for number in islice(numbers, people):
            Person.enrol(
                username=f"{ACCOUNT}{number:03d}",
                name=someone(chance).name,
                department=department,
                roles=[role],
                password=password,
                must_change_password=False,
            )

    top = Department.found("测速总部")
    enrol(top, Role.HEAD)
    enrol(top, Role.ADMIN)
    enrol(Department.found("测速客户成功部", top), Role.SUCCESS, 6)
    for place in range(1, DEPARTMENTS + 1):
        department = Department.found(f"测速销售{place}部", top)
        enrol(department, Role.HEAD)
        for number in range(1, TEAMS + 1):
            team = Department.found(f"测速销售{place}部{number}组", department)
            enrol(team, Role.SUPERVISOR)
            enrol(team, Role.SALES, SELLERS)


def _spread(chance: Random, customers: int, followups: int) -> list[int]:
    """How many conversations each customer has: a few have very many, many have few."""
    counts = [0] * customers
    for _ in range(followups):
        counts[int(customers * chance.random() ** SKEW)] += 1
    chance.shuffle(counts)
    return counts


def _next_id(model: type[BaseModel]) -> int:
    return (model.select(fn.MAX(model.id)).scalar() or 0) + 1


def _insert(model: type[BaseModel], rows: list[dict[str, Any]]) -> None:
    """All rows in one statement of the driver; columns not given take their default."""
    fields = [field for field in model._meta.sorted_fields if field.name != "id" or "id" in rows[0]]
    blank = {field.name: field.default for field in fields}
    named = ", ".join(_quoted(field.column_name) for field in fields)
    places = ", ".join([database.param] * len(fields))
    statement = f"INSERT INTO {_quoted(model._meta.table_name)} ({named}) VALUES ({places})"  # noqa: S608 - our names
    database.cursor().executemany(statement, [tuple((blank | row).values()) for row in rows])


def _quoted(name: str) -> str:
    opening, closing = database.quote
    return f"{opening}{name}{closing}"
