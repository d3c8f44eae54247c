"""Needs with their tags and changes, and service issues, as the verbs would have left them."""

import json
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from intranet_crm import clock
from intranet_crm.customers.models import TimelineEntry
from intranet_crm.database import BaseModel
from intranet_crm.demo import issues, needs
from intranet_crm.demo.customers import FEN_PER_WAN, Trade
from intranet_crm.demo.telling import BUDGETS
from intranet_crm.needs.models import Need, NeedChange
from intranet_crm.needs.rules import parse_time_node
from intranet_crm.needs.tags import NeedTag, NeedTagging
from intranet_crm.reference.choices import ISSUE_KINDS, NEED_TYPES
from intranet_crm.seeding.rows import Row, next_id
from intranet_crm.service_issues.models import ServiceIssue

WITH_NEED, IMPLIED, CHANGED = 0.45, 0.15, 0.3  # shares: of the customers, of the needs twice
WITH_ISSUE = 0.25  # of those that are or were customers of ours


class Wishes:
    """What the seeded customers want and what troubles them; the tags are made when they are not there."""

    def __init__(self, rows: dict[type[BaseModel], list[Row]], by: Any, names: dict[int, str]) -> None:
        self.rows, self.names, self.now = rows, names, clock.now()
        self.tags = {word: NeedTag.coin(word, by=by).id for word in (*needs.PRESETS, *needs.FREE)}
        self.ids = {model: count(next_id(model)) for model in (Need, NeedChange, ServiceIssue)}

    def add(self, customer: Row, contact: Row, followups: list[Row], trade: Trade) -> None:
        """Rows for this row of Customer, whose follow-ups are ``followups``."""
        chance = Random(customer["number"])  # noqa: S311 - its own: the others stay as they were
        if chance.random() < WITH_NEED:
            self._need(customer, contact, followups, trade, chance)
        if customer["status"] in ("won", "paused", "lost") and chance.random() < WITH_ISSUE:
            self._issue(customer, contact, trade, chance)

    def _need(self, customer: Row, contact: Row, followups: list[Row], trade: Trade, chance: Random) -> None:
        key, at = next(self.ids[Need]), self._moment(customer, chance)
        words = needs.need_words(trade, chance, at.date())
        span = parse_time_node(words["finish"], at.date())
        low, high = chance.choice(BUDGETS)
        settled = chance.random() < 0.75
        heard = chance.choice(followups) if followups and chance.random() < IMPLIED else None
        owner, progress = customer["owner"], chance.choice(("waiting", "answered", "answered", "closed"))
        need = {
            "id": key,
            "customer": customer["id"],
            "created_by": owner,
            "created_at": at,
            "updated_at": at,
            "priority": chance.choice(("high", "medium", "medium", "low")),
            "nature": "implied" if heard else "explicit",
            "followup_id": heard and heard["id"],
            "followup_words": f"{heard['happened_at']:%Y-%m-%d} {heard['subject']}" if heard else "",
            "budget_low": low * FEN_PER_WAN if settled else None,
            "budget_high": high * FEN_PER_WAN if settled else None,
            "budget_pending": int(not settled),
            "expected_finish": words["finish"],
            "expected_from": span.start,
            "expected_to": span.end,
            "pain_points": words["pain"],
            "decision_chain": _json([{"name": contact["name"], "role": contact["decision_role"]}]),
            "intention": chance.choice(("considering", "definite_plan", "internal_approval")),
            "progress": progress,
        }
        need |= {name: words[name] for name in ("type", "background", "detail", "acceptance")}
        need |= needs.more_words(trade, chance, at.date())
        self.rows[Need].append(need)
        self._change(need, contact, at)
        word = NEED_TYPES.label(words["type"])
        self._tell(customer, "need", key, at, f"记录需求：{word}", words["background"])
        if settled and chance.random() < CHANGED:
            later = at + (self.now - at) * chance.random()
            self._change(need, contact, later, "budget", budget_high=need["budget_high"])
            self._tell(customer, "need", key, later, f"需求变更：{word}", "预算调整。改动：预算上限")
        made = {"need": key, "customer": customer["id"], "by_id": owner, "at": at}
        self.rows[NeedTagging] += [made | {"tag": self.tags[word]} for word in needs.tag_words(chance)]

    def _change(self, need: Row, contact: Row, at: datetime, reason: str = "", **new: Any) -> None:
        need["version"] = 2 if reason else 1
        change = {
            "id": next(self.ids[NeedChange]),
            "need": need["id"],
            "customer": need["customer"],
            "need_version": need["version"],
            "reason": reason,
            "asked_by": contact["name"],
            "old": _json(dict.fromkeys(new)),
            "new": _json(new),
            "progress": need["progress"],
            "by": need["created_by"],
            "created_at": at,
            "updated_at": at,
        }
        self.rows[NeedChange].append(change)

    def _issue(self, customer: Row, contact: Row, trade: Trade, chance: Random) -> None:
        key, at = next(self.ids[ServiceIssue]), self._moment(customer, chance)
        words, handler = issues.words(trade, chance), customer["success_manager"] or customer["owner"]
        replied = at + timedelta(minutes=chance.randrange(5, 900))
        solved = replied + timedelta(hours=chance.randrange(1, 90))
        issue = {
            "id": key,
            "customer": customer["id"],
            "kind": words["kind"],
            "contact": contact["id"],
            "reporter": contact["name"],
            "detail": words["detail"],
            "reported_at": at,
            "person": handler,
            "created_by": handler,
            "created_at": at,
            "updated_at": at,
        }
        if replied < self.now:
            issue |= {"state": "replied", "replied_at": replied, "reply": words["reply"]}
        if solved < self.now and chance.random() < 0.95:
            issue |= {"state": "solved", "solved_at": solved, "result": words["result"]}
        self.rows[ServiceIssue].append(issue)
        title = f"记录服务问题：{ISSUE_KINDS.label(words['kind'])}"
        self._tell(customer, "issue", key, at, title, words["detail"], subject_kind="service_issue")

    def _moment(self, customer: Row, chance: Random) -> datetime:
        return customer["created_at"] + (self.now - customer["created_at"]) * chance.random()

    def _tell(
        self,
        customer: Row,
        kind: str,
        subject: int,
        at: datetime,
        title: str,
        summary: str,
        subject_kind: str = "need",
    ) -> None:
        owner = customer["owner"]
        entry = {"customer": customer["id"], "at": at, "kind": kind, "title": title, "summary": summary}
        entry |= {"subject_kind": subject_kind, "subject_id": subject, "by_id": owner}
        self.rows[TimelineEntry].append(entry | {"by_name": self.names[owner]})


def _json(value: Any) -> str:
    """As the column keeps it: the driver knows no lists."""
    return json.dumps(value, ensure_ascii=False)
