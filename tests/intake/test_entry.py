"""Entering an approved form: for a new customer, for a known one, once, and by whom."""

from datetime import date, datetime

import pytest

from intranet_crm import clock, secrecy
from intranet_crm.customers.employment import leave
from intranet_crm.customers.models import Collaboration, Contact, Customer, TimelineEntry
from intranet_crm.errors import IllegalMove, NotAllowed, StaleVersion
from intranet_crm.intake.entry import enter
from intranet_crm.intake.entry_homes import columns_for, nouns, stays
from intranet_crm.intake.entry_plan import plan_of
from intranet_crm.intake.fields import FIELDS
from intranet_crm.intake.models import IntakeEvent, IntakeForm
from intranet_crm.intake.reviews import FullJudgements, approve
from intranet_crm.needs.models import Need
from intranet_crm.tasks.models import Task
from tests.intake.in_review import COMPANY, PERSON, read, submitted
from tests.together import at_once

GIVEN = FullJudgements("phone", date(2026, 11, 18), is_sensitive=False, fits=True)
KNOWN = {
    "name": "海澜信息技术(深圳)有限公司",
    "credit_code": "91440305763170665M",
    "industry": "I64",
    "source": "exhibition",
    "founded": "2005-10-04",
}
MANAGER = {"name": "罗欣怡", "post": "副总经理", "mobile": "13800806360"}


@pytest.fixture(autouse=True)
def friday(db):
    with clock.as_of(clock.stored(datetime(2026, 11, 20, 10))):
        yield


def approved(people, values=COMPANY, collector="chenjing", **changes):
    form = submitted(people[collector], values, **changes)
    approve(form.id, GIVEN, opinion="同意", seen=read(form), by=form.reviewer)
    return IntakeForm.get_by_id(form.id)


def entered(form, by, taken=None):
    plan = plan_of(form)
    taken = {row.key for row in plan.rows} if taken is None else taken
    return enter(form.id, by=by, seen=plan.seen, taken=taken)


def known_customer(people, owner="chenjing", **changes):
    return Customer.open(KNOWN | changes, by=people[owner], first_contact=MANAGER)


def test_a_new_customer_its_contact_and_need_come_from_one_click(people):
    form = approved(people)
    customer = entered(form, people["chenjing"])
    form = IntakeForm.get_by_id(form.id)
    assert (form.state, form.customer, form.entered_by) == ("entered", customer, people["chenjing"])
    assert form.entered_at == clock.now()
    assert (customer.name, customer.status, customer.owner) == (
        COMPANY["name"],
        "potential",
        people["chenjing"],
    )
    assert (customer.registered_region, customer.registered_street) == ("440305", "创新路739号")
    assert (customer.budget_low, customer.budget_high) == (120_000_000, 150_000_000)
    contact = Contact.get(Contact.customer == customer)
    assert (contact.name, contact.mobile, contact.post, contact.is_primary) == (
        "罗欣怡",
        "13800806360",
        "总经理",
        1,
    )
    need = Need.get(Need.source_form_id == form.id)
    assert (need.customer, need.priority, need.expected_to) == (customer, "high", date(2027, 9, 30))
    assert [row["name"] for row in need.decision_chain] == ["王总", "李工"]
    assert (need.nature, need.progress, need.changes.get().asked_by) == ("explicit", "waiting", "罗欣怡")
    assert Task.get(Task.kind == "entry").done_at
    assert IntakeEvent.select().where(IntakeEvent.move == "enter").count() == 1
    assert TimelineEntry.select().where(TimelineEntry.title == f"录入采集表 {form.number}").count() == 1


def test_an_individual_keeps_the_id_number_sealed(people):
    customer = entered(approved(people, PERSON), people["chenjing"])
    assert customer.citizen_id_masked == "440***********2522"
    assert customer.citizen_id_hash == secrecy.keyed_hash("440305198510102522")
    assert secrecy.decrypted(customer.citizen_id_cipher) == "440305198510102522"
    assert (customer.occupation, customer.phone) == ("business_owner", "15851417195")
    contact = Contact.get(Contact.customer == customer)
    assert (contact.name, contact.post) == ("赵欣怡", "技术总监")


def test_the_same_person_is_found_by_the_id_number(people):
    first = entered(approved(people, PERSON), people["chenjing"])
    again = approved(people, PERSON, phone="13900008888")
    plan = plan_of(again)
    assert plan.customer == first
    assert [row.key for row in plan.rows if row.differs] == ["phone"]
    assert entered(again, people["chenjing"]) == first
    assert Contact.get(Contact.customer == first).mobile == "13900008888"


def test_a_known_customer_is_changed_field_by_field(people):
    customer = known_customer(people)
    form = approved(people)
    plan = plan_of(form)
    differing = {row.key: (row.form_words, row.file_words) for row in plan.rows if row.differs}
    assert differing["industry"][0].startswith("I65")
    assert differing["industry"][1].startswith("I64")
    assert differing["post"] == ("总经理", "副总经理")
    assert differing["budget"] == ("120–150 万元", "")
    assert {"name", "credit_code", "founded", "phone", "contact_name"} & set(differing) == set()
    entered(form, people["chenjing"], {"industry", "budget"})
    kept = Customer.get_by_id(customer.id)
    assert (kept.industry, kept.budget_high, kept.employee_band) == ("I65", 150_000_000, "")
    assert Contact.get(Contact.customer == customer).post == "副总经理"
    assert Customer.select().count() == Contact.select().count() == Need.select().count() == 1


def test_another_contact_of_a_known_customer_is_added(people):
    customer = known_customer(people)
    entered(approved(people, contact_name="钱立", phone="0755-26881234"), people["chenjing"])
    added = Contact.get((Contact.customer == customer) & (Contact.name == "钱立"))
    assert (added.landline, added.mobile, added.is_primary) == ("0755-26881234", "", 0)


def test_entering_twice_enters_once(people):
    form = approved(people)
    seen = plan_of(form).seen
    first = enter(form.id, by=people["chenjing"], seen=seen)
    assert enter(form.id, by=people["chenjing"], seen=seen) == first
    assert (Customer.select().count(), Need.select().count()) == (1, 1)


def test_a_double_click_enters_once(people):
    form = approved(people)
    seen = plan_of(form).seen
    ends = at_once(*[lambda: enter(form.id, by=people["chenjing"], seen=seen)] * 2)
    assert ends == [Customer.get()] * 2
    assert (Customer.select().count(), Need.select().count(), Contact.select().count()) == (1, 1, 1)


def test_a_file_changed_meanwhile_is_looked_at_again(people):
    customer = known_customer(people)
    form = approved(people)
    seen = plan_of(form).seen
    customer.revise({"main_business": "软件外包"}, seen=customer.version, by=people["chenjing"])
    with pytest.raises(StaleVersion, match="请核对后再录入"):
        enter(form.id, by=people["chenjing"], seen=seen)
    assert Need.select().count() == 0


def test_a_customer_out_of_reach_names_its_owner(people):
    customer = known_customer(people, owner="zhaomin")
    form = approved(people)
    with pytest.raises(NotAllowed, match="由 赵敏 负责，不在你的数据范围内"):
        entered(form, people["chenjing"])
    assert IntakeForm.get_by_id(form.id).state == "approved"
    assert entered(form, people["zhaomin"]) == customer


def test_a_collaborator_may_enter(people):
    customer = known_customer(people, owner="zhaomin")
    Collaboration.create(
        customer=customer, person=people["chenjing"], may_write=1, created_by=1, created_at=clock.now()
    )
    assert entered(approved(people), people["chenjing"]) == customer


@pytest.mark.parametrize("username", ["wanglei", "zhoufang", "xujing", "zhaomin"])
def test_others_do_not_enter(people, username):
    form = approved(people)
    with pytest.raises(NotAllowed, match="录入由采集人或有权编辑这位客户的人办理"):
        entered(form, people[username])


def test_only_an_approved_form_is_entered(people):
    form = submitted(people["chenjing"])
    with pytest.raises(IllegalMove, match="待复核"):
        entered(form, people["chenjing"])


def test_what_is_pending_becomes_one_task_that_settles_when_all_has_arrived(people):
    values = {"budget": {"pending": True}, "acceptance": "", "founded": "", "notice_version": ""}
    form = approved(people, **values, pending=["acceptance", "founded", "notice_version"])
    customer = entered(form, people["chenjing"])
    task = Task.get(Task.kind == "pending")
    assert (task.person, task.address) == (people["chenjing"], f"/customers/{customer.id}#followups")
    assert task.reason == "待确认：预算范围；待补充：成立时间、交付与验收标准、告知书版本"
    need = Need.get()
    need.revise(1, people["chenjing"], budget_low=1, budget_pending=0, acceptance="一次验收")
    customer.revise({"founded": "2015"}, seen=1, by=people["chenjing"])
    assert Task.get_by_id(task.id).title.endswith("确认：告知书版本")
    again = approved(people, customer=customer, notice_version="2026-01", change_kind="adjusted")
    entered(again, people["chenjing"])
    assert Task.get_by_id(task.id).outcome == "已全部问清"


def test_a_blank_that_the_file_can_fill_is_not_asked_for(people):
    known = known_customer(people)
    known.revise({"founded": "2003"}, seen=known.version, by=people["chenjing"])
    form = approved(people, founded="", pending=["founded"])
    assert plan_of(form).pending == []
    entered(form, people["chenjing"])
    assert Task.select().where(Task.kind == "pending").count() == 0


FULL = COMPANY | {
    "situation": "return_visit",
    "credit_code": "91440305763170665A",
    "credit_code_reason": "与执照一致",
    "industry": "OTHER",
    "industry_note": "社区养老",
    "need_type": "other",
    "need_type_note": "联合运营",
    "pain_points": "门店之间数据不通",
    "acceptance": "一次验收",
    "competitors": "对比过两家同类产品",
    "budget_cycle": "每年10月编制",
    "change_kind": "added",
    "project_status": "一期已上线",
    "satisfaction": "4",
    "renewal_intention": "willing",
    "cooperation_history": "2024年采购一期",
    "bottlenecks": "接口由第三方维护",
    "info_sources": ["customer"],
    "notice_version": "2026-01",
    "consent": "agreed",
}


@pytest.mark.parametrize("values", [FULL, PERSON | {"contact_name": "赵欣"}])
def test_every_field_finds_its_home(people, values):
    form = approved(people, values)
    customer = entered(form, people["chenjing"])
    homes = {
        "customer": Customer.get_by_id(customer.id),
        "contact": Contact.get(Contact.customer == customer),
        "need": Need.get(Need.source_form_id == form.id),
    }
    kept = IntakeForm.get_by_id(homes["need"].source_form_id).values
    for key in values:
        if stays(FIELDS[key]):
            assert kept[key] == values[key]
            continue
        home = homes[FIELDS[key].home.partition(".")[0]]
        if key == "citizen_id":
            assert home.citizen_id_hash == secrecy.keyed_hash(values[key])
            continue
        for column, content in columns_for(key, values[key]).items():
            assert getattr(home, column) == content, key


def test_what_the_person_was_told_is_kept_with_the_contact(people):
    form = approved(people, COMPANY | {"consent": "agreed"})
    entered(form, people["chenjing"])
    contact = Contact.get()
    told = (contact.consent, contact.notice_way, f"{contact.notice_on}")
    assert told == ("agreed", "form", form.values["collected_on"])


def test_who_has_left_is_not_taken_for_the_person_of_the_form(people):
    by = people["chenjing"]
    gone = Contact.get(Contact.customer == known_customer(people))
    leave(gone, clock.today(), seen=1, by=by)
    entered(approved(people), by)
    now = Contact.get(Contact.left_on.is_null())
    assert (now.name, now.is_primary, Contact.select().count()) == ("罗欣怡", 1, 2)


def test_no_field_is_left_out():
    housed = {key for noun in ("customer", "contact", "need") for key in nouns(noun)}
    assert housed | {key for key, field in FIELDS.items() if stays(field)} == set(FIELDS)
    columns = {"customer": Customer, "contact": Contact, "need": Need}
    for key in housed - {"address", "phone", "budget", "citizen_id"}:
        noun, column = FIELDS[key].home.split(".")
        assert hasattr(columns[noun], column), key
