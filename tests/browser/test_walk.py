"""The main job, end to end: collect, check, review, return, approve, print, enter, follow up, be reminded."""

import hashlib
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.paper import choose, fill, saved
from tests.browser.samples import FLAWED, SOUND

pytestmark = pytest.mark.browser


def number_of(page: Page) -> str:
    return re.search(r"/intake/(\d+)", page.url)[1]


def begin(page: Page) -> None:
    page.get_by_role("link", name="采集", exact=True).first.click()
    page.get_by_role("link", name="新建采集表").first.click()


def self_check(page: Page) -> None:
    page.get_by_role("button", name="提交自查").click()


def judge(head: Page, name: str) -> None:
    """Open the form from the desk and give the three judgements."""
    head.goto("/reviews")
    head.get_by_role("link", name=name).first.click()
    expect(head.get_by_role("button", name="通过", exact=True)).to_be_enabled(timeout=20_000)
    head.get_by_label("确认方式").select_option("电话回访")
    head.get_by_label("确认日期").fill(head.evaluate("new Date().toLocaleDateString('sv')"))
    choose(head, "是否涉及企业敏感信息", "否")
    choose(head, "与客户分级和维护策略", "相符")


def test_the_walk(enter, site, picture, paper_picture):
    sales = enter("chenjing")
    begin(sales)
    fill(sales, SOUND)
    saved(sales)
    expect(sales).to_have_url(re.compile(r"/intake/\d+"))
    form = number_of(sales)

    # A killed browser: the draft is on the server, typed text and all.
    sales.context.close()
    sales = enter("chenjing")
    sales.goto(f"/intake/{form}")
    expect(sales.get_by_label("具体需求描述")).to_have_value(SOUND["具体需求描述"])
    expect(sales.get_by_label("区县", exact=True)).to_have_value("500112")
    picture(sales, "采集表")

    self_check(sales)
    expect(sales.locator("main")).to_contain_text("自查已通过")
    picture(sales, "自查通过")
    sales.get_by_role("button", name="提交审核").click()
    expect(sales.locator("main")).to_contain_text("正在等待 周芳 复核")

    head = enter("zhoufang")
    judge(head, SOUND["客户名称"])
    picture(head, "审核台")
    for label, remark in (("具体需求描述", "请写明验收标准"), ("预算范围", "请与客户核实上限")):
        head.get_by_text(f"退回「{label}」").locator("xpath=..").click()
        head.get_by_label(f"「{label}」要改什么").fill(remark)
    head.get_by_label("意见", exact=True).fill("两处需要补充。")
    head.get_by_role("button", name="退回", exact=True).click()
    expect(head.locator("main")).to_contain_text("已退回")

    sales.goto("/")
    sales.get_by_role("link", name="去修改").first.click()
    expect(sales.locator("main")).to_contain_text("请写明验收标准")
    self_check(sales)
    expect(sales.locator("main")).to_contain_text("请答复")
    picture(sales, "退回答复")
    detail = SOUND["具体需求描述"] + ",验收标准为并行试运行10个工作日无故障"
    sales.get_by_label("具体需求描述", exact=True).fill(detail)
    sales.get_by_label("预算上限").fill("90")
    for number, answer in enumerate(("已补充验收标准", "客户确认上限为90万元")):
        sales.get_by_label(re.compile("答复")).nth(number).fill(answer)
    self_check(sales)
    expect(sales.locator("main")).to_contain_text("自查已通过")
    sales.get_by_role("button", name="提交审核").click()

    judge(head, SOUND["客户名称"])
    expect(head.locator("main")).to_contain_text("与上次提交的差异")
    expect(head.locator("main")).to_contain_text("客户确认上限为90万元")
    picture(head, "审核台差异")
    site.kill_worker()  # in the middle of things: the sheet comes all the same, once
    head.get_by_role("button", name="通过", exact=True).click()
    expect(head.locator("main")).to_contain_text("已通过")

    sheet = archived_sheet(sales, form)
    assert sheet == archived_sheet(sales, form)
    paper_picture(sheet, "归档表")

    sales.goto(f"/intake/{form}")
    picture(sales, "采集表详情")
    sales.get_by_role("link", name="录入").first.click()
    picture(sales, "录入")
    sales.get_by_role("button", name="录入").click()
    expect(sales).to_have_url(re.compile(r"/customers/\d+"))
    dossier = sales.url
    expect(sales.locator("main")).to_contain_text("91500112049996224Q")
    expect(sales.locator("main")).to_contain_text("何璟玥")
    expect(sales.locator("main")).to_contain_text("服务定制")
    expect(sales.locator("main")).to_contain_text("采集表")

    follow_up(sales)
    expect(sales.locator("#timeline")).to_contain_text("介绍了实施方案")
    picture(sales, "客户档案", full=True)
    sales.goto("/")
    expect(sales.locator("#tasks").get_by_role("link", name=re.compile("^[^：]*需在"))).to_have_count(1)
    picture(sales, "工作台")
    head.goto(dossier)
    expect(head.locator("#timeline")).to_contain_text("介绍了实施方案")

    archivist = enter("xujing")
    file_away(archivist, SOUND["客户名称"])
    picture(archivist, "档案")
    reminded_once(sales)
    stranger = enter("zhaomin")
    for address in (dossier, f"{site.url}/intake/{form}", f"{site.url}/reviews/{form}"):
        assert stranger.request.get(address).status in (403, 404), address


def archived_sheet(page: Page, form: str) -> bytes:
    """The sheet's bytes as they are downloaded; their hash is what the record page shows."""
    for _ in range(60):
        page.goto(f"/intake/{form}")
        if page.get_by_role("link", name="档案", exact=True).count() > 1:
            break
        page.wait_for_timeout(500)
    page.get_by_role("link", name="档案", exact=True).last.click()
    expect(page.locator("main")).to_contain_text(re.compile(r"DA-\d{4}-\d{4}"))
    for _ in range(60):
        answer = page.request.get(page.url + "/sheet.pdf")
        if answer.ok:
            break
        page.wait_for_timeout(500)
    assert answer.body().startswith(b"%PDF-")
    page.reload()
    expect(page.locator("main")).to_contain_text(hashlib.sha256(answer.body()).hexdigest())
    return answer.body()


def follow_up(page: Page) -> None:
    """With the next one tomorrow: the workbench names it, and its reminder is due at once."""
    ahead = page.evaluate("new Date(Date.now() + 86400000).toLocaleDateString('sv') + 'T15:00'")
    choose(page, "跟进方式", "电话")
    page.get_by_label("跟进内容").fill("介绍了实施方案,客户关注数据安全,约定下次确认合同条款")
    page.get_by_label("下次跟进时间").fill(ahead)
    page.get_by_role("button", name="添加跟进").last.click()


def reminded_once(page: Page) -> None:
    """The reminder comes with the worker's next minute, and not again with the one after a kill."""
    for _ in range(40):
        page.goto("/notices")
        if page.get_by_text("需在").count():
            break
        page.wait_for_timeout(2000)
    expect(page.locator("main li", has_text="需在")).to_have_count(1)


def file_away(page: Page, name: str) -> None:
    page.goto("/archive")
    page.locator("tr", has_text=name).get_by_role("link").first.click()
    page.get_by_label("存放位置").fill("档案室 A 区 3 柜 2 层")
    page.get_by_role("button", name="归档").last.click()
    expect(page.locator("main")).to_contain_text("已归档")


def test_the_self_check_marks_what_is_wrong_in_place(enter, picture):
    page = enter("wanglei")
    begin(page)
    fill(page, FLAWED)
    self_check(page)
    expect(page.locator("mark").first).to_be_visible()
    picture(page, "自查")
    marked = page.locator("mark").all_inner_texts()
    assert {"近期", "大概", "买个系统", "Q3", "左右"} <= set(marked)
    words = page.locator("main").inner_text()
    for sentence in ("校验位", "需求复杂度为「高」", "单位"):
        assert sentence in words
    expect(page.get_by_label("需求背景简述", exact=True)).to_have_value(FLAWED["需求背景简述"])
