"""The one box, by keyboard alone, in a real browser."""

import subprocess
import sys

import pytest

from tests.browser.test_shell import faults

pytestmark = pytest.mark.browser
CUSTOMERS = """
import intranet_crm
from intranet_crm.accounts.models import Person
from intranet_crm.config import load_settings
from intranet_crm.database import database
from tests.customers.making import opened
intranet_crm.connect(load_settings())
with database.connection_context():
    owner = Person.get(Person.username == "zhaomin")
    opened(owner, "重庆蓝图软件有限公司", contact="曾国华")
    opened(owner, "蓝海机械有限公司")
"""


@pytest.fixture(scope="module", autouse=True)
def customers(site):
    subprocess.run([sys.executable, "-c", CUSTOMERS], check=True, **site.where())


@pytest.mark.parametrize("width", [1440, 390])
def test_a_customer_is_opened_by_keyboard_alone(enter, width):
    page = enter("zhaomin", width)
    page.keyboard.press("/")
    page.keyboard.type("蓝")
    page.locator("#search-list").wait_for()
    assert page.locator("#search-list [role=option]").count() == 3  # two customers and all results
    assert faults(page) == []
    page.keyboard.press("Escape")
    assert not page.locator("#search-list").is_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/*")
    assert "重庆蓝图软件有限公司" in page.inner_text("h1")


def test_enter_without_a_choice_lists_everything_found(enter):
    page = enter("zhaomin")
    page.keyboard.press("/")
    page.keyboard.type("zgh")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=zgh")
    assert "曾国华" in page.inner_text("main mark")
    assert faults(page) == []


def test_a_slash_in_a_field_is_a_slash(enter):
    page = enter("zhaomin")
    page.goto("/customers/new")
    page.get_by_label("客户名称").fill("")
    page.get_by_label("客户名称").press("/")
    assert page.get_by_label("客户名称").input_value() == "/"
