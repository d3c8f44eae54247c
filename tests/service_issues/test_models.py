"""From the report to the solution, with its traces, its to-do, and back."""

from datetime import timedelta

import pytest

from intranet_crm import clock
from intranet_crm.audit_log import AuditEntry, AuditValues
from intranet_crm.customers.models import Contact, Customer, TimelineEntry
from intranet_crm.errors import DomainError, IllegalMove, StaleVersion
from intranet_crm.notices.models import Notice
from intranet_crm.service_issues.models import ServiceIssue
from intranet_crm.tasks.models import Task
from tests.customers.made import customer_of
from tests.service_issues.made import an_issue


@pytest.fixture
def customer(people):
    """A customer of 陈静, cared for by 黄丽 of 客户成功部, where 何涛 is 客服."""
    made = customer_of(people["chenjing"])
    Customer.update(success_manager=people["huangli"]).execute()
    return made


def open_tasks() -> list[tuple[str, str]]:
    found = Task.select().where((Task.kind == "service_issue") & Task.done_at.is_null())
    return [(task.person.username, task.title) for task in found]


def test_an_issue_goes_from_report_to_solution(customer, people):
    by, begin = people["huangli"], clock.now() - timedelta(hours=5)
    issue = an_issue(customer, by, reported_at=begin)
    assert (issue.state_words, open_tasks()) == ("待响应", [("huangli", f"答复故障：{customer.name}")])
    issue.answer(begin + timedelta(hours=1), "已派工程师", seen=1, by=by)
    assert (issue.state_words, issue.reply_took) == ("处理中", "1 小时")
    assert open_tasks() == [("huangli", f"解决故障：{customer.name}")]
    issue.solve(begin + timedelta(hours=3), "换了接收器", seen=2, by=by)
    stored = ServiceIssue.get()
    assert (stored.state_words, stored.solution_took, stored.result) == ("已解决", "3 小时", "换了接收器")
    assert open_tasks() == []
    entries = TimelineEntry.select().where(TimelineEntry.kind == "issue").order_by(TimelineEntry.id)
    assert [(entry.title, entry.summary) for entry in entries] == [
        ("记录服务问题：故障", issue.detail),
        ("答复服务问题：故障", "已派工程师"),
        ("解决服务问题：故障", "换了接收器"),
    ]
    assert entries[0].at == stored.reported_at


def test_solved_at_once_it_was_replied_to_at_once(customer, people):
    issue = an_issue(customer, people["huangli"], kind="inquiry", result="电话里说明了导出步骤")
    assert (issue.state, issue.replied_at, open_tasks()) == ("solved", issue.solved_at, [])


def test_reopened_it_is_to_be_solved_again_and_the_first_reply_stays(customer, people):
    by = people["huangli"]
    issue = an_issue(customer, by, result="已重启")
    replied = issue.replied_at
    issue.reopen("第二天又断了", seen=2, by=by)
    stored = ServiceIssue.get()
    assert (stored.state, stored.solved_at, stored.replied_at) == ("replied", None, replied)
    assert stored.reopened_at
    assert open_tasks() == [("huangli", f"解决故障：{customer.name}")]
    assert TimelineEntry.get(TimelineEntry.title == "重新打开服务问题：故障").summary == "第二天又断了"


@pytest.mark.parametrize(
    ("result", "verb", "sentence"),
    [("", "reopen", "还没有解决"), ("好了", "solve", "已经解决"), ("好了", "answer", "已经答复过")],
)
def test_a_step_out_of_order_is_refused(customer, people, result, verb, sentence):
    by = people["huangli"]
    issue = an_issue(customer, by, result=result)
    said = ("又坏了",) if verb == "reopen" else (clock.now(), "说了")
    with pytest.raises(IllegalMove, match=sentence):
        getattr(issue, verb)(*said, seen=issue.version, by=by)


def test_odd_times_and_old_pages_are_refused(customer, people):
    by = people["huangli"]
    with pytest.raises(DomainError, match="不能晚于现在"):
        an_issue(customer, by, reported_at=clock.now() + timedelta(hours=1))
    issue = an_issue(customer, by)
    with pytest.raises(DomainError, match="不能早于报告时间"):
        issue.answer(clock.now() - timedelta(days=1), "说了", seen=1, by=by)
    issue.answer(clock.now(), "说了", seen=1, by=by)
    with pytest.raises(StaleVersion):
        ServiceIssue.get().solve(clock.now(), "好了", seen=1, by=by)


def test_another_person_takes_it_over_and_is_told(customer, people):
    issue = an_issue(customer, people["huangli"])
    issue.revise(seen=1, by=people["huangli"], kind="fault", person=people["chenjing"])
    assert open_tasks() == [("chenjing", f"答复故障：{customer.name}")]
    notice = Notice.get(Notice.person == people["chenjing"])
    assert (notice.kind, notice.address) == ("action", f"/service-issues/{issue.id}")
    values = AuditValues.get(AuditValues.entry == AuditEntry.get(AuditEntry.action == "修改服务问题"))
    assert (values.old, values.new) == ('{"person":"黄丽"}', '{"person":"陈静"}')


def test_service_gets_a_to_do_without_names_and_numbers(people):
    facts = {"kind": "individual", "name": "欧阳孙小美", "industry": "I65", "source": "exhibition"}
    customer = Customer.open(facts, by=people["huangli"])
    an_issue(customer, people["huangli"], person=people["hetao"], detail="李梅让我们打13812345678")
    task = Task.get(Task.kind == "service_issue")
    assert (task.title, task.reason) == ("答复故障：欧*", "李*让我们打138****5678")


def test_the_reporter_stays_known_when_the_contact_goes(customer, people):
    contact = Contact.add(customer, by=people["chenjing"], name="王建国", post="经理", mobile="13800008000")
    issue = an_issue(customer, people["chenjing"], contact=contact, reporter="")
    contact.delete_instance()
    stored = ServiceIssue.get_by_id(issue.id)
    assert (stored.contact_id, stored.reporter) == (None, "王建国")
