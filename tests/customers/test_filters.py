"""All filters of the list, combined, and the sentence that reads them back (G1)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet_crm import clock
from intranet_crm.customers.filters import Filters, months_back
from intranet_crm.customers.models import Customer
from intranet_crm.customers.need_tables import NEEDS
from intranet_crm.customers.tags import Tag
from intranet_crm.needs.models import Need
from tests.customers.making import opened
from tests.customers.test_list import names

WAN = 1_000_000


def needed(customer, by, **facts):
    basics = {
        "type": "product_purchase",
        "background": "旧系统到期",
        "detail": "更换设备",
        "priority": "medium",
    }
    return Need.record(customer, by=by, **(basics | facts))


@pytest.fixture
def four(people):
    """甲乙丙丁, each found by other conditions."""
    chenjing = people["chenjing"]
    a = opened(chenjing, "甲公司", industry="C34", region="310115", employees=50, budget_low=10 * WAN)
    b = opened(
        chenjing,
        "乙公司",
        industry="C39",
        region="440305",
        employee_band="under_50",
        source="channel_referral",
    )
    c = opened(
        chenjing,
        "丙公司",
        industry="I65",
        employees=49,
        budget_low=10 * WAN - 1,
        success_manager_id=people["huangli"].id,
    )
    d = opened(people["wanglei"], "丁公司", region="429004")
    Customer.update(grade="vip", stage="proposal", status="intending").where(Customer.id == b.id).execute()
    Customer.update(created_at=clock.now() - timedelta(days=400)).where(Customer.id == c.id).execute()
    c.followed_up(clock.now() - timedelta(days=2))
    needed(d, people["wanglei"], priority="high", budget_low=20 * WAN)
    needed(
        b, people["chenjing"], type="custom_service", priority="high", budget_low=90 * WAN, budget_pending=1
    )
    for customer in (a, d):
        Tag.coin("重点跟进", by=people["admin"]).put_on(customer, by=people["admin"])
    Tag.coin("华东区域", by=people["admin"]).put_on(a, by=people["admin"])
    return [a, b, c, d]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("stage=proposal", "乙"),
        ("grade=vip", "乙"),
        ("source=channel_referral", "乙"),
        ("region=310000", "甲"),
        ("region=440000", "乙"),
        ("region=440300", "乙"),
        ("region=429004", "丁"),
        ("size=50_to_200", "甲"),
        ("size=under_50", "乙丙"),
        ("budget=10", "甲丁"),
        ("need_type=product_purchase", "丁"),
        ("need_priority=high", "乙丁"),
        ("need_type=custom_service&need_priority=medium", ""),
        ("created_months=3", "甲乙丁"),
        ("created_months=3&status=intending&industry=C", "乙"),
        ("industry=C&budget=10", "甲"),
        ("budget=一百", "甲乙丙丁"),
    ],
)
def test_each_condition_and_their_combinations(sign_in, four, query, found):
    page = sign_in("admin").get(f"/customers?{query}").text
    assert {name[0] for name in names(page)} == set(found)


def test_tags_people_and_days(sign_in, people, four):
    browser = sign_in("admin")

    def found(query):
        return {name[0] for name in names(browser.get(f"/customers?{query}").text)}

    focus, east = (Tag.get(Tag.name == name).id for name in ("重点跟进", "华东区域"))
    assert found(f"tag={focus}") == set("甲丁")
    assert found(f"tag={focus}&tag={east}") == {"甲"}
    assert found(f"tag={focus}&owner={people['wanglei'].id}") == {"丁"}
    assert found(f"success_manager={people['huangli'].id}") == {"丙"}
    today = clock.today()
    assert found(f"followed_from={today - timedelta(days=3)}&followed_to={today}") == {"丙"}
    assert found(f"followed_from={today}") == set()


def test_the_sentence_reads_the_filter_back(sign_in, four):
    page = sign_in("admin").get("/customers?industry=C&status=intending&created_months=3").text
    assert "近3个月新增、意向客户、制造业，共 1 家" in page


def test_the_address_holds_only_what_is_set(sign_in, four):
    answer = sign_in("admin").get("/customers?status=&industry=C&tag=", headers={"HX-Request": "true"})
    assert answer.headers["HX-Push-Url"] == "/customers?industry=C"


def test_each_part_of_the_sentence_can_be_taken_out(sign_in, four):
    page = sign_in("admin").get("/customers?industry=C&budget=10").text
    assert "预算10万以上" in page
    assert 'href="/customers?industry=C"' in page
    assert 'href="/customers?budget=10"' in page


@pytest.mark.parametrize(
    ("day", "months", "begins"),
    [
        (date(2026, 11, 22), 3, date(2026, 8, 22)),
        (date(2026, 5, 31), 3, date(2026, 2, 28)),
        (date(2024, 5, 31), 3, date(2024, 2, 29)),
        (date(2026, 1, 15), 12, date(2025, 1, 15)),
        (date(2026, 1, 31), 1, date(2025, 12, 31)),
    ],
)
def test_months_are_counted_back_to_the_same_day(day, months, begins):
    assert months_back(day, months) == begins


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 24))
def test_months_back_is_a_day_of_that_month(day, months):
    begins = months_back(day, months)
    assert (day.year - begins.year) * 12 + day.month - begins.month == months
    assert begins.day <= day.day


def test_the_filter_of_a_batch_is_the_filter_of_the_page():
    filters = Filters(
        status=("won", "lost"), budget=10 * WAN, tag=(3, 4), created_to=date(2026, 5, 1), owner=(7,)
    )
    assert Filters.from_json(filters.as_json()) == filters
    assert Filters.from_json({"status": "won", "owner": 7}) == Filters(status=("won",), owner=(7,))


def test_a_batch_counts_back_from_the_day_it_was_asked_on():
    with clock.as_of(clock.at(date(2026, 11, 22), 12)):
        kept = Filters(created_months=3, idle=("30",)).as_json()
    with clock.as_of(clock.at(date(2026, 12, 24), 12)):
        filters = Filters.from_json(kept)
        assert filters.created_since() == date(2026, 8, 22)
        assert filters.idle_since() == date(2026, 10, 22)


def test_the_table_of_needs_is_known_by_its_own_names():
    assert NEEDS.__name__ == Need._meta.table_name
    assert set(NEEDS._columns) <= set(Need._meta.columns)
