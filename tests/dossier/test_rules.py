"""Completeness by kind and status."""

import pytest

from intranet_crm.customers.models import Customer
from intranet_crm.dossier.rules import ITEMS, completeness

ALL = {item.key for item in ITEMS}


@pytest.mark.parametrize("kind", ["enterprise", "individual"])
def test_everything_known_is_100_and_nothing_known_is_0(kind):
    assert completeness(kind, "potential", ALL).percent == 100
    assert completeness(kind, "potential", ()).percent == 0


def test_100_means_that_nothing_is_missing():
    lightest = min(ITEMS, key=lambda item: item.weight)
    found = completeness("enterprise", "won", ALL - {lightest.key})
    assert found.percent < 100
    assert found.missing == [lightest]


def test_the_weightiest_comes_first():
    missing = completeness("enterprise", "won", ()).missing
    assert [item.weight for item in missing] == sorted((item.weight for item in missing), reverse=True)


def test_a_kind_is_asked_for_its_own():
    person = {item.key for item in completeness("individual", "potential", ()).missing}
    company = {item.key for item in completeness("enterprise", "potential", ()).missing}
    assert "citizen_id" in person - company
    assert {"credit_code", "employees", "org_chart", "decision_maker"} <= company - person


def test_cooperation_is_asked_of_those_we_have_a_contract_with():
    assert {item.key for item in completeness("enterprise", "won", ALL - {"cooperation_from"}).missing}
    assert completeness("enterprise", "potential", ALL - {"cooperation_from"}).missing == []


def test_what_is_filled_in_by_the_edit_form_is_a_field_of_it(sign_in, people):
    from tests.customers.making import opened

    customer = opened(people["chenjing"])
    person = opened(people["chenjing"], "孙小美", kind="individual")
    pages = {
        each.kind: sign_in("chenjing").get(f"/customers/{each.id}/edit").text for each in (customer, person)
    }
    for item in ITEMS:
        if "/edit#" in item.place:
            anchor = item.place.format(customer=1, key=item.key).partition("#")[2]
            assert f'id="{anchor}"' in pages[item.only or "enterprise"], item.key
            assert hasattr(Customer, anchor) or item.key == "citizen_id", item.key
