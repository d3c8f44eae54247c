"""Service issues of the invented customers, from the call to the solution (D7)."""

import tomllib
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.demo.customers import Trade
from intranet_crm.demo.play import Play, moment_of
from intranet_crm.reference.workdays import add_working_days
from intranet_crm.service_issues.models import ServiceIssue

if TYPE_CHECKING:
    from intranet_crm.demo.telling import Company

ISSUES = tomllib.loads((Path(__file__).parent / "issues.toml").read_text())["issue"]
SHARE = 0.2  # of the conversations of a running service, how many follow an issue
RECENT = 0.12
SLOW = 0.2
REOPENED = 0.06


def words(trade: Trade, chance: Random) -> dict[str, str]:
    """One issue with its blanks filled: kind, detail, reply, result."""
    blanks = {"site": chance.choice(trade.sites), "product": chance.choice(trade.products)}
    return {key: text.format_map(blanks) for key, text in chance.choice(ISSUES).items()}


def happen(
    customer: Customer, contact: Contact, company: "Company", trade: Trade, play: Play, chance: Random
) -> None:
    """Now and then something is wrong: reported to whoever cares for the customer, in the days to come."""
    if chance.random() > SHARE:
        return
    said = words(trade, chance)
    care = "huangli" if customer.success_manager_id else None
    people = company.people
    recorder = people[chance.choice((care, "hetao", "hetao"))] if care else customer.owner
    handler = people[care] if care and chance.random() < 0.7 else recorder
    day = add_working_days(clock.today(), chance.randrange(2, 15)).day
    if chance.random() < RECENT:
        day = max(day, company.today - timedelta(days=chance.randrange(1, 4)))
    called = moment_of(day, chance, 9, 17)

    def report() -> None:
        issue = ServiceIssue.report(
            customer, by=recorder, person=handler, kind=said["kind"], detail=said["detail"], contact=contact,
            reported_at=clock.now() - timedelta(minutes=chance.randrange(2, 25)),
            result=said["result"] if said["kind"] == "inquiry" and chance.random() < 0.4 else "",
        )  # fmt: skip
        if issue.state == "open":
            _carry_on(issue, said, handler, play, chance)

    play.at(called, report)


def _carry_on(issue: ServiceIssue, said: dict[str, str], by: Person, play: Play, chance: Random) -> None:
    replied = clock.now() + timedelta(minutes=chance.randrange(6, 200))
    if chance.random() < SLOW:
        replied = moment_of(add_working_days(clock.today(), 2).day, chance, 9, 12)
    day = add_working_days(clock.today(), chance.randrange(1, 7)).day
    solved = max(moment_of(day, chance, 9, 18), replied + timedelta(minutes=30))

    def act(verb: str, *more: Any) -> None:
        found = ServiceIssue.get_by_id(issue.id)
        getattr(found, verb)(*more, seen=found.version, by=by)

    play.at(replied, lambda: act("answer", replied, said["reply"]))
    play.at(solved, lambda: act("solve", solved, said["result"]))
    if chance.random() < REOPENED:
        again = solved + timedelta(days=2)
        play.at(again, lambda: act("reopen", "客户来电，同样的问题又出现一次"))
        play.at(again + timedelta(days=3), lambda: act("solve", clock.now(), "更换部件后观察两天未再出现"))
