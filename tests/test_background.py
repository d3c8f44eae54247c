"""Jobs: done once, whatever dies in between."""

import os
from datetime import timedelta

import pytest

from intranet_crm import background, clock
from intranet_crm.background import Job
from intranet_crm.database import database
from tests.conftest import ENGINE
from tests.together import at_once, refused

REDIS = os.environ.get("CRM_TEST_REDIS", "redis://127.0.0.1:6379/15")


@pytest.fixture
def done(monkeypatch, db):
    """A job that notes what it did."""
    done = []
    monkeypatch.setitem(background._jobs, "note", done.append)
    return done


def later(monkeypatch, **by):
    moment = clock.now() + timedelta(**by)
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_asking_twice_is_one_job(done):
    background.enqueue("note", 7)
    background.enqueue("note", 7)
    background.work_off()
    background.work_off()
    assert done == [7]


def test_a_roll_back_takes_the_job_back(done):
    with database.atomic() as transaction:
        background.enqueue("note", 7)
        transaction.rollback()
    background.work_off()
    assert done == []


def test_a_job_of_a_killed_worker_is_done_after_its_lease(done, monkeypatch):
    background.enqueue("note", 7)
    background._claim()  # and then kill -9
    background.work_off()
    assert done == []
    later(monkeypatch, minutes=4)
    background.work_off()
    assert done == [7]


def test_a_failing_job_is_tried_again_later_and_given_up_in_the_end(monkeypatch, db):
    tries = []

    def fail(key: int) -> None:
        tries.append(key)
        raise ValueError("no")

    monkeypatch.setitem(background._jobs, "fail", fail)
    background.enqueue("fail", 7)
    for _ in range(20):
        background.work_off()
        later(monkeypatch, hours=2)
    assert len(tries) == background.MOST_ATTEMPTS
    assert "ValueError" in Job.get().error


def test_two_workers_never_do_the_same_job(done, db):
    for number in range(30):
        background.enqueue("note", number)

    assert refused(at_once(*[background.work_off] * 3)) == []
    assert sorted(done) == list(range(30))


@pytest.mark.skipif(ENGINE != "mysql", reason="Redis goes with MariaDB")
def test_two_installations_on_one_redis_never_take_each_others_wake_ups(monkeypatch):
    monkeypatch.setattr(background, "huey", None)  # put back afterwards
    ours, theirs, again = (
        background.open_queue(REDIS, key) for key in ("our own secret", "their own secret", "our own secret")
    )
    ours.flush()
    theirs.flush()
    try:
        ours.wake()
        assert theirs.dequeue() is None
        assert again.dequeue() is not None
    finally:
        ours.flush()


def test_a_lease_is_held_by_one(db, monkeypatch):
    assert background.hold("x", timedelta(minutes=1))
    assert not background.hold("x", timedelta(minutes=1))
    later(monkeypatch, minutes=2)
    assert background.hold("x", timedelta(minutes=1))
