"""What the head reads of the customer's grade: the same rules as on the dossier, over form and file."""

import pytest

from intranet_crm.customers.models import Customer
from intranet_crm.intake.grade_hint import grade_hint, strategies
from tests.customers.making import opened

WAN = 1_000_000
FORM = {"customer_kind": "enterprise", "name": "甲有限公司", "industry": "I65", "employee_band": "from_500"}


def lines_of(hint) -> dict:
    return {line.label: line for line in hint.judgement.lines}


def test_a_new_customer_is_judged_by_what_the_form_says(db):
    hint = grade_hint(FORM | {"budget": {"low": 120 * WAN, "high": 150 * WAN}})
    assert hint.grade == "promising"
    lines = lines_of(hint)
    assert lines["贡献度：预算"].words == "150 万元"
    assert lines["合作历史：合作年数"].words == "尚未合作"
    assert "合作深度：近12个月跟进" not in lines
    assert hint.words.startswith("建议潜力客户：潜力分 100")
    assert "未知、未计入：年营收" in hint.words


def test_the_form_is_laid_over_the_file_and_the_file_stays_as_it_is(people):
    customer = opened(people["chenjing"], revenue=20000 * WAN, budget_high=10 * WAN, employee_band="under_50")
    hint = grade_hint(FORM | {"budget": {"low": 120 * WAN, "high": None}}, customer)
    lines = lines_of(hint)
    assert lines["客户规模：年营收"].words == "20,000 万元"
    assert lines["客户规模：员工人数"].words == "500人以上，按下限计"
    assert lines["合作深度：近12个月跟进"].words == "0 次"
    assert (customer.employee_band, customer.budget_high) == ("under_50", 10 * WAN)


def test_the_grade_of_the_file_comes_first_and_the_suggestion_beside_it(people):
    customer = opened(people["chenjing"], employees=9)
    Customer.update(grade="vip").execute()
    hint = grade_hint(FORM, Customer.get_by_id(customer.id))
    assert hint.grade == "vip"
    assert hint.words.startswith("客户档案中的现有分级是VIP客户。建议")


def test_an_empty_form_gives_no_suggestion(db):
    hint = grade_hint({"customer_kind": "individual"})
    assert hint.grade == ""
    assert hint.words.startswith("暂不建议：")


@pytest.mark.parametrize("words", ["VIP客户签约后 30 天内首次拜访，之后每月拜访", "普通客户", "潜力客户"])
def test_each_grade_says_how_it_is_looked_after(db, words):
    assert words in " ".join(each for _, each in strategies())
