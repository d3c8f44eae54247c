"""Tags (G4): put on, taken off, merged, retired, seen in dossier, list, timeline and log."""

import re

import pytest

from intranet_crm.audit_log import AuditEntry
from intranet_crm.customers import tag_verbs, tags
from intranet_crm.customers.models import Collaboration, TimelineEntry
from intranet_crm.customers.tags import CustomerTag, Tag
from tests.customers.making import opened
from tests.customers.test_list import queries

__all__ = ["queries"]


def tag(name="重点跟进"):
    return Tag.get(Tag.name == name)


def names(customer):
    return sorted(row.tag.name for row in CustomerTag.select().where(CustomerTag.customer == customer.id))


def shown(page):
    return re.findall(r'<th scope="row" data-label="标签"><a href="[^"]+">([^<]+)', page)


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


@pytest.fixture
def two(people, customer):
    """A tag to be merged into a preset one: one customer has it, another has both."""
    both = opened(people["chenjing"], "乙公司")
    old, new = Tag.coin("潜力股", by=people["chenjing"]), tag("高潜力客户")
    for each in (customer, both):
        old.put_on(each, by=people["chenjing"])
    new.put_on(both, by=people["chenjing"])
    return old, new, both


def test_a_merged_tag_leads_to_the_other(sign_in, people, customer, two, work):
    old, new, both = two
    admin = sign_in("admin")
    page = admin.get(f"/admin/tags/{old.id}/merger?into=高潜力客户").text
    assert "「潜力股」并入「高潜力客户」：2 家客户" in page
    assert re.search(r"只去掉「潜力股」.*?1 家", page)
    batch = admin.post(f"/admin/tags/{old.id}/merger", data={"into": "高潜力客户"}).location
    assert Tag.coin("潜力股", by=people["chenjing"]) == new  # out of use from that moment on
    work()
    assert "更改 2 家" in admin.get(batch).text
    assert names(customer) == names(both) == ["高潜力客户"]
    assert Tag.coin("潜力股", by=people["chenjing"]) == new
    listed = sign_in("chenjing").get(f"/customers?tag={old.id}").text
    assert "标签「高潜力客户」" in listed
    assert "共 2 家" in listed
    assert (
        TimelineEntry.select().where(TimelineEntry.title == "标签「潜力股」并入「高潜力客户」").count() == 2
    )


def test_looking_at_a_merger_needs_no_token(app, sign_in, two, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    old, *_ = two
    page = sign_in("admin").get(f"/admin/tags/{old.id}/merger?into=高潜力客户").text
    assert "2 家客户" in page
    assert "CSRF" not in page


def test_a_merger_is_undone(sign_in, people, customer, two, work):
    old, _, both = two
    admin = sign_in("admin")
    batch = admin.post(f"/admin/tags/{old.id}/merger", data={"into": "高潜力客户"}).location
    work()
    late = opened(people["chenjing"], "丙公司")
    old.put_on(late, by=people["chenjing"])  # the old name leads to the new tag
    admin.post(f"{batch}/undo")
    work()
    assert names(customer) == ["潜力股"]
    assert names(both) == ["潜力股", "高潜力客户"]
    assert names(late) == ["高潜力客户"]
    assert Tag.coin("潜力股", by=people["chenjing"]) == old


def test_a_stopped_merger_leaves_both_tags_in_use(sign_in, people, customer, two):
    old, *_ = two
    admin = sign_in("admin")
    batch = admin.post(f"/admin/tags/{old.id}/merger", data={"into": "高潜力客户"}).location
    admin.post(f"{batch}/stop")
    assert names(customer) == ["潜力股"]
    assert Tag.coin("潜力股", by=people["chenjing"]) == old


@pytest.mark.parametrize(
    ("into", "why"), [("潜力股", "不能并入自己"), ("没有的", "没有标签"), ("", "请填写")]
)
def test_a_merger_that_makes_no_sense_is_told(sign_in, two, into, why):
    old, *_ = two
    admin = sign_in("admin")
    for answer in (
        admin.get(f"/admin/tags/{old.id}/merger?into={into}"),
        admin.post(f"/admin/tags/{old.id}/merger", data={"into": into}),
    ):
        assert why in answer.text
    assert answer.status_code == 422


def test_a_tag_is_retired_and_taken_off_everybody(sign_in, people, customer, work):
    tag().put_on(customer, by=people["chenjing"])
    admin = sign_in("admin")
    batch = admin.post(f"/admin/tags/{tag().id}/clearance").location
    work()
    assert names(customer) == []
    assert tag().retired_at
    admin.post(f"{batch}/undo")
    work()
    assert names(customer) == ["重点跟进"]
    assert not tag().retired_at


def test_an_unused_tag_is_merged_too(sign_in, people, work):
    old = Tag.coin("没人用", by=people["admin"])
    admin = sign_in("admin")
    batch = admin.post(f"/admin/tags/{old.id}/merger", data={"into": "重点跟进"}).location
    work()
    assert Tag.get_by_id(old.id).merged_into == tag()
    admin.post(f"{batch}/undo")
    assert Tag.get_by_id(old.id).usable() == old


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


def test_the_list_of_tags_is_searched_narrowed_and_turned(sign_in, people, customer, monkeypatch, queries):
    monkeypatch.setattr(tags, "PAGE", 3)
    monkeypatch.setattr(tag_verbs, "MOST_COUNTED", 1)
    for number in range(4):
        Tag.coin(f"展会{number}", by=people["chenjing"]).put_on(customer, by=people["chenjing"])
    other = opened(people["chenjing"], "乙公司")
    for each in (customer, other):
        Tag.coin("展会0", by=people["chenjing"]).put_on(each, by=people["chenjing"])
    admin = sign_in("admin")
    assert shown(admin.get("/admin/tags").text) == ["华东区域", "华南区域", "重点跟进"]
    assert shown(admin.get(f"/admin/tags?after={tag().id}").text) == ["高潜力客户", "展会0", "展会1"]
    page = admin.get("/admin/tags?text=展会&state=free").text
    assert shown(page) == ["展会0", "展会1", "展会2"]
    more = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    queries.clear()
    assert shown(admin.get(more).text) == ["展会3"]
    assert len([each for each in queries if "customer_tag" in each]) == 1


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
