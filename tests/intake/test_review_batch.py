"""Batch approval: only without a warning, each form by itself (O8)."""

import re
from datetime import datetime

import pytest

from intranet_crm import clock
from intranet_crm.audit_log import AuditEntry
from intranet_crm.customers.models import Customer
from intranet_crm.intake.models import IntakeForm, Review, Submission
from intranet_crm.intake.review_batch import candidates
from intranet_crm.intake.reviews import return_
from intranet_crm.intake.verdicts import ReturnedField
from intranet_crm.signatures.models import SigningRule
from tests.counting import questions
from tests.customers.made import customer_of
from tests.intake.in_review import COMPANY, read, resubmitted, submitted

JUDGED = {"truth_method": "phone", "truth_on": "2026-11-18", "is_sensitive": "no", "fits": "yes"}


@pytest.fixture(autouse=True)
def friday(db):
    with clock.as_of(clock.stored(datetime(2026, 11, 20, 10))):
        yield


@pytest.fixture
def clean(people):
    return [
        submitted(people["chenjing"], name=name) for name in ("云帆科技(广州)有限公司", "华晟制造有限公司")
    ]


def judged(*forms, **more):
    data = {"chosen": [str(form.id) for form in forms]}
    for form in forms:
        data |= {f"form{form.id}-{key}": value for key, value in (JUDGED | more).items()}
        data[f"form{form.id}-seen"] = read(form)
    return data


def about(customer, form):
    IntakeForm.update(customer=customer).where(IntakeForm.id == form.id).execute()
    return form


def state(form):
    return IntakeForm.get_by_id(form.id).state


def test_each_form_is_approved_and_logged_by_itself(clean, sign_in):
    answer = sign_in("zhoufang").post("/reviews/batch", data=judged(*clean))
    assert answer.status_code == 303
    assert [state(form) for form in clean] == ["approved", "approved"]
    assert Review.select().count() == 2
    assert AuditEntry.select().where(AuditEntry.action == "复核通过").count() == 2


def test_a_failed_one_is_named_and_the_others_are_approved(clean, sign_in):
    good, bad = clean
    data = judged(good, bad)
    del data[f"form{bad.id}-truth_on"]
    answer = sign_in("zhoufang").post("/reviews/batch", data=data)
    assert answer.status_code == 422
    assert (state(good), state(bad)) == ("approved", "in_review")
    assert "还没有通过：华晟制造有限公司" in answer.text
    assert "请填写向客户二次确认的日期" in answer.text


def test_what_was_resubmitted_meanwhile_is_not_approved(clean, sign_in):
    data = judged(clean[0]) | {f"form{clean[0].id}-seen": "0" * 64}
    answer = sign_in("zhoufang").post("/reviews/batch", data=data)
    assert answer.status_code == 422
    assert "请看过新的内容再作结论" in answer.text
    assert state(clean[0]) == "in_review"


def test_a_warning_a_second_round_a_missing_document_and_a_signature_are_not_offered(people, sign_in):
    chenjing = people["chenjing"]
    warned = submitted(chenjing, COMPANY, detail="近期买个系统，交付源代码")
    again = submitted(chenjing, COMPANY, name="云帆科技(广州)有限公司")
    return_(
        again.id, [ReturnedField("budget", "含税吗")], opinion="请补充", seen=read(again), by=again.reviewer
    )
    resubmitted(again, answers={"budget": "含税"})
    unready = submitted(chenjing, COMPANY, name="华晟制造有限公司", document=False)
    fit, unfit, _ = candidates(people["zhoufang"])
    assert fit == []
    said = {each.form.id: "".join(each.hindrances) for each in unfit}
    assert "处提示" in said[warned.id]
    assert "第 2 次提交" in said[again.id]
    assert "送审文件还在生成" in said[unready.id]
    answer = sign_in("zhoufang").post("/reviews/batch", data=judged(warned))
    assert answer.status_code == 422
    assert state(warned) == "in_review"


def test_where_signatures_are_electronic_nothing_is_offered(clean, people):
    by = people["admin"]
    SigningRule.create(department=people["chenjing"].department, electronic=1, by=by, at=clock.now())
    fit, unfit, _ = candidates(people["zhoufang"])
    assert fit == []
    assert all("电子签署" in each.hindrances[0] for each in unfit)


def test_nothing_ticked_is_said_and_others_forms_are_out_of_reach(clean, sign_in):
    assert "请至少勾选一份" in sign_in("zhoufang").post("/reviews/batch", data={}).text
    assert sign_in("sunhao").post("/reviews/batch", data=judged(clean[0])).status_code == 422
    assert state(clean[0]) == "in_review"


def test_the_page_costs_the_same_for_one_and_for_many(clean, people, sign_in):
    head = sign_in("zhoufang")

    def cost():
        with questions() as asked:
            head.get("/reviews/batch")
        return len(asked)

    few = cost()
    for number in range(5):
        submitted(people["wanglei"], name=f"华南第{number}制造有限公司")
    assert cost() == few
    assert Submission.select().count() == 7


def test_the_grade_stands_as_on_the_desk_and_may_be_changed(people, sign_in):
    customer = customer_of(people["chenjing"])
    Customer.update(grade="vip").where(Customer.id == customer.id).execute()
    known = about(customer, submitted(people["chenjing"]))
    new = submitted(people["chenjing"], name="云帆科技(广州)有限公司")
    head = sign_in("zhoufang")
    page, hints = head.get("/reviews/batch").text, {}
    for form in (known, new):
        desk = head.get(f"/reviews/{form.id}").text
        hints[form.id] = re.search(
            r'checked id="fit_grade-\d" name="fit_grade" type="radio" value="(\w+)"', desk
        )[1]
        assert re.search(
            rf'checked id="[\w-]+" name="form{form.id}-fit_grade" type="radio" value="{hints[form.id]}"', page
        )
    assert hints[known.id] == "vip"
    assert "现有分级是VIP客户" in page
    data = judged(known) | judged(new) | {"chosen": [str(known.id), str(new.id)]}
    data |= {f"form{known.id}-fit_grade": "vip", f"form{new.id}-fit_grade": "regular"}
    assert head.post("/reviews/batch", data=data).status_code == 303
    grades = {review.submission.form_id: review.fit_grade for review in Review.select()}
    assert grades == {known.id: "vip", new.id: "regular"}


def test_known_customers_cost_no_query_each(people, sign_in):
    head = sign_in("zhoufang")

    def cost():
        with questions() as asked:
            head.get("/reviews/batch")
        return len(asked)

    customer = customer_of(people["chenjing"])
    about(customer, submitted(people["chenjing"]))
    few = cost()
    for number in range(4):
        about(customer, submitted(people["chenjing"], name=f"华南第{number}制造有限公司"))
    assert cost() == few
