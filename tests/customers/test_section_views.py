"""「核实」 on the page, and the list of dossiers that want it."""

import re
from datetime import timedelta

import pytest

from intranet_crm import clock
from intranet_crm.customers import stale
from intranet_crm.customers.models import Contact
from intranet_crm.customers.sections import SECTIONS, SectionCheck, checks_of, verify
from intranet_crm.database import database
from tests.customers.making import opened

HTMX = {"HX-Request": "true"}


def opened_ago(days, owner, *args, **values):
    with clock.as_of(clock.now() - timedelta(days=days)):
        return opened(owner, *args, **values)


@pytest.fixture
def customer(people):
    return opened_ago(213, people["chenjing"], contact="张三丰")


def address(customer, section="base"):
    return f"/customers/{customer.id}/sections/{section}/verification"


def test_every_section_carries_its_date_and_says_that_it_is_stale(sign_in, customer):
    me = sign_in("chenjing")
    parts = [
        me.get(f"/customers/{customer.id}{part}", headers=HTMX).text for part in ("/contacts", "/core-needs")
    ]
    page = me.get(f"/customers/{customer.id}").text + "".join(parts)
    for key, title in SECTIONS:
        check = re.search(rf'id="check-{key}">(.*?)</div>', page, re.S)[1]
        assert "已 213 天未核实" in check
        assert "信息更新日期" in check
        assert f"核实{title}" in check


def test_one_click_verifies_in_place(sign_in, customer):
    answer = sign_in("chenjing").post(address(customer), headers=HTMX)
    assert answer.status_code == 200
    assert 'id="check-base"' in answer.text
    assert "陈静核实" in answer.text
    assert "未核实" not in answer.text
    assert "<html" not in answer.text


def test_it_works_as_a_plain_form(sign_in, customer):
    me = sign_in("chenjing")
    answer = me.post(address(customer, "contacts"))
    assert (answer.status_code, answer.location) == (303, f"/customers/{customer.id}")
    assert "已核实联系人。" in me.get(answer.location).text


def test_readers_see_the_date_and_no_button(sign_in, customer):
    page = sign_in("liqiang").get(f"/customers/{customer.id}").text
    assert "已 213 天未核实" in page
    assert "/verification" not in page
    answer = sign_in("liqiang").post(address(customer))
    assert answer.status_code == 403
    assert "不能核实" in answer.text


def test_what_is_not_there_is_404(sign_in, people, customer):
    assert sign_in("zhaomin").post(address(customer)).status_code == 404
    assert sign_in("chenjing").post(address(customer, "other")).status_code == 404
    person = opened(people["chenjing"], "孙小美", kind="individual")
    assert sign_in("chenjing").post(address(person, "size")).status_code == 404


def names(page):
    return re.findall(r'data-label="客户"><a href="[^"]+">([^<]+)', page)


def test_the_list_holds_the_stale_ones_in_reach(sign_in, people, customer):
    fresh = opened_ago(300, people["chenjing"], "新近核实有限公司")
    for section in checks_of(fresh):
        verify(fresh, section, by=people["chenjing"])
    partly = opened_ago(400, people["chenjing"], "部分核实有限公司")
    verify(partly, "base", by=people["chenjing"])
    opened(people["chenjing"], "刚建有限公司")
    opened_ago(400, people["zhaomin"], "别人的有限公司")
    page = sign_in("chenjing").get("/customers/stale").text
    assert names(page) == [customer.name, "部分核实有限公司"]  # the one longest untouched comes first
    first = page[page.index("部分核实有限公司") :]
    assert "联系方式与地址、客户规模、归属与来源、联系人、核心需求 400 天" in first
    assert "基本信息" not in first
    assert names(sign_in("liqiang").get("/customers/stale").text) == names(page)


def test_a_person_with_all_its_sections_checked_is_not_stale(sign_in, people):
    person = opened_ago(300, people["chenjing"], "孙小美", kind="individual")
    for section in checks_of(person):
        verify(person, section, by=people["chenjing"])
    page = sign_in("chenjing").get("/customers/stale").text
    assert "没有待核实的档案" in page


def test_it_goes_on_page_by_page_at_the_cost_of_a_page(sign_in, people, monkeypatch):
    for n in range(25):
        opened_ago(400 - n, people["chenjing"], f"第{n}家有限公司")
    asked, real = [], type(database.obj).execute_sql
    monkeypatch.setattr(
        type(database.obj),
        "execute_sql",
        lambda self, sql, *a, **k: (asked.append(sql), real(self, sql, *a, **k))[1],
    )
    me = sign_in("chenjing")
    me.get("/customers/stale")  # the session is kept once
    asked.clear()
    page = me.get("/customers/stale").text
    cost = len(asked)
    assert names(page) == [f"第{n}家有限公司" for n in range(20)]
    asked.clear()
    following = me.get(re.search(r'rel="next" href="([^"]+)"', page)[1]).text
    assert names(following) == [f"第{n}家有限公司" for n in range(20, 25)]
    assert cost == len(asked)


def test_where_hardly_any_is_stale_the_reader_goes_on(sign_in, people, monkeypatch):
    monkeypatch.setattr(stale, "STEP", 2)
    monkeypatch.setattr(stale, "MOST_STEPS", 2)
    for n in range(5):
        made = opened_ago(400 - n, people["chenjing"], f"第{n}家有限公司")
        for section in checks_of(made) if n < 4 else ():
            SectionCheck.create(
                customer=made, section=section, how="verified", by=people["chenjing"], at=clock.now()
            )
    me = sign_in("chenjing")
    page = me.get("/customers/stale").text
    assert names(page) == []
    assert "继续往后找" in page
    assert names(me.get(re.search(r'href="(/customers/stale\?after=[^"]+)"', page)[1]).text) == [
        "第4家有限公司"
    ]


def test_service_reads_the_list_masked(sign_in, people):
    opened_ago(300, people["guoyan"], "欧阳孙小美", kind="individual")
    page = sign_in("hetao").get("/customers/stale").text
    assert "欧阳孙小美" not in page
    assert len(names(page)) == 1


def test_the_warning_that_nobody_decides_stands_on_the_page(sign_in, customer):
    me = sign_in("chenjing")
    assert "还不知道谁是决策者" in me.get(f"/customers/{customer.id}/contacts", headers=HTMX).text
    contact = Contact.get()
    contact.revise(1, customer.owner, decision_role="decision_maker")
    assert "还不知道谁是决策者" not in me.get(f"/customers/{customer.id}/contacts", headers=HTMX).text


def test_the_course_tells_since_when_by_whom_and_why(sign_in, customer, people):
    customer.change_status("intending", "proposal", reason="要了报价", by=people["liqiang"])
    page = sign_in("chenjing").get(f"/customers/{customer.id}").text
    said = re.search(r'<p class="muted small">(\d{4}-\d\d-\d\d 起为意向客户 · 李强：要了报价)', page)
    assert said
    assert 'aria-current="step"' in page
    assert f"/customers/{customer.id}/timeline?kind=status" in page
