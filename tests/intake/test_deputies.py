"""What a head's deputy sees and decides, and how it is said everywhere (O4)."""

import json
from datetime import date, datetime

import pytest

from intranet_crm import clock
from intranet_crm.accounts.deputies import Deputy
from intranet_crm.archive.contents import contents_of
from intranet_crm.audit_log import AuditValues
from intranet_crm.customers.models import TimelineEntry
from intranet_crm.errors import DomainError, NotAllowed
from intranet_crm.intake import signing
from intranet_crm.intake.models import IntakeEvent, IntakeForm, Review
from intranet_crm.intake.reviews import FullJudgements, approve, return_
from intranet_crm.intake.verdicts import ReturnedField
from intranet_crm.notices.models import Notice
from intranet_crm.tasks.models import Task
from tests.customers.made import customer_of
from tests.intake.in_review import read, resubmitted, submitted

GIVEN = FullJudgements("phone", date(2026, 11, 5), is_sensitive=False, fits=True, fit_grade="promising")
SAID = "孙浩（代周芳）"


@pytest.fixture(autouse=True)
def friday(db):
    with clock.as_of(clock.stored(datetime(2026, 11, 20, 10))):
        yield


@pytest.fixture
def deputy(people):
    Deputy.appoint(
        people["zhoufang"], people["sunhao"], date(2026, 11, 20), date(2026, 11, 24), by=people["zhoufang"]
    )
    return people["sunhao"]


def test_both_have_it_on_their_desks_and_the_deputy_only_for_the_span(people, deputy, sign_in):
    form = submitted(people["chenjing"])
    for who in ("zhoufang", "sunhao"):
        page = sign_in(who).get("/reviews").text
        assert form.customer_name in page
        assert 'value="approve"' in sign_in(who).get(f"/reviews/{form.id}").text
    assert "（代周芳）" in Notice.get(Notice.person == deputy).title
    with clock.as_of(clock.stored(datetime(2026, 11, 25, 10))):
        assert sign_in("sunhao").get(f"/reviews/{form.id}").status_code == 404
        with pytest.raises(NotAllowed, match="由 周芳 复核"):
            approve(form.id, GIVEN, opinion="同意", seen=read(form), by=deputy)


def test_an_approval_in_the_heads_place_says_so_everywhere(people, deputy, sign_in):
    form = submitted(people["chenjing"])
    review = approve(form.id, GIVEN, opinion="同意", seen=read(form), by=deputy)
    assert review.by == deputy
    assert review.by_words == SAID
    assert IntakeEvent.get(IntakeEvent.move == "approve").by_words == SAID
    assert SAID in AuditValues.select().order_by(AuditValues.id.desc()).get().new
    printed = json.loads(contents_of(review.submission, review, "DA-2026-000001"))
    assert SAID in json.dumps(printed["review"], ensure_ascii=False)
    assert SAID in sign_in("chenjing").get(f"/intake/{form.id}").text
    assert SAID in sign_in("zhoufang").get(f"/reviews/{form.id}").text
    assert not Task.select().where((Task.kind == "review") & Task.done_at.is_null()).exists()


def test_a_return_names_the_deputy_to_the_collector_and_in_the_next_round(people, deputy):
    form = submitted(people["chenjing"])
    items = [ReturnedField("budget", "含税吗")]
    return_(form.id, items, opinion="请补充", seen=read(form), by=deputy)
    assert SAID in Task.get(Task.kind == "return").reason
    again = resubmitted(form, answers={"budget": "含税"}, detail="联合开发会员积分模块，交付源代码与接口文档")
    assert SAID in again.submissions.where(again.submissions.model.round == 2).get().snapshot


def test_never_by_the_collector_even_as_a_deputy(people, deputy, sign_in):
    Deputy.appoint(
        people["linhai"], people["sunhao"], date(2026, 11, 20), date(2026, 11, 24), by=people["linhai"]
    )
    form = submitted(people["sunhao"])
    assert form.reviewer == people["linhai"]
    with pytest.raises(NotAllowed, match="由你本人采集"):
        approve(form.id, GIVEN, opinion="同意", seen=read(form), by=deputy)
    assert f"/reviews/{form.id}" not in sign_in("sunhao").get("/reviews").text
    assert not Review.select().exists()


def test_the_customers_timeline_names_the_deputy(people, deputy):
    customer = customer_of(people["chenjing"])
    form = submitted(people["chenjing"])
    IntakeForm.update(customer=customer).where(IntakeForm.id == form.id).execute()
    approve(form.id, GIVEN, opinion="同意", seen=read(form), by=deputy)
    titles = [each.title for each in TimelineEntry.select().where(TimelineEntry.customer == customer)]
    assert any(SAID in title for title in titles)


def test_the_deputy_signs_with_the_own_certificate_and_the_stamp_says_for_whom(
    people, deputy, sign_in, monkeypatch
):
    seen = {}

    def seal(_submission, role, key, name=""):
        seen.update(role=role, key=key, name=name)
        raise DomainError("到此为止")

    monkeypatch.setattr(signing, "open_key", lambda person, _password, _address: person.username)
    monkeypatch.setattr(signing, "seal", seal)
    form = submitted(people["chenjing"])
    given = {"decision": "approve", "seen": read(form), "signing_password": "口令"}
    assert sign_in("sunhao").post(f"/reviews/{form.id}", data=given).status_code == DomainError.status
    assert seen == {"role": "reviewer", "key": "sunhao", "name": SAID}
