"""Opening, revising and moving a customer."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from intranet_crm import clock
from intranet_crm.audit_log import AuditEntry, AuditValues
from intranet_crm.customers.identity import Taken
from intranet_crm.customers.models import Contact, Customer, StatusChange, TimelineEntry
from intranet_crm.database import database
from intranet_crm.errors import DomainError, StaleVersion
from tests.customers.making import CODES, opened


def titles(customer):
    return [entry.title for entry in TimelineEntry.select().where(TimelineEntry.customer == customer.id)]


def test_a_new_customer_is_a_potential_one_with_a_number_of_the_day(people):
    customer = opened(people["chenjing"], contact="张三")
    assert customer.number == f"CUST{clock.today():%Y%m%d}0001"
    assert (customer.status, customer.stage, customer.industry_section) == ("potential", "first_contact", "I")
    changes = StatusChange.select().where(StatusChange.customer == customer.id)
    assert {(change.what, change.old, change.new) for change in changes} == {
        ("status", "", "potential"),
        ("stage", "", "first_contact"),
    }
    assert Contact.get(Contact.customer == customer.id).is_primary
    assert titles(customer)[0] == "新建客户"


def test_another_industry_belongs_to_no_section(people):
    customer = opened(people["chenjing"], industry="OTHER", industry_note="太空采矿")
    assert (customer.industry_section, customer.industry_note) == ("", "太空采矿")


def test_numbers_are_unique_when_many_open_at_once(people):
    def open_one(n):
        with database.connection_context():
            return opened(people["chenjing"], f"第{n}有限公司").number

    database.close()
    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(open_one, range(24)))
    assert [int(number[-4:]) for number in numbers] == list(range(1, 25))


def test_a_repeated_code_is_refused_naming_only_its_owner(people):
    opened(people["zhaomin"], "首家客户有限公司", credit_code=CODES[0])
    with pytest.raises(Taken) as refused:
        opened(people["chenjing"], credit_code=CODES[0])
    assert "赵敏" in str(refused.value)
    assert "首家客户" not in str(refused.value)
    assert Customer.select().count() == 1


def test_one_of_many_takes_a_code(people):
    def take(n):
        with database.connection_context():
            try:
                return opened(people["chenjing"], f"第{n}有限公司", credit_code=CODES[0]).id
            except Taken:
                return None

    database.close()
    with ThreadPoolExecutor(6) as pool:
        assert len([key for key in pool.map(take, range(6)) if key]) == 1


def test_a_code_taken_meanwhile_is_refused_on_revising(people):
    opened(people["zhaomin"], "首家客户有限公司", credit_code=CODES[0])
    customer = opened(people["chenjing"], credit_code=CODES[1])
    with pytest.raises(Taken):
        customer.revise({"credit_code": CODES[0]}, seen=customer.version, by=people["chenjing"])


def test_an_id_number_is_kept_sealed_and_unique(people):
    number = "440524188001010014"
    person = opened(people["chenjing"], "孙小美", kind="individual", citizen_id=number)
    assert person.citizen_id_masked == "440***********0014"
    stored = Customer.select().where(Customer.id == person.id).dicts().get()
    assert number not in str(stored)
    with pytest.raises(Taken, match="身份证号"):
        opened(people["zhaomin"], "孙大美", kind="individual", citizen_id=number)
    assert number not in str([row.new for row in AuditValues.select()])


def test_the_mask_posted_back_keeps_the_id_number(people):
    person = opened(people["chenjing"], "孙小美", kind="individual", citizen_id="440524188001010014")
    sealed = (person.citizen_id_hash, person.citizen_id_cipher)
    changed = person.revise(
        {"citizen_id": "440***********0014", "notes": "新"}, seen=1, by=people["chenjing"]
    )
    assert set(changed) == {"notes"}
    assert (person.citizen_id_hash, person.citizen_id_cipher) == sealed


def test_revising_tells_what_changed_and_masks_phones_in_the_log(people):
    customer = opened(people["chenjing"])
    changed = customer.revise({"phone": "13900009999", "notes": "重点"}, seen=1, by=people["chenjing"])
    assert set(changed) == {"phone", "notes"}
    entry = TimelineEntry.select().order_by(TimelineEntry.id.desc()).first()
    assert (entry.title, entry.summary) == ("修改客户资料", "联系电话、备注")
    logged = AuditValues.get(AuditValues.entry == AuditEntry.get(AuditEntry.action == "修改客户"))
    assert "139****9999" in logged.new
    assert "13900009999" not in logged.new


def test_revising_without_a_change_writes_nothing(people):
    customer = opened(people["chenjing"])
    assert customer.revise({"phone": "13800008000"}, seen=1, by=people["chenjing"]) == {}
    assert customer.version == 1


def test_an_older_version_cannot_be_saved(people):
    customer = opened(people["chenjing"])
    customer.revise({"notes": "一"}, seen=1, by=people["chenjing"])
    with pytest.raises(StaleVersion):
        customer.revise({"notes": "二"}, seen=1, by=people["chenjing"])
    assert Customer.get_by_id(customer.id).notes == "一"


def test_a_company_stays_a_company(people):
    customer = opened(people["chenjing"])
    with pytest.raises(DomainError):
        customer.revise({"kind": "individual"}, seen=1, by=people["chenjing"])


def test_a_change_of_status_is_a_row_with_who_when_and_why(people):
    customer = opened(people["chenjing"])
    assert customer.change_status("intending", "first_contact", reason="要了报价", by=people["chenjing"])
    change = StatusChange.select().order_by(StatusChange.id.desc()).first()
    assert (change.what, change.old, change.new, change.reason) == (
        "status",
        "potential",
        "intending",
        "要了报价",
    )
    assert "客户状态：潜在客户 → 意向客户" in titles(customer)
    assert not customer.change_status("intending", "first_contact", reason="再来一次", by=people["chenjing"])


def test_a_status_changed_meanwhile_is_not_overwritten(people):
    customer = opened(people["chenjing"])
    customer.change_status("won", "signing", reason="签了", by=people["chenjing"])
    with pytest.raises(StaleVersion):
        customer.change_status(
            "lost", "first_contact", reason="没戏", by=people["chenjing"], seen=("potential", "first_contact")
        )
    assert Customer.get_by_id(customer.id).status == "won"


def test_the_latest_follow_up_is_kept_whatever_order_they_come_in(people):
    customer = opened(people["chenjing"])
    later, earlier = clock.now(), clock.start_of(clock.today()).replace(year=2020)
    customer.followed_up(later)
    customer.followed_up(earlier)
    assert Customer.get_by_id(customer.id).last_followup_at == later
