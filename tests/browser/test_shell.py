"""Every page's frame and its access for all (WCAG 2.2 AA), in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.customers.making import posted

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text()
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"
WIDTHS = (1440, 390)
PAGES = {
    "chenjing": (
        *("/", "/customers", "/customers/new", "{customer}", "{customer}/edit", "{customer}/status"),
        *("{customer}/contacts/new", "{customer}/needs/new", "/followups", "/followups/new", "/tasks"),
        *(
            "/notices",
            "/intake",
            "/intake/new",
            "/account",
            "/nowhere",
            "/customers/stale",
            "/service-issues",
        ),
        *("/customers/views", "/customers/views/columns", "/customers/bulk?operation=stage", "/batches"),
    ),
    "zhoufang": ("/", "/reviews", "/reviews/batch", "/account/deputies", "/collections/new"),
    "xujing": ("/archive",),
    "auditor": ("/archive", "/audit"),
    "liqiang": ("/", "/tasks", "/tasks/team"),
    "admin": (
        *("/admin", "/admin/people/new", "/admin/departments", "/admin/channels"),
        *("/admin/reviews", "/admin/calendar", "/admin/outlines", "/admin/outlines/high_value"),
        *("/admin/tags", "/admin/tags/1", "/admin/grades", "/admin/grades/strategies/vip"),
    ),
}


# What is being fetched or fades in is no fault of contrast; what moves for ever is not waited for.
UNDER_WAY = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"
SETTLED = """Promise.race([
  Promise.allSettled(document.getAnimations()
    .filter((each) => each.effect.getComputedTiming().iterations !== Infinity).map((each) => each.finished)),
  new Promise((done) => setTimeout(done, 5000)),
])"""


def faults(page: Page) -> list[str]:
    expect(page.locator(UNDER_WAY)).to_have_count(0)
    page.evaluate(SETTLED)
    page.evaluate(AXE)
    found = page.evaluate(f"axe.run(document, {RULES})")
    return [f"{page.url} {v['id']}: {v['nodes'][0]['html'][:120]}" for v in found["violations"]]


def open_customer(page: Page, name: str, **more: str) -> str:
    """A new customer's address."""
    token = page.locator('meta[name="csrf-token"]').get_attribute("content")
    fields = posted(name=name, csrf_token=token, **more)
    return page.request.post("/customers/new", form=fields).url


def pick(scope: Page | Locator, words: str) -> None:
    """Choose as a hand does: where the words are, once nothing lies over them."""
    scope.locator("label.choice").filter(has_text=re.compile(f"^{words}$")).click()


@pytest.mark.parametrize("username", PAGES)
def test_the_main_pages_are_open_to_all(enter, username):
    page = enter(username)
    customer = open_customer(page, "青石信息技术有限公司") if username == "chenjing" else ""
    for address in PAGES[username]:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address.format(customer=customer))
            page.wait_for_load_state("networkidle")
            assert faults(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    enter.complaints[:] = [text for text in enter.complaints if "404" not in text]  # /nowhere was asked for


@pytest.mark.parametrize("width", WIDTHS)
def test_the_menu_shows_what_the_role_may_enter(enter, width):
    page = enter("xujing", width)
    words = page.locator("[aria-label=主菜单]:visible a:not(.brand) span").all_inner_texts()
    assert "工作台" in words
    assert "客户" not in words


def test_the_first_stop_of_the_keyboard_leads_to_the_text(enter):
    page = enter("chenjing")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_panels_follow_what_is_saved_beside_them(enter):
    page = enter("chenjing")
    page.goto(open_customer(page, "白塔信息技术有限公司"))
    page.get_by_role("link", name="添加联系人").click()
    page.get_by_label("姓名", exact=True).fill("何璟玥")
    page.get_by_label("职位", exact=True).fill("信息部主任")
    page.get_by_label("手机号", exact=True).fill("13911112222")
    page.locator("#contacts").get_by_role("button", name="保存").click()
    expect(page.locator("#timeline")).to_contain_text("添加联系人")
    followups = page.locator("#followups")
    followups.get_by_role("radio", name="电话", exact=True).check()
    followups.get_by_label("跟进内容").fill("确认了上线时间，下周发方案")
    followups.get_by_role("button", name="添加跟进").click()
    expect(page.locator("#facts")).to_contain_text(re.compile(r"最后跟进时间\s*20\d\d-"))
    expect(page.locator("#timeline")).to_contain_text("下周发方案")


def test_signing_out_leads_back_to_the_door(enter):
    page = enter("chenjing")
    page.locator("summary").filter(has_text="陈静").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/login")
