"""The workbench by hand: what is done in place, by keyboard, and urged."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_shell import open_customer

pytestmark = pytest.mark.browser


def add_followup(page: Page, customer: str, **fields: str) -> None:
    """A follow-up from some days ago with a next step or a next contact, by the plain form."""
    token = page.locator('meta[name="csrf-token"]').get_attribute("content")
    person = page.request.get(f"{customer}/followups").text()
    usual = {
        "csrf_token": token,
        "key": re.search(r'name="key" type="hidden" value="([^"]+)"', person)[1],
        "person": re.search(r'name="person">.*?<option selected value="(\d+)"', person, re.S)[1],
        "happened_at": f"{datetime.now() - timedelta(days=9):%Y-%m-%dT%H:%M}",
        "method": "phone",
        "content": "约好再联系",
        "is_business": "1",
    }
    assert page.request.post(f"{customer}/followups", form=usual | fields).ok


def days_ago(days: int) -> datetime:
    return datetime.now() - timedelta(days=days)


@pytest.fixture
def desk(enter) -> Page:
    """王磊 at his workbench, with one overdue contact and two overdue steps."""
    page = enter("wanglei")
    name = f"晨光{datetime.now():%H%M%S}信息技术有限公司"
    customer = open_customer(page, name)
    add_followup(page, customer, next_at=f"{days_ago(3):%Y-%m-%dT10:00}")
    steps = {"steps-0-what": "寄样品", "steps-1-what": "发合同"}
    add_followup(page, customer, **steps, **{f"steps-{n}-due_on": f"{days_ago(2):%Y-%m-%d}" for n in (0, 1)})
    page.goto("/")
    return page


def overdue(page: Page):
    return page.locator("#figures .figure-value").first


def test_figures_follow_and_the_focus_stays_with_what_was_done(desk):
    before = int(overdue(desk).inner_text())
    row = desk.locator("#tasks li", has_text="寄样品").first
    row.get_by_role("button", name=re.compile("完成")).click()
    expect(overdue(desk)).to_have_text(str(before - 1))
    expect(row).to_be_focused()
    desk.keyboard.press("j")
    focused = desk.evaluate("document.activeElement.closest('li').textContent")
    assert "寄样品" not in focused
    row = desk.locator("#tasks li", has_text="发合同").first
    row.locator("summary").click()
    row.get_by_role("link", name="延期").click()
    expect(desk.get_by_label("新的日期")).to_be_focused()
    desk.get_by_label("延期原因").fill("客户出差")
    desk.get_by_label("延期原因").press("Enter")
    expect(overdue(desk)).to_have_text(str(before - 2))


def test_the_followup_is_written_right_there_and_nothing_typed_is_lost(desk, picture):
    before = int(overdue(desk).inner_text())
    desk.locator("#tasks").get_by_role("link", name=re.compile(r"添加跟进\s*：")).first.click()
    form = desk.locator("#writing")
    form.get_by_label("跟进内容").fill("客户确认了预算")
    picture(desk, "工作台写跟进")
    desk.keyboard.press("Escape")
    expect(form).to_be_visible()
    form.get_by_role("button", name="添加跟进").click()  # no method chosen yet
    expect(form.get_by_text("请选择跟进方式").first).to_be_visible()
    expect(form.get_by_label("跟进内容")).to_have_value("客户确认了预算")
    form.get_by_role("radio", name="电话", exact=True).check()
    form.get_by_role("button", name="添加跟进").click()
    expect(desk.get_by_text("跟进已添加")).to_be_visible()
    expect(overdue(desk)).to_have_text(str(before - 1))
    expect(form).not_to_be_visible()


def test_a_supervisor_urges_and_the_person_reads_by_whom(desk, enter):
    leader = enter("liqiang")
    box = leader.locator("aside li", has_text="王磊")
    box.get_by_role("button", name=re.compile("催办")).click()
    expect(box.get_by_text("已催办")).to_be_visible()
    expect(leader.get_by_text(re.compile("已催办王磊的 \\d+ 项逾期待办"))).to_be_visible()
    desk.goto("/")
    expect(desk.locator("#tasks").get_by_text(re.compile("李强 今天 .* 催办")).first).to_be_visible()
    expect(desk.locator("aside").get_by_text(re.compile("李强催办：你有 \\d+ 项")).first).to_be_visible()
