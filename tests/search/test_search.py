"""What the one box finds for whom: the page and the suggestions as people see them (R1, A3, C3)."""

import re

import pytest

from intranet_crm import clock
from intranet_crm.accounts.models import PersonRole
from intranet_crm.customers.models import Collaboration, Contact, Customer
from intranet_crm.customers.queries import find_customer
from tests.customers.making import CODES, opened


def hits(page: str) -> list[str]:
    """The names of what was found, in order, without the marks."""
    found = re.findall(r'<a href="/(?:customers|intake|archive)/\d+"><span>(.*?)</span><small>', page)
    return [re.sub(r"</?mark>", "", name) for name in found]


def marks(page: str) -> list[str]:
    return re.findall(r"<mark>(.*?)</mark>", page)


@pytest.fixture
def find(sign_in):
    """``find("chenjing", "海澜")`` is what stands on her page of results."""

    def find(username: str, typed: str, kind: str = "") -> list[str]:
        answer = sign_in(username).get("/search", query_string={"q": typed, "kind": kind})
        assert answer.status_code == 200
        return hits(answer.text)

    return find


@pytest.fixture
def hailan(people):
    return opened(
        people["chenjing"],
        contact="单小军",
        short_name="海澜科技",
        credit_code=CODES[0],
        landline="010-62881234-801",
    )


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("海", "海"),
        ("海澜", "海澜"),
        ("信息技术", "信息技术"),
        ("深圳有限", "深圳"),  # the bracket between is no letter
        ("海澜科技", "海澜科技"),  # the short name
        ("海澜 深圳", "海澜"),
        ("有限公司", "有限公司"),
        ("司", "司"),
        ("ＨＬ", "海澜"),
        ("hlxxjs", "海澜信息技术"),
        ("914403001922", "914403001922"),
        ("8000", "8000"),
        ("13800008000", "13800008000"),
        ("62881234", "62881234"),
        ("010-6288 1234", "01062881234"),
        ("+86 138 0000 8000", "13800008000"),
    ],
)
def test_each_kind_of_key_finds_the_customer_and_marks_the_hit(sign_in, hailan, typed, marked):
    page = sign_in("chenjing").get("/search", query_string={"q": typed, "kind": "customers"}).text
    assert hits(page) == [hailan.name]
    assert marked in "".join(marks(page))


@pytest.mark.parametrize("typed", ["璟玥", "澜海", "技术深圳的", "xx", "9999", "62881235", "801", "0801"])
def test_what_is_not_there_is_not_found(find, hailan, typed):
    assert find("chenjing", typed) == []


@pytest.mark.parametrize("typed", ["zqgy", "cqgy", "cq", "zq"])
def test_a_company_of_two_readings_is_found_by_both(find, people, typed):
    opened(people["chenjing"], "重庆工业有限公司")
    assert find("chenjing", typed) == ["重庆工业有限公司"]


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [("单小军", "sxj", "dxj"), ("曾国华", "zgh", "cgh"), ("仇英", "qy", "cy"), ("尉迟恭", "ycg", "wcg")],
)
def test_surnames_are_read_as_surnames(find, people, name, right, wrong):
    opened(people["chenjing"], "甲软件有限公司", contact=name)
    opened(people["chenjing"], name, kind="individual")
    assert find("chenjing", right, "contacts") == [name]
    assert find("chenjing", right, "customers") == [name]
    assert find("chenjing", wrong) == []


@pytest.mark.parametrize("typed", ["单小军", "小军", "军", "单", "sx", "2222", "13911112222"])
def test_contacts_are_found_by_name_initials_and_phone(sign_in, hailan, typed):
    page = sign_in("chenjing").get("/search", query_string={"q": typed, "kind": "contacts"}).text
    assert hits(page) == ["单小军"]
    assert hailan.name in page
    assert marks(page)


@pytest.mark.parametrize(
    "typed", ["%", "_", "%%", "a_c", "海%澜", "' OR 1=1 --", '"; DROP TABLE customer', "\\"]
)
def test_signs_mean_nothing_to_the_database(find, hailan, people, typed):
    opened(people["chenjing"], "abc电子有限公司")
    found = find("chenjing", typed)
    assert found == ([hailan.name] if typed == "海%澜" else [])
    assert Customer.select().count() == 2


def test_what_was_typed_is_shown_as_text(sign_in):
    page = sign_in("chenjing").get("/search", query_string={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page
    assert "没有找到「&lt;script&gt;" in page


# --- Reach (A3) ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "seen"),
    [
        ("chenjing", ["甲星辰软件有限公司"]),
        ("wanglei", ["乙星辰机械有限公司"]),
        ("zhaomin", ["丙星辰银行"]),
        ("huangli", ["丙星辰银行"]),
        ("liqiang", ["乙星辰机械有限公司", "甲星辰软件有限公司"]),
        ("zhoufang", ["乙星辰机械有限公司", "甲星辰软件有限公司"]),
        ("sunhao", ["丙星辰银行"]),
        ("hetao", ["丙星辰银行"]),
        ("linhai", ["丙星辰银行", "乙星辰机械有限公司", "甲星辰软件有限公司"]),
        ("admin", ["丙星辰银行", "乙星辰机械有限公司", "甲星辰软件有限公司"]),
        ("xujing", []),
    ],
)
def test_each_role_finds_its_reach_the_latest_first(find, people, username, seen):
    opened(people["chenjing"], "甲星辰软件有限公司")
    opened(people["wanglei"], "乙星辰机械有限公司", industry="C34")
    opened(people["zhaomin"], "丙星辰银行", industry="J66", success_manager_id=people["huangli"].id)
    for typed in ("星辰", "星"):
        assert find(username, typed) == seen


def test_numbers_out_of_reach_lead_nowhere(sign_in, hailan):
    zhaomin = sign_in("zhaomin")
    for typed in (hailan.number, CODES[0], "13800008000", "2222", "单小军", hailan.number[4:]):
        answer = zhaomin.get("/search", query_string={"q": typed})
        assert answer.status_code == 200
        assert hits(answer.text) == []


def test_a_collaborator_finds_until_the_last_day(find, people, hailan):
    shared = Collaboration.create(
        customer=hailan, person=people["zhaomin"], created_by=1, created_at=clock.now()
    )
    assert find("zhaomin", "海澜", "customers") == [hailan.name]
    Collaboration.update(until=clock.today().replace(year=2020)).where(
        Collaboration.id == shared.id
    ).execute()
    assert find("zhaomin", "海澜", "customers") == []


@pytest.mark.parametrize("username", ["tangjia", "auditor"])
def test_who_has_nothing_to_search_has_no_box(sign_in, username):
    browser = sign_in(username)
    assert browser.get("/search?q=海澜").status_code == 403
    assert 'id="search"' not in browser.get("/").text
    assert 'id="search"' in sign_in("chenjing").get("/").text


# --- Masks (C3) ---------------------------------------------------------------------------------


def test_readers_without_the_right_cannot_confirm_personal_data(sign_in, people):
    firm = opened(people["guoyan"], "甲软件有限公司", contact="张三丰")
    person = opened(people["guoyan"], "孙小美", kind="individual")
    hetao = sign_in("hetao")
    for typed in ("13800008000", "8000", "2222", "张三丰", "zsf", "孙小美", "小美", "孙", "sxm"):
        page = hetao.get("/search", query_string={"q": typed}).text
        assert hits(page) == [], typed
        assert "13800008000" not in page.replace(f"「{typed}」", "").replace(f'value="{typed}"', "")
    assert hits(hetao.get("/search?q=软件").text) == [firm.name]
    assert hits(hetao.get(f"/search?kind=customers&q={person.number}").text)[-1] == "孙*"
    assert hits(sign_in("guoyan").get("/search?q=孙小美").text) == ["孙小美"]


def test_a_masked_person_shows_no_short_name_either(sign_in, people):
    begins = f"{clock.today():%Y%m}"  # of the customer's number, by which it is found
    opened(people["guoyan"], "孙小美", kind="individual", short_name=f"小美{begins}")
    page = sign_in("hetao").get("/search", query_string={"q": begins, "kind": "customers"}).text
    assert hits(page) == ["孙*"]
    assert "小美" not in page
    assert hits(sign_in("hetao").get("/search?q=小美").text) == []


def test_a_person_with_two_roles_confirms_only_their_own(sign_in, people):
    PersonRole.get_or_create(person=people["hetao"], role="客户成功")
    opened(people["hetao"], "李大海", kind="individual")
    opened(people["guoyan"], "李大山", kind="individual")
    page = sign_in("hetao").get("/search?q=李大").text
    assert hits(page) == ["李大海"]
    assert hits(sign_in("hetao").get("/search?q=8000").text) == ["李大海"]


# --- Opening at once ----------------------------------------------------------------------------


def test_a_full_number_opens_its_record(sign_in, hailan):
    browser = sign_in("chenjing")
    for typed in (hailan.number, hailan.number.lower(), f" {CODES[0]} "):
        answer = browser.get("/search", query_string={"q": typed})
        assert (answer.status_code, answer.location) == (303, f"/customers/{hailan.id}")
    assert hits(browser.get("/search", query_string={"q": hailan.number[:12]}).text) == [hailan.name]


# --- Kept up to date ----------------------------------------------------------------------------


def test_a_new_name_is_found_and_the_old_one_no_more(find, people, hailan):
    find_customer(people["chenjing"], hailan.id).revise(
        {"name": "蓝图数据有限公司", "short_name": "", "phone": "13700007001"}, seen=1, by=people["chenjing"]
    )
    assert find("chenjing", "蓝图", "customers") == ["蓝图数据有限公司"]
    assert find("chenjing", "lt", "customers") == ["蓝图数据有限公司"]
    assert find("chenjing", "7001", "customers") == ["蓝图数据有限公司"]
    for old in ("海澜", "hlxx", "8000", "科技"):
        assert find("chenjing", old) == []


def test_a_contact_is_found_by_what_it_became(find, people, hailan):
    contact = Contact.get()
    contact.revise(contact.version, people["chenjing"], name="仇英", mobile="13600006543")
    assert find("chenjing", "仇英") == ["仇英"]
    assert find("chenjing", "6543") == ["仇英"]
    assert find("chenjing", "单小军") == []
    assert find("chenjing", "2222") == []


def test_suggestions_come_in_groups_and_lead_to_the_record(sign_in, hailan):
    part = sign_in("chenjing").get("/search/suggestions?q=海").text
    assert "<html" not in part
    assert 'class="suggestions-title">客户</li>' in part
    assert f'data-href="/customers/{hailan.id}"' in part
    assert "查看全部结果" in part
    assert sign_in("chenjing").get("/search/suggestions?q=").text.strip() == ""
    assert "没有找到「zz」" in sign_in("chenjing").get("/search/suggestions?q=zz").text


def test_the_page_without_a_question_says_what_may_be_asked(sign_in):
    assert "想找什么" in sign_in("chenjing").get("/search").text


def test_more_than_the_page_holds_is_said(sign_in, people):
    for n in range(52):
        opened(people["chenjing"], f"星辰第{n}有限公司")
    page = sign_in("chenjing").get("/search?q=星辰").text
    assert len(hits(page)) == 50
    assert "前 50 条" in page
