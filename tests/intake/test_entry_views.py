"""The entry page, and the words of its clock."""

from datetime import date, datetime

import pytest

from intranet_crm import clock
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.intake.entry_clock import entry_clock
from intranet_crm.intake.models import IntakeForm
from intranet_crm.needs.models import Need
from tests.intake.in_review import PERSON, submitted
from tests.intake.test_entry import approved, known_customer


@pytest.fixture(autouse=True)
def friday(db):
    with clock.as_of(clock.stored(datetime(2026, 11, 20, 10))):
        yield


def seen(page):
    return page.split('name="seen" value="')[1].split('"')[0]


def test_a_new_customer_is_shown_and_made_by_one_click(people, sign_in):
    form, browser = approved(people), sign_in("chenjing")
    page = browser.get(f"/intake/{form.id}/entry").text
    for words in (
        "录入后新建客户",
        "海澜信息技术(深圳)有限公司",
        "罗欣怡",
        "须于 11月24日（周二）前录入",
        "2027年Q3",
    ):
        assert words in page
    answer = browser.post(f"/intake/{form.id}/entry", data={"seen": seen(page)})
    customer = Customer.get()
    assert (answer.status_code, answer.location) == (303, f"/customers/{customer.id}")
    again = browser.post(f"/intake/{form.id}/entry", data={"seen": seen(page)})
    assert (again.status_code, Customer.select().count(), Need.select().count()) == (303, 1, 1)
    assert browser.get(f"/intake/{form.id}/entry").location == f"/customers/{customer.id}"


def test_a_known_customer_stands_beside_the_form(people, sign_in):
    known_customer(people)
    form, browser = approved(people), sign_in("chenjing")
    page = browser.get(f"/intake/{form.id}/entry").text
    for words in ("客户档案中已有这位客户", "I64", "I65", "采用", "保留", "项与客户档案相同"):
        assert words in page
    assert 'name="take-post" value="form" checked' in page
    assert "take-name" not in page
    browser.post(
        f"/intake/{form.id}/entry",
        data={"seen": seen(page), "take-industry": "form", "take-post": "keep"},
    )
    assert (Customer.get().industry, Contact.get().post) == ("I65", "副总经理")


def test_a_file_changed_meanwhile_is_shown_again_with_the_choices_made(people, sign_in):
    customer = known_customer(people)
    form, browser = approved(people), sign_in("chenjing")
    page = browser.get(f"/intake/{form.id}/entry").text
    customer.revise({"founded": "2006"}, seen=customer.version, by=people["chenjing"])
    answer = browser.post(
        f"/intake/{form.id}/entry", data={"seen": seen(page), "take-industry": "keep", "take-post": "form"}
    )
    assert answer.status_code == 409
    assert "客户档案刚有改动" in answer.text
    assert 'name="take-industry" value="keep" checked' in answer.text
    assert 'name="take-post" value="form" checked' in answer.text
    assert Need.select().count() == 0


def test_an_id_number_never_stands_on_the_page(people, sign_in):
    form = approved(people, PERSON)
    page = sign_in("chenjing").get(f"/intake/{form.id}/entry").text
    assert "440***********2522" in page
    assert "440305198510102522" not in page
    assert "赵欣怡（本人）" in page


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("chenjing", 200), ("wanglei", 404), ("zhaomin", 404), ("liqiang", 403),
        ("zhoufang", 403), ("sunhao", 404),
        ("huangli", 404), ("hetao", 403), ("tangjia", 403), ("xujing", 403), ("admin", 200), ("auditor", 403),
    ],
)  # fmt: skip
def test_addresses_open_only_within_reach(people, sign_in, username, status):
    form, browser = approved(people), sign_in(username)
    answer = browser.get(f"/intake/{form.id}/entry")
    assert answer.status_code == status
    if status != 200:
        assert browser.post(f"/intake/{form.id}/entry", data={"seen": "new"}).status_code == status
        assert Customer.select().count() == 0


def test_a_customer_out_of_reach_is_refused_with_its_owner(people, sign_in):
    known_customer(people, owner="zhaomin")
    form = approved(people)
    answer = sign_in("chenjing").get(f"/intake/{form.id}/entry")
    assert answer.status_code == 403
    assert "由 赵敏 负责" in answer.text
    assert sign_in("zhaomin").get(f"/intake/{form.id}/entry").status_code == 200


def test_a_form_that_is_not_approved_says_what_comes_first(people, sign_in):
    form = submitted(people["chenjing"])
    answer = sign_in("chenjing").get(f"/intake/{form.id}/entry")
    assert answer.status_code == 409
    assert "正在等待复核" in answer.text
    assert IntakeForm.get_by_id(form.id).state == "in_review"


@pytest.mark.parametrize(
    ("today", "words", "meaning"),
    [
        (date(2026, 11, 20), "须于 11月24日（周二）前录入", "info"),
        (date(2026, 11, 24), "须于 11月24日（周二）前录入，今天到期", "warning"),
        (date(2026, 11, 25), "已逾期 1 个工作日（应于 11月24日）", "danger"),
        (date(2026, 11, 30), "已逾期 4 个工作日（应于 11月24日）", "danger"),
    ],
)
def test_the_clock_in_words(today, words, meaning):
    found = entry_clock(date(2026, 11, 24), today)
    assert (found.words, found.meaning) == (words, meaning)


def test_the_clock_over_holidays_and_weekends():
    assert entry_clock(date(2026, 11, 27), date(2026, 11, 29)).words.startswith("已逾期，尚不足 1 个工作日")
    assert entry_clock(date(2026, 9, 30), date(2026, 10, 10)).words.startswith("已逾期 3 个工作日")
    assert entry_clock(date(2027, 1, 4), date(2026, 12, 31), True).words == "预计须于 1月4日（周一）前录入"
