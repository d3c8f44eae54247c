"""Tags (G4): put on, taken off, merged, retired, seen in dossier, list, timeline and log."""

import pytest

from intranet_crm.audit_log import AuditEntry
from intranet_crm.customers.models import Collaboration, TimelineEntry
from intranet_crm.customers.tags import CustomerTag, Tag
from intranet_crm.errors import DomainError
from tests.customers.making import opened


def tag(name="重点跟进"):
    return Tag.get(Tag.name == name)


def names(customer):
    return sorted(row.tag.name for row in CustomerTag.select().where(CustomerTag.customer == customer.id))


@pytest.fixture
def customer(people):
    return opened(people["chenjing"])


def test_the_preset_tags_are_there(db):
    presets = {each.name for each in Tag.select().where(Tag.is_preset == 1)}
    assert presets >= {"高潜力客户", "重点跟进", "华东区域"}


def test_a_tag_is_put_on_once_and_taken_off(sign_in, customer):
    browser = sign_in("chenjing")
    for _ in range(2):
        assert browser.post(f"/customers/{customer.id}/tags", data={"name": " 重点跟进 "}).status_code == 303
    assert names(customer) == ["重点跟进"]
    page = browser.get(f"/customers/{customer.id}").text
    assert "重点跟进" in page
    assert "添加标签：重点跟进" in page
    assert AuditEntry.select().where(AuditEntry.action == "添加标签").count() == 1
    browser.post(f"/customers/{customer.id}/tags/{tag().id}/removal")
    assert names(customer) == []
    assert TimelineEntry.select().where(TimelineEntry.title == "移除标签：重点跟进").exists()


def test_a_free_tag_is_made_by_writing_it(sign_in, customer):
    browser = sign_in("chenjing")
    part = browser.post(
        f"/customers/{customer.id}/tags", data={"name": "老同学介绍"}, headers={"HX-Request": "true"}
    )
    assert "老同学介绍" in part.text
    assert "<html" not in part.text
    assert names(customer) == ["老同学介绍"]


@pytest.mark.parametrize("typed", ["", "   ", "字" * 21])
def test_what_is_no_tag_is_told(sign_in, customer, typed):
    answer = sign_in("chenjing").post(f"/customers/{customer.id}/tags", data={"name": typed})
    assert answer.status_code == 422
    assert "标签" in answer.text
    assert names(customer) == []


def test_a_retired_tag_is_put_on_no_more(sign_in, people, customer):
    tag().put_on(customer, by=people["chenjing"])
    sign_in("admin").post(f"/admin/tags/{tag().id}/retirement")
    other = opened(people["chenjing"], "乙公司")
    answer = sign_in("chenjing").post(f"/customers/{other.id}/tags", data={"name": "重点跟进"})
    assert answer.status_code == 422
    assert "已停用" in answer.text
    assert names(customer) == ["重点跟进"]
    sign_in("admin").post(f"/admin/tags/{tag().id}/reinstatement")
    tag().usable().put_on(other, by=people["chenjing"])
    assert names(other) == ["重点跟进"]


def test_a_merged_tag_leads_to_the_other(sign_in, people, customer):
    both = opened(people["chenjing"], "乙公司")
    old, new = Tag.coin("潜力股", by=people["chenjing"]), tag("高潜力客户")
    for each in (customer, both):
        old.put_on(each, by=people["chenjing"])
    new.put_on(both, by=people["chenjing"])
    answer = sign_in("admin").post(
        f"/admin/tags/{old.id}/merger", data={"into": new.id}, follow_redirects=True
    )
    assert "涉及 2 家客户" in answer.text
    assert names(customer) == names(both) == ["高潜力客户"]
    assert Tag.coin("潜力股", by=people["chenjing"]) == new
    listed = sign_in("chenjing").get(f"/customers?tag={old.id}").text
    assert "标签「高潜力客户」" in listed
    assert "共 2 家" in listed


def test_a_tag_is_not_merged_into_itself(people):
    with pytest.raises(DomainError):
        tag().merge_into(tag(), by=people["admin"])


def test_the_administrator_names_and_lists_tags(sign_in, people, customer):
    admin = sign_in("admin")
    tag().put_on(customer, by=people["chenjing"])
    admin.post("/admin/tags", data={"name": "西南区域"})
    assert tag("西南区域").is_preset
    admin.post(f"/admin/tags/{tag().id}", data={"name": "重点客户", "version": "1", "is_preset": "y"})
    page = admin.get("/admin/tags").text
    assert "重点客户" in page
    answer = admin.post(f"/admin/tags/{tag('重点客户').id}", data={"name": "西南区域", "version": "2"})
    assert answer.status_code == 422
    assert "合并" in answer.text


def test_only_who_works_on_a_customer_tags_it(sign_in, people, customer):
    address = f"/customers/{customer.id}/tags"
    assert sign_in("wanglei").post(address, data={"name": "重点跟进"}).status_code == 404
    assert sign_in("zhoufang").post(address, data={"name": "重点跟进"}).status_code == 403
    Collaboration.create(
        customer=customer, person=people["wanglei"], created_by=1, created_at=customer.created_at
    )
    assert sign_in("wanglei").post(address, data={"name": "重点跟进"}).status_code == 403
    assert names(customer) == []
    sign_in("liqiang").post(address, data={"name": "重点跟进"})
    assert names(customer) == ["重点跟进"]
