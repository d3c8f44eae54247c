"""采集任务: asked by somebody above, a to-do of one person, and a prefilled form (O9)."""

import re
from datetime import date, datetime

import pytest

from intranet_crm import clock
from intranet_crm.audit_log import AuditEntry
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed
from intranet_crm.intake.collection_changes import CollectionEvent, cancel, change
from intranet_crm.intake.collection_tasks import CollectionTask, usual_person, warning_about
from intranet_crm.intake.drafts import check, save
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.submissions import submit
from intranet_crm.notices.models import Notice
from intranet_crm.tasks.models import Task
from tests.counting import questions
from tests.customers.made import customer_of
from tests.intake.in_review import COMPANY, submitted


@pytest.fixture(autouse=True)
def friday(db):
    with clock.as_of(clock.stored(datetime(2026, 11, 20, 10))):
        yield


def ask(by, person, *, customer=None, name="云帆科技(广州)有限公司", due_on=date(2026, 11, 27)):
    return CollectionTask.ask(
        person,
        department=person.department,
        customer=customer,
        customer_name=customer.name if customer else name,
        situation="return_visit" if customer else "new_customer",
        due_on=due_on,
        note="展会上认识",
        by=by,
    )


def test_it_is_a_to_do_that_ends_with_the_submission(people):
    chenjing = people["chenjing"]
    asked = ask(people["liqiang"], chenjing)
    task = Task.get(Task.kind == "collect")
    assert (task.person, task.due_on, task.address) == (
        chenjing,
        date(2026, 11, 27),
        f"/collections/{asked.id}",
    )
    form = asked.start(by=chenjing)
    assert form.values["name"] == "云帆科技(广州)有限公司"
    assert asked.start(by=chenjing).id == form.id  # a second press opens the same one
    save(form.id, COMPANY, by=chenjing, seen=None)
    found = check(form.id, by=chenjing)[1]
    reasons = {each.id: "客户原话，已核对" for each in found if each.level == "warning"}
    save(form.id, {"reasons": reasons}, by=chenjing, seen=None)
    assert check(form.id, by=chenjing)[0].passed
    submit(form.id, by=chenjing)
    assert Task.get_by_id(task.id).done_at is not None
    assert CollectionTask.get_by_id(asked.id).state_word == "待复核"
    assert AuditEntry.select().where(AuditEntry.action == "安排采集任务").count() == 1


def test_an_existing_customers_data_are_there(people, sign_in):
    customer = customer_of(people["chenjing"])
    asked = ask(people["liqiang"], people["chenjing"], customer=customer)
    answer = sign_in("chenjing").post(f"/collections/{asked.id}/form")
    form = IntakeForm.get_by_id(CollectionTask.get_by_id(asked.id).form_id)
    assert answer.headers["Location"] == f"/intake/{form.id}"
    assert (form.customer_id, form.customer_name) == (customer.id, customer.name)


def test_only_ones_own_people_who_see_the_customer_and_no_past_day(people):
    with pytest.raises(NotAllowed):
        ask(people["liqiang"], people["zhaomin"])
    with pytest.raises(NotAllowed):
        ask(people["chenjing"], people["wanglei"])
    with pytest.raises(DomainError, match="没有这位客户的查看权限"):
        ask(people["liqiang"], people["wanglei"], customer=customer_of(people["chenjing"]))
    with pytest.raises(DomainError, match="不能早于今天"):
        ask(people["liqiang"], people["chenjing"], due_on=date(2026, 11, 19))


def test_sales_for_a_new_customer_and_success_for_a_known_one(people):
    assert usual_person(people["linhai"], None).name in ("陈静", "王磊", "赵敏")
    customer = customer_of(people["chenjing"])
    assert usual_person(people["linhai"], customer) == people["chenjing"]
    customer.success_manager = people["huangli"]
    assert usual_person(people["linhai"], customer) == people["huangli"]


def test_another_open_form_warns_and_is_confirmed(people, sign_in):
    form = submitted(people["chenjing"])
    assert form.number in warning_about(None, form.customer_name)
    browser = sign_in("liqiang")
    wanted = {
        "customer_name": form.customer_name,
        "department": people["chenjing"].department_id,
        "person": people["chenjing"].id,
        "situation": "new_customer",
        "due_on": "2026-11-27",
    }
    refused = browser.post("/collections/new", data=wanted)
    assert refused.status_code == 422
    assert form.number in refused.text
    assert browser.post("/collections/new", data=wanted | {"confirmed": "y"}).status_code == 303
    asked = CollectionTask.get()
    assert form.number in sign_in("chenjing").get(f"/collections/{asked.id}").text


def test_the_form_of_a_known_customer_warns_too(people, sign_in):
    customer = customer_of(people["chenjing"])
    form = submitted(people["chenjing"])
    IntakeForm.update(customer=customer).where(IntakeForm.id == form.id).execute()
    assert form.number in sign_in("chenjing").get(f"/intake/new?customer={customer.id}").text


def test_the_list_shows_both_sides_and_nobody_else(people, sign_in):
    asked = ask(people["liqiang"], people["chenjing"])
    for who in ("liqiang", "chenjing", "admin"):
        assert asked.customer_name in sign_in(who).get("/collections").text
    assert asked.customer_name not in sign_in("wanglei").get("/collections").text
    assert sign_in("wanglei").get(f"/collections/{asked.id}").status_code == 404
    assert sign_in("liqiang").post(f"/collections/{asked.id}/form").status_code == 403


def test_the_list_costs_the_same_however_long(people, sign_in):
    browser = sign_in("liqiang")

    def cost():
        with questions() as made:
            browser.get("/collections")
        return len(made)

    ask(people["liqiang"], people["chenjing"])
    few = cost()
    for number in range(4):
        ask(people["liqiang"], people["chenjing"], name=f"华南第{number}制造有限公司").start(
            by=people["chenjing"]
        )
    assert cost() == few


def changed(asked, by, *, person=None, due_on=None, reason="客户改期"):
    return change(asked.id, person or asked.person, due_on or asked.due_on, reason=reason, by=by)


def open_to_do():
    return Task.select().where((Task.kind == "collect") & Task.done_at.is_null())


def test_another_day_moves_the_to_do_and_is_told(people):
    asked = ask(people["liqiang"], people["chenjing"])
    changed(asked, people["liqiang"], due_on=date(2026, 12, 4))
    task = open_to_do().get()
    assert (task.due_on, task.person) == (date(2026, 12, 4), people["chenjing"])
    assert clock.local(task.remind_at).date() == date(2026, 12, 3)
    told = Notice.get(Notice.title == "采集云帆科技(广州)有限公司的完成日期改为 2026-12-04")
    assert (told.person, told.body) == (people["chenjing"], "客户改期")
    event = CollectionEvent.get()
    assert (event.words, event.reason) == ("完成日期 2026-11-27 → 2026-12-04", "客户改期")
    assert AuditEntry.select().where(AuditEntry.action == "改期采集任务").count() == 1


def test_another_person_gets_it_and_the_first_one_is_told(people, sign_in):
    asked = ask(people["liqiang"], people["chenjing"])
    first = asked.start(by=people["chenjing"])
    changed(asked, people["zhoufang"], person=people["wanglei"], reason="陈静休假")
    assert open_to_do().get().person == people["wanglei"]
    titles = {each.person.username: each.title for each in Notice.select() if "改" in each.title}
    assert titles == {
        "wanglei": "周芳改派给你：采集云帆科技(广州)有限公司",
        "chenjing": "不用再采集：云帆科技(广州)有限公司（改派给王磊）",
        "liqiang": "周芳改了你安排的采集：云帆科技(广州)有限公司",
    }
    asked = CollectionTask.get_by_id(asked.id)
    assert asked.state_word == "未开始"
    with pytest.raises(NotAllowed, match="由王磊完成"):
        asked.start(by=people["chenjing"])
    second = asked.start(by=people["wanglei"])
    assert second.id != first.id
    assert IntakeForm.get_by_id(first.id).collector == people["chenjing"]  # the draft stays where it was
    changed(asked, people["liqiang"], person=people["chenjing"], reason="陈静回来了")
    assert CollectionTask.get_by_id(asked.id).start(by=people["chenjing"]).id == first.id
    page = sign_in("liqiang").get(f"/collections/{asked.id}").text
    assert "采集人 陈静 → 王磊" in page
    assert "陈静休假" in page


def test_called_off_it_leaves_the_list_and_the_draft_stays(people, sign_in):
    asked = ask(people["liqiang"], people["chenjing"])
    form = asked.start(by=people["chenjing"])
    cancel(asked.id, reason="客户暂缓", by=people["liqiang"])
    assert not open_to_do().exists()
    assert IntakeForm.get_by_id(form.id).state == "draft"
    told = Notice.get(Notice.title.startswith("李强取消了采集任务"))
    assert told.person == people["chenjing"]
    assert "草稿仍在你名下" in told.body
    with pytest.raises(IllegalMove, match="已经取消"):
        CollectionTask.get_by_id(asked.id).start(by=people["chenjing"])
    with pytest.raises(IllegalMove, match="已取消"):
        cancel(asked.id, reason="再来", by=people["liqiang"])
    browser = sign_in("chenjing")
    assert asked.customer_name not in browser.get("/collections").text
    assert "已取消" in browser.get("/collections?standing=cancelled").text
    assert "客户暂缓" in browser.get(f"/collections/{asked.id}").text


def test_only_who_asked_and_those_above_change_it(people, sign_in):
    asked = ask(people["zhoufang"], people["chenjing"])
    for who in ("chenjing", "wanglei", "liqiang", "sunhao"):  # 李强 stands below 周芳
        with pytest.raises(NotAllowed):
            changed(asked, people[who], due_on=date(2026, 12, 1))
        with pytest.raises(NotAllowed):
            cancel(asked.id, reason="不要", by=people[who])
    for who, code in (("chenjing", 403), ("liqiang", 403), ("wanglei", 404), ("sunhao", 404)):
        for part in ("change", "cancellation"):
            assert sign_in(who).get(f"/collections/{asked.id}/{part}").status_code == code
    for day, who in ((1, "zhoufang"), (2, "linhai"), (3, "admin")):
        changed(CollectionTask.get_by_id(asked.id), people[who], due_on=date(2026, 12, day))
    assert CollectionEvent.select().count() == 3


def test_what_makes_no_sense_is_refused_in_words(people):
    asked = ask(people["liqiang"], people["chenjing"], customer=customer_of(people["chenjing"]))
    with pytest.raises(DomainError, match="都没有变"):
        changed(asked, people["liqiang"])
    with pytest.raises(DomainError, match="不能早于今天"):
        changed(asked, people["liqiang"], due_on=date(2026, 11, 1))
    with pytest.raises(NotAllowed, match="管辖"):
        changed(asked, people["liqiang"], person=people["zhaomin"])
    with pytest.raises(DomainError, match="没有这位客户的查看权限"):
        changed(asked, people["liqiang"], person=people["wanglei"])
    form = asked.start(by=people["chenjing"])
    IntakeForm.update(round=1, state="in_review").where(IntakeForm.id == form.id).execute()
    with pytest.raises(IllegalMove, match="待复核"):
        cancel(asked.id, reason="晚了", by=people["liqiang"])


def test_an_overdue_one_may_go_to_another_person_with_its_day(people):
    asked = ask(people["liqiang"], people["chenjing"], due_on=date(2026, 11, 23))
    with clock.as_of(clock.stored(datetime(2026, 11, 26, 10))):
        changed(asked, people["liqiang"], person=people["wanglei"])
        task = open_to_do().get()
        assert (task.person, task.due_on) == (people["wanglei"], date(2026, 11, 23))


def test_by_the_pages_with_a_reason(people, sign_in):
    asked = ask(people["liqiang"], people["chenjing"])
    browser, address = sign_in("liqiang"), f"/collections/{asked.id}"
    assert "改派或改期" in browser.get(address).text
    assert f"{address}/change" not in sign_in("chenjing").get(address).text
    given = {"person": str(people["wanglei"].id), "due_on": "2026-12-01"}
    refused = browser.post(f"{address}/change", data=given)
    assert refused.status_code == 422
    assert 'value="2026-12-01"' in refused.text
    assert browser.post(f"{address}/change", data=given | {"reason": "换人"}).status_code == 303
    assert browser.post(f"{address}/cancellation", data={"reason": ""}).status_code == 422
    assert browser.post(f"{address}/cancellation", data={"reason": "不做了"}).status_code == 303
    assert browser.get(f"{address}/change").status_code == 303


def test_the_to_do_ends_by_its_form_and_is_not_ticked_or_handed_on(people):
    ask(people["liqiang"], people["chenjing"])
    task = open_to_do().get()
    with pytest.raises(IllegalMove, match="随它的记录办结"):
        task.complete(seen=task.version, by=people["chenjing"])


def wanted(people, **more):
    return {
        "customer_name": "云帆科技(广州)有限公司",
        "department": people["chenjing"].department_id,
        "person": people["chenjing"].id,
        "situation": "new_customer",
        "due_on": "2026-11-27",
    } | more


def test_a_second_window_does_not_undo_what_was_changed_meanwhile(people, sign_in):
    asked = ask(people["liqiang"], people["chenjing"])
    address, browser = f"/collections/{asked.id}", sign_in("zhoufang")
    seen = [re.search(r'name="seen"[^>]*value="(\d+)"', browser.get(f"{address}/{part}").text)[1]
            for part in ("change", "cancellation")]  # fmt: skip
    changed(asked, people["liqiang"], person=people["wanglei"], reason="陈静休假")
    old = {"person": people["chenjing"].id, "due_on": "2026-12-01", "reason": "客户改期", "seen": seen[0]}
    stale = browser.post(f"{address}/change", data=old)
    assert stale.status_code == 409
    for words in ("李强刚改过这项任务", "采集人 陈静 → 王磊", "陈静休假", "现在是 王磊", 'value="客户改期"'):
        assert words in stale.text
    assert CollectionTask.get_by_id(asked.id).person == people["wanglei"]
    stale = browser.post(f"{address}/cancellation", data={"reason": "暂缓", "seen": seen[1]})
    assert (stale.status_code, CollectionTask.get_by_id(asked.id).cancelled_at) == (409, None)
    again = re.search(r'name="seen"[^>]*value="(\d+)"', stale.text)[1]
    assert browser.post(f"{address}/cancellation", data={"reason": "暂缓", "seen": again}).status_code == 303


def test_what_was_cancelled_meanwhile_is_said(people, sign_in):
    asked = ask(people["liqiang"], people["chenjing"])
    cancel(asked.id, reason="客户暂缓", by=people["zhoufang"])
    browser, data = sign_in("liqiang"), {"reason": "改期", "person": "1", "due_on": "2026-12-01"}
    for part in ("change", "cancellation"):
        answer = browser.post(f"/collections/{asked.id}/{part}", data=data, follow_redirects=True)
        assert "已取消，不能再改派、改期或取消" in answer.text


def test_a_past_day_is_refused_beside_the_day(people, sign_in):
    browser, asked = sign_in("liqiang"), ask(people["liqiang"], people["chenjing"])
    change_data = {"person": people["chenjing"].id, "due_on": "2026-11-01", "reason": "提前"}
    for address, data in (
        ("/collections/new", wanted(people, due_on="2026-11-01", customer_name="另一家有限公司")),
        (f"/collections/{asked.id}/change", change_data),
    ):
        page = browser.post(address, data=data).text
        assert re.search(r'id="due_on-error">.*?完成日期不能早于今天', page, re.S)
        assert 'id="person-error"' not in page


def test_the_same_customer_asked_for_twice_warns(people, sign_in):
    browser = sign_in("liqiang")
    assert browser.post("/collections/new", data=wanted(people)).status_code == 303
    again = browser.post("/collections/new", data=wanted(people))  # pressed twice, or by another supervisor
    assert again.status_code == 422
    assert "已经安排陈静采集（2026-11-27 前完成，还没有开始填写）" in again.text
    assert browser.post("/collections/new", data=wanted(people, confirmed="y")).status_code == 303
    assert CollectionTask.select().count() == 2


def test_a_customer_that_no_page_named_is_not_found(people, sign_in):
    for key in ("abc", "0", "99999999999999999999", "7"):
        assert (
            sign_in("liqiang").post("/collections/new", data=wanted(people, customer=key)).status_code == 404
        )
