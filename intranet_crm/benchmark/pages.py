"""The pages, each asked for by several people about several records."""

import re
import uuid
from collections.abc import Callable
from random import Random
from typing import Any
from urllib.parse import quote

from flask import Flask, render_template
from flask.testing import FlaskClient
from jinja2 import DictLoader

from intranet_crm import background, clock
from intranet_crm.accounts.models import Person, PersonRole, Session
from intranet_crm.accounts.rules import Role
from intranet_crm.benchmark.timing import timed
from intranet_crm.customers.list_forms import place_text
from intranet_crm.customers.models import Customer
from intranet_crm.demo import form_values
from intranet_crm.demo.customers import invent
from intranet_crm.demo.places import EAST, SOUTH
from intranet_crm.intake import drafts, submissions
from intranet_crm.intake.models import IntakeForm

TIMES = 60
PEOPLE = 5  # of each role
FORMS = 30  # on the review desks
FILTERS = (
    "status=won&industry=C",
    "kind=enterprise&status=intending",
    "industry=F51&status=potential",
    "status=lost&created_from={year}-01-01",
    "industry=I&created_to={year}-06-30",
)
# One, two and four characters, initials, phones and contacts: common, rare and none at all
SEARCHES = (
    "公",
    "科",
    "璟",
    "科技",
    "上海",
    "璟玥",
    "有限公司",
    "璟玥瑄瑜",
    "s",
    "sh",
    "shkj",
    "qqqq",
    "8888",
    "单",
    "王",
)
TWENTY_ROWS = """<!doctype html><html lang="zh-CN"><head><title>{{ title }}</title></head><body><table><tbody>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></body></html>"""


def baselines() -> dict[str, dict[str, float]]:
    """An empty Flask view and twenty rows from a template, neither with a database."""
    bare = Flask("bare")
    bare.jinja_loader = DictLoader({"rows.html": TWENTY_ROWS})
    rows = [[f"客户{row}", "C34 通用设备制造业", "陈静", "2026-11-20"] * 2 for row in range(20)]
    bare.add_url_rule("/", "empty", lambda: "ok")
    bare.add_url_rule("/rows", "rows", lambda: render_template("rows.html", title="客户", rows=rows))
    client = bare.test_client()
    return {
        "empty Flask view": timed(lambda _: client.get("/"), TIMES),
        "20-row template": timed(lambda _: client.get("/rows"), TIMES),
    }


class Pages:
    """The application with people of each role signed in."""

    def __init__(self, app: Flask) -> None:
        self.app, self.chance = app, Random(7)  # noqa: S311
        self.sales = self._signed_in(Role.SALES)
        self.supervisors = self._signed_in(Role.SUPERVISOR)
        self.admins = self._signed_in(Role.ADMIN)
        self.own = {person.id: self._customers_of(person) for person, _ in self.sales}
        self.sales = [(person, client) for person, client in self.sales if self.own[person.id]]

    def measured(self) -> dict[str, dict[str, float]]:
        """Milliseconds by page."""
        year, late = clock.today().year, self._late_places()
        filters = [text.format(year=year) for text in FILTERS]
        searches, forms = self._searches(), self._forms()
        heads = [(form, self._browser(form.reviewer)) for form in forms]
        collectors = [(form, self._browser(form.collector)) for form in forms]
        return {
            "list, sales": self._get(self.sales, lambda _, n: "/customers"),
            "list, supervisor": self._get(self.supervisors, lambda _, n: "/customers"),
            "list, admin": self._get(self.admins, lambda _, n: "/customers"),
            "filtered, sales": self._get(self.sales, lambda _, n: f"/customers?{_nth(filters, n)}"),
            "filtered, supervisor": self._get(
                self.supervisors, lambda _, n: f"/customers?{_nth(filters, n)}"
            ),
            "filtered, admin": self._get(self.admins, lambda _, n: f"/customers?{_nth(filters, n)}"),
            "late page, admin": self._get(self.admins, lambda _, n: f"/customers?after={_nth(late, n)}"),
            "search, sales": self._get(self.sales, lambda _, n: _nth(searches, n)),
            "search, supervisor": self._get(self.supervisors, lambda _, n: _nth(searches, n)),
            "search, admin": self._get(self.admins, lambda _, n: _nth(searches, n)),
            "dossier, sales": self._get(self.sales, lambda who, n: f"/customers/{_nth(self.own[who.id], n)}"),
            "follow-up added": timed(self._adding(), TIMES),
            "follow-ups, sales": self._get(self.sales, lambda _, n: "/followups"),
            "workbench, sales": self._get(self.sales, lambda _, n: "/"),
            "review queue": self._get(heads, lambda _, n: "/reviews"),
            "review desk": self._get(heads, lambda form, n: f"/reviews/{form.id}"),
            "intake form, new": self._get(self.sales, lambda _, n: "/intake/new"),
            "intake form, filled": self._get(collectors, lambda form, n: f"/intake/{form.id}"),
        }

    def _signed_in(self, role: Role) -> list[tuple[Person, FlaskClient]]:
        holders = PersonRole.select(PersonRole.person).where(PersonRole.role == role.value)
        found = list(Person.select().where(Person.id.in_(holders)).order_by(Person.id))
        step = max(1, len(found) // PEOPLE)
        return [(person, self._browser(person)) for person in found[::step][:PEOPLE]]

    def _browser(self, person: Person) -> FlaskClient:
        client, session = self.app.test_client(), Session.start(person, "127.0.0.1")
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = session.token, True
        return client

    def _customers_of(self, person: Person) -> list[int]:
        keys = [key for (key,) in Customer.select(Customer.id).where(Customer.owner == person).tuples()]
        return self.chance.sample(keys, min(len(keys), TIMES))

    def _searches(self) -> list[str]:
        """The suggestions for the usual searches, and for parts of names that a few customers have."""
        keys = self.chance.sample(range(1, Customer.select().count() + 1), 4)
        names = [name for (name,) in Customer.select(Customer.name).where(Customer.id.in_(keys)).tuples()]
        words = [*SEARCHES, *(name[2:4] for name in names), *(name[:4] for name in names)]
        return [f"/search/suggestions?q={quote(word)}" for word in words]

    def _late_places(self) -> list[str]:
        """Where pages begin when nine tenths of the list lie before them."""
        at = Customer.select().count() * 9 // 10
        ordered = Customer.select().order_by(Customer.touched_at.desc(), Customer.id.desc())
        return [place_text((each.touched_at, each.id)) for each in ordered.offset(at).limit(TIMES)]

    def _get(
        self, pairs: list[tuple[Any, FlaskClient]], address: Callable[[Any, int], str]
    ) -> dict[str, float]:
        def once(number: int) -> None:
            who, client = _nth(pairs, number)
            answer = client.get(address(who, number))
            if answer.status_code != 200:
                raise RuntimeError(f"{address(who, number)}: {answer.status}")

        return timed(once, TIMES)

    def _adding(self) -> Callable[[int], None]:
        """Posts a follow-up with one next step to a customer of one's own, as the plain form does."""
        tokens = {person.id: _token(client.get("/account").text) for person, client in self.sales}

        def once(number: int) -> None:
            person, client = _nth(self.sales, number)
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
            answer = client.post(f"/customers/{_nth(self.own[person.id], number)}/followups", data=posted)
            if answer.status_code != 303:
                raise RuntimeError(f"follow-up: {answer.status}")

        return once

    def _forms(self) -> list[IntakeForm]:
        """Forms before the heads of the sellers, with their documents."""
        for number in range(FORMS):
            person, _ = _nth(self.sales, number)
            invented = invent(self.chance, EAST + SOUTH, clock.today())
            values = form_values.of_newcomer(invented, person, self.chance, clock.today())
            form = drafts.open_draft(uuid.uuid4().hex, values, department=person.department, by=person)
            drafts.check(form.id, by=person)
            submissions.submit(form.id, by=person)
        background.work_off()
        return list(IntakeForm.select().where(IntakeForm.state == "in_review"))


def _nth(things: list[Any], number: int) -> Any:
    return things[number % len(things)]


def _token(page: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
