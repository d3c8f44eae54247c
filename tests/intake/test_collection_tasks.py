"""采集任务: asked by somebody above, a to-do of one person, and a prefilled form (O9)."""

from datetime import date, datetime

import pytest

from intranet_crm import clock
from intranet_crm.audit_log import AuditEntry
from intranet_crm.errors import DomainError, NotAllowed
from intranet_crm.intake.collection_tasks import CollectionTask, usual_person, warning_about
from intranet_crm.intake.drafts import check, save
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.submissions import submit
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
