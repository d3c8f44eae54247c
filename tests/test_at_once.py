"""Many people at once: each verb ends well or with a sentence; no deadlock, no lost write."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from intranet_crm import clock
from intranet_crm.customers.attachments import attach_to
from intranet_crm.customers.deletions import Deletion
from intranet_crm.customers.employment import leave
from intranet_crm.customers.grading import set_grade
from intranet_crm.customers.models import Collaboration, Contact, Customer, TimelineEntry
from intranet_crm.customers.owners import OwnerChange
from intranet_crm.errors import IllegalMove, StaleVersion
from intranet_crm.files.models import Attachment, StoredFile
from intranet_crm.followups.lateness import DayTally
from intranet_crm.followups.models import FollowUp
from intranet_crm.followups.rhythm import VisitPlan
from intranet_crm.followups.visit_runs import VisitRun
from intranet_crm.intake.drafts import open_draft
from intranet_crm.intake.entry import enter
from intranet_crm.intake.entry_plan import plan_of
from intranet_crm.intake.models import IntakeForm, Review
from intranet_crm.intake.reviews import approve
from intranet_crm.intake.submissions import withdraw
from intranet_crm.needs.models import Need, NeedChange
from intranet_crm.needs.tags import put_on
from intranet_crm.tasks.models import Task
from tests.archive.approved import JUDGED, approved
from tests.customers.making import BASICS, opened
from tests.files import samples
from tests.followups.made import a_followup
from tests.intake.in_review import COMPANY, read, submitted
from tests.together import at_once, refused


@pytest.fixture
def customer(people) -> Customer:
    return opened(people["chenjing"], contact="罗欣怡")


def a_need(customer: Customer, by: Any) -> Need:
    return Need.record(customer, by=by, type="other", background="背景", detail="详情", priority="high")


def a_new_contact(customer: Customer, by: Any, place: int) -> Contact:
    return Contact.add(
        customer, by=by, name=f"联系人{place}", post="经理", mobile=f"1380000800{place}", is_primary=1
    )


def a_card(place: int) -> FileStorage:
    return FileStorage(BytesIO(samples.pdf(b"/Place %d" % (place // 2))), filename=f"{place}.pdf")


def test_everything_that_belongs_to_one_customer(customer, people):
    by = people["chenjing"]
    acts = [
        *(lambda: a_need(customer, by) for _ in range(3)),
        *(lambda: a_followup(customer, by, next_at=clock.now() + timedelta(days=3)) for _ in range(3)),
        *(lambda place=place: a_new_contact(customer, by, place) for place in range(3)),
        *(lambda place=place: attach_to(customer, [a_card(place)], by) for place in range(4)),
        lambda: customer.change_status("intent", "need_confirmed", reason="有意向", by=by),
        lambda: Customer.get_by_id(customer.id).revise({"notes": "备注"}, seen=1, by=by),
        lambda: set_grade(customer, "vip", seen="", reason="战略客户", by=by),
        lambda: list(VisitRun.of(clock.today()).work()),
    ]
    assert refused(at_once(*acts)) == []
    counts = [model.select().count() for model in (Need, FollowUp, Contact, Attachment, StoredFile)]
    assert counts == [3, 3, 4, 4, 2]
    assert Contact.select().where(Contact.is_primary == 1).count() == 1
    assert TimelineEntry.select().where(TimelineEntry.kind == "need").count() == 3


def test_deleting_while_others_write(customer, people):
    by, admin = people["chenjing"], people["admin"]
    acts = [
        *(lambda: a_followup(customer, by, next_at=clock.now() + timedelta(days=3)) for _ in range(4)),
        *(lambda: Deletion.put_away(customer, reason="重复", by=admin) for _ in range(2)),
        lambda: customer.change_status("intending", "proposal", reason="有意向", by=by),
        lambda: OwnerChange.make(
            customer, people["wanglei"], reason="换人", seen=by.id, by=people["liqiang"]
        ),
    ]
    assert {type(error) for error in refused(at_once(*acts))} == {IllegalMove}
    assert Deletion.select().count() == 1
    assert Task.select().where(Task.done_at.is_null()).count() == 0
    Deletion.get().restore(by=admin)
    assert Task.select().where(Task.done_at.is_null()).count() == FollowUp.select().count()


def test_two_supervisors_give_away_one_customer_and_add_one_colleague(customer, people):
    by, to = people["liqiang"], people["zhaomin"]
    seen = customer.owner_id
    acts = [
        lambda: OwnerChange.make(customer, people["wanglei"], reason="换人", seen=seen, by=by),
        lambda: OwnerChange.make(customer, by, reason="换人", seen=seen, by=by),
        *(lambda: Collaboration.share(customer, to, may_write=True, until=None, by=by) for _ in range(3)),
    ]
    assert len(refused(at_once(*acts))) == 3
    assert (OwnerChange.select().count(), Collaboration.select().count()) == (1, 1)


def test_one_persons_follow_ups_of_many_customers_are_all_counted(people):
    by, day = people["chenjing"], clock.now() - timedelta(days=3)
    customers = [opened(by, f"第{number}家有限公司") for number in range(6)]
    acts = [lambda each=each: a_followup(each, by, happened_at=day) for each in customers]
    assert refused(at_once(*acts)) == []
    assert DayTally.select(DayTally.recorded, DayTally.late).tuples().get() == (6, 6)


def test_visits_while_the_daily_work_runs(customer, people):
    by = people["chenjing"]
    customer.change_status("won", "signing", reason="合同已签", by=by)
    others = [opened(by, f"客户{place}有限公司") for place in range(3)]
    for other in others:
        other.change_status("won", "signing", reason="合同已签", by=by)
    acts = [
        *(lambda: a_followup(customer, by, method="visit", happened_at=clock.now()) for _ in range(3)),
        *(lambda it=it: set_grade(it, "vip", seen="", reason="战略客户", by=by) for it in others),
        *(lambda: list(VisitRun.of(clock.today()).work()) for _ in range(2)),
    ]
    assert refused(at_once(*acts)) == []
    assert VisitPlan.select().count() == 4


def test_a_contact_leaves_while_others_edit(customer, people):
    by = people["chenjing"]
    first = Contact.get()
    second = a_new_contact(customer, by, 1)
    first, seen = Contact.get_by_id(first.id), second.version
    acts = [
        lambda: leave(Contact.get_by_id(second.id), clock.today(), successor=first, seen=seen, by=by),
        lambda: Contact.get_by_id(first.id).revise(first.version, by, area="华东"),
        lambda: a_new_contact(customer, by, 2),
        lambda: a_followup(customer, by, contact_ids=[second.id]),
    ]
    assert all(isinstance(error, StaleVersion) for error in refused(at_once(*acts)))
    assert Contact.select().where(Contact.is_primary == 1).count() == 1


def test_corrections_of_what_belongs_to_one_customer(customer, people):
    by = people["chenjing"]
    needs = [a_need(customer, by) for _ in range(3)]
    contacts = [a_new_contact(customer, by, place) for place in range(3)]
    followups = [a_followup(customer, by) for _ in range(2)]
    for contact in contacts:
        contact.version = Contact.get_by_id(contact.id).version
    said = {"happened_at": clock.now() - timedelta(hours=2), "method": "phone", "content": "改过"}
    acts = [
        *(lambda need=need: need.revise(1, by, detail="改过") for need in needs),
        *(lambda each=each: each.revise(each.version, by, is_primary=True, area="华东") for each in contacts),
        *(lambda each=each: each.revise(seen=1, by=by, **said) for each in followups),
        *(lambda need=need: put_on(need, ["信创", "降本"], by=by) for need in needs),
        *(lambda c=c: c.respond("answered", response="", seen=1, by=by) for c in NeedChange.select()),
        lambda: a_need(customer, by),
    ]
    assert all(isinstance(error, StaleVersion) for error in refused(at_once(*acts)))
    assert Contact.select().where(Contact.is_primary == 1).count() == 1
    assert {need.detail for need in Need.select()} == {"改过", "详情"}


def test_the_same_page_saved_twice(customer, people):
    by = people["chenjing"]
    two = [Customer.get_by_id(customer.id) for _ in range(2)]
    ended = at_once(
        *(lambda it=it, n=n: it.revise({"notes": f"第{n}"}, seen=1, by=by) for n, it in enumerate(two))
    )
    assert [type(error) for error in refused(ended)] == [StaleVersion]


def test_new_customers_and_drafts_take_one_number_each(people):
    by = people["chenjing"]
    values = {**BASICS, "name": "并发有限公司"}
    acts = [lambda: Customer.open(values, by=by) for _ in range(4)]
    acts += [lambda n=n: open_draft(f"key-{n}", COMPANY, department=by.department, by=by) for n in range(4)]
    assert refused(at_once(*acts)) == []
    for model in (Customer, IntakeForm):
        numbers = sorted(row.number[-4:] for row in model.select())
        assert numbers == ["0001", "0002", "0003", "0004"]


def test_one_code_becomes_one_customer(people):
    values = {**BASICS, "name": "并发有限公司", "credit_code": "914403001922038216"}
    ended = at_once(*(lambda: Customer.open(values, by=people["chenjing"]) for _ in range(4)))
    assert len(refused(ended)) == 3
    assert Customer.select().count() == 1


def test_approving_while_it_is_withdrawn(people):
    form = submitted(people["chenjing"])
    seen = read(form)
    ended = at_once(
        lambda: approve(form.id, JUDGED, opinion="同意", seen=seen, by=people["zhoufang"]),
        lambda: approve(form.id, JUDGED, opinion="同意", seen=seen, by=people["zhoufang"]),
        lambda: withdraw(form.id, by=people["chenjing"]),
    )
    assert len(refused(ended)) == 2
    state = IntakeForm.get_by_id(form.id).state
    assert (state, Review.select().count()) in (("approved", 1), ("withdrawn", 0))


def test_entering_twice_gives_one_customer(people):
    form = approved(people["chenjing"], people["zhoufang"])
    seen = plan_of(form).seen
    ended = at_once(*(lambda: enter(form.id, by=people["chenjing"], seen=seen) for _ in range(3)))
    assert refused(ended) == []
    assert len({customer.id for customer in ended}) == Customer.select().count() == Need.select().count() == 1


def test_entering_two_forms_of_one_customer(people):
    forms = [approved(people["chenjing"], people["zhoufang"]) for _ in range(2)]
    seen = [plan_of(form).seen for form in forms]
    pairs = zip(forms, seen, strict=True)
    ended = at_once(*(lambda f=f, s=s: enter(f.id, by=people["chenjing"], seen=s) for f, s in pairs))
    assert len(refused(ended)) <= 1
    assert Customer.select().count() == 1


def test_a_task_done_and_handed_over_at_once(customer, people):
    by = people["liqiang"]
    task = Task.ask(
        by,
        kind="next_step",
        title="回电",
        reason="",
        due_on=clock.today(),
        subject_kind="customer",
        subject_id=customer.id,
        address="/",
        key="one",
    )
    ended = at_once(
        lambda: Task.get_by_id(task.id).complete(seen=1, by=by),
        lambda: Task.get_by_id(task.id).hand_over(people["chenjing"], reason="在外", seen=1, by=by),
        lambda: Task.get_by_id(task.id).postpone(
            clock.today() + timedelta(days=1), reason="等", seen=1, by=by
        ),
    )
    assert len(refused(ended)) == 2
