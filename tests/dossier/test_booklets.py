"""The hand-over booklet: who may make it, what it holds for whom, what it costs, what is logged."""

import re
from datetime import timedelta
from uuid import uuid4

import page as validation
import pypdfium2
import pytest

from intranet_crm import background, clock, pdf
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.audit_log import AuditEntry, AuditValues
from intranet_crm.customers.attachments import attach_to
from intranet_crm.customers.models import Collaboration, Contact, Customer, TimelineEntry
from intranet_crm.customers.owners import OwnerChange
from intranet_crm.customers.queries import find_customer
from intranet_crm.dossier import booklets
from intranet_crm.dossier.models import Booklet
from intranet_crm.errors import NotAllowed
from intranet_crm.followups.models import FollowUp
from intranet_crm.followups.rules import Step
from intranet_crm.keeping.models import Loan
from intranet_crm.needs.models import Need
from intranet_crm.service_issues.models import ServiceIssue
from tests.archive.approved import approved
from tests.counting import questions
from tests.customers.making import CODES, opened
from tests.files.samples import PDF, upload
from tests.intake.in_review import submitted

NEED = {"type": "custom_service", "background": "业务扩大", "priority": "high"}
SECRETS = ("欧阳孙小美", "慕容复兴", "13911112222", "13800008000")


@pytest.fixture(autouse=True)
def folder(tmp_path):
    booklets.shelf.keep_in(tmp_path / "booklets")


@pytest.fixture
def customer(people):
    """With something of everything that can be handed over."""
    by = people["chenjing"]
    made = opened(by, contact="张三丰", credit_code=CODES[0], employees=120, confidentiality="secret")
    Need.record(made, by=by, detail="建设运维工单系统", pain_points="报修靠电话", **NEED)
    talk(made, by, steps=[Step("发送报价单", clock.today(), by.id)], next_at=None)
    ServiceIssue.report(made, by=by, person=by, kind="fault", detail="终端连不上网", reporter="张三丰")
    attach_to(made, [upload("会议纪要.pdf", PDF)], by)
    Collaboration.share(made, people["wanglei"], may_write=True, until=None, by=by)
    return Customer.get_by_id(made.id)


def talk(customer, by, content="张三丰同意方案", **facts):
    said = {"happened_at": clock.now(), "method": "phone", "content": content, "is_business": 1}
    return FollowUp.record(customer, key=str(uuid4()), by=by, **said | facts)


def posted(people, **changed):
    return {
        "giver": people["chenjing"].id, "taker": people["wanglei"].id, "witness": people["liqiang"].id,
        "handed_on": "2026-11-20", "reason": "片区调整", "followups": "20", "contacts": "full",
    } | changed  # fmt: skip


def asked(browser, customer, people, **changed):
    """The address of the booklet that the form leads to."""
    answer = browser.post(f"/customers/{customer.id}/booklets/new", data=posted(people, **changed))
    assert answer.status_code == 303, re.findall(r'class="[^"]*error[^"]*"[^>]*>([^<]+)', answer.text)
    return answer.headers["Location"]


def text_of(content):
    paper = pypdfium2.PdfDocument(content)
    try:
        return "".join(page.get_textpage().get_text_range() for page in paper)
    finally:
        paper.close()


def said(content):
    return re.sub(r"\s", "", text_of(content))


def pdf_of(browser, address):
    with browser.get(f"{address}.pdf") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.data


def contents(booklet):
    return booklets.contents_of(booklet, find_customer(booklet.by, booklet.customer_id))


def test_the_booklet_holds_all_that_is_handed_over(sign_in, people, customer):
    me = sign_in("chenjing")
    address = asked(me, customer, people)
    assert "正在生成" in me.get(address).text
    background.work_off()
    content = pdf_of(me, address)
    text = said(content)
    for words in ("客户交接册", customer.name, customer.number, "移交人", "王磊", "监交人",
                  "李强", "2026-11-20", "片区调整", "目录", "八、交接清单与签字", "张三丰",
                  "13911112222", "还不知道谁是决策者",
                  "建设运维工单系统", "Why痛点", "张三丰同意方案", "发送报价单", "终端连不上网", "待响应",
                  "会议纪要.pdf", "协作人", "密级：秘密", "签字：", "第2页共"):  # fmt: skip
        assert re.sub(r"\s", "", words) in text, words
    assert validation.validate_pdf_bytes(content, profile="3a").is_compliant
    assert f"共{Booklet.get().pages}页" in text
    progress = me.get(f"{address}/progress", headers={"HX-Request": "true"})
    assert progress.headers["HX-Refresh"] == "true"


def test_who_has_no_right_to_contact_details_gets_them_masked(sign_in, people):
    by = people["guoyan"]
    made = opened(by, "欧阳孙小美", contact="慕容复兴", kind="individual", notes="慕容复兴 13911112222")
    talk(made, by, "打给慕容复兴 13911112222")
    Need.record(made, by=by, detail="慕容复兴要小程序", **NEED)
    ServiceIssue.report(made, by=by, person=by, kind="fault", detail="慕容复兴报修", reporter="慕容复兴")
    attach_to(made, [upload("慕容复兴的名片.pdf", PDF)], by)
    me = sign_in("hetao")
    assert "会脱敏" in me.get(f"/customers/{made.id}/booklets/new").text
    address = asked(me, made, people, giver=by.id, taker=people["huangli"].id, witness="")
    background.work_off()
    text = said(pdf_of(me, address))
    assert [secret for secret in SECRETS if secret in text] == []
    assert "138****8000" in text
    assert "没有查看归档表的权限" in text


def test_masking_can_be_chosen(sign_in, people):
    by = people["chenjing"]
    made = opened(by, "欧阳孙小美", contact="慕容复兴", kind="individual", notes="慕容复兴 13911112222")
    talk(made, by, "打给慕容复兴 13911112222")
    address = asked(sign_in("chenjing"), made, people, contacts="masked", reason="欧阳孙小美的片区调整")
    background.work_off()
    text = said(pdf_of(sign_in("chenjing"), address))
    assert [secret for secret in SECRETS if secret in text] == []


def test_full_details_cannot_be_forced(people):
    by = people["guoyan"]
    made = opened(by, "欧阳孙小美", contact="慕容复兴", kind="individual")
    seen = find_customer(people["hetao"], made.id)
    facts = {"giver": by, "taker": people["huangli"], "witness": None, "handed_on": clock.today(),
             "reason": "x", "followups": 10, "in_full": True}  # fmt: skip
    with pytest.raises(NotAllowed):
        Booklet.ask(seen, **facts, by=people["hetao"])
    assert not Booklet.select().exists()


def test_another_ones_customer_or_booklet_is_not_there(sign_in, people, customer):
    address = asked(sign_in("chenjing"), customer, people)
    background.work_off()
    for name in ("zhaomin", "liqiang"):
        for way in (address, f"{address}.pdf", f"{address}/progress"):
            assert sign_in(name).get(way).status_code == 404
    new = f"/customers/{customer.id}/booklets/new"
    assert sign_in("zhaomin").get(new).status_code == 404
    assert sign_in("zhaomin").post(new, data=posted(people)).status_code == 404
    other = opened(people["chenjing"], "别的客户有限公司")
    booklet = Booklet.get()
    assert sign_in("chenjing").get(f"/customers/{other.id}/booklets/{booklet.id}.pdf").status_code == 404


def test_the_way_to_it_closes_with_the_right(sign_in, people, customer):
    me = sign_in("chenjing")
    address = asked(me, customer, people)
    to, by = people["zhaomin"], people["liqiang"]
    OwnerChange.make(customer, to, reason="片区", seen=customer.owner_id, by=by)
    background.work_off()
    assert Booklet.get().error == booklets.NOT_YOURS
    assert me.get(f"{address}.pdf").status_code == 404


def test_only_what_the_maker_may_see_is_in_it(people, customer):
    """A collaborator reads the customer, but not the forms of others; an administrator sees no sheets."""
    submitted(people["chenjing"], customer=customer, change_kind="adjusted")
    facts = {"customer": customer, "at": clock.now(), "giver": people["chenjing"], "taker": people["wanglei"],
             "handed_on": clock.today(), "reason": "x", "followups": 10, "in_full": False}  # fmt: skip
    found = {
        name: contents(Booklet(by=people[name], **facts))
        for name in ("chenjing", "wanglei", "admin", "liqiang")
    }
    assert {name: len(each["forms"]) for name, each in found.items()} == {
        "chenjing": 1,
        "wanglei": 0,
        "admin": 1,
        "liqiang": 1,
    }
    assert not found["admin"]["may_see_sheets"]
    assert found["admin"]["records"] == []


def test_lent_paper_and_records_stand_in_it(people, customer, monkeypatch):
    monkeypatch.setattr(pdf, "render_in_child", lambda *a, **k: b"%PDF-1.7 sheet")
    approved(people["chenjing"], people["zhoufang"], customer=customer, change_kind="adjusted")
    background.work_off()
    record = ArchiveRecord.get()
    due = clock.today() + timedelta(days=5)
    Loan.lend(record, borrower=people["wanglei"], purpose="谈判", due_on=due, by=people["xujing"])
    by, facts = people["chenjing"], {"handed_on": clock.today(), "reason": "x", "followups": 10}
    taker, at = people["wanglei"], clock.now()
    found = contents(Booklet(customer=customer, by=by, giver=by, taker=taker, at=at, in_full=True, **facts))
    assert [each.record.number for each in found["records"]] == [record.number]
    assert [(each.kind, each.whose, each.due_on) for each in found["paper"]] == [("纸质件借出", "王磊", due)]
    assert record.number in found["paper"][0].what
    assert [word for _, word in found["forms"]] == ["已通过"]


def test_the_number_of_followups_is_chosen_and_the_cost_stays_flat(people, customer):
    by = people["chenjing"]
    facts = {"customer": customer, "at": clock.now(), "by": by, "giver": by, "taker": people["wanglei"],
             "handed_on": clock.today(), "reason": "x", "followups": 10, "in_full": True}  # fmt: skip
    costs = []
    for _ in range(2):
        with questions() as cost:
            found = contents(Booklet(**facts))
        costs.append(len(cost))
        for n in range(15):
            contact = Contact.add(customer, by=by, name=f"李{n}", post="主任", mobile=f"139111133{n:02}")
            step = Step("回电", clock.today(), by.id)
            talk(customer, by, f"第{n}次", contact_ids=[contact.id], steps=[step])
            Need.record(customer, by=by, detail="另一件事", **NEED)
            ServiceIssue.report(customer, by=by, person=by, kind="fault", detail="又坏了", reporter="李四")
    assert costs[0] == costs[1]
    assert len(found["followups"]) == 10
    assert sum(each.what == "回电" for each in found["todos"]) == 15
    assert len(found["issues"]) == 16


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"taker": ""}, "请选择接收人"),
        ({"taker": "same"}, "接收人和移交人是同一个人"),
        ({"witness": "same"}, "监交人应是移交人和接收人以外的第三人"),
        ({"taker": "stranger"}, "接收人没有这一项"),
        ({"reason": ""}, "请填写交接原因"),
        ({"handed_on": "昨天"}, "日期不对"),
        ({"followups": "99"}, "跟进记录没有这一项"),
    ],
)
def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(sign_in, people, customer, wrong, sentence):
    who = {"same": people["chenjing"].id, "stranger": people["zhaomin"].id}
    data = posted(people, **{name: who.get(value, value) for name, value in wrong.items()})
    answer = sign_in("chenjing").post(f"/customers/{customer.id}/booklets/new", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "reason" in wrong or "片区调整" in answer.text
    assert not Booklet.select().exists()


def test_printing_is_logged_with_its_purpose_and_told_in_the_timeline(sign_in, people, customer):
    asked(sign_in("chenjing"), customer, people, reason="片区调整 张三丰知情")
    asked(sign_in("chenjing"), customer, people, contacts="masked")
    background.work_off()
    rows = [row for row in AuditEntry.select().order_by(AuditEntry.id) if "交接册" in row.action]
    assert [(row.action, row.actor_name) for row in rows] == [
        ("打印客户交接册（联系方式完整）", "陈静"),
        ("打印客户交接册", "陈静"),
        ("生成客户交接册", "系统"),
        ("生成客户交接册", "系统"),
    ]
    first = AuditValues.get(AuditValues.entry == rows[0]).new
    assert '"reason":"片区调整 张*知情"' in first
    assert "张三丰" not in first
    assert '"sha256"' in AuditValues.get(AuditValues.entry == rows[2]).new
    note = TimelineEntry.select().where(TimelineEntry.title.startswith("打印客户交接册")).first()
    assert note.title == "打印客户交接册：陈静 → 王磊"


def test_a_change_of_owner_leads_to_the_booklet(sign_in, people, customer):
    me = sign_in("liqiang")
    form = {"owner": people["wanglei"].id, "reason": "片区", "seen": customer.owner_id}
    page = me.post(f"/customers/{customer.id}/owner", data=form, follow_redirects=True).text
    way = f"/customers/{customer.id}/booklets/new?"
    found = re.search(rf'href="({re.escape(way)}[^"]+)">打印客户交接册', page)
    assert found
    booklet = me.get(found[1].replace("&amp;", "&")).text
    assert f'<option selected value="{people["chenjing"].id}">' in booklet
    assert f'<option selected value="{people["wanglei"].id}">' in booklet
    panel = me.get(f"/customers/{customer.id}/ownership", headers={"HX-Request": "true"}).text
    assert f"booklets/new?from={people['chenjing'].id}&amp;to={people['wanglei'].id}" in panel


def test_it_is_offered_beside_the_dossier(sign_in, customer):
    page = sign_in("chenjing").get(f"/customers/{customer.id}").text
    assert f'href="/customers/{customer.id}/booklets/new"' in page
    assert f'href="/customers/{customer.id}/dossier.pdf?for=print"' in page


def test_the_pdf_goes_after_a_day_and_the_record_stays(sign_in, people, customer):
    me = sign_in("chenjing")
    address = asked(me, customer, people)
    background.work_off()
    assert "一天内打印过的" in me.get(f"/customers/{customer.id}/booklets/new").text
    later = clock.now() + booklets.KEPT_FOR * 2
    with clock.as_of(later):
        booklets.shelf.tidy()
    assert me.get(f"{address}.pdf").status_code == 404
    assert "已清除" in me.get(address).text
