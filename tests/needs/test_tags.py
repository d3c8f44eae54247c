"""「需求标签」: preset and free ones, put on and taken off in place."""

import pytest

from intranet_crm.customers.models import TimelineEntry
from intranet_crm.errors import DomainError
from intranet_crm.needs import tags
from intranet_crm.needs.tags import NeedTag, NeedTagging
from tests.customers.made import customer_of
from tests.needs.made import a_need


@pytest.fixture
def need(people):
    return a_need(customer_of(people["chenjing"]), people["chenjing"])


def names(need) -> list[str]:
    return [tag.name for tag in tags.tags_of([need.id]).get(need.id, [])]


def test_the_system_comes_with_presets(db):
    presets = {tag.name for tag in NeedTag.offered()}
    assert presets == {"高性价比", "技术支持", "定制化", "降本", "效率提升", "数据安全"}


def test_tags_come_presets_first_and_once_only(need, people):
    by = people["chenjing"]
    assert tags.put_on(need, ["国产化", "降本"], by=by) == ["国产化", "降本"]
    assert tags.put_on(need, ["降本", "信创"], by=by) == ["信创"]
    assert names(need) == ["降本", "国产化", "信创"]
    entry = TimelineEntry.select().order_by(TimelineEntry.id).offset(2).first()
    assert (entry.title, entry.subject_id) == ("添加需求标签：国产化、降本", need.id)
    assert {row.customer_id for row in NeedTagging.select()} == {need.customer_id}


def test_merging_moves_the_needs_and_a_retired_tag_is_refused(need, people):
    by = people["admin"]
    tags.put_on(need, ["省钱", "降本"], by=by)
    kept, dropped = NeedTag.get(NeedTag.name == "降本"), NeedTag.get(NeedTag.name == "省钱")
    assert dropped.merge_into(kept, by=by) == 1
    assert names(need) == ["降本"]
    other = a_need(need.customer, by)
    assert tags.put_on(other, ["省钱"], by=by) == ["降本"]
    kept.retire(by=by)
    with pytest.raises(DomainError, match="已停用"):
        tags.put_on(a_need(need.customer, by), ["降本"], by=by)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "in place"])
def test_tags_are_changed_in_place_or_by_a_plain_form(sign_in, need, headers):
    browser, here = sign_in("chenjing"), f"/needs/{need.id}/tags"
    answer = browser.post(here, data={"name": " 信 创 "}, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    assert names(need) == ["信 创"]
    assert "信 创" in browser.get(f"/needs/{need.id}").text
    assert browser.post(here, data={"name": "字" * 21}, headers=headers).status_code == 422
    tag = NeedTag.get(NeedTag.name == "信 创")
    browser.post(f"{here}/{tag.id}/removal", headers=headers)
    assert names(need) == []


def test_who_may_only_read_does_not_tag(sign_in, need):
    browser = sign_in("liqiang")
    tag = NeedTag.get()
    assert browser.post(f"/needs/{need.id}/tags", data={"name": "降本"}).status_code == 403
    assert browser.post(f"/needs/{need.id}/tags/{tag.id}/removal").status_code == 403
    assert "改需求标签" not in browser.get(f"/needs/{need.id}").text
    assert sign_in("wanglei").get(f"/needs/{need.id}/tags").status_code == 404


def test_the_administrator_keeps_the_words(sign_in, need, people):
    tags.put_on(need, ["省钱"], by=people["chenjing"])
    browser, free = sign_in("admin"), NeedTag.get(NeedTag.name == "省钱")
    address = f"/admin/need-tags/{free.id}"
    assert browser.post("/admin/need-tags", data={"name": "绿色低碳"}).status_code == 303
    assert NeedTag.get(NeedTag.name == "绿色低碳").is_preset
    assert "省钱" in browser.get("/admin/need-tags").text
    renamed = {"version": "1", "name": "节省开支", "is_preset": "y"}
    assert browser.post(address, data=renamed).status_code == 303
    assert names(need) == ["节省开支"]
    assert "已经有标签「降本」" in browser.post(address, data={"version": "2", "name": "降本"}).text
    browser.post(f"{address}/retirement")
    assert browser.post(f"/needs/{need.id}/tags", data={"name": "节省开支"}).status_code == 422
    browser.post(f"{address}/reinstatement")
    kept = NeedTag.get(NeedTag.name == "降本")
    browser.post(f"{address}/merger", data={"into": str(kept.id)})
    assert names(need) == ["降本"]
    assert "已并入「降本」" in browser.get("/admin/need-tags").text
    assert sign_in("chenjing").get(address).status_code == 403
