"""Contacts: one primary, reachable, masked for those without the right."""

import pytest

from intranet_crm.audit_log import AuditEntry, AuditValues
from intranet_crm.customers.decision_roles import DecisionRoleChange
from intranet_crm.customers.models import Contact, TimelineEntry
from intranet_crm.errors import DomainError, StaleVersion
from tests.customers.made import customer_of

WANG = {"name": "王建国", "post": "采购经理", "mobile": "13800008000", "email": "wangjg@lanhai.cn"}
LI = {"name": "李梅", "post": "财务总监", "landline": "0755-26001234"}


@pytest.fixture
def customer(people):
    """A customer of 陈静 in 华东销售一组."""
    return customer_of(people["chenjing"])


@pytest.fixture
def wang(customer, people):
    return Contact.add(customer, by=people["chenjing"], **WANG)


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


def test_every_change_of_a_decision_role_is_kept(customer, people):
    wang = Contact.add(customer, by=people["chenjing"], decision_role="influencer", **WANG)
    wang.revise(1, people["chenjing"], post="采购总监")
    wang.revise(2, people["chenjing"], decision_role="decision_maker")
    (change,) = DecisionRoleChange.select()
    assert (change.contact, change.old, change.new) == (wang, "influencer", "decision_maker")
    assert (change.customer, change.by) == (customer, people["chenjing"])


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
    assert TimelineEntry.select().where(TimelineEntry.kind == "contact").count() == 1


def test_timeline_and_audit_log_hold_no_name_and_no_number_in_full(customer, people):
    wang = Contact.add(customer, by=people["chenjing"], **WANG, notes="私人手机 13911112222")
    wang.revise(1, people["chenjing"], mobile="13900009000")
    entries = TimelineEntry.select().where(TimelineEntry.kind == "contact").order_by(TimelineEntry.id)
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


def panel(browser, customer) -> str:
    return browser.get(f"/customers/{customer.id}/contacts").text


def test_the_owner_sees_names_and_numbers_in_full(sign_in, customer, wang):
    page = panel(sign_in("chenjing"), customer)
    assert "王建国" in page
    assert "13800008000" in page
    assert "主联系人" in page


@pytest.mark.parametrize("username", ["liqiang", "zhoufang", "linhai"])
def test_their_superiors_see_them_too_but_do_not_edit(sign_in, customer, wang, username):
    browser = sign_in(username)
    page = panel(browser, customer)
    assert "13800008000" in page
    assert "添加联系人" not in page
    assert browser.get(f"/customers/{customer.id}/contacts/{wang.id}").status_code == 403


def test_customer_service_sees_them_masked_and_cannot_edit(sign_in, people, customer, wang):
    type(customer).update(success_manager=people["huangli"]).execute()
    browser = sign_in("hetao")
    page = panel(browser, customer)
    assert "王*" in page
    assert "138****8000" in page
    assert "w***@lanhai.cn" in page
    assert not any(secret in page for secret in ("王建国", "13800008000", "wangjg"))
    assert browser.get(f"/customers/{customer.id}/contacts/{wang.id}").status_code == 403
    assert browser.post(f"/customers/{customer.id}/contacts", data=WANG).status_code == 403


@pytest.mark.parametrize("username", ["wanglei", "zhaomin", "sunhao", "hetao"])
def test_for_others_the_customer_does_not_exist(sign_in, customer, wang, username):
    assert sign_in(username).get(f"/customers/{customer.id}/contacts").status_code == 404


def test_a_contact_is_found_only_under_its_own_customer(sign_in, people, customer, wang):
    other = customer_of(people["chenjing"], "苏州博远精密机械有限公司")
    address = f"/customers/{other.id}/contacts/{wang.id}"
    assert sign_in("chenjing").get(address).status_code == 404


def test_adding_works_as_a_plain_form_and_in_place(sign_in, customer):
    browser, address = sign_in("chenjing"), f"/customers/{customer.id}/contacts"
    answer = browser.post(address, data=WANG)
    assert (answer.status_code, answer.location) == (303, address)
    answer = browser.post(address, data=LI, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.text.strip().startswith('<section class="panel flush" id="contacts"')
    assert "李梅" in answer.text
    assert "已添加联系人李梅" in answer.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "请填写姓名。"),
        ({"post": " "}, "请填写职位。"),
        ({"mobile": "1380000800"}, "手机号应为11位数字，现在是10位"),
        ({"mobile": "1380000800a"}, "手机号只能填写数字"),
        ({"mobile": "", "email": ""}, "手机号、固定电话、邮箱至少填写一项"),
        ({"landline": "26001234"}, "固定电话缺少区号"),
        ({"email": "wang@"}, "邮箱格式不对"),
        ({"decision_role": "boss"}, "决策角色没有这一项"),
    ],
)
def test_a_wrong_value_is_told_beside_its_field_and_nothing_typed_is_lost(
    sign_in, customer, change, sentence
):
    answer = sign_in("chenjing").post(
        f"/customers/{customer.id}/contacts", data=WANG | {"notes": "周三开例会"} | change
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "周三开例会" in answer.text
    assert not Contact.select().exists()


def test_private_data_is_never_asked_for(sign_in, customer):
    data = {"name": "王建国", "post": "采购经理", "landline": "0755-26001234"}
    assert sign_in("chenjing").post(f"/customers/{customer.id}/contacts", data=data).status_code == 303


def test_a_stale_form_shows_both_values_and_can_be_saved_after_a_look(sign_in, customer, wang, people):
    Contact.get_by_id(wang.id).revise(1, people["chenjing"], post="采购总监")
    browser, address = sign_in("chenjing"), f"/customers/{customer.id}/contacts/{wang.id}"
    answer = browser.post(address, data=WANG | {"post": "行政经理", "version": "1"})
    assert answer.status_code == 409
    assert "这条记录刚被改过" in answer.text
    assert "采购总监" in answer.text
    assert 'value="行政经理"' in answer.text
    assert 'name="version" type="hidden" value="2"' in answer.text
    assert browser.post(address, data=WANG | {"post": "行政经理", "version": "2"}).status_code == 303
    assert Contact.get_by_id(wang.id).post == "行政经理"


@pytest.mark.parametrize("version", [None, "", "x", "99"])
def test_a_form_without_its_true_version_saves_nothing(sign_in, customer, wang, version):
    data = WANG | {"post": "行政经理"} | ({} if version is None else {"version": version})
    answer = sign_in("chenjing").post(f"/customers/{customer.id}/contacts/{wang.id}", data=data)
    assert answer.status_code == 409
    assert Contact.get_by_id(wang.id).post == "采购经理"


def test_masked_values_in_the_form_leave_the_stored_ones(sign_in, customer, wang):
    data = {"name": "王*", "mobile": "138****8000", "email": "w***@lanhai.cn", "post": "总监", "version": "1"}
    sign_in("chenjing").post(f"/customers/{customer.id}/contacts/{wang.id}", data=data)
    stored = Contact.get_by_id(wang.id)
    assert (stored.name, stored.mobile, stored.email) == ("王建国", "13800008000", "wangjg@lanhai.cn")
    assert stored.post == "总监"


def test_the_panel_warns_until_a_decision_maker_is_known(sign_in, customer, wang, people):
    browser = sign_in("chenjing")
    assert "还不知道谁是决策者" in panel(browser, customer)
    Contact.add(customer, by=people["chenjing"], decision_role="decision_maker", **LI)
    assert "还不知道谁是决策者" not in panel(browser, customer)


def test_without_contacts_the_panel_says_what_to_do(sign_in, customer):
    assert "添加客户方的第一位联系人" in panel(sign_in("chenjing"), customer)
