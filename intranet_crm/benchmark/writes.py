"""Writing: a follow-up added, a customer created, a customer changed, as the plain forms do."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from flask.testing import FlaskClient

from intranet_crm import clock
from intranet_crm.benchmark.forms import fields_of
from intranet_crm.benchmark.timing import Timing, timed
from intranet_crm.benchmark.visitors import TIMES, Visitors, nth, token
from intranet_crm.database import database
from intranet_crm.demo.customers import invent
from intranet_crm.demo.places import EAST, SOUTH


def measured(visitors: Visitors) -> dict[str, Timing]:
    """Timings of each, in one transaction that is rolled back when the database is to stay as it is."""
    with kept_as_it_is(visitors) if visitors.only_reading else _nothing_special():
        return {
            "follow-up added": timed(_adding(visitors), TIMES),
            "customer created": timed(_creating(visitors), TIMES),
            "customer changed": timed(_changing(visitors), TIMES),
        }


@contextmanager
def kept_as_it_is(visitors: Visitors) -> Iterator[None]:
    """What is written is taken back: a commit's own time is not in the timings then."""
    testing = visitors.app.testing
    visitors.app.testing = True  # the connection, and with it the transaction, outlives the request
    with database.connection_context(), database.atomic() as transaction:
        yield
        transaction.rollback()
    visitors.app.testing = testing


@contextmanager
def _nothing_special() -> Iterator[None]:
    yield


def _post(client: FlaskClient, address: str, posted: dict[str, Any]) -> None:
    answer = client.post(address, data=posted)
    if answer.status_code != 303:
        raise RuntimeError(f"{address}: {answer.status}")


def _adding(visitors: Visitors) -> Callable[[int], None]:
    """A follow-up with one next step to a customer of one's own."""
    tokens = {person.id: token(client.get("/account").text) for person, client in visitors.sales}

    def once(number: int) -> None:
        person, client = nth(visitors.sales, number)
        posted = {
            "csrf_token": tokens[person.id],
            "key": uuid.uuid4().hex,
            "happened_at": f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}",
            "method": "phone",
            "purpose": "visit",
            "person": person.id,
            "subject": "季度回访",
            "content": "电话沟通了试运行情况，下周安排现场培训。",
            "is_business": "1",
            "steps-0-what": "安排培训",
            "steps-0-due_on": f"{clock.today():%Y-%m-%d}",
        }
        _post(client, f"/customers/{nth(visitors.own[person.id], number)}/followups", posted)

    return once


def _creating(visitors: Visitors) -> Callable[[int], None]:
    """A company with its first contact."""
    blanks = {person.id: fields_of(client.get("/customers/new").text) for person, client in visitors.sales}

    def once(number: int) -> None:
        person, client = nth(visitors.sales, number)
        while (invented := invent(visitors.chance, EAST + SOUTH, clock.today())).kind != "enterprise":
            pass
        columns, contact = invented.columns, invented.contacts[0]
        names = ("kind", "name", "short_name", "credit_code", "industry", "phone", "source", "main_business")
        posted = {name: columns[name] for name in names}
        posted |= {f"contact-{name}": contact[name] for name in ("name", "post", "mobile", "decision_role")}
        _post(client, "/customers/new", blanks[person.id] | posted)

    return once


def _changing(visitors: Visitors) -> Callable[[int], None]:
    """Another name, so that the search keys change too; the form is drawn beforehand."""
    drawn: list[Callable[[], None]] = []
    for number in range(TIMES):
        person, client = nth(visitors.sales, number)
        address = f"/customers/{nth(visitors.own[person.id], number)}/edit"
        fields = fields_of(client.get(address).text)
        changes = {"short_name": f"改名{number}", "notes": "上月已换新址。"}
        drawn.append(partial(_post, client, address, fields | changes))
    return lambda number: drawn[number % TIMES]() if number >= 0 else None
