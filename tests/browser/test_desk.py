"""The review desk by keyboard alone, and the outline beside the form (O8, O10)."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_shell import faults

pytestmark = pytest.mark.browser
# Five forms before 孙浩, who has nothing else on the desk, and a phrase of his
FORMS = """
import intranet_crm
from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.config import load_settings
from intranet_crm.database import database
from intranet_crm.intake.jobs import make_document
from intranet_crm.intake.models import Submission
from intranet_crm.intake.phrases import Phrase
from tests.intake.in_review import COMPANY, submitted
intranet_crm.connect(load_settings())
today = clock.today()
asked = {"collected_on": str(today), "expected_finish": f"{today.year + 1}年Q3", "department": "华南销售一组"}
with database.connection_context():
    people = {each.username: each for each in Person.select()}
    Phrase.add("请与客户核实后补充。", is_shared=False, by=people["sunhao"])
    for number in range(5):
        values = COMPANY | asked | {"name": f"键盘{number}号制造有限公司", "collector": "赵敏"}
        form = submitted(people["zhaomin"], values, document=False)
        make_document(Submission.get(Submission.form == form.id).id)
"""


@pytest.fixture(scope="module", autouse=True)
def forms(site):
    subprocess.run([sys.executable, "-c", FORMS], check=True, **site.where())


@pytest.fixture
def desk(enter) -> Page:
    page = enter("sunhao")
    page.goto("/reviews")
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def opened(page: Page, number: int) -> None:
    expect(page.locator("h1")).to_have_text(f"键盘{number}号制造有限公司")
    page.wait_for_load_state()  # the keys work once the scripts have run


def written(page: Page, words: str) -> None:
    """As a hand writes it, so that every key is a key."""
    page.keyboard.type(words)


def judge(page: Page) -> None:
    """The three judgements, each reached by A."""
    press(page, "a")
    expect(page.get_by_label("确认方式")).to_be_focused()
    press(page, "ArrowDown", "Escape", "a")
    expect(page.get_by_label("确认日期")).to_be_focused()
    page.get_by_label("确认日期").fill(page.evaluate("new Date().toLocaleDateString('sv')"))
    press(page, "Escape", "a")
    expect(page.locator("[name=is_sensitive]:focus")).to_have_count(1)
    press(page, "ArrowRight", "a")
    expect(page.locator("[name=fits]:focus")).to_have_count(1)
    press(page, "Space")


def test_the_queue_is_walked_approved_and_returned_without_a_mouse(desk, picture):
    press(desk, "j", "j")
    expect(desk.locator("tbody tr:focus-within th a")).to_have_text("键盘1号制造有限公司")
    press(desk, "k", "Enter")
    opened(desk, 0)
    press(desk, "j")
    opened(desk, 1)
    press(desk, "k")
    opened(desk, 0)

    judge(desk)
    press(desk, "a")
    expect(desk.get_by_role("button", name="通过", exact=True)).to_be_focused()
    press(desk, "Enter")
    opened(desk, 1)  # the next of the queue, not its beginning
    expect(desk.locator("#messages")).to_contain_text("已通过「键盘0号制造有限公司」")

    press(desk, "j")
    opened(desk, 2)
    press(desk, "r")
    expect(desk.locator("[name=return]:focus")).to_have_count(1)
    press(desk, "Space")
    expect(desk.locator("[name^=remark-]:focus")).to_have_count(1)
    written(desk, "请写营业执照上的全称")
    press(desk, "Escape", "r")
    expect(desk.get_by_label("意见", exact=True)).to_be_focused()
    press(desk, "Tab", "Enter", "Tab", "Enter")  # the library opens, its first phrase goes into the opinion
    expect(desk.get_by_label("意见", exact=True)).to_have_value("请与客户核实后补充。")
    picture(desk, "审核台键盘")
    press(desk, "Escape", "r")
    expect(desk.get_by_role("button", name="退回", exact=True)).to_be_focused()
    press(desk, "Enter")
    opened(desk, 3)
    expect(desk.locator("#messages")).to_contain_text("已退回「键盘2号制造有限公司」")


def test_what_was_typed_survives_j_at_once_and_a_closed_browser(desk, enter):
    desk.get_by_role("link", name="键盘3号制造有限公司").click()
    opinion = desk.get_by_label("意见", exact=True)
    opinion.focus()
    written(desk, "jk都写进意见，预算要再核")  # J and K are letters here
    press(desk, "Escape", "j")
    opened(desk, 4)
    press(desk, "k")
    opened(desk, 3)
    expect(opinion).to_have_value("jk都写进意见，预算要再核")
    opinion.focus()
    press(desk, "End")
    written(desk, "，再议")
    desk.get_by_role("link", name="下一份").click()  # by the link as well
    opened(desk, 4)
    again = enter("sunhao")
    again.goto("/reviews")
    again.get_by_role("link", name="键盘3号制造有限公司").click()
    expect(again.get_by_label("意见", exact=True)).to_have_value("jk都写进意见，预算要再核，再议")
    expect(again.locator("main")).to_contain_text("你上次写的还在")


def test_the_desk_is_open_to_all(desk):
    desk.get_by_role("link", name="键盘4号制造有限公司").click()
    opened(desk, 4)
    for width in (1440, 390):
        desk.set_viewport_size({"width": width, "height": 900})
        assert faults(desk) == []
        assert desk.evaluate("document.documentElement.scrollWidth") <= width


def test_where_it_cannot_be_kept_one_stays(desk, enter):
    desk.get_by_role("link", name="键盘4号制造有限公司").click()
    desk.route("**/draft", lambda route: route.abort())
    desk.get_by_label("意见", exact=True).focus()
    written(desk, "断网时写的")
    press(desk, "Escape", "j")
    expect(desk.locator("[data-autosave-status]")).to_contain_text("未保存")
    opened(desk, 4)
    expect(desk.get_by_label("意见", exact=True)).to_have_value("断网时写的")
    desk.unroute("**/draft")
    press(desk, "j")
    expect(desk.locator("h1")).not_to_have_text("键盘4号制造有限公司")
    cut_off = re.compile("ERR_FAILED|^htmx:")  # what the browser and htmx say of a network that is away
    enter.complaints[:] = [text for text in enter.complaints if not cut_off.search(text)]


def test_the_outline_stands_beside_the_form_and_follows_the_situation(enter):
    page = enter("zhaomin")
    page.goto("/intake/new")
    outline = page.locator("#outlines")
    expect(outline).to_contain_text("目前在业务中最常遇到的挑战是什么")
    assert outline.bounding_box()["x"] > page.locator("#intake").bounding_box()["x"] + 500
    page.get_by_role("radio", name="老客户回访").check()
    expect(outline).to_contain_text("上次提到的需求有没有调整")
    expect(page.locator("#autosave")).to_contain_text("已保存")
    page.locator(".outline > summary").click()
    expect(outline).to_be_hidden()
    page.reload()
    expect(page.locator(".outline > summary")).to_be_visible()
    expect(outline).to_be_hidden()  # as it was left
    page.locator(".outline > summary").click()
    expect(outline).to_be_visible()
    assert faults(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    expect(outline).to_be_hidden()
    summary, form = page.locator(".outline > summary").bounding_box(), page.locator("#intake").bounding_box()
    assert summary["y"] < form["y"]
    page.locator(".outline > summary").click()
    expect(outline).to_contain_text("上次提到的需求有没有调整")
    with page.context.expect_page() as paper:
        outline.get_by_role("link", name=re.compile("打印")).click()
    expect(paper.value.locator("h1")).to_contain_text("沟通提纲：老客户回访")
