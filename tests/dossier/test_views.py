"""The head of the dossier, its core need, its sheets, and the one page of paper."""

import re
from uuid import uuid4

import page as validation
import pypdfium2
import pytest

from intranet_crm import background, clock, pdf
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.audit_log import AuditEntry
from intranet_crm.customers import facts, queries
from intranet_crm.customers.attachments import attach_to
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.database import database
from intranet_crm.dossier import document
from intranet_crm.followups.models import FollowUp
from intranet_crm.needs.models import Need
from tests.archive.approved import approved
from tests.customers.making import CODES, opened
from tests.files.samples import PDF, upload

HTMX = {"HX-Request": "true"}
NEED = {"type": "custom_service", "background": "b", "priority": "high"}


@pytest.fixture
def customer(people):
    """Well known, with something of everything."""
    by = people["chenjing"]
    made = opened(by, contact="张三丰", credit_code=CODES[0], employees=120, revenue=500_000_000,
                  confidentiality="secret", processing_basis="contract", budget_low=50_000_000)  # fmt: skip
    Need.record(made, by=by, detail="低优先级的事", expected_finish="2027年Q1", **NEED | {"priority": "low"})
    Need.record(made, by=by, detail="建设运维工单系统", expected_finish="2027年Q3", **NEED)
    said = {"happened_at": clock.now(), "method": "phone", "content": "张三丰同意方案", "is_business": 1}
    FollowUp.record(made, key=str(uuid4()), by=by, **said)
    attach_to(made, [upload("名片.pdf", PDF)], by)
    return Customer.get_by_id(made.id)


def part(browser, customer, name):
    return browser.get(f"/customers/{customer.id}/{name}", headers=HTMX).text


def counted(text):
    return dict(re.findall(r"<a href=[^>]+>([^<]+)<strong>([^<]+)</strong>", text))


def test_the_head_counts_what_belongs_to_the_customer(sign_in, customer):
    text = part(sign_in("chenjing"), customer, "summary")
    assert counted(text) == {
        "联系人": "1",
        "需求": "2",
        "跟进": "1",
        "服务问题": "0",
        "采集表": "0",
        "档案": "0",
        "附件": "1",
    }
    assert "<html" not in text
    assert "档案" not in counted(part(sign_in("admin"), customer, "summary"))


def test_what_is_missing_leads_to_its_field(sign_in, customer):
    text = part(sign_in("chenjing"), customer, "summary")
    assert f'href="/customers/{customer.id}/edit#founded">成立时间' in text
    assert "统一社会信用代码" not in text
    percent = int(re.search(r"<strong>(\d+)%</strong>", text)[1])
    customer.revise({"founded": "2015"}, seen=1, by=customer.owner)
    after = part(sign_in("chenjing"), customer, "summary")
    assert "#founded" not in after
    assert int(re.search(r"<strong>(\d+)%</strong>", after)[1]) > percent
    assert f'href="/customers/{customer.id}/edit' not in part(sign_in("liqiang"), customer, "summary")


def test_the_core_need_is_the_most_pressing_and_the_customers_budget_goes_first(sign_in, customer):
    text = part(sign_in("chenjing"), customer, "core-needs")
    for words in (
        "服务定制：建设运维工单系统",
        "50 万元以上",
        "2027年Q3（2027-07-01 至 2027-09-30）",
        "另有 1 项需求",
    ):
        assert words in text
    assert "低优先级" not in text


@pytest.mark.parametrize("name", ["summary", "core-needs", "sheets"])
def test_without_script_each_part_is_a_page(sign_in, customer, name):
    assert "<h1>" in sign_in("chenjing").get(f"/customers/{customer.id}/{name}").text


@pytest.mark.parametrize("name", ["summary", "core-needs", "sheets", "dossier.pdf"])
def test_another_ones_customer_is_not_there(sign_in, customer, name):
    assert sign_in("zhaomin").get(f"/customers/{customer.id}/{name}").status_code == 404


def test_the_head_costs_the_same_whatever_there_is(sign_in, people, customer, monkeypatch):
    asked, real = [], type(database.obj).execute_sql
    monkeypatch.setattr(
        type(database.obj),
        "execute_sql",
        lambda self, sql, *a, **k: (asked.append(sql), real(self, sql, *a, **k))[1],
    )
    me, costs = sign_in("chenjing"), []
    for n in range(2):
        asked.clear()
        part(me, customer, "summary")
        costs.append(len(asked))
        for name in ("李四", "王五"):
            Contact.add(customer, by=people["chenjing"], name=name, post="主任", mobile=f"1391111222{n}")
            Need.record(customer, by=people["chenjing"], detail="另一件事", **NEED)
    assert costs[0] == costs[1]


def test_the_sheets_of_the_customer_are_listed(sign_in, people, customer, monkeypatch):
    monkeypatch.setattr(pdf, "render_in_child", lambda *a, **k: b"%PDF-1.7 sheet")
    approved(people["chenjing"], people["zhoufang"], customer=customer, change_kind="adjusted")
    background.work_off()
    record = ArchiveRecord.get()
    text = part(sign_in("chenjing"), customer, "sheets")
    assert f'<a href="/archive/{record.id}">{record.number}</a>' in text
    assert f"/archive/{record.id}/sheet.pdf" in text
    assert counted(part(sign_in("chenjing"), customer, "summary"))["档案"] == "1"


def text_of(content):
    paper = pypdfium2.PdfDocument(content)
    try:
        return len(paper), "".join(page.get_textpage().get_text_range() for page in paper)
    finally:
        paper.close()


def test_the_page_of_paper_says_what_the_screen_says(sign_in, customer):
    me = sign_in("chenjing")
    answer = me.get(f"/customers/{customer.id}/dossier.pdf")
    assert (answer.mimetype, answer.status_code) == ("application/pdf", 200)
    assert "attachment" not in answer.headers["Content-Disposition"]
    pages, text = text_of(answer.data)
    assert pages == 1
    screen = [value for section in facts.sections_about(customer) for _, value in section.known]
    said = re.sub(r"\s", "", text)
    assert [value for value in screen if re.sub(r"\s", "", value) not in said] == []
    for words in ("客户档案", "张三丰", "13911112222", "还不知道谁是决策者", "建设运维工单系统",
                  "张三丰同意方案", "秘密", "打印人 陈静", "第 1 页", "陈静建档"):  # fmt: skip
        assert re.sub(r"\s", "", words) in said, words
    assert validation.validate_pdf_bytes(answer.data, profile="3a").is_compliant


def test_each_printing_is_logged_with_its_use_and_digest(sign_in, customer):
    me, address = sign_in("chenjing"), f"/customers/{customer.id}/dossier.pdf"
    me.get(f"{address}?for=print")
    saved = sign_in("admin").get(f"{address}?for=export")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    actions = [row.action for row in AuditEntry.select().order_by(AuditEntry.id) if "客户档案" in row.action]
    assert actions == ["打印客户档案", "导出客户档案"]
    assert me.get(f"{address}?for=other").status_code == 404


def test_exporting_is_a_permission_of_its_own(sign_in, customer):
    own = f"/customers/{customer.id}"
    refused = sign_in("chenjing").get(f"{own}/dossier.pdf?for=export")
    assert refused.status_code == 403
    assert "你可以打印这份档案" in refused.text
    assert "导出PDF" not in sign_in("chenjing").get(own).text
    assert "导出PDF" in sign_in("admin").get(own).text


def test_who_has_no_right_to_contact_details_prints_them_masked(sign_in, people):
    by = people["guoyan"]
    customer = opened(by, "欧阳孙小美", contact="慕容复兴", kind="individual", notes="慕容复兴 13911112222")
    said = {"happened_at": clock.now(), "method": "phone", "content": "打给慕容复兴 13911112222"}
    FollowUp.record(customer, key=str(uuid4()), by=by, **said)
    _, text = text_of(sign_in("hetao").get(f"/customers/{customer.id}/dossier.pdf").data)
    assert [
        secret for secret in ("欧阳孙小美", "慕容复兴", "13911112222", "13800008000") if secret in text
    ] == []
    assert "138****8000" in text
    assert "联系方式已脱敏" in text


def test_the_fullest_dossier_still_fits_its_page(app, people, customer):
    by, long = people["chenjing"], "很长的文字，写满这一格还要多，" * 40
    values = {"name": "名" * 120, "short_name": "简" * 60, "credit_code_reason": "核" * 200,
              "industry": "OTHER", "industry_note": "注" * 60, "main_business": long[:500], "notes": long,
              "address": "路" * 200, "registered_street": "街" * 200, "region": "440305",
              "registered_region": "440305", "email": "a" * 60 + "@example.cn",
              "landline": "010-62881234"}  # fmt: skip
    customer.revise(values, seen=1, by=by)
    customer.change_status("won", "signing", reason=long[:300], by=by)
    for n in range(6):
        contact = {
            "name": "人" * 60,
            "post": "职" * 60,
            "department": "部" * 60,
            "email": "b" * 50 + "@example.cn",
        }
        Contact.add(
            customer,
            by=by,
            mobile=f"1391111222{n}",
            good_times="时" * 120,
            landline="010-62881234",
            **contact,
        )
        Need.record(customer, by=by, detail=long, intention="considering", expected_finish="2027年Q3", **NEED)
        FollowUp.record(
            customer, key=str(uuid4()), by=by, happened_at=clock.now(), method="phone", content=long
        )
    with app.test_request_context("/"):
        seen = queries.find_customer(by, customer.id)
        content = document.made_for(by, seen, "print")
    pages, text = text_of(content)
    assert pages == 1
    assert "另有 3 位" in text
