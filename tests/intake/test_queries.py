"""Who reaches which forms."""

import pytest

from intranet_crm.intake import drafts, queries
from intranet_crm.intake.models import IntakeForm
from tests.intake.typing import new_key


@pytest.fixture
def forms(people):
    """One form each of 陈静, 王磊 and 赵敏."""
    return {
        name: drafts.open_draft(
            new_key(), {"name": name}, department=people[name].department, by=people[name]
        )
        for name in ("chenjing", "wanglei", "zhaomin")
    }


@pytest.mark.parametrize(
    ("username", "seen"),
    [
        ("chenjing", {"chenjing"}),
        ("zhaomin", {"zhaomin"}),
        ("liqiang", {"chenjing", "wanglei"}),
        ("zhoufang", {"chenjing", "wanglei"}),
        ("sunhao", {"zhaomin"}),
        ("linhai", {"chenjing", "wanglei", "zhaomin"}),
        ("admin", {"chenjing", "wanglei", "zhaomin"}),
        ("huangli", set()),
        ("hetao", set()),
        ("tangjia", set()),
        ("xujing", set()),
        ("auditor", set()),
    ],
)
def test_reach(forms, people, username, seen):
    found = queries.visible_forms(people[username])
    assert {form.values["name"] for form in found} == seen
    for name, form in forms.items():
        assert (queries.find_form(people[username], form.id) is not None) == (name in seen)


def test_a_form_put_before_a_head_elsewhere_is_read_there(forms, people):
    IntakeForm.update(reviewer=people["sunhao"]).where(IntakeForm.id == forms["chenjing"].id).execute()
    assert queries.find_form(people["sunhao"], forms["chenjing"].id) is not None


def test_only_the_collector_has_the_form_as_his_own(forms, people):
    assert queries.find_own_form(people["chenjing"], forms["chenjing"].id) is not None
    assert queries.find_own_form(people["liqiang"], forms["chenjing"].id) is None


def test_the_filter_offers_the_people_in_reach(forms, people):
    assert [name for _, name in queries.collectors_for(people["chenjing"])] == ["陈静"]
    assert {"陈静", "王磊", "李强"} <= {name for _, name in queries.collectors_for(people["liqiang"])}
