"""The date of each section of a dossier: from the opening, by updates, by 「核实」."""

from datetime import timedelta

import pytest

from intranet_crm import clock
from intranet_crm.audit_log import AuditEntry
from intranet_crm.customers import sections
from intranet_crm.customers.models import Contact, Customer, TimelineEntry
from intranet_crm.customers.sections import SectionCheck, checks_of, verify
from tests.customers.making import opened


def said(customer, key):
    check = checks_of(Customer.get_by_id(customer.id))[key]
    return check.by, check.how, check.days


@pytest.fixture
def customer(people):
    """Opened 213 days ago."""
    with clock.as_of(clock.now() - timedelta(days=213)):
        return opened(people["chenjing"])


def test_a_section_nobody_touched_is_as_old_as_the_dossier(customer):
    check = checks_of(customer)["base"]
    assert (check.by, check.how, check.is_stale, check.stale_words) == (
        "陈静",
        "建档",
        True,
        "已 213 天未核实",
    )


def test_editing_a_field_is_an_update_of_its_section_alone(customer, people):
    customer.revise({"email": "a@example.cn", "employees": 20}, seen=1, by=people["huangli"])
    assert said(customer, "ways") == said(customer, "size") == ("黄丽", "更新", 0)
    assert said(customer, "base") == ("陈静", "建档", 213)


def test_a_contact_updates_the_section_of_contacts(customer, people):
    Contact.add(customer, by=people["huangli"], name="张三", post="主任", mobile="13911112222")
    assert said(customer, "contacts") == ("黄丽", "更新", 0)


def test_verifying_is_dated_logged_and_told(customer, people):
    verify(customer, "ways", by=people["huangli"])
    verify(customer, "ways", by=people["chenjing"])
    assert said(customer, "ways") == ("陈静", "核实", 0)
    assert SectionCheck.select().where(SectionCheck.section == "ways").count() == 1
    assert TimelineEntry.select().where(TimelineEntry.title == "核实联系方式与地址").count() == 2
    assert AuditEntry.select().where(AuditEntry.action == "核实客户资料").count() == 2


@pytest.mark.parametrize(("days", "stale"), [(180, False), (181, True)])
def test_stale_is_more_than_180_days(customer, people, days, stale):
    with clock.as_of(clock.now() - timedelta(days=days)):
        verify(customer, "base", by=people["chenjing"])
    check = checks_of(customer)["base"]
    assert check.is_stale is stale
    assert (check.at < sections.stale_before(clock.today())) is stale


def test_a_person_has_no_section_of_size(people):
    person = opened(people["chenjing"], "孙小美", kind="individual")
    assert "size" not in checks_of(person)
