"""Filling the paper the way a person does: by the labels on screen."""

from playwright.sync_api import Page, expect


def choose(page: Page, group: str, word: str) -> None:
    page.get_by_role("radiogroup", name=group).get_by_role("radio", name=word, exact=True).check()


def fill(page: Page, facts: dict) -> None:
    """Every field of ``facts``, in the order of the screen."""
    choose(page, "采集情境", facts["采集情境"])
    choose(page, "采集方式", facts["采集方式"])
    for label in ("客户名称", "统一社会信用代码"):
        page.get_by_label(label, exact=True).fill(facts[label])
    pick_industry(page, facts["所属行业"])
    for label in ("企业规模", "客户来源"):
        page.get_by_label(label, exact=True).select_option(facts[label])
    page.get_by_label("成立时间").fill(facts["成立时间"])
    pick_region(page, facts["注册地址"])
    page.get_by_label("联系人", exact=True).fill(facts["联系人"])
    page.get_by_label("联系方式", exact=True).fill(facts["联系方式"])
    choose(page, "称谓", facts["称谓"])
    page.get_by_label("职务", exact=True).fill(facts["职务"])
    page.get_by_label("决策角色", exact=True).select_option(facts["决策角色"])
    fill_need(page, facts)


def fill_need(page: Page, facts: dict) -> None:
    choose(page, "需求类型", facts["需求类型"])
    choose(page, "需求优先级", facts["需求优先级"])
    page.get_by_label("需求背景简述").fill(facts["需求背景简述"])
    page.get_by_label("具体需求描述").fill(facts["具体需求描述"])
    page.get_by_label("预算下限").fill(str(facts["预算范围"]["下限万元"]))
    page.get_by_label("预算上限").fill(str(facts["预算范围"]["上限万元"]))
    choose(page, "需求复杂度", facts["需求复杂度"])
    choose(page, "合作意向", facts["合作意向"])


def pick_industry(page: Page, words: str) -> None:
    page.get_by_label("所属行业", exact=True).fill(words)
    page.get_by_role("option", name=words).first.click()


def pick_region(page: Page, address: dict) -> None:
    page.get_by_label("省", exact=True).select_option(address["省"])
    if address["市"]:
        page.get_by_label("市", exact=True).select_option(address["市"])
    page.get_by_label("区县", exact=True).select_option(address["区县"])
    page.get_by_label("街道及详细地址").fill(address["详细"])


def saved(page: Page) -> None:
    """Wait until the page says that what was typed is on the server."""
    expect(page.locator(".autosave")).to_contain_text("已保存", timeout=8000)
