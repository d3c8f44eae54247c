"""Intake forms of the customers, what became of them, their archive records, notices and audit log."""

import json
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from intranet_crm import clock
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.queries import heads_upward
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.rules import nth_title, record_title
from intranet_crm.archive.seals import row_digest
from intranet_crm.audit_log import AuditEntry, AuditValues, canonical, values_digest
from intranet_crm.customers.models import Customer
from intranet_crm.database import BaseModel, database
from intranet_crm.demo import form_values
from intranet_crm.demo.customers import invent
from intranet_crm.demo.places import EAST, SOUTH
from intranet_crm.intake.fields import TEMPLATE_VERSION
from intranet_crm.intake.models import IntakeEvent, IntakeForm, Review, Submission
from intranet_crm.intake.snapshot import build_snapshot, canonical_json, digest
from intranet_crm.notices.models import Notice
from intranet_crm.seeding.people import people
from intranet_crm.seeding.rows import Numbers, Row, insert, next_id

CHUNK = 1000  # forms in a transaction
PATTERNS = 40  # contents that the forms have in turn
# The moves in turn, each with the state after it; where forms stand, in percent
MOVES = {
    "create": "draft",
    "self_check": "self_checked",
    "submit": "in_review",
    "approve": "approved",
    "enter": "entered",
    "archive": "archived",
}
WRITTEN = (IntakeForm, IntakeEvent, Submission, Review, ArchiveRecord, Notice, AuditEntry, AuditValues)
STATES = {"draft": 3, "in_review": 2, "approved": 2, "archived": 93}
SAID = {
    "create": "新建采集表",
    "self_check": "提交自查",
    "submit": "提交审核",
    "approve": "复核通过",
    "enter": "录入客户档案",
    "archive": "归档",
}


class Papers:
    """The forms still to be written: of customers evenly chosen among all, the oldest first."""

    def __init__(self, chance: Random, papers: int) -> None:
        self.chance, self.papers, self.done = chance, papers, 0
        self.now, self.numbers = clock.now(), Numbers()
        self.titles = {title for (title,) in ArchiveRecord.select(ArchiveRecord.title).tuples().iterator()}
        self.ids = {
            model: count(next_id(model)) for model in (IntakeForm, Submission, Review, AuditEntry, Notice)
        }
        sellers, _ = people(chance)
        self.people = {person.id: person for person in Person.select(Person, Department).join(Department)}
        self.heads = {person.id: self._head_of(person.department) for person in sellers}
        self.patterns = [self._pattern(chance.choice(sellers)) for _ in range(PATTERNS)] if papers else []
        self.step = max(1, next_id(Customer) // max(1, papers))
        self.rows: dict[type[BaseModel], list[Row]] = defaultdict(list)

    def _head_of(self, department: Department) -> Person:
        return next(head for _, heads in heads_upward(department) for head in heads)

    def _pattern(self, person: Person) -> tuple[str, str, str]:
        """(name, values, snapshot) of a whole form."""
        today = clock.today()
        invented = invent(self.chance, EAST + SOUTH, today)
        values = form_values.of_newcomer(invented, person, self.chance, today)
        frozen = build_snapshot({"number": "CJ202601010001"}, values, [], {})
        return invented.name, json.dumps(values, ensure_ascii=False, default=str), canonical_json(frozen)

    def write_chunk(self) -> bool:
        """Write the next forms; False when there are none left."""
        keys = [place * self.step + 1 for place in range(self.done, min(self.done + CHUNK, self.papers))]
        if not keys:
            return False
        columns = (Customer.id, Customer.number, Customer.name, Customer.owner, Customer.created_at)
        for customer in (
            Customer.select(*columns).where(Customer.id.in_(keys)).order_by(Customer.id).namedtuples()
        ):
            self._form(customer)
        with database.atomic():
            for model in WRITTEN:
                insert(model, self.rows[model])
            self.numbers.keep()
        self.rows.clear()
        self.done += len(keys)
        return True

    def _form(self, customer: Any) -> None:
        chance, key = self.chance, next(self.ids[IntakeForm])
        owner, opened = self.people[customer.owner], customer.created_at
        head, day = self.heads[owner.id], clock.local(opened).date()
        state = chance.choices(list(STATES), list(STATES.values()))[0]
        moves = list(MOVES)[: list(MOVES.values()).index(state) + 1]
        name, values, snapshot = chance.choice(self.patterns)
        moments = [min(opened + timedelta(hours=5 * at), self.now) for at in range(len(moves))]
        form = {
            "id": key, "key": f"seed-{key}", "number": self.numbers.next(f"CJ{day:%Y%m%d}"),
            "template": TEMPLATE_VERSION, "state": state, "values": values.replace(name, customer.name),
            "customer": customer.id if "enter" in moves else None, "customer_name": customer.name,
            "collector": owner.id, "department": owner.department_id, "collected_on": day,
            "created_at": opened, "updated_at": moments[-1],
        }  # fmt: skip
        for at, move in zip(moments, moves, strict=True):
            by = owner if move in ("create", "self_check", "submit", "enter") else head
            before = list(MOVES.values())[moves.index(move) - 1] if move != "create" else ""
            event = {"form": key, "at": at, "by": by.id, "move": move, "from_state": before}
            self.rows[IntakeEvent].append(event | {"to_state": MOVES[move]})
            self._log(SAID[move], by, at, key, f"{form['number']} {customer.name}")
        if "submit" in moves:
            form |= {"round": 1, "submitted_at": moments[2], "reviewer": head.id}
            submission = self._submit(form, snapshot.replace(name, customer.name), owner)
            if "approve" in moves:
                form |= {"decided_at": moments[3], "entry_due_on": day + timedelta(days=4)}
                self._approve(form, submission, head)
        if "enter" in moves:
            form |= {"entered_at": moments[4], "entered_by": owner.id}
        self.rows[IntakeForm].append(form)

    def _submit(self, form: Row, snapshot: str, by: Person) -> Row:
        submission = {
            "id": next(self.ids[Submission]), "form": form["id"], "round": 1, "snapshot": snapshot,
            "digest": digest(snapshot), "values": form["values"], "by": by.id, "at": form["submitted_at"],
        }  # fmt: skip
        self.rows[Submission].append(submission)
        return submission

    def _approve(self, form: Row, submission: Row, head: Person) -> None:
        at = form["decided_at"]
        review = {"submission": submission["id"], "by": head.id, "at": at, "decision": "approve"}
        self.rows[Review].append(review | {"id": next(self.ids[Review])})
        title = record_title(form["customer_name"], form["collected_on"])
        title = next(free for n in count(1) if (free := nth_title(title, n)) not in self.titles)
        self.titles.add(title)
        record = {name: form[name] for name in ("customer_name", "collector", "department", "collected_on")}
        record |= {name: submission[name] for name in ("snapshot", "digest", "form")}
        record |= {
            "number": self.numbers.next(f"DA-{clock.local(at):%Y}-"), "submission": submission["id"],
            "title": title, "created_at": at, "updated_at": at,
        }  # fmt: skip
        self.rows[ArchiveRecord].append(record | {"seal": row_digest(ArchiveRecord(**record))})
        key = next(self.ids[Notice])
        notice = {"id": key, "key": f"seed-{key}", "person": form["collector"], "kind": "info"}
        notice |= {"title": f"采集表已通过：{form['customer_name']}", "address": f"/intake/{form['id']}"}
        self.rows[Notice].append(
            notice | {"created_at": at, "read_at": at if self.chance.random() < 0.99 else None}
        )

    def _log(self, action: str, by: Person, at: datetime, form: int, title: str) -> None:
        key, new = next(self.ids[AuditEntry]), canonical({"state": action, "form": form})
        entry = {"id": key, "at": at, "actor_id": by.id, "actor_name": by.name, "address": "10.0.0.1"}
        entry |= {"request_id": "", "action": action, "subject_kind": "intake_form", "subject_id": form}
        self.rows[AuditEntry].append(
            entry | {"subject_title": title, "values_digest": values_digest(None, new)}
        )
        self.rows[AuditValues].append({"entry": key, "new": new})
