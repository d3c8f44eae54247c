"""The benchmark asks for every page it names and gets it."""

from types import SimpleNamespace

import pytest

from intranet_crm import background, seeding
from intranet_crm.accounts import passwords
from intranet_crm.benchmark import bulk, pages
from intranet_crm.benchmark.__main__ import _table
from intranet_crm.benchmark.timing import timed
from intranet_crm.intake import jobs as intake_jobs


def test_the_percentiles_are_of_the_calls_after_the_warm_ones():
    called = []
    taken = timed(called.append, 40)
    assert called[-40:] == list(range(40))
    assert 0 <= taken["median_ms"] <= taken["p95_ms"]


@pytest.fixture
def seeded(app, db, monkeypatch):
    monkeypatch.setattr(passwords, "hashed", lambda password: password)
    monkeypatch.setattr(intake_jobs, "sheet_pdf", lambda text, **_: b"%PDF " + text[:64].encode())
    monkeypatch.setattr(pages, "TIMES", 2)
    monkeypatch.setattr(pages, "FORMS", 2)
    db.close()
    seeding.seed(300, 600, 1)
    db.connect()
    return app


def test_every_page_is_measured(seeded):
    seeded.config["WTF_CSRF_ENABLED"] = True
    try:
        measured = pages.Pages(seeded).measured()
    finally:
        seeded.config["WTF_CSRF_ENABLED"] = False
    assert {"list, sales", "filtered, admin", "dossier, sales", "follow-up added", "review desk"} <= set(
        measured
    )
    run = {"database": "sqlite", "customers": 300, "baselines": pages.baselines(), "pages": measured}
    assert _table([run]).count("\n") == len(measured) + 2


def test_pages_are_measured_while_many_are_tagged(seeded, monkeypatch):
    monkeypatch.setattr(bulk, "BEFORE", 0)
    monkeypatch.setattr(bulk, "THINKS", 0)
    monkeypatch.setattr(bulk, "start", lambda _: background.work_off() and SimpleNamespace(poll=lambda: 0))
    people = pages.Pages(seeded)
    people.only_reading = False
    timings = bulk.measured(people)
    assert {"list, quiet", "dossier, meanwhile", "tag put on, meanwhile", "bulk tag of 300"} <= set(timings)
    people.only_reading = True
    assert bulk.measured(people) == {}
