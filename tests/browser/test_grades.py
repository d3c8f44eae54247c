"""A grade taken, a contact that leaves, both in their panels on the dossier, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_shell import faults, open_customer, pick

pytestmark = pytest.mark.browser
FIRST = {
    "contact-name": "何璟玥",
    "contact-post": "信息部主任",
    "contact-mobile": "13911112222",
    "contact-decision_role": "decision_maker",
    "employees": "800",
    "budget_high": "150",
}


def test_a_grade_is_taken_and_another_given_with_a_reason(enter):
    page = enter("chenjing")
    page.goto(open_customer(page, "云杉信息技术有限公司", **FIRST))
    grade = page.locator("#grade")
    grade.get_by_role("button", name="采用建议").click()
    expect(grade.locator(".panel-head")).to_contain_text("潜力客户")
    expect(page.locator("#timeline")).to_contain_text("客户分级：未分级 → 潜力客户")
    expect(page.locator("#visits")).to_contain_text("成为成交客户后开始安排拜访")
    grade.get_by_text("选择其他分级").click()
    pick(grade, "VIP客户")
    grade.get_by_role("button", name="确定").click()
    expect(grade.locator(".field-error")).to_contain_text("与建议的潜力客户不同")
    grade.get_by_label("原因").fill("集团总部指定的战略客户")
    grade.get_by_role("button", name="确定").click()
    expect(grade.locator(".panel-head")).to_contain_text("VIP客户")
    assert faults(page) == []


def test_a_contact_leaves_and_comes_back_in_the_panel(enter):
    page = enter("chenjing")
    page.goto(open_customer(page, "雪松信息技术有限公司", **FIRST))
    contacts = page.locator("#contacts")
    contacts.get_by_role("link", name="修改联系人何璟玥").click()
    contacts.get_by_role("link", name="登记离职").click()
    contacts.get_by_label("离职说明").fill("调任集团总部")
    contacts.get_by_role("button", name="登记离职").click()
    expect(contacts).to_contain_text("没有在职的联系人")
    expect(page.locator("#timeline")).to_contain_text("决策者变更：何* → 未知")
    page.evaluate("scrollTo(0, 0)")  # from below the bar on top
    page.locator("#messages").get_by_role("button", name="关闭提示").last.click()  # it lies over the panel
    assert faults(page) == []
    contacts.get_by_role("link", name="修改联系人何璟玥").click()
    contacts.get_by_role("button", name="恢复在职").click()
    expect(contacts.locator("li.gone")).to_have_count(0)
    expect(contacts).to_contain_text("主联系人")


def test_the_rules_are_previewed_before_they_are_saved(enter):
    enter_customer = enter("chenjing")
    open_customer(enter_customer, "红枫信息技术有限公司", **FIRST)
    page = enter("admin")
    page.goto("/admin/grades")
    page.get_by_label("VIP客户：总分不低于").fill("30")
    page.get_by_role("button", name="预览影响").click()
    expect(page.locator("#preview")).to_contain_text("红枫信息技术有限公司")
    expect(page.locator("#preview")).to_be_focused()
    assert faults(page) == []
    expect(page.get_by_label("VIP客户：总分不低于")).to_have_value("30")
