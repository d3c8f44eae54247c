"""The recycle bin: what a deleted customer takes along, who may, and the way back (B15)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.audit_log import AuditEntry
from intranet_crm.customers import belongings
from intranet_crm.customers.deletions import Deletion
from intranet_crm.customers.identity import Taken
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import find_customer, visible_customers
from intranet_crm.errors import DomainError, IllegalMove
from intranet_crm.followups.models import FollowUp
from intranet_crm.followups.rules import Step
from intranet_crm.intake.entry import enter
from intranet_crm.intake.entry_plan import plan_of
from intranet_crm.intake.models import IntakeForm
from intranet_crm.needs.models import Need
from intranet_crm.notices.models import Notice
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.queries import open_tasks
from tests.archive.approved import approved
from tests.customers.making import CODES, opened, posted

NAME = "云帆回收有限公司"
PAGES = ("/", "/customers", "/followups", "/tasks?span=本周", "/tasks?span=以后")
PARTS = ("", "/contacts", "/needs", "/followups", "/timeline", "/attachments", "/intake", "/edit")


@pytest.fixture
def customer(people) -> Customer:
    return opened(people["chenjing"], NAME, contact="张三丰", credit_code=CODES[0])


def followed_up(customer: Customer, by: Person, **facts) -> FollowUp:
    usual = {"happened_at": clock.now() - timedelta(hours=1), "method": "phone", "content": "谈了续约"}
    return FollowUp.record(customer, key=str(uuid4()), by=by, **usual | facts)


def deleted(customer: Customer, by: Person, reason: str = "重复建档") -> Deletion:
    return Deletion.put_away(customer, reason=reason, by=by)


def everything_of(customer: Customer, by: Person) -> FollowUp:
    """A need, a follow-up with a promise and a step, on the customer."""
    Need.record(customer, by=by, type="other", background="背景", detail="详情", priority="high")
    day = clock.today() + timedelta(days=5)
    return followed_up(customer, by, next_at=clock.at(day, 10), steps=[Step("寄样品", day, by.id)])


def test_it_is_gone_for_everybody_everywhere(sign_in, people, customer):
    saved = everything_of(customer, people["chenjing"])
    need = Need.get()
    deleted(customer, people["admin"])
    Notice.update(read_at=clock.now()).execute()  # the owner has been told
    for username in ("chenjing", "liqiang", "linhai", "admin"):
        browser = sign_in(username)
        for address in PAGES:
            assert NAME not in browser.get(address).text, (username, address)
        for typed in ("云帆回收", CODES[0], customer.number, "张三丰", "yfhs"):
            assert NAME not in browser.get("/search", query_string={"q": typed}).text, (username, typed)
            assert NAME not in browser.get("/search/suggestions", query_string={"q": typed}).text
        for part in PARTS:
            assert browser.get(f"/customers/{customer.id}{part}").status_code in (403, 404), part
        assert browser.get(f"/followups/{saved.id}").status_code == 404
        assert browser.get(f"/needs/{need.id}").status_code == 404
    assert sign_in("chenjing").get(f"/intake/new?customer={customer.id}").status_code == 404
    assert not visible_customers(people["admin"]).exists()


def test_it_comes_back_as_it_was(sign_in, people, customer):
    everything_of(customer, people["chenjing"])
    before = Customer.get_by_id(customer.id)
    deleted(customer, people["admin"]).restore(by=people["admin"])
    after = Customer.get_by_id(customer.id)
    assert (after.credit_code, after.deleted_at) == (before.credit_code, None)
    browser = sign_in("chenjing")
    for address in ("/customers", "/followups", f"/customers/{customer.id}"):
        assert NAME in browser.get(address).text
    found = browser.get("/search", query_string={"q": CODES[0]})
    assert found.location == f"/customers/{customer.id}"
    assert "恢复客户" in browser.get(f"/customers/{customer.id}/timeline").text


def test_its_open_tasks_leave_the_lists_and_come_back(people, customer):
    chenjing = people["chenjing"]
    everything_of(customer, chenjing)
    other = opened(chenjing, "别家有限公司")
    followed_up(other, chenjing, next_at=clock.now() + timedelta(days=3))
    done = Task.get(Task.kind == "next_step")
    done.complete(seen=done.version, by=chenjing)
    deletion = deleted(customer, people["admin"])
    assert [task.address for task in open_tasks(chenjing)] == [f"/customers/{other.id}"]
    Deletion.get_by_id(deletion.id).restore(by=people["admin"])
    assert {task.address for task in open_tasks(chenjing)} == {
        f"/customers/{other.id}",
        f"/customers/{customer.id}",
    }
    assert Task.get_by_id(done.id).done_at


def test_its_open_form_goes_and_its_archive_record_stays(sign_in, people):
    chenjing = people["chenjing"]
    form = approved(chenjing, people["zhoufang"])
    ArchiveRecord.establish(form.id)
    customer = enter(form.id, by=chenjing, seen=plan_of(form).seen)
    assert NAME not in customer.name
    deleted(customer, people["admin"])
    record = ArchiveRecord.get()
    assert sign_in("chenjing").get(f"/intake/{form.id}").status_code == 404
    assert form.number not in sign_in("chenjing").get("/intake").text
    for username in ("chenjing", "zhoufang", "xujing"):
        assert sign_in(username).get(f"/archive/{record.id}").status_code == 200
    assert record.title in sign_in("xujing").get("/search", query_string={"q": record.title}).text


def test_a_form_under_way_waits_with_its_customer(sign_in, people):
    chenjing = people["chenjing"]
    form = approved(chenjing, people["zhoufang"])
    customer = opened(chenjing, NAME)
    IntakeForm.update(customer=customer.id).where(IntakeForm.id == form.id).execute()
    entry = Task.get((Task.kind == "entry") & (Task.person == chenjing))
    deletion = deleted(customer, people["admin"])
    assert entry not in open_tasks(chenjing)
    with pytest.raises(DomainError, match="已被删除"):
        enter(form.id, by=chenjing, seen="")
    deletion.restore(by=people["admin"])
    assert entry in open_tasks(chenjing)


def test_its_code_is_free_and_the_way_back_then_closed(people, customer):
    deletion = deleted(customer, people["admin"])
    taker = opened(people["zhaomin"], "接手有限公司", credit_code=CODES[0])
    with pytest.raises(DomainError, match=r"统一社会信用代码在删除之后已登记给另一位客户.*赵敏"):
        deletion.restore(by=people["admin"])
    assert Customer.get_by_id(customer.id).deleted_at
    deleted(taker, people["admin"])
    deletion.restore(by=people["admin"])
    assert Customer.get_by_id(customer.id).credit_code == CODES[0]
    with pytest.raises(Taken):
        opened(people["zhaomin"], "再来有限公司", credit_code=CODES[0])


def test_an_id_number_is_free_and_comes_back(people):
    number = "440524188001010014"
    person = opened(people["chenjing"], "孙小美", kind="individual", citizen_id=number)
    deletion = deleted(person, people["admin"])
    opened(people["zhaomin"], "孙小美", kind="individual", citizen_id=number)
    with pytest.raises(DomainError, match="身份证号"):
        deletion.restore(by=people["admin"])


def test_twice_is_refused_both_ways(people, customer):
    deletion = deleted(customer, people["admin"])
    with pytest.raises(IllegalMove, match="刚被删除"):
        deleted(customer, people["admin"])
    deletion.restore(by=people["admin"])
    with pytest.raises(IllegalMove, match="刚被恢复"):
        deletion.restore(by=people["admin"])
    assert deleted(customer, people["admin"]).id != deletion.id


def test_a_follow_up_typed_meanwhile_is_refused_with_a_sentence(people, customer):
    deleted(customer, people["admin"])
    with pytest.raises(IllegalMove, match="刚被管理员删除"):
        followed_up(customer, people["chenjing"])
    assert FollowUp.select().count() == 0


def test_the_owner_is_told_and_the_log_names_no_person(people, customer):
    deletion = deleted(customer, people["admin"], reason="张三丰说重复了")
    told = Notice.get(Notice.person == people["chenjing"])
    assert (told.title, told.body) == (f"系统管理员删除了客户「{NAME}」", "张三丰说重复了")
    entry = AuditEntry.get(AuditEntry.action == "删除客户")
    assert entry.subject_id == customer.id
    deletion.restore(by=people["admin"])
    back = Notice.get(Notice.title.startswith("系统管理员恢复"))
    assert back.address == f"/customers/{customer.id}"


def test_the_preview_counts_what_goes_and_what_stays(sign_in, people, customer):
    everything_of(customer, people["chenjing"])
    gone, stays = belongings.counted(customer.id)
    assert {word: number for word, number in gone if number} == {
        "联系人": 1,
        "需求": 1,
        "跟进": 1,
        "未办结的待办": 2,
    }
    assert dict(stays) == {"档案": 0}
    page = sign_in("admin").get(f"/customers/{customer.id}/deletion").text
    assert "未办结的待办" in page
    assert NAME in page


def test_every_table_about_customers_is_known_to_the_preview():
    decided = {
        *belongings.OUT_OF_SIGHT,
        *("collaboration", "status_change", "timeline_entry", "customer_tag", "owner_change", "deletion"),
        *("visit_plan", "decision_role_change", "need_change", "need_tagging", "grade_decision"),
        *("care_day", "section_check", "pending_value", "org_chart", "collection_task", "booklet"),
    }
    tables = {model._meta.table_name for model in Customer._meta.backrefs.values()}
    assert tables <= decided, "say in belongings.py whether the preview of a deletion counts it"
    known = {model._meta.table_name for model in IntakeForm._meta.backrefs.values()} | tables
    assert {*belongings.OUT_OF_SIGHT, *belongings.STAYS} <= known


def test_only_who_may_delete_deletes_and_only_with_a_reason(sign_in, people, customer):
    address = f"/customers/{customer.id}/deletion"
    assert sign_in("chenjing").post(address, data={"reason": "不要了"}).status_code == 403
    admin = sign_in("admin")
    refused = admin.post(address, data={"reason": " "})
    assert refused.status_code == 422
    assert "请填写删除原因" in refused.text
    assert "删除" in admin.get(f"/customers/{customer.id}").text
    assert "/deletion" not in sign_in("chenjing").get(f"/customers/{customer.id}").text
    answer = admin.post(address, data={"reason": "重复建档"})
    assert (answer.status_code, answer.location) == (303, "/customers/deleted")
    assert find_customer(people["admin"], customer.id) is None


def test_the_bin_is_searched_and_restored_from(sign_in, people, customer):
    other = opened(people["zhaomin"], "南方回收有限公司")
    for each in (customer, other):
        deleted(each, people["admin"], reason=f"原因{each.id}")
    admin = sign_in("admin")
    page = admin.get("/customers/deleted").text
    assert NAME in page
    assert f"原因{other.id}" in page
    for typed in ("云帆", customer.number, customer.number.lower()[:14]):
        found = admin.get("/customers/deleted", query_string={"q": typed}).text
        assert NAME in found
    assert "南方" not in admin.get("/customers/deleted", query_string={"q": "云帆"}).text
    assert "没有「北方」" in admin.get("/customers/deleted", query_string={"q": "北方"}).text
    answer = admin.post(f"/customers/{customer.id}/restoration")
    assert (answer.status_code, answer.location) == (303, f"/customers/{customer.id}")
    assert admin.post(f"/customers/{customer.id}/restoration").status_code == 404
    assert NAME not in admin.get("/customers/deleted").text


def test_the_bin_is_read_page_by_page(sign_in, people):
    names = [f"第{number:02d}家有限公司" for number in range(45)]
    for name in names:
        deleted(opened(people["chenjing"], name), people["admin"])
    seen, address, admin = [], "/customers/deleted", sign_in("admin")
    while address:
        page = admin.get(address).text
        seen += [name for name in names if name in page]
        address = page.rpartition('rel="next" href="')[2].partition('"')[0] if 'rel="next"' in page else ""
        address = address.replace("&amp;", "&")
    assert sorted(seen) == names


def test_a_new_customer_of_the_name_is_offered_the_old_one_and_not_blocked(sign_in, people, customer):
    deleted(customer, people["admin"])
    browser, form = sign_in("zhaomin"), posted(name=NAME, short_name="写了一半")
    offered = browser.post("/customers/new", data=form)
    assert offered.status_code == 422
    for shown in ("回收站里有一位客户名称相同", customer.number, "陈静", "请求恢复", "写了一半"):
        assert shown in offered.text
    assert Customer.select().count() == 1
    made = browser.post("/customers/new", data=form | {"aware": customer.id})
    assert made.status_code == 303
    assert Customer.select().count() == 2


def test_a_code_in_the_bin_is_offered_without_the_name(sign_in, people, customer):
    deleted(customer, people["admin"])
    answer = sign_in("zhaomin").post("/customers/deleted/matches", data=posted(credit_code=CODES[0]))
    assert "统一社会信用代码相同" in answer.text
    assert NAME not in answer.text
    nothing = sign_in("zhaomin").post("/customers/deleted/matches", data=posted(name="毫不相干有限公司"))
    assert "回收站" not in nothing.text


def test_a_persons_name_is_told_to_those_only_who_read_it(sign_in, people):
    person = opened(people["chenjing"], "孙小美", kind="individual", citizen_id="440524188001010014")
    deleted(person, people["admin"])
    form = posted(kind="individual", name="孙小美")
    assert "回收站" not in sign_in("zhaomin").post("/customers/deleted/matches", data=form).text
    assert "名称相同" in sign_in("chenjing").post("/customers/deleted/matches", data=form).text
    by_number = form | {"name": "孙晓美", "citizen_id": "440524188001010014"}
    assert "身份证号相同" in sign_in("zhaomin").post("/customers/deleted/matches", data=by_number).text


def test_the_entry_of_a_form_tells_of_it_too(sign_in, people):
    form = approved(people["chenjing"], people["zhoufang"])
    twin = opened(people["zhaomin"], form.customer_name)
    assert "回收站" not in sign_in("chenjing").get(f"/intake/{form.id}/entry").text
    deleted(twin, people["admin"])
    page = sign_in("chenjing").get(f"/intake/{form.id}/entry").text
    assert f"回收站里有一位客户名称相同：{twin.number}" in page
    assert "请管理员从回收站恢复" in page


def test_asking_for_it_tells_the_administrator_once_and_keeps_the_form(sign_in, people, customer):
    deleted(customer, people["admin"])
    browser, form = sign_in("zhaomin"), posted(name=NAME, short_name="写了一半")
    address = f"/customers/{customer.id}/restoration-requests"
    for _ in range(2):
        page = browser.post(address, data=form)
    assert "写了一半" in page.text
    assert "已请管理员恢复" in page.text
    asked = [notice.title for notice in Notice.select().where(Notice.person == people["admin"])]
    assert asked == [f"赵敏请求恢复客户「{NAME}」"]
    assert browser.post(address, data=posted(name="毫不相干有限公司")).status_code == 404


def test_the_administrator_restores_from_the_form(sign_in, people, customer):
    deleted(customer, people["admin"])
    page = sign_in("admin").post("/customers/new", data=posted(name=NAME)).text
    assert f'formaction="/customers/{customer.id}/restoration"' in page
