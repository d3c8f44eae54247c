"""The log's chain: sealed in order, and any change shows."""

import pytest

from intranet_crm import audit_log
from intranet_crm.audit import chain
from intranet_crm.audit_log import AuditEntry, AuditValues


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
