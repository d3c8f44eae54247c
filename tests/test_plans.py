"""How the database finds what pages show: by an index, never by reading a long table whole."""

import re
from urllib.parse import quote

import pytest

from intranet_crm import clock, seeding
from intranet_crm.accounts import passwords
from intranet_crm.accounts.models import Person, Session
from intranet_crm.accounts.rules import Role
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import find_customer, visible_customers
from intranet_crm.database import database, is_sqlite
from intranet_crm.dossier import booklets
from intranet_crm.dossier.models import Booklet
from intranet_crm.followups.models import FollowUp

LONG = {
    "customer", "contact", "follow_up", "follow_up_contact", "timeline_entry", "status_change", "gram",
    "search_key", "search_text", "task", "next_step", "customer_tag", "collaboration",
}  # fmt: skip
SEARCHES = ("科", "科技", "有限公司", "s", "shkj", "8888", "王", "CUST2026", "璟玥")
PAGES = (
    "/", "/customers", "/customers?status=won&industry=C", "/customers/{customer}",
    "/customers/{customer}/timeline", "/customers/{customer}/timeline?kind=followup",
    "/customers/{customer}/contacts", "/customers/{customer}/followups", "/customers/{customer}/needs",
    "/customers/{customer}/booklets/new",
    "/followups", "/followups?method=visit", "/followups?person={person}", "/followups/{followup}",
    "/followups?since=2026-01-01&until=2026-02-01", "/followups?after=2026-01-01T00:00:00_1",
    "/tasks", "/tasks?span=已完成", "/notices",
    *(f"/search/suggestions?q={quote(typed)}" for typed in SEARCHES), "/search?q=" + quote("科技"),
)  # fmt: skip


@pytest.fixture
def company(app, db, monkeypatch):
    """Enough rows that reading them whole would not be cheaper."""
    monkeypatch.setattr(passwords, "hashed", lambda password: password)
    db.close()
    seeding.seed(1500, 5000, 1)
    db.connect()
    if not is_sqlite():
        database.execute_sql(f"ANALYZE TABLE {', '.join(sorted(LONG))}").fetchall()
    return app


def whole_tables(sql: str, params: list) -> set[str]:
    """The long tables that the statement reads row by row."""
    names = {alias: table for table, alias in re.findall(r'["`](\w+)["`] AS ["`](\w+)["`]', sql)}
    if is_sqlite():
        plan = [row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params)]
        scanned = {found[1] for line in plan if (found := re.fullmatch(r"SCAN (\w+)", line))}
    else:
        scanned = {row[2] for row in database.execute_sql(f"EXPLAIN {sql}", params) if row[3] == "ALL"}
    return {names.get(alias, alias) for alias in scanned} & LONG


def test_a_query_without_an_index_is_seen(company):
    query = Customer.select(Customer.id).where(Customer.notes == "x")
    assert whole_tables(*query.sql()) == {"customer"}
    assert whole_tables(*query.where(Customer.number == "CUST").sql()) == set()


@pytest.mark.parametrize("role", [Role.SALES, Role.SUPERVISOR, Role.ADMIN])
def test_no_page_reads_a_long_table_whole(company, role):
    person = next(each for each in Person.select().order_by(Person.id) if role in each.roles and each.id > 14)
    browser = company.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = Session.start(person, "127.0.0.1").token, True
    seen = Customer.select().where(Customer.owner == person)
    customer = (seen if role == Role.SALES else Customer.select()).order_by(Customer.id.desc()).first()
    if role == Role.SUPERVISOR:
        customer = Customer.select().join(Person, on=Customer.owner).where(
            Person.department == person.department_id
        ).first()  # fmt: skip
    followup = FollowUp.select().where(FollowUp.customer == customer.id).first()
    sent, wrong = [], {}
    for page in PAGES:
        if "{followup}" in page and followup is None:
            continue
        address = page.format(customer=customer.id, person=person.id, followup=followup and followup.id)
        database.query_hooks[:] = [sent.append]
        assert browser.get(address).status_code == 200, address
        database.query_hooks.clear()
        for event in sent:
            if event.sql.startswith("SELECT") and (found := whole_tables(event.sql, event.params)):
                wrong[page, event.sql] = found
        sent.clear()
    assert wrong == {}


@pytest.mark.parametrize("role", [Role.SALES, Role.HEAD, Role.ADMIN])
def test_no_booklet_reads_a_long_table_whole(company, role):
    """A customer with years of follow-ups costs what a new one does."""
    person = next(each for each in Person.select().order_by(Person.id) if role in each.roles and each.id > 14)
    customer = visible_customers(person).order_by(Customer.id.desc()).first()
    facts = {"giver": person, "taker": person, "handed_on": clock.today(), "reason": "", "followups": 50}
    booklet = Booklet(customer=customer, by=person, at=clock.now(), in_full=True, **facts)
    sent = []
    database.query_hooks[:] = [sent.append]
    booklets.contents_of(booklet, find_customer(person, customer.id))
    database.query_hooks.clear()
    assert [each.sql for each in sent if whole_tables(each.sql, each.params)] == []
