"""Whose customers a person reaches, and whose names and phones are shown in full."""

from datetime import timedelta

import pytest

from intranet_crm import clock
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.models import Collaboration, Customer
from intranet_crm.customers.queries import find_customer, may_edit, sees_contacts, visible_customers
from tests.customers.making import opened


@pytest.fixture
def company(people):
    """Three customers: of 陈静 (华东), of 赵敏 (华南, cared for by 黄丽), of 何涛's department."""
    return {
        "east": opened(people["chenjing"], "华东客户有限公司"),
        "south": opened(people["zhaomin"], "华南客户有限公司", success_manager_id=people["huangli"].id),
        "success": opened(people["guoyan"], "成功客户有限公司"),
    }


def reached(person, company, permission=P.SEE_CUSTOMERS):
    found = {customer.id for customer in visible_customers(person, permission)}
    return {name for name, customer in company.items() if customer.id in found}


@pytest.mark.parametrize(
    ("username", "sees", "edits"),
    [
        ("chenjing", {"east"}, {"east"}),
        ("wanglei", set(), set()),
        ("zhaomin", {"south"}, {"south"}),
        ("liqiang", {"east"}, set()),
        ("zhoufang", {"east"}, set()),
        ("sunhao", {"south"}, set()),
        ("huangli", {"south"}, {"south"}),
        ("guoyan", {"south", "success"}, set()),
        ("linhai", {"east", "south", "success"}, set()),
        ("hetao", {"south", "success"}, set()),
        ("tangjia", set(), set()),
        ("xujing", set(), set()),
        ("admin", {"east", "south", "success"}, {"east", "south", "success"}),
        ("auditor", set(), set()),
    ],
)
def test_each_role_reaches_its_customers_and_no_more(people, company, username, sees, edits):
    person = people[username]
    assert reached(person, company) == sees
    assert reached(person, company, P.EDIT_CUSTOMERS) == edits
    assert {name for name, each in company.items() if may_edit(person, each)} == edits


def share(customer, person, may_write=0, until=None):
    Collaboration.create(
        customer=customer,
        person=person,
        may_write=may_write,
        until=until,
        created_by=1,
        created_at=clock.now(),
    )


def test_a_collaborator_sees_and_writes_only_when_allowed(people, company):
    share(company["east"], people["wanglei"])
    share(company["south"], people["wanglei"], may_write=1)
    assert reached(people["wanglei"], company) == {"east", "south"}
    assert reached(people["wanglei"], company, P.EDIT_CUSTOMERS) == {"south"}


def test_a_collaboration_ends_after_its_last_day(people, company):
    share(company["east"], people["wanglei"], until=clock.today())
    share(company["south"], people["wanglei"], until=clock.today() - timedelta(days=1))
    assert reached(people["wanglei"], company) == {"east"}


def test_a_supervisor_keeps_what_others_share_with_him(people, company):
    share(company["south"], people["liqiang"], may_write=1)
    assert reached(people["liqiang"], company) == {"east", "south"}
    assert reached(people["liqiang"], company, P.EDIT_CUSTOMERS) == {"south"}


def test_only_the_right_shows_contact_details_in_full(people, company):
    assert sees_contacts(people["guoyan"], company["south"])
    assert not sees_contacts(people["hetao"], company["south"])


def test_a_person_found_without_the_right_comes_masked(people):
    sun = opened(people["guoyan"], "孙小美", kind="individual", email="sun@example.cn")
    found = find_customer(people["hetao"], sun.id)
    assert (found.name, found.phone, found.email) == ("孙*", "138****8000", "s***@example.cn")
    assert Customer.get_by_id(sun.id).name == "孙小美"
    assert find_customer(people["guoyan"], sun.id).name == "孙小美"


def test_what_is_out_of_reach_is_not_found(people, company):
    assert find_customer(people["chenjing"], company["south"].id) is None
    assert find_customer(people["auditor"], company["south"].id) is None
