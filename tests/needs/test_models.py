"""A need is recorded and revised with its traces."""

from datetime import date

import pytest

from intranet_crm.audit_log import AuditEntry, AuditValues
from intranet_crm.customers.models import TimelineEntry
from intranet_crm.errors import StaleVersion
from intranet_crm.needs.models import Need
from tests.customers.made import customer_of
from tests.needs.made import FACTS, a_need


@pytest.fixture
def need(people):
    return a_need(customer_of(people["chenjing"]), people["chenjing"], expected_finish="2027年Q3")


def test_a_time_node_becomes_dates(need):
    assert (need.expected_from, need.expected_to) == (date(2027, 7, 1), date(2027, 9, 30))


def test_a_vague_time_from_a_form_stays_in_words(people):
    by = people["chenjing"]
    need = a_need(customer_of(by), by, expected_finish="春节以后", source_form_id=7)
    assert (need.expected_finish, need.expected_from, need.source_form_id) == ("春节以后", None, 7)


def test_revising_moves_the_dates_and_tells_what_changed(need, people):
    need.revise(1, people["chenjing"], expected_finish="2027年上半年", priority="low", type="custom_service")
    stored = Need.get_by_id(need.id)
    assert (stored.version, stored.expected_to) == (2, date(2027, 6, 30))
    entries = TimelineEntry.select().where(TimelineEntry.kind == "need").order_by(TimelineEntry.id)
    assert [(each.title, each.summary) for each in entries] == [
        ("记录需求：服务定制", FACTS["background"]),
        ("修改需求：服务定制", "改动：期望完成时间、需求优先级"),
    ]
    values = AuditValues.get(AuditValues.entry == AuditEntry.get(AuditEntry.action == "修改需求"))
    assert values.old == '{"expected_finish":"2027年Q3","priority":"high"}'


def test_emptying_the_time_empties_the_dates(need, people):
    need.revise(1, people["chenjing"], expected_finish="")
    assert Need.get_by_id(need.id).expected_from is None


def test_an_old_version_changes_nothing(need, people):
    Need.get_by_id(need.id).revise(1, people["chenjing"], priority="low")
    with pytest.raises(StaleVersion):
        need.revise(1, people["chenjing"], priority="medium")
    assert Need.get_by_id(need.id).priority == "low"


def test_saving_the_same_again_leaves_no_trace(need, people):
    need.revise(1, people["chenjing"], **FACTS)
    assert Need.get_by_id(need.id).version == 1


def test_names_in_the_decision_chain_are_masked_in_the_audit_log(need, people):
    need.revise(1, people["chenjing"], decision_chain=[{"name": "王建国", "role": "decision_maker"}])
    values = AuditValues.get(AuditValues.entry == AuditEntry.get(AuditEntry.action == "修改需求"))
    assert "王*（决策者）" in values.new
    assert "王建国" not in values.new
