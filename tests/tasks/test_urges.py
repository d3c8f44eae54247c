"""Urging: for what is overdue, once an item and working day, told and logged."""

from datetime import date, timedelta

import pytest

from intranet_crm import clock
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.rules import Permission, Reach, Role
from intranet_crm.audit_log import AuditEntry
from intranet_crm.errors import IllegalMove
from intranet_crm.notices.models import Notice
from intranet_crm.tasks import team
from intranet_crm.tasks.urges import Urge
from tests.tasks.test_models import again, ask
from tests.together import at_once

FRIDAY = date(2026, 3, 6)


@pytest.fixture
def on(monkeypatch):
    """``on(day, hour)`` sets the clock."""
    return lambda day, hour=10: monkeypatch.setattr(clock, "now", lambda: clock.at(day, hour))


def late(person, key="k1", days=3, **more):
    return ask(person, key, due_on=clock.today() - timedelta(days=days), **more)


def test_the_person_is_told_by_whom_and_what_is_late(people, on):
    on(FRIDAY)
    task = late(people["chenjing"])
    Urge.one(task, by=people["liqiang"])
    told = Notice.get(Notice.person == people["chenjing"])
    assert told.title == "李强催办：客户云帆需在3月15日前跟进"
    assert told.body == "应在 03-03 前完成，已逾期 3 天"
    assert (told.kind, told.address) == ("action", task.address)
    logged = AuditEntry.get(AuditEntry.action == "催办")
    assert (logged.actor_name, logged.subject_title) == ("李强", "陈静")


def test_urging_leaves_the_task_as_it_is(people):
    """An open page of the person must still be able to complete it."""
    task = late(people["chenjing"])
    Urge.one(task, by=people["liqiang"])
    again(task).complete(seen=1, by=people["chenjing"])


def test_an_item_is_urged_once_a_working_day_whoever_presses(people, on):
    on(FRIDAY)
    task = late(people["chenjing"])
    Urge.one(task, by=people["liqiang"])
    on(FRIDAY, 15)
    with pytest.raises(IllegalMove, match=r"李强已在 03-06 10:00 催办过这一项.*3月9日起可以再催"):
        Urge.one(task, by=people["zhoufang"])
    on(FRIDAY + timedelta(days=1))  # Saturday is no new working day
    with pytest.raises(IllegalMove, match="3月9日起"):
        Urge.one(task, by=people["zhoufang"])
    on(FRIDAY + timedelta(days=3))
    Urge.one(task, by=people["zhoufang"])
    assert Notice.select().where(Notice.person == people["chenjing"]).count() == 2


def test_one_press_urges_all_in_one_notice(people, on):
    on(FRIDAY)
    for number in range(4):
        late(people["chenjing"], f"k{number}", days=number + 1)
    ask(people["chenjing"], "today")
    done = late(people["chenjing"], "done")
    done.complete(seen=1, by=people["chenjing"])
    late(people["wanglei"], "other")
    assert Urge.all_of(people["chenjing"], by=people["liqiang"]) == 4
    told = Notice.get()
    assert (told.title, told.body) == ("李强催办：你有 4 项待办已逾期", "最早的一项应在 03-02 前完成")
    assert told.address == "/tasks?span=逾期"
    assert Notice.select().count() == 1
    with pytest.raises(IllegalMove, match="陈静的逾期待办都催过了。李强已在"):
        Urge.all_of(people["chenjing"], by=people["zhoufang"])


def test_all_means_those_not_urged_today(people):
    first = late(people["chenjing"], "a")
    late(people["chenjing"], "b")
    Urge.one(first, by=people["zhoufang"])
    assert Urge.all_of(people["chenjing"], by=people["liqiang"]) == 1
    assert Notice.select().order_by(Notice.id.desc()).get().title == "李强催办：你有 1 项待办已逾期"


def test_what_is_not_overdue_is_not_urged(people):
    task = ask(people["chenjing"])
    with pytest.raises(IllegalMove, match="还没有逾期"):
        Urge.one(task, by=people["liqiang"])
    with pytest.raises(IllegalMove, match="陈静没有逾期的待办"):
        Urge.all_of(people["chenjing"], by=people["liqiang"])
    overdue = late(people["chenjing"], "b")
    overdue.complete(seen=1, by=people["chenjing"])
    with pytest.raises(IllegalMove, match="办结"):
        Urge.one(overdue, by=people["liqiang"])
    assert Urge.select().count() == Notice.select().count() == 0


def test_whoever_cannot_sign_in_is_not_urged(people):
    task = late(people["chenjing"])
    people["chenjing"].disable(by=people["admin"])
    with pytest.raises(IllegalMove, match="已停用"):
        Urge.one(task, by=people["liqiang"])
    with pytest.raises(IllegalMove, match="已停用"):
        Urge.all_of(Person.get_by_id(people["chenjing"].id), by=people["liqiang"])


def test_two_pressing_at_once_tell_once(people):
    for number in range(5):
        late(people["chenjing"], f"k{number}")
    presses = [
        lambda by=people[name]: Urge.all_of(people["chenjing"], by=by) for name in ("liqiang", "zhoufang")
    ]
    outcomes = at_once(*presses)
    assert sorted(0 if isinstance(each, IllegalMove) else each for each in outcomes) == [0, 5]
    assert Notice.select().count() == 1


@pytest.mark.parametrize(
    ("username", "seen"),
    [
        ("liqiang", {"chenjing", "wanglei"}),
        ("zhoufang", {"chenjing", "wanglei", "liqiang"}),
        ("sunhao", {"zhaomin"}),
        ("guoyan", {"huangli", "hetao"}),
        ("chenjing", set()),
        ("hetao", set()),
        ("admin", set()),
        ("auditor", set()),
    ],
)
def test_a_team_is_the_department_and_all_below(people, username, seen):
    assert {person.username for person in team.team_of(people[username])} == seen


def test_nobody_urges_the_head_of_the_own_department(people):
    head = Person.enrol(
        username="head",
        name="吴组长",
        department=Department.get(Department.name == "华东销售一组"),
        roles=[Role.HEAD],
        password="Not-used-1",
    )
    late(head)
    assert team.find_member(people["liqiang"], head.id) is None
    assert team.find_member(people["zhoufang"], head.id)


def test_titles_name_contacts_so_whoever_sees_these_masked_sees_no_team(people, monkeypatch):
    supervisor = people["liqiang"]
    reaches = {Permission.URGE: Reach.ALL, Permission.SEE_CONTACTS: Reach.OWN}
    monkeypatch.setattr(Person, "reach", lambda self, permission: reaches.get(permission, Reach.NONE))
    assert not team.sees_team(supervisor)
    assert list(team.team_of(supervisor)) == []
    reaches[Permission.SEE_CONTACTS] = Reach.ALL
    assert team.find_member(supervisor, people["zhaomin"].id)
