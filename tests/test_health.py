"""What a monitor and a person see when the database or the worker is away."""

from datetime import timedelta

import pytest
from peewee import OperationalError

from intranet_crm import background, clock
from intranet_crm.database import database


@pytest.fixture
def away(app, db, monkeypatch):
    def refuse(*_arguments, **_options):
        raise OperationalError("gone")

    monkeypatch.setattr(database.obj, "connect", refuse)
    monkeypatch.setattr(database.obj, "is_closed", lambda: True)


def test_all_is_well_once_the_worker_has_ticked(client, db):
    assert client.get("/healthz").json["worker"] == "late"
    background.tick()
    assert client.get("/healthz").json == {
        "status": "ok",
        "version": "0.1.0",
        "database": "ok",
        "worker": "ok",
    }


def test_a_dead_worker_is_late_after_a_while(client, db, monkeypatch):
    background.tick()
    later = clock.now() + timedelta(minutes=5)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.get("/healthz").json["worker"] == "late"


def test_without_the_database_the_monitor_gets_503(client, away):
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["database"] == "away"


def test_without_the_database_a_person_gets_a_sentence(client, away):
    answer = client.get("/")
    assert answer.status_code == 503
    assert "数据库" in answer.text
    assert "Traceback" not in answer.text
