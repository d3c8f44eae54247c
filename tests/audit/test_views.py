"""The log's screen."""

from datetime import date

from intranet_crm import audit_log
from intranet_crm.audit import chain
from intranet_crm.audit_log import AuditEntry
from intranet_crm.notices.models import Notice
from intranet_crm.proofs.jobs import tell_of_the_chain


def test_the_auditor_reads_filters_and_pages(sign_in, people):
    for number in range(60):
        audit_log.record(
            "导出", by=people["admin"], kind="customer", subject_id=number, title=f"名单{number}"
        )
    browser = sign_in("auditor")
    page = browser.get("/audit?action=导出").text
    assert "名单59" in page
    assert "名单0<" not in page
    following = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "名单0<" in browser.get(following).text
    assert "没有符合条件的记录" in browser.get("/audit?actor=无此人").text


def test_nobody_else_reads_it_not_even_the_administrator(sign_in):
    for username in ("chenjing", "linhai", "admin", "xujing"):
        assert sign_in(username).get("/audit").status_code == 403


def test_a_refusal_is_in_the_log_with_who_and_what(sign_in):
    sign_in("chenjing").post("/admin/people/7/password", data={"secret": "not-in-the-log"})
    page = sign_in("auditor").get("/audit?action=拒绝访问").text
    assert "陈静" in page
    assert "POST /admin/people/7/password" in page
    assert "not-in-the-log" not in page


def test_the_auditor_sees_when_the_chain_was_read_and_is_told_of_a_fault(sign_in, people):
    browser = sign_in("auditor")
    chain.seal()
    list(chain.read_through(date(2026, 11, 21)))
    tell_of_the_chain()
    assert "全部一致" in browser.get("/audit").text
    AuditEntry.update(actor_name="别人").where(AuditEntry.position == 1).execute()
    list(chain.read_through(date(2026, 11, 22)))
    for _ in range(2):
        tell_of_the_chain()
    assert "第 1 条" in browser.get("/audit").text
    assert {notice.person for notice in Notice.select()} == {people["auditor"], people["admin"]}
    assert Notice.select().count() == 2


def test_the_auditor_has_the_chain_read_again_once_it_was_put_right(sign_in, people, work):
    browser = sign_in("auditor")
    chain.seal()
    first = AuditEntry.get(AuditEntry.position == 1)
    AuditEntry.update(actor_name="别人").where(AuditEntry.id == first.id).execute()
    list(chain.read_through(date(2026, 11, 22)))
    tell_of_the_chain()
    assert "重新核对</button>" in browser.get("/audit").text
    AuditEntry.update(actor_name=first.actor_name).where(AuditEntry.id == first.id).execute()
    assert browser.post("/audit/checks").status_code == 303
    assert "正在重新核对" in browser.get("/audit").text
    assert browser.post("/audit/checks").status_code == 409
    work()
    tell_of_the_chain()
    page = browser.get("/audit").text
    assert ("全部一致" in page, "重新核对</button>" in page) == (True, False)
    assert all(notice.read_at for notice in Notice.select())
    assert "要求重新核对审计链" in page
