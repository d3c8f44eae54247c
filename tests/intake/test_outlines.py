"""沟通提纲: one for each situation, beside the form, on paper, and written by the administrator (O10)."""

import pytest

from intranet_crm.audit_log import AuditEntry
from intranet_crm.errors import StaleVersion
from intranet_crm.intake.outlines import Outline
from intranet_crm.reference.choices import INTAKE_SITUATIONS


def test_every_situation_has_one_to_begin_with(db):
    assert [each.label for each in Outline.all()] == [word for _, word in INTAKE_SITUATIONS]
    assert all(len(each.lines) >= 5 and each.purpose for each in Outline.all())


def test_the_form_pulls_the_one_of_its_own_situation(sign_in):
    browser = sign_in("chenjing")
    page = browser.get("/intake/new").text
    assert 'hx-get="/intake/outlines" hx-include="#intake [name=situation]"' in page
    assert 'href="/intake/outlines/new_customer"' in page  # without script
    part = browser.get("/intake/outlines?situation=return_visit", headers={"HX-Request": "true"}).text
    assert part.count("<ol") == 1
    assert Outline.of("return_visit").purpose in part
    assert all(f'href="/intake/outlines/{key}"' in part for key, _ in INTAKE_SITUATIONS)
    assert "老客户回访" in browser.get("/intake/outlines/return_visit").text
    assert browser.get("/intake/outlines/nothing").status_code == 404


def test_the_administrator_writes_one_and_the_collectors_read_it(sign_in, people):
    admin = sign_in("admin")
    words = {"version": "0", "purpose": "了解近况", "questions": "用得怎样？\n\n还缺什么？"}
    assert admin.post("/admin/outlines/return_visit", data=words | {"questions": ""}).status_code == 422
    assert admin.post("/admin/outlines/return_visit", data=words).status_code == 303
    assert Outline.of("return_visit").lines == ["用得怎样？", "还缺什么？"]
    assert "还缺什么？" in sign_in("chenjing").get("/intake/outlines/return_visit").text
    assert AuditEntry.select().where(AuditEntry.action == "修改沟通提纲").count() == 1
    stale = admin.post("/admin/outlines/return_visit", data=words)
    assert stale.status_code == 422
    assert "刚被别人改过" in stale.text
    with pytest.raises(StaleVersion):
        Outline.write("return_visit", purpose="一", questions="二", seen=0, by=people["admin"])
