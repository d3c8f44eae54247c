"""The list of customers by keyboard alone, and a batch from the ticks to the way back, in a real browser."""

import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_shell import WIDTHS, faults

pytestmark = pytest.mark.browser
CUSTOMERS = """
import intranet_crm
from intranet_crm.accounts.models import Person
from intranet_crm.config import load_settings
from intranet_crm.customers.saved_lists import ListColumns
from intranet_crm.database import database
from tests.customers.making import opened
intranet_crm.connect(load_settings())
with database.connection_context():
    owner = Person.get(Person.username == "huangli")
    for number in range(45):
        opened(owner, f"第{number:02}机械有限公司")
    ListColumns.choose(owner, ["status", "grade", "tags", "owner"])
"""


@pytest.fixture(scope="module", autouse=True)
def customers(site):
    subprocess.run([sys.executable, "-c", CUSTOMERS], check=True, **site.where())


@pytest.fixture
def page(enter):
    page = enter("huangli")
    page.goto("/customers")
    return page


OPENED = "box => { for (let e = box; (e = e.parentElement.closest('details')); ) e.open = true }"


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def stands_in(page: Page, name: str) -> None:
    """The row that has the focus is of that name."""
    expect(page.locator("tbody tr:focus-within th")).to_have_text(name)


def says(page: Page, words: str) -> None:
    expect(page.locator("[data-selected-words]")).to_have_text(words)


def test_rows_are_walked_ticked_and_extended(page):
    press(page, "j", "x", "j", "Space")
    says(page, "已选 2 家")
    press(page, "Shift+J", "Shift+ArrowDown")
    says(page, "已选 4 家")
    press(page, "Shift+k")
    says(page, "已选 3 家")
    stands_in(page, "第42机械有限公司")
    press(page, "a")
    says(page, "已选 20 家")
    press(page, "Shift+A")
    says(page, "不勾选就处理全部 45 家")
    press(page, "k", "Enter")
    page.wait_for_url("**/customers/*")
    assert page.inner_text("h1") == "第43机械有限公司"


def test_ticks_outlive_the_turning_of_a_page_and_not_another_filter(page):
    press(page, "j", "x", "j", "x", "]")
    says(page, "已选 2 家，其中 2 家在别的页")
    stands_in(page, "第24机械有限公司")
    assert "after=" in page.url
    press(page, "x", "[")
    says(page, "已选 3 家，其中 1 家在别的页")
    assert page.locator("tbody input:checked").count() == 2
    press(page, "b", "Enter")
    page.wait_for_url("**/customers/bulk?**")
    expect(page.get_by_text("选中的 3 家")).to_be_visible()
    page.go_back()
    page.locator("input[name=kind][value=enterprise]").evaluate(OPENED)
    page.locator("input[name=kind][value=enterprise]").check()
    page.wait_for_url("**kind=enterprise**")
    says(page, "不勾选就处理全部 45 家")


def test_cells_are_changed_in_place_and_the_focus_comes_back(page, enter):
    press(page, "j", "j", "x", "g")
    expect(page.locator(".cell-form select")).to_be_focused()
    page.keyboard.type("VIP")
    page.locator(".cell-form [name=reason]").fill("年采购额已过百万")
    press(page, "Enter")
    expect(page.locator(".cell-form")).to_have_count(0)
    expect(page.locator("tbody tr").nth(1)).to_contain_text("VIP客户")
    stands_in(page, "第43机械有限公司")
    says(page, "已选 1 家")
    press(page, "s")
    expect(page.locator(".cell-form select")).to_be_focused()
    press(page, "ArrowDown", "Enter")
    expect(page.locator("td .field-error")).to_have_text("请填写原因。")
    page.wait_for_load_state("networkidle")
    press(page, "Escape")
    expect(page.locator(".cell-form")).to_have_count(0)
    stands_in(page, "第43机械有限公司")
    press(page, "t")
    expect(page.get_by_placeholder("添加标签")).to_be_focused()
    page.keyboard.type("展会结识")
    press(page, "Enter")
    page.get_by_label("移除标签 展会结识").wait_for()
    page.wait_for_load_state("networkidle")  # no hand is as quick as htmx settles
    expect(page.get_by_placeholder("添加标签")).to_be_focused()
    press(page, "Escape")
    expect(page.locator(".tag-input")).to_have_count(0)
    stands_in(page, "第43机械有限公司")
    press(page, "p")  # a column that is not shown
    says(page, "这一行的「跟进阶段」在列表里没有显示，或不能改")


def test_the_keys_are_shown_and_can_be_switched_off(page):
    press(page, "j", "?")
    dialog = page.get_by_role("dialog", name="列表里的快捷键")
    expect(dialog).to_be_visible()
    assert faults(page) == []
    dialog.get_by_label("使用单个字母的快捷键").uncheck()
    press(page, "Escape", "x")
    says(page, "不勾选就处理全部 45 家")
    press(page, "ArrowDown", "Space")
    says(page, "已选 1 家")


def test_a_batch_from_the_preview_to_the_way_back(page):
    page.get_by_role("button", name="批量添加标签").click()
    page.get_by_label("标签", exact=True).select_option("重点跟进")
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_role("heading", name="将更改 45 家")).to_be_visible()
    page.get_by_role("button", name="批量添加标签").click()
    page.wait_for_url("**/batches/*")
    expect(page.get_by_text("更改 45 家")).to_be_visible(timeout=15000)  # asked for by the page itself
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="撤销").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销").click()
    expect(page.get_by_role("heading", name="撤销批量添加标签：重点跟进")).to_be_visible()
    expect(page.get_by_text("更改 45 家")).to_be_visible(timeout=15000)
    page.goto("/notices?kind=info")
    expect(page.get_by_text("批量添加标签：重点跟进：更改 45 家").first).to_be_visible()


def test_columns_and_views_are_put_in_order_by_keyboard(page):
    page.goto("/customers/views/columns")
    page.locator("#column-owner").focus()
    press(page, "Alt+ArrowUp")
    order = page.locator("[name=order]")
    expect(order.nth(2)).to_have_value("owner")
    expect(page.locator("#column-owner")).to_be_focused()
    press(page, "Alt+ArrowUp")
    expect(order.nth(1)).to_have_value("owner")
    page.get_by_role("button", name="保存").last.click()
    page.wait_for_url("**/customers")
    assert page.locator("thead th").all_inner_texts()[1:4] == ["客户名称", "客户状态", "负责人"]
    for status in ("won", "lost"):
        page.goto(f"/customers/views/new?status={status}")
        page.get_by_label("视图名称").fill(status)
        page.get_by_role("button", name="保存").click()
        page.wait_for_url("**/customers?**")
    page.goto("/customers/views")
    page.get_by_role("link", name="lost").focus()
    press(page, "Alt+ArrowUp")
    expect(page.locator("tbody th").first).to_have_text("lost")
    expect(page.get_by_role("link", name="lost")).to_be_focused()
    assert faults(page) == []
