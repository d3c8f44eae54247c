"""What a head has written and not decided with is there when the head comes back (O8)."""

from datetime import date, datetime

import pytest

from intranet_crm import clock
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.review_drafts import ReviewDraft
from intranet_crm.intake.reviews import FullJudgements, approve
from intranet_crm.intake.submissions import withdraw
from tests.customers.made import customer_of
from tests.intake.in_review import read, resubmitted, submitted

GIVEN = FullJudgements("phone", date(2026, 11, 5), is_sensitive=False, fits=True, fit_grade="promising")
WORDS = {"opinion": "预算要再核", "truth_method": "phone", "return": ["budget"], "remark-budget": "含税吗"}


@pytest.fixture(autouse=True)
def friday(db):
    with clock.as_of(clock.stored(datetime(2026, 11, 20, 10))):
        yield


@pytest.fixture
def form(people):
    return submitted(people["chenjing"])


@pytest.fixture
def head(sign_in):
    return sign_in("zhoufang")


def keep(browser, form, **more):
    given = WORDS | {"seen": read(form), "signing_password": "geheim-2026"} | more
    return browser.post(f"/reviews/{form.id}/draft", data=given)


def test_what_was_typed_is_there_again_but_never_the_password(form, head):
    assert keep(head, form).status_code == 204
    page = head.get(f"/reviews/{form.id}").text
    assert "预算要再核" in page
    assert 'value="含税吗"' in page
    assert '<option selected value="phone">' in page
    assert "你上次写的还在" in page
    assert "geheim" not in page + str(ReviewDraft.get().values)


def test_it_is_the_persons_own(form, head, sign_in, people):
    keep(head, form)
    assert "预算要再核" not in sign_in("linhai").get(f"/reviews/{form.id}").text
    assert keep(sign_in("sunhao"), form).status_code == 404
    assert ReviewDraft.select().count() == 1


def test_an_emptied_page_keeps_nothing(form, head):
    keep(head, form)
    head.post(f"/reviews/{form.id}/draft", data={"seen": read(form), "opinion": ""})
    assert not ReviewDraft.select().exists()


def test_the_verdict_ends_it_and_a_late_word_does_not_bring_it_back(form, head, people):
    keep(head, form)
    approve(form.id, GIVEN, opinion="同意", seen=read(form), by=people["zhoufang"])
    assert not ReviewDraft.select().exists()
    keep(head, form)
    assert not ReviewDraft.select().exists()


def test_a_refused_verdict_keeps_it(form, head):
    refused = head.post(f"/reviews/{form.id}", data=WORDS | {"seen": read(form), "decision": "approve"})
    assert refused.status_code == 422
    assert "预算要再核" in head.get(f"/reviews/{form.id}").text


def test_withdrawn_meanwhile_it_waits_for_the_next_round_as_words_only(form, head, people):
    seen = read(form)
    withdraw(form.id, by=people["chenjing"])
    refused = head.post(f"/reviews/{form.id}", data=WORDS | {"seen": seen, "decision": "approve"})
    assert refused.status_code == 409
    assert "已撤回" in refused.text
    assert "你写的意见已保留" in refused.text
    resubmitted(
        IntakeForm.get_by_id(form.id), detail="联合开发会员积分模块，交付源代码，验收标准为1000并发成功率99%"
    )
    page = head.get(f"/reviews/{form.id}").text
    assert "预算要再核" in page
    assert "对上一次提交写的" in page
    assert '<option selected value="phone">' not in page


def test_the_suggested_grade_stands_unless_another_was_chosen(people, head):
    customer = customer_of(people["chenjing"])
    type(customer).update(grade="vip").where(type(customer).id == customer.id).execute()
    form = submitted(people["chenjing"])
    IntakeForm.update(customer=customer).where(IntakeForm.id == form.id).execute()
    keep(head, form)
    assert 'checked id="fit_grade-0"' in head.get(f"/reviews/{form.id}").text
    keep(head, form, fit_grade="promising")
    assert 'checked id="fit_grade-0"' not in head.get(f"/reviews/{form.id}").text
