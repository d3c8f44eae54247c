"""The dossier at work in a real browser: verifying in place, and the way to a field that is missing."""

import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.test_shell import faults

pytestmark = pytest.mark.browser
CUSTOMER = """
from datetime import timedelta
import intranet_crm
from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.config import load_settings
from intranet_crm.database import database
from tests.customers.making import opened
intranet_crm.connect(load_settings())
with database.connection_context(), clock.as_of(clock.now() - timedelta(days=213)):
    print(opened(Person.get(Person.username == "chenjing"), "赤峰精密机械有限公司", budget_pending=1).id)
"""


@pytest.fixture(scope="module")
def customer(site) -> str:
    made = subprocess.run(
        [sys.executable, "-c", CUSTOMER], check=True, capture_output=True, text=True, **site.where()
    )
    return f"/customers/{made.stdout.strip()}"


@pytest.mark.parametrize("width", [1440, 390])
def test_a_section_is_verified_in_its_place(enter, customer, width):
    page = enter("chenjing", width)
    page.goto(customer)
    section = {1440: "ways", 390: "story"}[width]
    before = page.locator("#summary").get_by_text("节待核实").inner_text()
    check = page.locator(f"#check-{section}")
    expect(check).to_contain_text("已 213 天未核实")
    check.get_by_role("button").click()
    expect(check).to_contain_text("陈静核实")
    expect(check).not_to_contain_text("未核实")
    expect(page.locator("#summary").get_by_text("节待核实")).not_to_have_text(before)
    expect(page.locator("#timeline")).to_contain_text("核实")
    assert page.url.endswith(customer)
    assert faults(page) == []


def test_what_is_missing_leads_to_its_field(enter, customer):
    page = enter("chenjing")
    page.goto(customer)
    expect(page.locator("#followups")).to_contain_text("本次跟进请确认")
    page.locator("#summary summary").click()
    page.locator("#summary").get_by_role("link", name="成立时间").click()
    page.wait_for_url("**/edit#founded")
    expect(page.locator("#founded")).to_be_focused()


def test_the_course_opens_its_history_in_place(enter, customer):
    page = enter("chenjing")
    page.goto(customer)
    page.get_by_role("link", name="历次变化").click()
    expect(page.locator("#timeline-panel [aria-current]")).to_have_text("状态与阶段")
