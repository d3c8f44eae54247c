"""Typed text into values and back: whatever is typed comes back, tidied where the rules can read it."""

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from intranet_crm.intake.fields import FIELDS
from intranet_crm.intake.forms import LONGEST, IntakeFields, read_values
from intranet_crm.intake.layout import COMPANIONS, LAYOUT, TITLES, section_on_screen
from tests.intake.typing import GOOD

DEPARTMENTS = {1: "华东销售一组", 2: "华东销售部"}


def read(stored=None, **typed):
    return read_values(MultiDict(typed), stored or {})[0]


def shown(values):
    return IntakeFields.showing(values, DEPARTMENTS, 1)


def test_every_field_of_t1_has_its_place_on_screen_once():
    placed = [key for groups in LAYOUT.values() for _, keys in groups for key in keys] + list(
        COMPANIONS.values()
    )
    assert sorted(placed) == sorted(FIELDS)
    assert all(section_on_screen(key) in TITLES for key in FIELDS)


def test_a_good_form_reads_as_the_rules_want_it():
    values = read(**GOOD)
    assert values["industry"] == "I65"
    assert values["budget"] == {"low": 120_000_000, "high": 150_000_000, "pending": False}
    assert values["address"] == {
        "province": "440000",
        "city": "440300",
        "district": "440305",
        "street": "创新路739号",
    }
    assert values["decision_role"] == "purchaser"
    assert values["info_sources"] == []


def test_what_people_write_is_put_in_order():
    assert read(founded="2015年3月")["founded"] == "2015-03"
    assert read(phone="138-0000-8000")["phone"] == "13800008000"
    assert read(credit_code=" 9144030576317０665m ")["credit_code"] == "91440305763170665M"
    assert read(citizen_id="44030519851010252x")["citizen_id"] == "44030519851010252X"
    assert read(**{"budget-low": "50万"})["budget"]["low"] == 50_000_000


def test_people_are_kept_without_the_blank_rows():
    typed = {
        "decision_chain-0-name": "王总",
        "decision_chain-0-role": "decision_maker",
        "decision_chain-2-name": "李工",
    }
    values = read(**typed)
    assert values["decision_chain"] == [
        {"name": "王总", "role": "decision_maker"},
        {"name": "李工", "role": ""},
    ]
    assert [row.form.name.data for row in shown(values).decision_chain] == ["王总", "李工", ""]


def test_what_was_not_on_the_page_stays():
    stored = {
        "credit_code": "91440305763170665M",
        "info_sources": ["website"],
        "pending": ["founded"],
        "customer_id": 7,
    }
    assert read(stored, name="甲").items() >= stored.items()
    assert read(stored, info_sources="", pending="")["info_sources"] == []
    assert read(stored, pending="")["pending"] == []


def test_a_reason_stays_until_another_is_given():
    stored = {"reasons": {"vague:近期@background": "客户原话"}}
    assert read(stored, name="甲")["reasons"] == stored["reasons"]
    assert read(stored, **{"reason:vague:近期@background": ""})["reasons"] == {"vague:近期@background": ""}


def test_far_too_long_text_is_cut_with_a_word():
    values, notes = read_values(MultiDict({"detail": "长" * (LONGEST + 5)}), {})
    assert len(values["detail"]) == LONGEST
    assert "只保存了前" in notes[0]


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=40))
def test_no_amount_typed_is_lost(typed):
    values = read(**{"budget-low": typed})
    if values["budget"]["low"] is None and typed.strip():
        assert shown(values).budget.form.low._value() == typed
    else:
        assert "budget-low" not in values["raw"]


@given(
    st.dictionaries(
        st.sampled_from([*FIELDS, "budget-low", "address-city", "decision_chain-1-role"]),
        st.text(max_size=30),
    )
)
def test_a_draft_accepts_anything_and_can_be_shown(typed):
    values = read(**typed)
    shown(values)
    assert read_values(MultiDict(), values)[0] == values
