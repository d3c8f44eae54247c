"""Every page's frame, in a real browser."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text()


def faults(page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag22aa']})")
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found["violations"]]


@pytest.mark.parametrize("width", [1440, 390])
def test_the_menu_shows_what_the_role_may_enter(enter, width):
    page = enter("xujing", width)
    words = page.locator("[aria-label=主菜单]:visible a:not(.brand) span").all_inner_texts()
    assert "工作台" in words
    assert "客户" not in words
    assert faults(page) == []


def test_signing_out_leads_back_to_the_door(enter):
    page = enter("chenjing")
    page.locator("summary").filter(has_text="陈静").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/login")
    assert "已退出登录" in page.inner_text("main")
