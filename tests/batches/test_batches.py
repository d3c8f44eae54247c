"""Bulk work on customers (G2): preview, run, killed in the middle, told once, undone, looked up."""

import re
from datetime import timedelta

import pytest

from intranet_crm import background, clock
from intranet_crm.audit_log import AuditEntry
from intranet_crm.background import Job
from intranet_crm.batches import running
from intranet_crm.batches.models import Batch, BatchRow
from intranet_crm.batches.running import Run
from intranet_crm.customers.bulk_tags import PutTagOn
from intranet_crm.customers.grades import GradeDecision
from intranet_crm.customers.models import Collaboration, Customer, StatusChange, TimelineEntry
from intranet_crm.customers.owners import OwnerChange
from intranet_crm.customers.tags import CustomerTag, Tag
from intranet_crm.database import database
from intranet_crm.notices.models import Notice
from tests.customers.making import opened
from tests.customers.test_list import many, queries

__all__ = ["queries"]


def tag(name="重点跟进"):
    return Tag.get(Tag.name == name)


def tagged(name="重点跟进"):
    return CustomerTag.select().where(CustomerTag.tag == tag(name).id).count()


def begun(browser, address, **fields):
    """Post what the preview page would; the batch it leads to."""
    answer = browser.post(f"/customers/bulk?{address}", data={"key": str(clock.now())} | fields)
    assert answer.status_code == 303, answer.text
    return Batch.get_by_id(int(answer.location.rsplit("/", 1)[1]))


def fresh(batch):
    return Batch.get_by_id(batch.id)


def ten_a_chunk(monkeypatch):
    monkeypatch.setattr(running, "FIRST_CHUNK", 10)
    monkeypatch.setattr(running, "next_chunk", lambda *_: 10)


def test_the_preview_counts_and_gives_reasons(sign_in, people):
    many(people["chenjing"], 5)
    held = Customer.select().first()
    tag().put_on(held, by=people["chenjing"])
    lent = opened(people["zhaomin"], "借看公司")
    Collaboration.create(customer=lent, person=people["chenjing"], created_by=1, created_at=clock.now())
    page = sign_in("chenjing").get(f"/customers/bulk?operation=tag_put_on&value={tag().id}").text
    assert "将更改 4 家，跳过 2 家" in page
    assert re.search(r"已有该标签.*?1 家", page, re.S)
    assert re.search(r"不在你的编辑范围.*?1 家", page, re.S)
    assert "全部客户，共 6 家" in page
    assert tagged() == 1


def test_the_whole_result_is_tagged_not_only_the_page(sign_in, people, work):
    many(people["chenjing"], 30, status="won")
    many(people["wanglei"], 3)
    before = list(Customer.select(Customer.id, Customer.touched_at).order_by(Customer.id).tuples())
    browser = sign_in("chenjing")
    batch = begun(browser, "operation=tag_put_on&status=won", value=str(tag().id))
    assert "进行中" in browser.get(f"/batches/{batch.id}").text
    work()
    page = browser.get(f"/batches/{batch.id}").text
    assert "已完成" in page
    assert "更改 30 家" in page
    assert "成交客户" in page
    assert tagged() == 30
    assert TimelineEntry.select().where(TimelineEntry.title == "添加标签：重点跟进").count() == 30
    assert before == list(Customer.select(Customer.id, Customer.touched_at).order_by(Customer.id).tuples())
    told = Notice.select().where(Notice.person == people["chenjing"].id)
    assert [notice.title for notice in told] == ["批量添加标签：重点跟进：更改 30 家"]
    assert AuditEntry.select().where(AuditEntry.action == "完成批量操作").count() == 1


def test_ticked_customers_go_before_the_filter(sign_in, people, work):
    many(people["chenjing"], 5)
    keys = [customer.id for customer in Customer.select().limit(2)]
    chosen = "&".join(f"chosen={key}" for key in keys)
    begun(sign_in("chenjing"), f"operation=tag_put_on&status=won&{chosen}", new_tag="展会名单")
    work()
    assert {row.customer_id for row in CustomerTag.select()} == set(keys)
    assert tagged("展会名单") == 2


def test_sending_twice_is_one_batch(sign_in, people, work):
    many(people["chenjing"], 3)
    browser = sign_in("chenjing")
    first = begun(browser, "operation=tag_put_on", value=str(tag().id), key="same")
    assert begun(browser, "operation=tag_put_on", value=str(tag().id), key="same") == first
    work()
    work()
    assert fresh(first).changed == tagged() == 3


def test_killed_in_the_middle_it_goes_on_where_it_was(sign_in, people, monkeypatch):
    ten_a_chunk(monkeypatch)
    many(people["chenjing"], 25)
    batch = begun(sign_in("chenjing"), "operation=tag_put_on", value=str(tag().id))
    real, calls = PutTagOn.apply, []

    def dying(self, batch, ids):
        calls.append(ids)
        real(self, batch, ids)
        if len(calls) == 2:
            raise KeyboardInterrupt  # as good as killed: inside the transaction, nothing is caught

    monkeypatch.setattr(PutTagOn, "apply", dying)
    with pytest.raises(KeyboardInterrupt):
        background.work_off()
    assert fresh(batch).changed == tagged() == 10
    page = sign_in("chenjing").get(f"/batches/{batch.id}/progress").text
    assert "10 / 25" in page
    assert background.work_off() == 0  # the dead one's lease has not run out
    Job.update(lease_until=clock.now() - timedelta(seconds=1)).execute()
    background.work_off()
    assert fresh(batch).changed == tagged() == BatchRow.select().count() == 25
    assert fresh(batch).finished_at


def test_two_workers_do_no_row_twice(sign_in, people, monkeypatch):
    ten_a_chunk(monkeypatch)
    many(people["chenjing"], 25)
    batch = begun(sign_in("chenjing"), "operation=tag_put_on", value=str(tag().id))
    one, two = Run(fresh(batch)), Run(fresh(batch))
    while one.step() and two.step():
        pass
    for turn in (one, two):
        while turn.step():
            pass
        turn.batch.finish()
    assert fresh(batch).changed == tagged() == BatchRow.select().count() == 25
    assert Notice.select().where(Notice.key == f"batch:{batch.id}").count() == 1


def test_stopped_after_a_chunk_it_keeps_what_was_done_and_can_be_undone(sign_in, people, monkeypatch, work):
    ten_a_chunk(monkeypatch)
    many(people["chenjing"], 25)
    browser = sign_in("chenjing")
    batch = begun(browser, "operation=tag_put_on", value=str(tag().id))
    assert "停止" in browser.get(f"/batches/{batch.id}").text
    turn = Run(fresh(batch))
    turn.step()
    assert browser.post(f"/batches/{batch.id}/stop").status_code == 303
    assert not turn.step()  # the worker that was at it sees it and goes no further
    work()
    assert fresh(batch).changed == tagged() == BatchRow.select().count() == 10
    page = browser.get(f"/batches/{batch.id}").text
    assert "已停止" in page
    assert "还有 15 家没有处理" in page
    told = [notice.title for notice in Notice.select().where(Notice.person == people["chenjing"].id)]
    assert told == ["批量添加标签：重点跟进：更改 10 家，中途停止"]
    assert AuditEntry.select().where(AuditEntry.action == "停止批量操作").count() == 1
    assert browser.post(f"/batches/{batch.id}/stop").status_code == 409
    browser.post(f"/batches/{batch.id}/undo")
    work()
    assert tagged() == 0


def test_an_undo_is_not_stopped_halfway(sign_in, people, work):
    many(people["chenjing"], 2)
    browser = sign_in("chenjing")
    batch = begun(browser, "operation=tag_put_on", value=str(tag().id))
    work()
    back = browser.post(f"/batches/{batch.id}/undo").location
    assert ">停止<" not in browser.get(back).text
    assert browser.post(f"{back}/stop").status_code == 409
    work()
    assert tagged() == 0


def test_what_left_the_filter_meanwhile_is_counted(sign_in, people, work):
    many(people["chenjing"], 3, status="won")
    browser = sign_in("chenjing")
    batch = begun(browser, "operation=tag_put_on&status=won", value=str(tag().id))
    Customer.update(status="lost").where(Customer.id == Customer.select().first().id).execute()
    work()
    assert tagged() == 2
    assert "另有 1 家开始后不再符合条件，没有更改" in browser.get(f"/batches/{batch.id}").text


def test_an_error_is_shown_and_does_no_half_chunk(sign_in, people, monkeypatch, work):
    many(people["chenjing"], 5)
    browser = sign_in("chenjing")
    batch = begun(browser, "operation=tag_put_on", value=str(tag().id))
    real = PutTagOn.apply

    def failing(self, batch, ids):
        real(self, batch, ids)
        raise OSError("disk")

    monkeypatch.setattr(PutTagOn, "apply", failing)
    work()
    assert tagged() == BatchRow.select().count() == 0
    assert "停下了" in browser.get(f"/batches/{batch.id}").text
    monkeypatch.setattr(PutTagOn, "apply", real)
    browser.post(f"/batches/{batch.id}/resumption")
    work()
    assert fresh(batch).changed == 5


def test_undo_takes_off_only_what_is_still_there(sign_in, people, work):
    many(people["chenjing"], 6)
    first = Customer.select().order_by(Customer.id).first()
    tag().put_on(first, by=people["chenjing"])
    browser = sign_in("chenjing")
    batch = begun(browser, "operation=tag_put_on", value=str(tag().id))
    work()
    second = Customer.select().order_by(Customer.id).offset(1).first()
    tag().take_off(second, by=people["chenjing"])
    back = browser.post(f"/batches/{batch.id}/undo").location
    work()
    page = browser.get(back).text
    assert "更改 4 家，跳过 1 家" in page
    assert "标签已被移除" in page
    assert second.name in page
    assert [row.customer_id for row in CustomerTag.select()] == [first.id]
    assert "已撤销" in browser.get(f"/batches/{batch.id}").text
    assert browser.post(f"/batches/{batch.id}/undo").location == back
    assert browser.post(f"{back}/undo").status_code == 409


@pytest.mark.parametrize(
    ("operation", "value", "column", "old"),
    [("grade", "vip", "grade", ""), ("stage", "signing", "stage", "first_contact")],
)
def test_grade_and_stage_change_and_come_back(sign_in, people, work, operation, value, column, old):
    many(people["chenjing"], 4)
    browser = sign_in("chenjing")
    batch = begun(browser, f"operation={operation}", value=value)
    work()
    assert {getattr(customer, column) for customer in Customer.select()} == {value}
    changed = Customer.select().order_by(Customer.id).first()
    Customer.update({column: "promising" if column == "grade" else "proposal"}).where(
        Customer.id == changed.id
    ).execute()
    browser.post(f"/batches/{batch.id}/undo")
    work()
    assert sorted(getattr(customer, column) for customer in Customer.select()) == sorted(
        [old] * 3 + ["promising" if column == "grade" else "proposal"]
    )
    history = StatusChange if operation == "stage" else GradeDecision
    rows = history.select(history.old, history.new).order_by(history.id).tuples()
    assert list(rows) == [(old, value)] * 4 + [(value, old)] * 3


def test_a_grade_is_cleared_and_comes_back(sign_in, people, work):
    many(people["chenjing"], 3)
    Customer.update(grade="vip").execute()
    Customer.update(grade="").where(Customer.id == Customer.select().first().id).execute()
    browser = sign_in("chenjing")
    page = browser.get("/customers/bulk?operation=grade&value=none").text
    assert "将更改 2 家，跳过 1 家" in page
    batch = begun(browser, "operation=grade", value="none")
    assert batch.title == "批量更改分级：清除分级"
    work()
    assert {customer.grade for customer in Customer.select()} == {""}
    assert TimelineEntry.select().where(TimelineEntry.title == "更改分级：清除分级").count() == 2
    browser.post(f"/batches/{batch.id}/undo")
    work()
    assert Customer.select().where(Customer.grade == "vip").count() == 2


def test_the_skipped_are_listed_before_and_after_a_page_at_a_time(sign_in, people, work, monkeypatch):
    monkeypatch.setattr("intranet_crm.customers.bulk_views.ROWS", 2)
    monkeypatch.setattr("intranet_crm.batches.views.ROWS", 2)
    many(people["chenjing"], 5)
    for customer in Customer.select().order_by(Customer.id).limit(3):
        tag().put_on(customer, by=people["chenjing"])
    asked = f"operation=tag_put_on&value={tag().id}"
    browser = sign_in("chenjing")
    first = browser.get(f"/customers/bulk/skipped?{asked}").text
    assert len(re.findall(r'href="/customers/\d+"', first)) == 2
    assert "已有该标签" in first
    more = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    last = browser.get(more).text
    assert len(re.findall(r'href="/customers/\d+"', last)) == 1
    assert 'rel="next"' not in last
    part = browser.get(f"/customers/bulk/skipped?{asked}", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    batch = begun(browser, "operation=tag_put_on", value=str(tag().id))
    work()
    page = browser.get(f"/batches/{batch.id}").text
    more = re.search(r'rel="next" href="([^"]+)"', page)[1]
    assert "已有该标签" in browser.get(more).text


def test_more_ticks_than_an_address_holds_are_refused_not_cut_off(sign_in, people):
    many(people["chenjing"], 1)
    chosen = "&".join(f"chosen={key}" for key in range(1, 202))
    answer = sign_in("chenjing").get(f"/customers/bulk?operation=grade&{chosen}")
    assert answer.status_code == 422
    assert "最多勾选 200 家" in answer.text


def test_customers_change_hands_with_history_and_one_word_to_each(sign_in, people, work):
    many(people["chenjing"], 3)
    many(people["zhaomin"], 2)
    lead = sign_in("liqiang")
    page = lead.get("/customers/bulk?operation=owner").text
    assert "王磊" in page
    assert "赵敏" not in page
    batch = begun(lead, "operation=owner", value=str(people["wanglei"].id))
    work()
    assert Customer.select().where(Customer.owner == people["wanglei"].id).count() == 3
    assert OwnerChange.select().count() == 3
    told = dict(Notice.select(Notice.person, Notice.title).tuples())
    assert told[people["chenjing"].id] == "李强把你的 3 位客户转给了王磊"
    assert told[people["wanglei"].id] == "李强把 3 位客户转给了你"
    lead.post(f"/batches/{batch.id}/undo")
    work()
    assert Customer.select().where(Customer.owner == people["chenjing"].id).count() == 3
    assert OwnerChange.select().count() == 6


def test_a_colleague_out_of_reach_gets_no_customers(sign_in, people):
    many(people["chenjing"], 1)
    answer = sign_in("liqiang").post(
        "/customers/bulk?operation=owner", data={"value": str(people["zhaomin"].id), "key": "k"}
    )
    assert answer.status_code == 422
    assert Batch.select().count() == 0


@pytest.mark.parametrize(
    ("username", "operation"),
    [("chenjing", "owner"), ("zhoufang", "tag_put_on"), ("zhoufang", "grade"), ("hetao", "tag_put_on")],
)
def test_rights_are_asked_for_each_operation(sign_in, people, username, operation):
    many(people["chenjing"], 1)
    browser = sign_in(username)
    assert browser.get(f"/customers/bulk?operation={operation}").status_code == 403
    assert browser.post(f"/customers/bulk?operation={operation}", data={"value": "vip"}).status_code == 403


def test_a_supervisor_tags_the_team_but_grades_only_the_own(sign_in, people, work):
    many(people["chenjing"], 2)
    many(people["liqiang"], 1)
    lead = sign_in("liqiang")
    batch = begun(lead, "operation=grade", value="vip")
    begun(lead, "operation=tag_put_on", value=str(tag().id))
    work()
    assert fresh(batch).reasons == {"out_of_reach": 2}
    assert tagged() == 3


def test_rights_lost_since_are_respected_when_it_runs(sign_in, people, work):
    many(people["chenjing"], 2)
    batch = begun(sign_in("chenjing"), "operation=tag_put_on", value=str(tag().id))
    Customer.update(owner=people["zhaomin"]).execute()
    work()
    assert tagged() == 0
    assert fresh(batch).changed == 0


def test_a_tag_retired_since_is_not_put_on(sign_in, people, work):
    many(people["chenjing"], 2)
    batch = begun(sign_in("chenjing"), "operation=tag_put_on", value=str(tag().id))
    tag().retire(by=people["admin"])
    work()
    assert fresh(batch).reasons == {"out_of_use": 2}


def test_removing_a_tag_and_undoing_it(sign_in, people, work):
    many(people["chenjing"], 3)
    for customer in Customer.select().limit(2):
        tag().put_on(customer, by=people["chenjing"])
    browser = sign_in("chenjing")
    batch = begun(browser, "operation=tag_take_off", value=str(tag().id))
    work()
    assert tagged() == 0
    assert fresh(batch).reasons == {"has_it": 1}
    browser.post(f"/batches/{batch.id}/undo")
    work()
    assert tagged() == 2


def test_an_empty_result_begins_nothing(sign_in, people):
    answer = sign_in("chenjing").post(
        "/customers/bulk?operation=grade&status=won", data={"value": "vip", "key": "k"}
    )
    assert answer.status_code == 422
    assert "没有符合条件的记录" in answer.text


@pytest.mark.parametrize(
    ("username", "seen"),
    [("chenjing", True), ("wanglei", False), ("liqiang", True), ("sunhao", False), ("admin", True)],
)
def test_the_ledger_shows_own_team_or_all(sign_in, people, work, username, seen):
    many(people["chenjing"], 1)
    batch = begun(sign_in("chenjing"), "operation=tag_put_on", value=str(tag().id))
    work()
    browser = sign_in(username)
    assert ("批量添加标签：重点跟进" in browser.get("/batches").text) == seen
    assert (browser.get(f"/batches/{batch.id}").status_code == 200) == seen
    assert (browser.post(f"/batches/{batch.id}/undo").status_code in (303, 403)) == seen


def test_polling_is_not_activity(app):
    assert app.view_functions["batches.progress"].not_activity


def test_a_chunk_costs_the_same_questions_however_many_rows(sign_in, people, queries):
    costs = []
    for number in (10, 40):
        Customer.delete().execute() if not costs else None
        with database.atomic():
            CustomerTag.delete().execute()
        many(people["chenjing" if number == 10 else "wanglei"], number)
        who = "chenjing" if number == 10 else "wanglei"
        batch = begun(sign_in(who), "operation=tag_put_on", value=str(tag().id))
        queries.clear()
        Run(fresh(batch)).step()
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 23
