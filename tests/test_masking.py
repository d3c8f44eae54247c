"""C3: who has no right to contact details meets no full name, phone, e-mail or ID number anywhere."""

import json
from html import unescape
from io import BytesIO
from urllib.parse import unquote
from uuid import uuid4

import pytest
from werkzeug.datastructures import FileStorage

from intranet_crm import clock
from intranet_crm.audit_log import AuditEntry, AuditValues
from intranet_crm.customers.attachments import attach_to
from intranet_crm.customers.grading import set_grade
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.rules import masked_text
from intranet_crm.files.attachments import attach
from intranet_crm.followups.models import FollowUp
from intranet_crm.followups.rules import Step
from intranet_crm.needs.models import Need
from intranet_crm.needs.rules import Cause
from intranet_crm.service_issues.models import ServiceIssue
from intranet_crm.tasks.queries import colleagues
from tests.files import samples
from tests.service_issues.made import an_issue

PERSON, CONTACT, DECIDER, STRANGER = "欧阳孙小美", "慕容复兴", "令狐决断", "上官不满"
SECRETS = (
    PERSON,
    CONTACT,
    DECIDER,
    STRANGER,
    "13812345678",
    "13911112222",
    "62881234",
    "sun@hidden.cn",
    "440524188001010014",
)
TOLD = f"{CONTACT}与{PERSON}说：打 138 1234 5678 或 13911112222，座机 010-62881234，邮箱 sun@hidden.cn，\
身份证 440524188001010014"


def card() -> FileStorage:
    return FileStorage(BytesIO(samples.PDF), filename=f"{CONTACT}名片13911112222.pdf")


@pytest.fixture
def customer(people) -> Customer:
    """A person with everything told about her, in the care of 黄丽."""
    by = people["huangli"]
    values = {"kind": "individual", "name": PERSON, "industry": "I65", "source": "exhibition"}
    facts = {"citizen_id": "440524188001010014", "phone": "13812345678", "email": "sun@hidden.cn"}
    first = {"name": CONTACT, "post": "助理", "mobile": "13911112222", "notes": TOLD}
    customer = Customer.open(
        values | facts | {"notes": TOLD, "main_business": TOLD}, by=by, first_contact=first
    )
    contact = Contact.get()
    FollowUp.record(
        customer,
        key=str(uuid4()),
        by=by,
        happened_at=clock.now(),
        method="phone",
        subject=f"找{CONTACT}",
        participants=CONTACT,
        contact_ids=[contact.id],
        steps=[Step(f"给{CONTACT}回电 13911112222", clock.today(), by.id)],
        uploads=[card()],
        **dict.fromkeys(("content", "feedback_text", "objections", "business_change"), TOLD),
    )
    texts = (
        "detail",
        "pain_points",
        "acceptance",
        "competitors",
        "bottlenecks",
        "project_status",
        "service_requirements",
        "current_state",
        "wished_state",
    )
    chain = [{"name": DECIDER, "role": "decision_maker"}]
    need = Need.record(
        customer,
        by=by,
        type="other",
        type_note=f"{CONTACT}要的",
        priority="high",
        expected_finish=f"等{DECIDER}安排",
        decision_chain=chain,
        background=TOLD,
        asked_by=CONTACT,
        **dict.fromkeys(texts, f"{TOLD}，{DECIDER}"),
    )
    cause = Cause("other", f"{CONTACT}说，{DECIDER}同意", CONTACT, "waiting")
    need.revise(1, by, cause, detail=f"{DECIDER}改了，{TOLD}")
    attach("need", need.id, [card()], by)
    attach_to(customer, [card()], by)
    said = f"{STRANGER}，{TOLD}"
    issue = an_issue(customer, by, person=people["hetao"], detail=said, reporter=STRANGER)
    issue.answer(clock.now(), said, seen=1, by=by)
    issue.solve(clock.now(), said, seen=2, by=by)
    issue.reopen(said, seen=3, by=by)
    customer.change_status("intent", "need_confirmed", reason=f"{CONTACT}同意", by=by)
    set_grade(customer, "vip", seen="", reason=f"{CONTACT}的老板{PERSON}是战略客户", by=by)
    return customer


def addresses(customer: Customer) -> list[str]:
    own = f"/customers/{customer.id}"
    need, followup, issue = Need.get().id, FollowUp.get().id, ServiceIssue.get().id
    panels = ("", "/contacts", "/needs", "/followups", "/timeline", "/attachments", "/intake", "/edit")
    panels += ("/grade", "/summary", "/core-needs", "/org-chart", "/ownership")
    return [
        "/", "/customers", "/customers/stale", "/followups", "/tasks", "/notices", "/intake",
        *(own + panel for panel in panels),
        f"/customers/{customer.id}/needs/changes", f"/customers/{customer.id}/service-issues",
        f"/customers/{customer.id}/service-issues/new", "/service-issues", f"/service-issues/{issue}",
        *(f"/service-issues/{issue}/{noun}" for noun in ("edit", "reply", "solution", "reopening")),
        f"/needs/{need}", f"/needs/{need}/attachments", f"/customers/{customer.id}/attachments/3",
        f"/needs/{need}/attachments/2", f"/followups/{followup}", f"/followups/{followup}/attachments/1",
    ]  # fmt: skip


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "part"])
def test_customer_service_meets_nothing_in_full(sign_in, customer, headers):
    browser = sign_in("hetao")
    for address in addresses(customer):
        answer = browser.get(address, headers=headers)
        said = unescape(answer.text) + unquote(str(answer.headers))
        assert [secret for secret in SECRETS if secret in said] == [], address
        assert answer.status_code < 500, address


def test_whoever_has_the_right_reads_all_of_it(sign_in, customer):
    browser = sign_in("huangli")
    pages = "".join(browser.get(address).text for address in addresses(customer))
    assert all(
        word in pages
        for word in (PERSON, CONTACT, DECIDER, STRANGER, "138 1234 5678", "13911112222", "sun@hidden.cn")
    )


def test_the_log_names_nobody(customer):
    titles = [entry.subject_title for entry in AuditEntry.select() if entry.action != "上传附件"]
    kept = json.dumps([[row.old, row.new] for row in AuditValues.select()], ensure_ascii=False)
    assert [secret for secret in SECRETS if secret in kept + "".join(titles)] == []


def test_a_task_goes_to_nobody_who_could_not_read_it(people):
    names = {person.username for person in colleagues(people["guoyan"])}
    assert names == {"guoyan", "huangli"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("打 138-0013-8000 找他", "打 138****8000 找他"),
        ("0755-86131234 转 8", "0755-****1234 转 8"),
        ("400-810-1234", "400-****1234"),
        ("写信给 zhang.wei@abc.com.cn。", "写信给 z***@abc.com.cn。"),
        ("合同 2026-000123456789 共 13800138000.5 元", "合同 2026-000123456789 共 138****8000.5 元"),
        ("金额 1234567 元，2026-11-21", "金额 1234567 元，2026-11-21"),
    ],
)
def test_numbers_in_running_text_are_masked(text, shown):
    assert masked_text(text, []) == shown
