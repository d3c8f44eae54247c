"""The log's chain: sealed in order, and any change shows."""

from datetime import date, timedelta

import pytest

from intranet_crm import audit_log
from intranet_crm.audit import chain
from intranet_crm.audit.models import ChainCheck
from intranet_crm.audit_log import AuditEntry, AuditValues
from intranet_crm.errors import IllegalMove

DAY = date(2026, 11, 22)


@pytest.fixture
def sealed(people):
    for number in range(3):
        audit_log.record(
            "修改客户",
            by=people["chenjing"],
            kind="customer",
            subject_id=number,
            old={"阶段": 1},
            new={"阶段": 2},
        )
    chain.seal()
    return list(AuditEntry.select().order_by(AuditEntry.position))


def test_an_untouched_log_holds(sealed):
    assert [entry.position for entry in sealed] == list(range(1, len(sealed) + 1))
    assert chain.first_fault() is None


def test_sealing_twice_changes_nothing(sealed):
    assert chain.seal() == 0


def test_a_changed_row_is_named(sealed):
    AuditEntry.update(actor_name="别人").where(AuditEntry.id == sealed[-2].id).execute()
    assert f"第 {sealed[-2].position} 条" in chain.first_fault()


def test_a_missing_row_is_named(sealed):
    AuditValues.delete().where(AuditValues.entry == sealed[-2].id).execute()
    assert chain.first_fault() is None  # erased by law: the chain still holds
    AuditEntry.delete().where(AuditEntry.id == sealed[-2].id).execute()
    assert "缺失" in chain.first_fault()


def test_changed_values_are_named(sealed):
    AuditValues.update(new='{"阶段":3}').where(AuditValues.entry == sealed[-1].id).execute()
    assert "新旧值被改动" in chain.first_fault()


def read_through(day=DAY):
    list(chain.read_through(day))
    return ChainCheck.get(ChainCheck.day == day)


def test_the_days_check_goes_on_where_it_was_killed(sealed, monkeypatch):
    monkeypatch.setattr(chain, "STRIDE", 2)
    next(chain.read_through(DAY))
    assert ChainCheck.get().position == 2
    assert ChainCheck.latest() is None
    assert read_through().position == len(sealed)
    assert ChainCheck.latest().fault == ""


def test_the_days_check_keeps_what_is_wrong(sealed):
    AuditEntry.update(actor_name="别人").where(AuditEntry.id == sealed[1].id).execute()
    assert "第 2 条" in read_through().fault
    assert chain.standing() == ChainCheck.latest().fault


def test_a_fault_that_was_put_right_is_read_again_from_there(sealed, people, work):
    who = sealed[1].actor_name
    AuditEntry.update(actor_name="别人").where(AuditEntry.id == sealed[1].id).execute()
    assert read_through().position == 1
    AuditEntry.update(actor_name=who).where(AuditEntry.id == sealed[1].id).execute()
    chain.read_again(by=people["auditor"])
    assert "第 2 条" in chain.standing()  # until the end was reached
    with pytest.raises(IllegalMove):
        chain.read_again(by=people["auditor"])
    work()
    assert (chain.standing(), ChainCheck.get().position >= len(sealed)) == ("", True)
    with pytest.raises(IllegalMove):
        chain.read_again(by=people["auditor"])


def test_a_fault_that_still_stands_is_found_again(sealed, people, work):
    AuditEntry.update(actor_name="别人").where(AuditEntry.id == sealed[1].id).execute()
    read_through()
    for _ in range(2):
        chain.read_again(by=people["auditor"])
        work()
        assert "第 2 条" in chain.standing()


def test_the_log_put_back_holds_again(sealed, people, work):
    """What the check of a rewritten log read is nothing to hold the right one against."""
    read_through()
    right = {entry.id: (entry.actor_name, entry.digest) for entry in sealed}
    AuditEntry.update(position=None, actor_name="别人").execute()
    chain.seal()
    later = DAY + timedelta(days=1)
    assert "截短或重写" in read_through(later).fault
    for key, (name, digest) in right.items():
        AuditEntry.update(actor_name=name, digest=digest).where(AuditEntry.id == key).execute()
    chain.read_again(by=people["auditor"])
    work()
    assert (chain.standing(), chain.first_fault()) == ("", None)


def test_what_came_after_the_days_check_is_read_when_asked(sealed, people):
    read_through()
    assert chain.standing() == ""
    audit_log.record("登录", by=people["chenjing"], kind="person")
    chain.seal()
    AuditEntry.update(actor_name="别人").where(AuditEntry.position == len(sealed) + 1).execute()
    assert f"第 {len(sealed) + 1} 条" in chain.standing()


def test_a_log_cut_off_or_written_anew_is_found_by_the_check_before(sealed):
    read_through()
    AuditValues.delete().execute()
    AuditEntry.delete().where(AuditEntry.position == len(sealed)).execute()
    assert "截短或重写" in chain.first_fault()
    AuditEntry.update(position=None, actor_name="别人").execute()
    chain.seal()
    assert "截短或重写" in chain.first_fault()
    assert "截短或重写" in read_through(DAY + timedelta(days=1)).fault
