"""What ``scripts/manage seed`` leaves is like what people would have left, only more of it."""

from itertools import count

import pytest
from peewee import fn

from intranet_crm import seeding
from intranet_crm.accounts import passwords
from intranet_crm.accounts.models import Person, Session
from intranet_crm.accounts.rules import Role
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.proofs import faults_of
from intranet_crm.customers.care_days import CareDay, keep_days
from intranet_crm.customers.models import Contact, Customer, TimelineEntry
from intranet_crm.customers.tags import CustomerTag, Tag
from intranet_crm.demo import names
from intranet_crm.demo.tagging import rare_words
from intranet_crm.followups.models import FollowUp
from intranet_crm.intake.models import IntakeForm
from intranet_crm.needs.models import Need, NeedChange
from intranet_crm.needs.tags import NeedTagging
from intranet_crm.numbering import NumberSeries
from intranet_crm.service_issues.models import ServiceIssue


@pytest.fixture
def seeded(db, capsys, monkeypatch):
    monkeypatch.setattr(passwords, "hashed", lambda password: password)  # 86 times 20 ms
    db.close()
    assert seeding.seed(200, 1000, 1) == 0
    db.connect()
    return db


def test_it_writes_so_many_customers_and_followups(seeded):
    assert Customer.select().count() == 200
    assert FollowUp.select().count() == 1000
    assert TimelineEntry.select().where(TimelineEntry.kind == "followup").count() == 1000
    assert Contact.select(Contact.customer).where(Contact.is_primary == 1).distinct().count() == 200


def test_sixty_people_sell_and_some_have_much_more_to_do_than_others(seeded):
    sellers = [
        each for each in Person.select() if each.username.startswith("seed") and Role.SALES in each.roles
    ]
    assert len(sellers) == 60
    counts = [n for (n,) in Customer.select(fn.COUNT(Customer.id)).group_by(Customer.owner).tuples()]
    assert max(counts) > 4 * min(counts)


def test_the_last_followup_of_a_customer_is_the_latest_one(seeded):
    latest = FollowUp.select(FollowUp.customer, fn.MAX(FollowUp.happened_at)).group_by(FollowUp.customer)
    known = Customer.select(Customer.id, Customer.last_followup_at)
    assert dict(known.where(Customer.last_followup_at.is_null(False)).tuples()) == dict(latest.tuples())


def test_tags_are_on_many_on_some_and_on_few(seeded):
    held = CustomerTag.select(Tag.name, fn.COUNT(CustomerTag.id)).join(Tag).group_by(Tag.name)
    numbers = dict(held.tuples())
    assert numbers["华东区域"] > 30
    assert 5 < numbers["高潜力客户"] < 60
    assert any(0 < numbers.get(word, 0) <= 5 for word in rare_words())


def test_the_days_of_care_are_those_that_the_verbs_would_keep(seeded):
    kept = set(CareDay.select(CareDay.customer, CareDay.kind, CareDay.md, CareDay.year).tuples())
    for customer in Customer.select():
        keep_days(customer)
    assert set(CareDay.select(CareDay.customer, CareDay.kind, CareDay.md, CareDay.year).tuples()) == kept
    assert kept


def test_its_pages_open(seeded, app):
    most = (
        FollowUp.select(FollowUp.customer).group_by(FollowUp.customer).order_by(fn.COUNT(FollowUp.id).desc())
    )
    busy = Customer.get_by_id(most.limit(1).scalar())
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = Session.start(busy.owner, "127.0.0.1").token, True
    assert busy.owner.name in browser.get("/").text
    assert browser.get(f"/customers/{busy.id}").status_code == 200


def test_it_goes_on_where_it_stopped(seeded):
    seeded.close()
    assert seeding.seed(50, 100, 2) == 0
    seeded.connect()
    assert Customer.select().count() == 250
    assert NumberSeries.select().where(NumberSeries.prefix.startswith("CUST")).count() > 100


def test_papers_are_such_as_people_leave(seeded, app, capsys):
    seeded.close()
    assert seeding.seed(0, 0, 1, papers=100) == seeding.seed(10, 10, 2, papers=50) == 0
    seeded.connect()
    assert IntakeForm.select().count() == 150
    records = ArchiveRecord.select().join(IntakeForm).where(IntakeForm.state == "archived")
    assert 100 < records.count() < 150
    assert not faults_of(records.first())
    collector = IntakeForm.get(IntakeForm.state == "archived").collector
    waiting = IntakeForm.get(IntakeForm.state == "in_review")
    for person, address in (
        (collector, "/intake"),
        (collector, "/archive"),
        (waiting.reviewer, "/reviews"),
        (waiting.reviewer, f"/reviews/{waiting.id}"),
    ):
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = Session.start(person, "127.0.0.1").token, True
        assert browser.get(address).text.count("CJ20") + browser.get(address).text.count("DA-20") > 0, address


def test_no_two_customers_have_the_same_code(db, monkeypatch):
    drawn = count()
    monkeypatch.setattr(passwords, "hashed", lambda password: password)
    monkeypatch.setattr(names, "credit_code", lambda *_: f"{next(drawn) % 12:018d}")
    monkeypatch.setattr(names, "citizen_id", lambda *_: f"{next(drawn) % 12:018d}")
    db.close()
    assert seeding.seed(5, 0, 1) == seeding.seed(5, 0, 1) == 0
    db.connect()
    assert Customer.select().count() == 10


def test_it_refuses_a_database_with_customers_of_others(seeded, people, capsys):
    Customer.update(created_by=people["chenjing"]).where(Customer.id == 1).execute()
    seeded.close()
    assert seeding.seed(10, 0, 1) == 1
    seeded.connect()
    assert "已有真实客户" in capsys.readouterr().err
    assert Customer.select().count() == 200


def test_customers_want_things_and_have_troubles(seeded, app):
    assert 50 < Need.select().count() < 130
    assert NeedTagging.select().count() > Need.select().count()
    newest = NeedChange.select(NeedChange.need, fn.MAX(NeedChange.need_version)).group_by(NeedChange.need)
    assert dict(newest.tuples()) == dict(Need.select(Need.id, Need.version).tuples())
    assert {issue.state for issue in ServiceIssue.select()} >= {"solved"}
    need = Need.select().where(Need.nature == "implied").get()
    assert FollowUp.get_by_id(need.followup_id).customer_id == need.customer_id
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        owner = need.customer.owner
        cookie["_user_id"], cookie["_fresh"] = Session.start(owner, "127.0.0.1").token, True
    assert "隐性需求" in browser.get(f"/needs/{need.id}").text
    assert browser.get("/service-issues").status_code == 200
