"""Saved views, pins and columns (G3)."""

import re

import pytest

from intranet_crm.customers import tag_batches
from intranet_crm.customers.models import Customer
from intranet_crm.customers.saved_lists import SavedList
from intranet_crm.customers.tags import Tag
from tests.customers.making import opened
from tests.customers.test_list import names


def kept(browser, name="成交制造业", query="status=won&industry=C", **more):
    return browser.post(f"/customers/views/new?{query}", data={"name": name, "query": query} | more)


def headings(page):
    return re.findall(r'<th scope="col"[^>]*>([^<]+)', page)


def test_a_filter_is_kept_under_a_name_and_pinned(sign_in, people):
    opened(people["chenjing"], industry="C34")
    browser = sign_in("chenjing")
    answer = kept(browser, pinned="y")
    assert answer.location == "/customers?status=won&industry=C"
    page = browser.get(answer.location).text
    assert re.search(r'<a href="/customers\?status=won&amp;industry=C" aria-current="page">成交制造业', page)
    assert kept(browser).status_code == 422
    saved = SavedList.get()
    browser.post(f"/customers/views/{saved.id}/unpin")
    assert "成交制造业" not in browser.get("/customers").text
    assert "成交制造业" in browser.get("/customers/views").text
    browser.post(f"/customers/views/{saved.id}/removal")
    assert SavedList.select().count() == 0


@pytest.mark.parametrize(
    ("sharer", "reader", "found"),
    [
        ("liqiang", "chenjing", True),
        ("zhoufang", "chenjing", True),
        ("liqiang", "zhaomin", False),
        ("liqiang", "zhoufang", False),
        ("admin", "zhaomin", True),
    ],
)
def test_views_are_shared_downward(sign_in, sharer, reader, found):
    kept(sign_in(sharer), shared="y")
    browser = sign_in(reader)
    assert ("成交制造业" in browser.get("/customers/views").text) == found
    saved = SavedList.get()
    assert browser.post(f"/customers/views/{saved.id}/pin").status_code == (303 if found else 404)
    if found:
        assert "成交制造业" in browser.get("/customers").text
        assert browser.post(f"/customers/views/{saved.id}/removal").status_code == 403


def test_sellers_keep_views_to_themselves(sign_in):
    kept(sign_in("chenjing"), shared="y")
    assert SavedList.get().department_id is None


def test_a_shared_view_opens_only_what_its_reader_may_see(sign_in, people):
    opened(people["wanglei"], "乙机械有限公司")
    opened(people["chenjing"], "甲软件有限公司")
    kept(sign_in("liqiang"), "潜在", "status=potential", shared="y")
    assert names(sign_in("chenjing").get("/customers?status=potential").text) == ["甲软件有限公司"]


def tabs(browser):
    page = browser.get("/customers").text
    return re.findall(
        r">([^<]+)</a>", re.search(r'<nav class="tabs" aria-label="视图">(.*?)</nav>', page, re.S)[1]
    )


def test_the_tabs_stand_in_each_persons_order(sign_in):
    browser, shared = sign_in("chenjing"), sign_in("liqiang")
    for name, status in (("甲", "won"), ("乙", "lost"), ("丙", "paused")):
        kept(browser, name, f"status={status}", pinned="y")
    kept(shared, "丁", "grade=vip", shared="y", pinned="y")
    keys = {saved.name: saved.id for saved in SavedList.select()}
    browser.post(f"/customers/views/{keys['丁']}/pin")
    assert tabs(browser) == ["全部", "甲", "乙", "丙", "丁"]
    browser.post(f"/customers/views/{keys['丁']}/place", data={"up": "1"})
    browser.post(f"/customers/views/{keys['甲']}/place", data={"down": "1"})
    browser.post(f"/customers/views/{keys['乙']}/place", data={"up": "1"})  # is the first already
    assert tabs(browser) == ["全部", "乙", "甲", "丁", "丙"]
    assert tabs(shared) == ["全部", "丁"]


def test_a_view_on_a_retired_tag_or_a_colleague_who_left_says_so(sign_in, people):
    used, retired, merged = (Tag.coin(name, by=people["admin"]) for name in ("在用", "过期", "旧名"))
    browser = sign_in("liqiang")
    for name, query in (
        ("好的", f"tag={used.id}&status=won"),
        ("停用的", f"tag={retired.id}&tag={used.id}"),
        ("并入的", f"tag={merged.id}"),
        ("没有的", "tag=4711"),
        ("离职的", f"owner={people['wanglei'].id}"),
    ):
        kept(browser, name, query, pinned="y")
    assert "field-error" not in browser.get("/customers").text
    retired.retire(by=people["admin"])
    tag_batches.merge(merged, used, key="k", by=people["admin"])
    people["wanglei"].disable(by=people["admin"])
    page = browser.get("/customers/views").text
    said = re.findall(r'data-label="视图"><a [^>]+>([^<]+)</a>(.*?)</th>', page)
    assert {name: re.sub("<[^>]+>", "", words) for name, words in said if words} == {
        "停用的": "标签「过期」已停用，不会再有新客户进入这个视图。",
        "没有的": "视图里的标签已不存在，这个条件不起作用。",
        "离职的": "王磊已停用，名下不会再有新客户。",
    }
    assert "标签「过期」已停用" in browser.get(f"/customers?tag={retired.id}&tag={used.id}").text
    assert "已停用" in browser.get(f"/customers/views/{SavedList.get(SavedList.name == '停用的').id}").text


def test_columns_are_moved_before_they_are_kept(sign_in, people):
    opened(people["chenjing"])
    browser = sign_in("chenjing")
    posted = {"order": ["number", "status", "owner"], "column": ["number", "owner"], "up": "owner"}
    page = browser.post("/customers/views/columns", data=posted).text
    assert re.findall(r'name="order" value="(\w+)"', page)[:3] == ["number", "owner", "status"]
    assert re.findall(r'name="column" value="(\w+)" checked', page) == ["number", "owner"]
    assert len(headings(browser.get("/customers").text)) == 12
    browser.post("/customers/views/columns", data={"column": ["owner", "number"]})
    assert headings(browser.get("/customers").text) == ["客户名称", "负责人", "客户编号"]
    page = browser.get("/customers/views/columns").text
    assert re.findall(r'name="order" value="(\w+)"', page)[:2] == ["owner", "number"]


def test_each_person_chooses_columns(sign_in, people):
    opened(people["chenjing"], region="440305", employees=120)
    browser = sign_in("chenjing")
    browser.post("/customers/views/columns", data={"column": ["region", "size", "nonsense", "tags"]})
    page = browser.get("/customers").text
    assert headings(page) == ["客户名称", "地区", "客户规模", "标签"]
    assert "广东省深圳市南山区" in page
    assert "120 人" in page
    assert len(headings(sign_in("admin").get("/customers").text)) == 12
    browser.post("/customers/views/columns", data={"reset": "1"})
    assert len(headings(browser.get("/customers").text)) == 12


def test_status_and_grade_change_in_the_row(sign_in, people):
    customer = opened(people["chenjing"])
    browser = sign_in("chenjing")
    htmx = {"HX-Request": "true"}
    cell = browser.get(f"/customers/{customer.id}/row/status", headers=htmx).text
    assert "<select" in cell
    fields = {"value": "intending", "seen": "potential", "reason": "来电询价"}
    row = browser.post(f"/customers/{customer.id}/row/status", data=fields, headers=htmx).text
    assert row.lstrip().startswith("<tr")
    assert "意向客户" in row
    stale = browser.post(f"/customers/{customer.id}/row/status", data=fields | {"value": "won"}, headers=htmx)
    assert stale.status_code == 422
    assert "刚被别人改过" in stale.text
    grade = {"value": "vip", "seen": "", "reason": "集团指定的战略客户"}
    answer = browser.post(f"/customers/{customer.id}/row/grade", data=grade)
    assert answer.status_code == 303
    assert Customer.get_by_id(customer.id).grade == "vip"
    assert "未分级 → VIP客户" in browser.get(f"/customers/{customer.id}").text
    missing = browser.post(
        f"/customers/{customer.id}/row/stage", data={"value": "signing", "seen": "first_contact"}
    )
    assert missing.status_code == 422


def test_readers_change_nothing_in_the_row(sign_in, people):
    customer = opened(people["chenjing"])
    assert "/row/status" not in sign_in("zhoufang").get("/customers").text
    for username, status in (("zhoufang", 403), ("liqiang", 403), ("zhaomin", 404)):
        assert sign_in(username).get(f"/customers/{customer.id}/row/status").status_code == status
