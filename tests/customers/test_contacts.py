"""Contacts: one primary, reachable, masked for those without the right."""

import pytest

from intranet_crm import clock
from intranet_crm.audit_log import AuditEntry, AuditValues
from intranet_crm.customers.models import Contact, Customer, TimelineEntry
from intranet_crm.errors import DomainError, StaleVersion

WANG = {"name": "王建国", "post": "采购经理", "mobile": "13800008000", "email": "wangjg@lanhai.cn"}
LI = {"name": "李梅", "post": "财务总监", "landline": "0755-26001234"}


@pytest.fixture
def customer(people):
    """A customer of 陈静 in 华东销售一组."""
    moment = clock.now()
    return Customer.create(
        number="CUST202611210001",
        name="海澜信息技术(深圳)有限公司",
        industry="I65",
        source="exhibition",
        owner=people["chenjing"],
        created_by=people["chenjing"],
        touched_at=moment,
        created_at=moment,
        updated_at=moment,
    )


def primaries(customer) -> list[str]:
    found = Contact.select().where((Contact.customer == customer) & (Contact.is_primary == 1))
    return [contact.name for contact in found]


def test_the_first_contact_becomes_the_primary_one(customer, people):
    Contact.add(customer, by=people["chenjing"], **WANG)
    Contact.add(customer, by=people["chenjing"], **LI)
    assert primaries(customer) == ["王建国"]


def test_making_another_one_primary_unmakes_the_old(customer, people):
    wang = Contact.add(customer, by=people["chenjing"], **WANG)
    li = Contact.add(customer, by=people["chenjing"], **LI)
    li.revise(li.version, people["chenjing"], is_primary=True)
    assert primaries(customer) == ["李梅"]
    Contact.add(customer, by=people["chenjing"], is_primary=True, **WANG | {"name": "赵新"})
    assert primaries(customer) == ["赵新"]
    assert Contact.get_by_id(wang.id).version == 2  # a page opened before is told


def test_a_primary_contact_stays_primary_until_another_one_is(customer, people):
    wang = Contact.add(customer, by=people["chenjing"], **WANG)
    wang.revise(1, people["chenjing"], is_primary=False, post="采购总监")
    assert primaries(customer) == ["王建国"]


def test_somebody_nobody_can_reach_is_refused(customer, people):
    with pytest.raises(DomainError, match="至少填写一项"):
        Contact.add(customer, by=people["chenjing"], name="王建国", post="采购经理")
    li = Contact.add(customer, by=people["chenjing"], **LI)
    with pytest.raises(DomainError, match="至少填写一项"):
        li.revise(1, people["chenjing"], landline="")


def test_an_old_version_is_not_saved_over_a_newer_one(customer, people):
    wang = Contact.add(customer, by=people["chenjing"], **WANG)
    Contact.get_by_id(wang.id).revise(1, people["chenjing"], post="采购总监")
    with pytest.raises(StaleVersion):
        wang.revise(1, people["chenjing"], post="行政经理")
    assert Contact.get_by_id(wang.id).post == "采购总监"


def test_a_masked_value_posted_back_never_overwrites_the_stored_one(customer, people):
    wang = Contact.add(customer, by=people["chenjing"], **WANG)
    wang.revise(
        1, people["chenjing"], name="王*", mobile="138****8000", email="w***@lanhai.cn", post="采购总监"
    )
    stored = Contact.get_by_id(wang.id)
    assert (stored.name, stored.mobile, stored.email) == ("王建国", "13800008000", "wangjg@lanhai.cn")
    assert stored.post == "采购总监"


def test_saving_without_a_change_leaves_no_trace(customer, people):
    wang = Contact.add(customer, by=people["chenjing"], **WANG)
    wang.revise(1, people["chenjing"], **WANG)
    assert Contact.get_by_id(wang.id).version == 1
    assert TimelineEntry.select().count() == 1


def test_timeline_and_audit_log_hold_no_name_and_no_number_in_full(customer, people):
    wang = Contact.add(customer, by=people["chenjing"], **WANG, notes="私人手机 13911112222")
    wang.revise(1, people["chenjing"], mobile="13900009000")
    entries = TimelineEntry.select().order_by(TimelineEntry.id)
    assert [(entry.title, entry.summary) for entry in entries] == [
        ("添加联系人 王*", "采购经理"),
        ("修改联系人 王*", "改动：手机号"),
    ]
    last = AuditEntry.select().where(AuditEntry.action == "修改联系人").get()
    values = AuditValues.get(AuditValues.entry == last)
    assert (values.old, values.new) == ('{"mobile":"138****8000"}', '{"mobile":"139****9000"}')
    told = "".join(f"{each.old}{each.new}" for each in AuditValues.select())
    assert "王建国" not in told
    assert "13800008000" not in told
    assert "13911112222" not in told
