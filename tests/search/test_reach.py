"""A search reaches what the list reaches, whichever way it goes."""

from datetime import timedelta

import pytest

from intranet_crm import clock
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers import reach as customer_reach
from intranet_crm.customers.models import Collaboration, Contact, Customer
from intranet_crm.customers.queries import visible_customers
from intranet_crm.customers.reach import Scope
from intranet_crm.customers.search_keys import Gram, SearchKey, SearchText
from intranet_crm.customers.search_rebuild import rebuild
from intranet_crm.database import database
from intranet_crm.search import customers, reach
from intranet_crm.search.contacts import contact_ids
from intranet_crm.search.customers import customer_ids
from intranet_crm.search.reach import Sight
from intranet_crm.search.rules import asked
from tests.customers.making import opened

READERS = (
    "chenjing",
    "huangli",
    "liqiang",
    "zhoufang",
    "sunhao",
    "hetao",
    "linhai",
    "admin",
    "xujing",
    "tangjia",
)


@pytest.fixture
def company(people):
    """Customers of many owners; every fifth is 星辰, and has a 王; enough to page through."""
    moment = clock.now()
    owners = [people[name].id for name in ("chenjing", "wanglei", "zhaomin", "guoyan")]
    with database.atomic():
        for n in range(60):
            special = n % 5 == 0
            made = Customer.create(
                number=f"CUST2026{n:08d}", name=f"{'星辰' if special else '普通'}第{n}有限公司",
                industry="I65", source="exhibition", owner=owners[n % 4], created_by=owners[0],
                touched_at=moment - timedelta(minutes=n), created_at=moment, updated_at=moment,
                success_manager=people["huangli"].id if n % 7 == 0 else None,
            )  # fmt: skip
            Contact.create(
                customer=made, name=f"{'王' if special else '李'}大{n}", post="经理", created_by=owners[0],
                created_at=moment, updated_at=moment,
            )  # fmt: skip
    shared = Customer.get(Customer.number == "CUST202600000010")
    for name in ("chenjing", "liqiang"):
        Collaboration.create(customer=shared, person=people[name], created_by=1, created_at=moment)
    assert list(rebuild(chunk=25)) == [25, 50, 60]


def expected(person, permission):
    stars = visible_customers(person, permission).where(Customer.name.startswith("星辰"))
    return [c.id for c in stars.order_by(Customer.touched_at.desc(), Customer.id.desc())]


# (FEW, MANY, WALKS, SMALL, FEW_PEOPLE)
PLANS = {
    "looked up": (1000, 8000, (30, 250), 10_000, 16),
    "few within reach": (2, 8000, (1, 250), 10_000, 16),
    "keyed among the latest": (2, 8000, (1, 250), 0, 16),
    "keyed and put in order": (2, 8000, (0, 0), 0, 16),
    "latest by person": (1, 2, (1, 250), 10_000, 16),
    "latest of a small team": (1, 2, (1, 250), 10_000, 0),
    "latest of a large team": (1, 2, (1, 250), 0, 0),
    "all of a small reach": (1, 2, (0, 0), 10_000, 16),
    "all keyed": (1, 2, (0, 0), 0, 16),
}


@pytest.fixture(params=PLANS)
def plan(request, monkeypatch):
    few, many, walks, small, people = PLANS[request.param]
    monkeypatch.setattr(customers, "FEW", few)
    monkeypatch.setattr(customers, "MANY", many)
    monkeypatch.setattr(reach, "WALKS", walks)
    monkeypatch.setattr(customer_reach, "SMALL", small)
    monkeypatch.setattr(customer_reach, "FEW_PEOPLE", people)
    return request.param


@pytest.mark.parametrize("username", READERS)
def test_every_plan_finds_the_same_in_the_same_order(people, company, plan, username):
    person = people[username]
    stars = expected(person, P.SEE_CUSTOMERS)
    for typed in ("星辰", "星", "xc", "星辰 第"):
        assert customer_ids(Sight(person), asked(typed), 50) == stars, typed
        assert customer_ids(Sight(person), asked(typed), 2) == stars[:2], typed
    open_ones = Scope(person, P.SEE_CONTACTS)
    wangs = {c.id: c.customer_id for c in Contact.select().where(Contact.name.startswith("王"))}
    for typed in ("王", "王大", "wd"):
        found = contact_ids(Sight(person), asked(typed), 50)
        assert [wangs[key] for key in found] == (expected(person, P.SEE_CONTACTS) if open_ones.reach else [])


@pytest.mark.parametrize("username", READERS)
@pytest.mark.parametrize("permission", [P.SEE_CUSTOMERS, P.SEE_CONTACTS])
def test_the_scope_is_that_of_the_list(people, company, username, permission):
    scope = Scope(people[username], permission)
    seen = {c.id for c in visible_customers(people[username], permission)}
    assert {c.id for c in Customer.select(Customer.id).where(scope.holds())} == seen


def test_what_everybody_has_is_found_whole(people, company):
    assert len(customer_ids(Sight(people["admin"]), asked("有限公司"), 100)) == 60
    assert len(customer_ids(Sight(people["chenjing"]), asked("司"), 100)) == 16  # 15 own and one shared


def test_rebuilding_repairs_and_may_be_repeated(people, company):
    opened(people["chenjing"], "重庆蓝图有限公司", contact="曾国华")
    before = [set(table.select().tuples()) for table in (Gram, SearchText, SearchKey)]
    SearchKey.delete().where(SearchKey.kind == "i").execute()
    Gram.delete().where(Gram.g > "重").execute()
    SearchText.update(text="别的名称").where(SearchText.customer == 1).execute()
    for _ in range(2):
        list(rebuild())
        assert [set(table.select().tuples()) for table in (Gram, SearchText, SearchKey)] == before


def test_a_search_costs_the_same_with_more_rows(sign_in, people, monkeypatch):
    asked_for = []
    real = type(database.obj).execute_sql
    monkeypatch.setattr(
        type(database.obj), "execute_sql", lambda *a, **k: asked_for.append(a[1]) or real(*a, **k)
    )
    browser, costs = sign_in("liqiang"), []
    for step in range(2):
        for n in range(4):
            opened(people["chenjing"], f"星辰{step}{n}有限公司", contact="星小辰")
        asked_for.clear()
        assert browser.get("/search?q=星").text.count("<mark>星</mark>") == 8 * (step + 1)
        costs.append(len([sql for sql in asked_for if sql.startswith("SELECT")]))
    assert costs[0] == costs[1] <= 20
