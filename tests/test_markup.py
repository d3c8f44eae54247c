"""What every page owes its readers: ids once, no form in a form, a label for every input, known icons."""

import re
from html.parser import HTMLParser

import pytest

from intranet_crm import background
from intranet_crm.batches.models import Batch
from intranet_crm.customers.models import Customer
from intranet_crm.customers.saved_lists import SavedList
from intranet_crm.customers.tags import Tag
from tests.customers.making import opened
from tests.needs.made import a_need
from tests.service_issues.made import an_issue
from tests.test_house import PACKAGE, TEMPLATES

PAGES = (
    ("chenjing", "/"),
    ("chenjing", "/customers"),
    ("chenjing", "/customers/bulk?operation=tag_put_on&value={tag}"),
    ("chenjing", "/customers/bulk/skipped?operation=tag_put_on&value={tag}"),
    ("chenjing", "/customers/views"),
    ("chenjing", "/customers/views/columns"),
    ("chenjing", "/customers/views/new?status=won"),
    ("chenjing", "/batches"),
    ("chenjing", "/batches/{batch}"),
    ("chenjing", "/customers/new"),
    ("chenjing", "/customers/{customer}"),
    ("chenjing", "/customers/{customer}/edit"),
    ("chenjing", "/customers/{customer}/status"),
    ("chenjing", "/customers/{customer}/contacts"),
    ("chenjing", "/customers/{customer}/contacts/new"),
    ("chenjing", "/customers/{customer}/followups"),
    ("chenjing", "/customers/{customer}/needs"),
    ("chenjing", "/customers/{customer}/needs/changes"),
    ("chenjing", "/customers/{customer}/needs/new"),
    ("chenjing", "/needs/{need}"),
    ("chenjing", "/needs/{need}/edit"),
    ("chenjing", "/needs/{need}/tags"),
    ("chenjing", "/needs/{need}/changes/{change}/response"),
    ("chenjing", "/customers/{customer}/service-issues"),
    ("chenjing", "/customers/{customer}/service-issues/new"),
    ("chenjing", "/service-issues"),
    ("chenjing", "/service-issues/{issue}"),
    ("chenjing", "/service-issues/{issue}/edit"),
    ("chenjing", "/service-issues/{issue}/reply"),
    ("chenjing", "/customers/{customer}/attachments"),
    ("chenjing", "/customers/{customer}/grade"),
    ("chenjing", "/customers/{customer}/visits"),
    ("chenjing", "/customers/{customer}/summary"),
    ("chenjing", "/customers/{customer}/core-needs"),
    ("chenjing", "/customers/{customer}/sheets"),
    ("chenjing", "/customers/stale"),
    ("chenjing", "/customers/{customer}/intake"),
    ("chenjing", "/followups"),
    ("chenjing", "/followups/new"),
    ("chenjing", "/tasks"),
    ("chenjing", "/notices"),
    ("chenjing", "/intake"),
    ("chenjing", "/intake/new"),
    ("chenjing", "/account"),
    ("chenjing", "/account/mail"),
    ("liqiang", "/"),
    ("liqiang", "/tasks"),
    ("liqiang", "/tasks/team"),
    ("zhoufang", "/reviews"),
    ("xujing", "/archive"),
    ("auditor", "/archive"),
    ("auditor", "/audit"),
    ("admin", "/admin"),
    ("admin", "/admin/people/new"),
    ("admin", "/admin/grades"),
    ("admin", "/admin/grades/strategies/vip"),
    ("admin", "/admin/need-tags"),
    ("admin", "/admin/need-tags/1"),
    ("admin", "/admin/departments"),
    ("admin", "/admin/channels"),
    ("admin", "/admin/departments/new"),
    ("admin", "/admin/tags"),
    ("admin", "/admin/tags/{tag}"),
    ("admin", "/admin/tags/{tag}/merger?into=华东区域"),
)
UNLABELLED = {"hidden", "submit", "button"}
DRAWN = set(re.findall(r'<symbol id="([^"]+)"', (PACKAGE / "static" / "icons.svg").read_text()))


class Faults(HTMLParser):
    """Reads a page and keeps what is wrong with it."""

    def __init__(self, page: str):
        super().__init__()
        self.ids, self.labelled, self.inputs, self.found = set(), set(), [], []
        self.forms = self.labels = 0
        self.feed(page)
        self.found += [f"没有 label：{tag}" for key, tag in self.inputs if key not in self.labelled]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if (key := given.get("id")) in self.ids:
            self.found.append(f"id 重复：{key}")
        self.ids |= {given["id"]} if "id" in given else set()
        if tag == "use" and (name := given["href"].partition("#")[2]) not in DRAWN:
            self.found.append(f"没有这个图标：{name}")
        if tag == "form":
            self.found += ["表单里有表单"] if self.forms else []
            self.forms += 1
        if tag == "label":
            self.labels += 1
            self.labelled.add(given.get("for"))
        if tag in {"input", "select", "textarea"} and given.get("type") not in UNLABELLED:
            named = self.labels or "aria-label" in given or "aria-labelledby" in given
            self.inputs += [] if named else [(given.get("id"), self.get_starttag_text())]

    def handle_endtag(self, tag: str) -> None:
        self.forms -= tag == "form"
        self.labels -= tag == "label"


@pytest.fixture
def ids(people, batch):
    """A customer with one of everything, by noun."""
    by = people["chenjing"]
    customer = Customer.get()
    need = a_need(customer, by)
    made = {"customer": customer.id, "need": need.id, "change": need.changes.get().id}
    made |= {"batch": batch.id, "tag": batch.payload["tag"]}
    return made | {"issue": an_issue(customer, by).id}


@pytest.fixture
def batch(people):
    """A batch that put a tag on a customer, with a view of it and one of nothing."""
    opened(people["chenjing"], "甲软件有限公司", contact="张三丰")
    tag = Tag.get(Tag.name == "重点跟进")
    for name in ("甲", "乙"):
        SavedList.keep(name, f"tag={tag.id}", by=people["chenjing"], shared=False, pinned=name == "甲")
    asked = Batch.ask("tag_put_on", {}, {"tag": tag.id}, scope="全部客户", key="k", by=people["chenjing"])
    background.work_off()
    return asked


@pytest.mark.parametrize(("username", "address"), PAGES)
def test_a_page_is_sound(sign_in, ids, username, address):
    page = sign_in(username).get(address.format(**ids))
    assert page.status_code == 200
    assert Faults(page.text).found == []


def test_faults_are_found():
    page = '<form><input id="a"><form></form></form><p id="a"></p><label for="b">乙</label><input id="b">'
    assert Faults(page).found == ["表单里有表单", "id 重复：a", '没有 label：<input id="a">']


def test_every_icon_named_is_drawn():
    plain = re.compile(
        r"(?:icon_name=|icon\()'([a-z-]+)'|button_link\(.*?'(?:primary|quiet|compact)?', '([a-z-]+)'"
    )
    chosen = re.compile(r"icon\(\{(.*?)\}.*?, '([a-z-]+)'\)")
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        named = {name for found in plain.findall(text) for name in found if name}
        for choices, otherwise in chosen.findall(text):
            named |= {otherwise, *re.findall(r": '([a-z-]+)'", choices)}
        assert named <= DRAWN, path
