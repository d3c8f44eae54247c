"""A need's tags and answers, and a service issue from the call to the solution, each in its place."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_shell import faults, open_customer, pick

pytestmark = pytest.mark.browser


def a_need(page: Page, customer: str) -> None:
    """Recorded by its form; the page then shows it."""
    page.goto(f"{customer}/needs/new")
    pick(page, "服务定制")
    page.get_by_label("需求背景简述").fill("三个仓库各用一套表格")
    page.get_by_label("具体需求描述").fill("库存当天对齐，支持80名用户")
    pick(page.get_by_role("radiogroup", name="需求优先级"), "高")
    page.get_by_label("What现状").fill("每月底4人对账三天")
    page.get_by_label("降本").check()
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/needs/\d+$"))


@pytest.mark.parametrize("width", [1440, 390])
def test_a_need_is_tagged_and_answered_in_place(enter, width):
    page = enter("chenjing", width)
    a_need(page, open_customer(page, f"墨竹信息技术{width}有限公司"))
    tags = page.locator("[id^=need-tags-]")
    tags.get_by_title("改需求标签").click()
    tags.get_by_label("添加需求标签").fill("信创")
    tags.get_by_role("button", name="添加", exact=True).click()
    tags.get_by_role("link", name="完成").click()
    expect(tags.locator(".tag").filter(has_text="信创")).to_be_visible()
    page.get_by_role("link", name=re.compile("更新进度")).click()
    change = page.locator("li[id^=change-]")
    pick(change, "已答复")
    change.get_by_label("答复说明").fill("已发方案")
    change.get_by_role("button", name="保存").click()
    expect(change).to_contain_text("已发方案")
    expect(page.locator("#need-state")).to_contain_text("已答复")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_issue_is_recorded_replied_to_and_solved_in_the_dossier(enter):
    page = enter("chenjing")
    page.goto(open_customer(page, "青竹信息技术有限公司"))
    panel = page.locator("#service-issues")
    panel.get_by_role("link", name="记录问题").click()
    expect(panel.get_by_label("问题描述")).to_be_focused()
    page.keyboard.type("扫码枪连不上系统")
    pick(panel, "故障")
    panel.get_by_label("报告人姓名").fill("李梅")
    panel.get_by_role("button", name="记录问题").click()
    expect(panel).to_contain_text("1 个未解决")
    expect(page.locator("#timeline")).to_contain_text("记录服务问题：故障")
    for label, said in (("答复", "马上派人"), ("解决", "换了接收器")):
        panel.get_by_role("link", name=re.compile(f"^{label}")).click()
        expect(panel.locator("textarea")).to_be_focused()
        page.keyboard.type(said)
        panel.get_by_role("button", name=label).click()
        expect(page.locator("#timeline")).to_contain_text(said)
    expect(panel).to_contain_text("已解决")
    panel.get_by_role("link", name="扫码枪连不上系统", exact=True).click()
    expect(page.locator(".stepper")).to_contain_text("用时 1 分钟")
    assert faults(page) == []
