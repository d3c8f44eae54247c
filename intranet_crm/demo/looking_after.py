"""How the invented company looks after its customers: grades, contacts that leave, visits and greetings."""

from random import Random
from typing import Any

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers import care
from intranet_crm.customers.employment import colleagues_of, leave
from intranet_crm.customers.grade_facts import judgement_of
from intranet_crm.customers.grades import GradeScheme
from intranet_crm.customers.grading import set_grade
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.followups.visit_runs import VisitRun
from intranet_crm.reference.choices import CUSTOMER_GRADES
from intranet_crm.tasks.models import Task

WHY_ANOTHER = (
    "集团总部指定的战略客户",
    "同一园区的标杆客户，能带动周边",
    "客户预算尚未批下来，先按普通客户维护",
    "部门会议讨论确定",
)
WHY_LEFT = ("跳槽到同行", "调任集团总部", "退休", "岗位调整，离开原公司")
OUTCOMES = {
    "visit": (
        "顺路看过现场，运行正常",
        "和实施同事一起去过，没有新问题",
        "已上门，改天电话补充",
    ),
    "care": ("已电话祝贺", "已发祝福", "已寄贺卡"),
}
NOTICE_WAYS = ("in_person", "in_person", "phone", "email", "message")


def told(chance: Random) -> dict[str, Any]:
    """What a contact was told about our keeping the data, when somebody has noted it."""
    if chance.random() > 0.6:
        return {}
    consent = "agreed" if chance.random() < 0.85 else "informed"
    return {"consent": consent, "notice_way": chance.choice(NOTICE_WAYS), "notice_on": clock.today()}


def decide_grade(key: int, by: Person, chance: Random) -> None:
    """Mostly the suggested one, now and then another with its reason."""
    customer = Customer.get_by_id(key)
    suggested = judgement_of(customer, GradeScheme.latest().scheme).grade
    if not suggested or chance.random() < 0.15:
        grade = chance.choice(CUSTOMER_GRADES.keys())
        set_grade(customer, grade, seen=customer.grade, reason=chance.choice(WHY_ANOTHER), by=by)
    else:
        set_grade(customer, suggested, seen=customer.grade, by=by)


def somebody_leaves(key: int, by: Person, chance: Random) -> None:
    """One of the contacts leaves and, when it was the primary one, another takes its part."""
    contact = chance.choice(list(Contact.select().where(Contact.customer == key).order_by(Contact.id)))
    if others := colleagues_of(contact):
        leave(
            contact,
            clock.today(),
            reason=chance.choice(WHY_LEFT),
            successor=others[0] if contact.is_primary else None,
            seen=contact.version,
            by=by,
        )


def each_day(chance: Random) -> None:
    """What the worker asks for, and what people do of it: not all of it in time."""
    for steps in (VisitRun.of(clock.today()).work(), care.ask(clock.today())):
        for _ in steps:
            pass
    due = Task.select().where(Task.kind.in_(list(OUTCOMES)) & Task.done_at.is_null())
    for task in list(due.where(Task.due_on <= clock.today()).order_by(Task.id)):
        if chance.random() < 0.12:
            task.complete(outcome=chance.choice(OUTCOMES[task.kind]), seen=task.version, by=task.person)
