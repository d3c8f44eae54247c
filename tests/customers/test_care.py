"""To-dos of care: some days before, once a year, for whoever looks after the customer."""

from datetime import date, datetime

import pytest

from intranet_crm import background, clock
from intranet_crm.background import Job
from intranet_crm.customers import care
from intranet_crm.customers.care_days import CareDay
from intranet_crm.customers.care_rules import names_of
from intranet_crm.customers.employment import come_back, leave
from intranet_crm.customers.grades import GradeStrategy
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.tasks.models import Task
from tests.customers.making import opened

FRIDAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def friday(db):
    with clock.as_of(clock.stored(datetime(2026, 11, 20, 10))):
        yield


@pytest.fixture
def chenjing(people):
    return people["chenjing"]


def ask(day: date) -> int:
    with clock.as_of(clock.at(day, 1)):
        return sum(care.ask(day))


def born(customer, on: str, by, name="罗欣怡") -> Contact:
    return Contact.add(customer, by=by, name=name, post="主任", mobile="13911112222", birthday=on)


def titles() -> list[str]:
    return [task.title for task in Task.select().order_by(Task.id)]


def test_a_birthday_is_asked_for_a_week_before_and_once(chenjing):
    customer = opened(chenjing, "海澜有限公司")
    contact = born(customer, "1985-11-28", chenjing)
    assert ask(date(2026, 11, 20)) == 0
    assert ask(date(2026, 11, 21)) == 1
    assert ask(date(2026, 11, 21)) == ask(date(2026, 11, 22)) == 0
    task = Task.get()
    assert (task.title, task.person) == ("关怀：海澜有限公司罗欣怡生日", chenjing)
    assert task.due_on == date(2026, 11, 28)
    assert task.reason == "11月28日生日，普通客户提前 7 天提醒"
    assert (task.subject_kind, task.subject_id) == ("contact", contact.id)
    assert task.remind_at == clock.at(date(2026, 11, 27), 9)
    assert ask(date(2027, 11, 25)) == 1


def test_missed_days_are_caught_up_until_the_day_itself(chenjing):
    born(opened(chenjing), "11-28", chenjing)
    assert ask(date(2026, 11, 28)) == 1
    assert Task.get().remind_at is None


def test_it_goes_to_the_success_manager_else_the_owner_and_to_nobody_who_is_gone(people, chenjing):
    huangli = people["huangli"]
    born(opened(chenjing, success_manager_id=huangli.id), "11-28", chenjing)
    ask(date(2026, 11, 21))
    assert Task.get().person == huangli
    huangli.disable(by=people["admin"])
    ask(date(2027, 11, 21))
    assert Task.select().order_by(Task.id.desc()).get().person == chenjing
    chenjing.disable(by=people["admin"])
    assert ask(date(2028, 11, 21)) == 0
    assert Task.select().count() == 2


def test_anniversaries_are_those_of_customers_who_buy(chenjing):
    won = opened(chenjing, "成交有限公司", founded="2016-11-25", cooperation_from=date(2023, 11, 24))
    opened(chenjing, "潜在有限公司", founded="2016-11-25")
    opened(chenjing, "只知年份有限公司", founded="2016-11")
    Customer.update(status="won").where(Customer.name != "潜在有限公司").execute()
    assert ask(FRIDAY) == 2
    assert titles() == ["关怀：与成交有限公司合作 3 周年", "关怀：成交有限公司成立 10 周年"]
    assert Task.get().address == f"/customers/{won.id}"


def test_the_first_day_itself_is_no_anniversary(chenjing):
    customer = opened(chenjing, cooperation_from=date(2026, 11, 24))
    Customer.update(status="won").where(Customer.id == customer.id).execute()
    assert ask(FRIDAY) == 0
    assert ask(date(2027, 11, 20)) == 1


def test_lost_customers_are_left_alone(chenjing):
    born(opened(chenjing), "11-25", chenjing)
    Customer.update(status="lost").execute()
    assert ask(FRIDAY) == 0


def test_the_days_ahead_are_those_of_the_grade(chenjing):
    born(opened(chenjing, "贵宾有限公司"), "11-30", chenjing)
    born(opened(chenjing, "平常有限公司"), "11-30", chenjing)
    Customer.update(grade="vip").where(Customer.name == "贵宾有限公司").execute()
    GradeStrategy.update(care_days=14).where(GradeStrategy.grade == "vip").execute()
    GradeStrategy.update(care_days=None).where(GradeStrategy.grade == "regular").execute()
    assert ask(FRIDAY) == 1
    assert "贵宾有限公司" in titles()[0]
    assert ask(date(2026, 11, 30)) == 0


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (date(2027, 2, 28), ["02-28", "02-29"]),
        (date(2028, 2, 28), ["02-28"]),
        (date(2028, 2, 29), ["02-29"]),
        (date(2026, 11, 20), ["11-20"]),
    ],
)
def test_the_29th_of_february_is_kept_every_year(day, names):
    assert names_of(day) == names


def test_whoever_was_born_on_a_leap_day_is_asked_for_each_year(chenjing):
    born(opened(chenjing), "02-29", chenjing)
    for year, day in ((2027, 28), (2028, 29), (2029, 28)):
        assert ask(date(year, 2, 26)) == 1
        assert Task.select().order_by(Task.id.desc()).get().due_on == date(year, 2, day)
        assert ask(date(year, 2, 28)) == 0


def test_a_new_year_is_counted_by_the_day_not_by_today(chenjing):
    born(opened(chenjing), "01-02", chenjing)
    assert ask(date(2026, 12, 28)) == 1
    assert Task.get().due_on == date(2027, 1, 2)
    assert ask(date(2027, 1, 1)) == 0


def test_who_leaves_is_greeted_no_more_and_a_corrected_birthday_begins_anew(chenjing):
    customer = opened(chenjing)
    contact = born(customer, "11-25", chenjing)
    ask(FRIDAY)
    contact.revise(1, chenjing, birthday="11-26")
    assert Task.get().outcome == "生日已更正"
    assert ask(FRIDAY) == 1
    leave(contact, FRIDAY, seen=contact.version, by=chenjing)
    assert Task.select().where(Task.done_at.is_null()).count() == 0
    assert CareDay.select().count() == 0
    come_back(contact, seen=contact.version, by=chenjing)
    assert CareDay.get().md == "11-26"


def test_a_change_of_other_facts_leaves_the_days_as_they_are(chenjing):
    customer = opened(chenjing, founded="2016-11-25")
    born(customer, "11-25", chenjing)
    CareDay.update(asked_year=2026).execute()
    customer.revise({"notes": "备注"}, seen=1, by=chenjing)
    assert {day.asked_year for day in CareDay.select()} == {2026}
    customer.revise({"founded": "2016-11-26"}, seen=2, by=chenjing)
    assert sorted(day.asked_year for day in CareDay.select()) == [0, 2026]


def test_the_job_runs_once_a_day_and_goes_on_after_a_crash(chenjing, work):
    born(opened(chenjing), "11-25", chenjing)
    background.tick()
    background.tick()
    assert Job.select().where(Job.kind == "customers.care").count() == 1
    assert len(titles()) == 1
    Job.update(done_at=None).where(Job.kind == "customers.care").execute()
    work()
    assert len(titles()) == 1


def test_a_large_day_is_done_in_chunks(chenjing, monkeypatch):
    monkeypatch.setattr(care, "CHUNK", 3)
    customer = opened(chenjing)
    for number in range(8):
        born(customer, "11-25", chenjing, f"联系人{number}")
    assert list(care.ask(FRIDAY)) == [3, 3, 2]
