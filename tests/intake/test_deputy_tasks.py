"""While a deputyship runs, the deputy's workbench shows what waits for the head; not a day longer (O4)."""

from datetime import date, datetime

import pytest

from intranet_crm import background, clock
from intranet_crm.accounts.deputies import Deputy
from intranet_crm.accounts.models import Person
from intranet_crm.audit_log import AuditEntry
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed
from intranet_crm.intake import deputy_tasks
from intranet_crm.intake.escalation import escalate, take_over, urge
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.reviews import FullJudgements, approve, reject, return_
from intranet_crm.intake.submissions import withdraw
from intranet_crm.intake.verdicts import ReturnedField
from intranet_crm.notices.models import Notice
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.urges import Urge
from tests.counting import questions
from tests.intake.in_review import read, resubmitted, submitted

GIVEN = FullJudgements("phone", date(2026, 11, 5), is_sensitive=False, fits=True, fit_grade="promising")


def on(day, hour=10):
    return clock.as_of(clock.stored(datetime(2026, 11, day, hour)))


@pytest.fixture(autouse=True)
def friday(db):
    with on(20):
        yield


def appoint(people, first=20, last=24, *, head="zhoufang", deputy="sunhao"):
    made = Deputy.appoint(
        people[head], people[deputy], date(2026, 11, first), date(2026, 11, last), by=people[head]
    )
    background.work_off()
    return made


def mine(person):
    return Task.select().where((Task.person == person) & (Task.kind == "review") & Task.done_at.is_null())


def test_a_submission_is_a_to_do_of_both_and_of_the_same_day(people, sign_in):
    appoint(people)
    form = submitted(people["chenjing"])
    head, deputy = mine(people["zhoufang"]).get(), mine(people["sunhao"]).get()
    assert deputy.title == f"复核采集表：{form.customer_name}（代周芳）"
    assert (deputy.due_on, deputy.address) == (head.due_on, f"/reviews/{form.id}")
    assert deputy.title in sign_in("sunhao").get("/").text
    assert "代周芳" in sign_in("sunhao").get("/reviews").text


@pytest.mark.parametrize("who", ["zhoufang", "sunhao"])
@pytest.mark.parametrize("decision", ["approve", "return", "reject"])
def test_whoever_decides_settles_both(people, who, decision):
    appoint(people)
    form, by = submitted(people["chenjing"]), people[who]
    if decision == "approve":
        approve(form.id, GIVEN, opinion="同意", seen=read(form), by=by)
    elif decision == "reject":
        reject(form.id, opinion="不做", seen=read(form), by=by)
    else:
        return_(form.id, [ReturnedField("budget", "含税吗")], opinion="请补", seen=read(form), by=by)
    assert not Task.select().where((Task.kind == "review") & Task.done_at.is_null()).exists()
    asked = Notice.select().where(Notice.title.contains("请复核"))
    assert [each.read_at is not None for each in asked] == [True, True]


def test_a_withdrawal_settles_both_and_the_next_round_asks_both_again(people):
    appoint(people)
    form = submitted(people["chenjing"])
    withdraw(form.id, by=people["chenjing"])
    assert not mine(people["sunhao"]).exists()
    resubmitted(form, detail="联合开发会员积分模块，交付源代码与接口文档，验收标准为1000并发成功率99.9%")
    assert mine(people["sunhao"]).count() == 1


def test_what_waits_already_comes_with_the_appointment_and_goes_with_its_end(people):
    form = submitted(people["chenjing"])
    made = appoint(people)
    assert mine(people["sunhao"]).get().subject_id == form.id
    assert "2026-11-20 至 2026-11-24" in Notice.get(Notice.person == people["sunhao"]).title
    made.end(by=people["zhoufang"])
    background.work_off()
    assert not mine(people["sunhao"]).exists()
    assert mine(people["zhoufang"]).exists()
    assert Notice.select().where(Notice.title == "你代周芳复核的代理已结束").count() == 1


def test_the_days_bring_and_take_it_by_the_workers_tick(people):
    submitted(people["chenjing"])
    appoint(people, 23, 24)
    assert not mine(people["sunhao"]).exists()
    with on(23, 8):
        background.tick()
        assert mine(people["sunhao"]).exists()
        assert Notice.select().where(Notice.title.startswith("今天起你代周芳复核")).count() == 1
    with on(24, 8):
        background.Lease.delete().execute()
        background.tick()
        assert mine(people["sunhao"]).exists()
    with on(25, 8):
        background.Lease.delete().execute()
        background.tick()
        assert not mine(people["sunhao"]).exists()
        assert mine(people["zhoufang"]).exists()


def test_other_days_are_followed_and_told(people):
    submitted(people["chenjing"])
    made = appoint(people, 21, 24)
    with pytest.raises(NotAllowed):
        made.reschedule(date(2026, 11, 20), date(2026, 11, 24), by=people["sunhao"])
    made.reschedule(date(2026, 11, 20), date(2026, 11, 24), by=people["zhoufang"])
    background.work_off()
    assert mine(people["sunhao"]).exists()
    with pytest.raises(DomainError, match="已经开始"):
        made.reschedule(date(2026, 11, 21), date(2026, 11, 24), by=people["zhoufang"])
    with pytest.raises(DomainError, match="不能早于"):
        made.reschedule(date(2026, 11, 20), date(2026, 11, 19), by=people["zhoufang"])
    appoint(people, 26, 27, deputy="guoyan")
    with pytest.raises(DomainError, match="郭岩代理"):
        made.reschedule(date(2026, 11, 20), date(2026, 11, 26), by=people["zhoufang"])
    titles = [each.title for each in Notice.select().where(Notice.person == people["sunhao"])]
    assert [title for title in titles if title.startswith("你代周芳复核")] == [
        "你代周芳复核：2026-11-21 至 2026-11-24",
        "你代周芳复核：2026-11-20 至 2026-11-24",
    ]
    assert AuditEntry.select().where(AuditEntry.action == "修改代理期限").count() == 1
    made.end(by=people["zhoufang"])
    with pytest.raises(IllegalMove):
        made.reschedule(date(2026, 11, 20), date(2026, 11, 25), by=people["zhoufang"])


def test_back_and_forth_within_a_day_leaves_one_to_do(people):
    form = submitted(people["chenjing"])
    made = appoint(people)
    made.end(by=people["zhoufang"])
    background.work_off()
    appoint(people)
    assert mine(people["sunhao"]).count() == 1
    deputy_tasks.set_right()
    deputy_tasks.set_right(form.reviewer_id)
    assert mine(people["sunhao"]).count() == 1


def test_never_to_the_collector_nor_to_one_who_left(people):
    Deputy.appoint(
        people["linhai"], people["sunhao"], date(2026, 11, 20), date(2026, 11, 24), by=people["linhai"]
    )
    form = submitted(people["sunhao"])
    assert form.reviewer == people["linhai"]
    background.work_off()
    assert not mine(people["sunhao"]).exists()
    other = submitted(people["huangli"])
    IntakeForm.update(reviewer=people["linhai"]).where(IntakeForm.id == other.id).execute()
    Task.update(person=people["linhai"]).where(
        (Task.kind == "review") & (Task.subject_id == other.id)
    ).execute()
    deputy_tasks.set_right()
    assert mine(people["sunhao"]).count() == 1
    Person.update(disabled_at=clock.now()).where(Person.id == people["sunhao"].id).execute()
    deputy_tasks.set_right()
    assert not mine(people["sunhao"]).exists()


def test_who_takes_over_brings_the_own_deputy(people):
    form = submitted(people["chenjing"])
    appoint(people, 20, 28)
    with on(26):
        appoint(people, 26, 27, head="linhai", deputy="guoyan")
        escalate(form.id)
        take_over(form.id, by=people["linhai"])
        assert not mine(people["sunhao"]).exists()
        assert mine(people["guoyan"]).get().title.endswith("（代林海）")


def test_the_collector_urges_the_head_and_the_deputy(people):
    appoint(people)
    form = submitted(people["chenjing"])
    with on(24):
        urge(form.id, by=people["chenjing"])
        assert {each.person for each in Urge.select()} == {people["zhoufang"], people["sunhao"]}
        with pytest.raises(IllegalMove, match="每个工作日催一次"):
            urge(form.id, by=people["chenjing"])


def test_a_morning_without_news_asks_the_same_however_many_wait(people):
    def cost():
        with questions() as made:
            deputy_tasks.set_right()
        return len(made)

    submitted(people["chenjing"])
    few = cost()
    for number in range(4):
        submitted(people["wanglei"], name=f"华南第{number}制造有限公司")
    assert cost() == few


def test_the_head_changes_the_days_by_the_page(people, sign_in):
    made = appoint(people)
    head = sign_in("zhoufang")
    assert f"/account/deputies/{made.id}" in head.get("/account/deputies").text
    address = f"/account/deputies/{made.id}"
    assert "只能改结束日期" in head.get(address).text
    wrong = head.post(address, data={"starts_on": "2026-11-20", "ends_on": "2026-11-01"})
    assert wrong.status_code == 422
    assert head.post(address, data={"starts_on": "2026-11-20", "ends_on": "2026-11-27"}).status_code == 303
    assert Deputy.get_by_id(made.id).ends_on == date(2026, 11, 27)
    assert sign_in("guoyan").get(address).status_code == 404
