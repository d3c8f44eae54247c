"""The benchmark asks for every page it names and gets it."""

from types import SimpleNamespace

import pytest

from intranet_crm import background, seeding
from intranet_crm.accounts import passwords, sessions
from intranet_crm.accounts.models import Session
from intranet_crm.audit_log import AuditEntry
from intranet_crm.benchmark import bulk, memory, paper, papers, records, visitors, writes
from intranet_crm.benchmark.__main__ import PARTS, _measured, _table
from intranet_crm.benchmark.forms import fields_of
from intranet_crm.benchmark.timing import timed
from intranet_crm.benchmark.visitors import Visitors
from intranet_crm.customers.models import Customer
from intranet_crm.followups.models import FollowUp
from intranet_crm.intake import jobs as intake_jobs


def test_the_percentiles_are_of_the_calls_after_the_warm_ones(db):
    called = []

    def call(number):
        called.append(number)
        Customer.select().count()

    taken = timed(call, 40)
    assert called[-40:] == list(range(40))
    assert 0 <= taken["median_ms"] <= taken["p95_ms"]
    assert taken["queries"] == 1


def test_a_form_posts_what_it_shows():
    page = """<form action="/logout" method="post"><input name="a" value="0"></form>
    <form method="post"><input name="b" value="&quot;1&quot;"><input type="radio" name="c" value="x">
    <input type="radio" name="c" value="y" checked><textarea name="d">\n二\n三</textarea>
    <select name="e"><option value="1">一</option><option selected value="2">二</option></select></form>"""
    assert fields_of(page) == {"b": '"1"', "c": "y", "d": "二\n三", "e": "2"}


@pytest.fixture
def seeded(app, db, monkeypatch):
    monkeypatch.setattr(passwords, "hashed", lambda password: password)
    monkeypatch.setattr(intake_jobs, "sheet_pdf", lambda text, **_: b"%PDF " + text[:64].encode())
    monkeypatch.setattr(sessions.manager, "_user_callback", sessions.load)  # as it is put back afterwards
    for module in (visitors, records, papers, writes):
        monkeypatch.setattr(module, "TIMES", 2)
    monkeypatch.setattr(papers, "FORMS", 2)
    monkeypatch.setattr(memory, "REQUESTS", 30)
    monkeypatch.setattr(memory, "EACH", 10)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    db.close()
    seeding.seed(300, 600, 1)
    db.connect()
    return app


def test_every_page_is_measured(seeded):
    people = Visitors(seeded)
    papers.submit(people)
    parts = {name: part for name, part in PARTS.items() if part is not bulk}  # a process of its own
    run = {"database": "sqlite", "customers": 300, "memory_mb": memory.measured(people)}
    run |= _measured(people, parts)
    names = [name for part in parts for name in run[part]]
    wanted = {
        "list, all, own",
        "list, contrary, team",
        "list, page 500, all",
        "search number, team",
        "dossier, all",
        "follow-up added",
        "review desk",
        "audit log",
    }
    assert wanted <= set(names)
    assert len(run["memory_mb"]) == 4
    assert _table(run).count("\n") == len(names) + 1
    assert FollowUp.select().count() > 600


def test_paper_is_printed_scanned_signed_checked_packed_and_verified(db, settings, tmp_path, monkeypatch):
    from intranet_crm.paper import prints, stacks
    from intranet_crm.proofs import packages

    for room, name in ((prints.shelf, "prints"), (stacks, "scans"), (packages.shelf, "packages")):
        room.keep_in(tmp_path / name)
    small = {"RECORDS": 12, "DRAWN": 3, "PRINTED": 5, "SCANNED": 7, "PACKAGED": 4, "SIGNED": 1, "CHECKED": 1}
    for name, number in small.items():
        monkeypatch.setattr(paper, name, number)
    db.close()
    found = paper.measured()
    db.connect(reuse_if_open=True)
    assert found["pages scanned and filed"]["filed_share"] >= 0.8
    assert found["pages scanned and filed"]["wrong"] == 0
    assert found["records verified, warm"]["amount"] >= 12
    assert found["monthly report, records"]["failed"] == 0
    assert all(usage["wall_s"] >= 0 and usage["peak_mb"] > 0 for usage in found.values())
    table = paper.table("sqlite", found)
    assert all(name in table for name in found)


def test_a_database_that_is_only_looked_at_stays_as_it_is(seeded):
    models = (Customer, FollowUp, AuditEntry, Session)
    before = [model.select().count() for model in models]
    measured = writes.measured(Visitors(seeded, only_reading=True))
    assert measured["customer created"]["queries"] > 10
    assert [model.select().count() for model in models] == before


def test_the_people_are_those_whose_customers_come_nearest_to_what_is_wanted(seeded, monkeypatch):
    monkeypatch.setattr(visitors, "OWN", 5)
    people = Visitors(seeded)
    assert all(abs(people.owned[person.id] - 5) <= 3 for person, _ in people.sales)
    assert [len(people.roles[role]) for role in ("own", "team")] == [5, 5]


def test_pages_are_measured_while_many_are_tagged(seeded, monkeypatch):
    monkeypatch.setattr(bulk, "BEFORE", 0)
    monkeypatch.setattr(bulk, "THINKS", 0)
    monkeypatch.setattr(bulk, "start", lambda _: background.work_off() and SimpleNamespace(poll=lambda: 0))
    people = Visitors(seeded)
    timings = bulk.measured(people)
    assert {"list, quiet", "dossier, meanwhile", "tag put on, meanwhile", "bulk tag of 300"} <= set(timings)
    people.only_reading = True
    assert bulk.measured(people) == {}
