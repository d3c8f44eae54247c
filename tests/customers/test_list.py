"""The list of customers as its readers see it."""

import re
from datetime import timedelta

import pytest

from intranet_crm import clock
from intranet_crm.customers.filter_folding import fold
from intranet_crm.customers.filter_sets import mark
from intranet_crm.customers.models import Collaboration, Customer
from intranet_crm.database import database
from tests.customers.making import opened


def names(page):
    return re.findall(r'<th scope="row" data-label="客户名称"><a href="[^"]+"[^>]*>([^<]+)', page)


def followed(page, rel):
    return re.search(rf'rel="{rel}" href="([^"]+)"', page)[1].replace("&amp;", "&")


@pytest.fixture
def three(people):
    return [
        opened(people["chenjing"], "甲软件有限公司", contact="张三丰"),
        opened(people["wanglei"], "乙机械有限公司", industry="C34"),
        opened(people["zhaomin"], "丙银行", industry="J66", success_manager_id=people["huangli"].id),
    ]


@pytest.mark.parametrize(
    ("username", "seen"),
    [
        ("chenjing", ["甲软件有限公司"]),
        ("zhaomin", ["丙银行"]),
        ("huangli", ["丙银行"]),
        ("liqiang", ["乙机械有限公司", "甲软件有限公司"]),
        ("sunhao", ["丙银行"]),
        ("hetao", ["丙银行"]),
        ("linhai", ["丙银行", "乙机械有限公司", "甲软件有限公司"]),
        ("admin", ["丙银行", "乙机械有限公司", "甲软件有限公司"]),
    ],
)
def test_each_role_lists_its_reach_the_latest_first(sign_in, three, username, seen):
    assert names(sign_in(username).get("/customers").text) == seen


@pytest.mark.parametrize("username", ["tangjia", "xujing", "auditor"])
def test_who_sees_no_customers_gets_no_list(sign_in, three, username):
    assert sign_in(username).get("/customers").status_code == 403


def test_the_list_shows_the_twelve_columns(sign_in, three):
    page = sign_in("chenjing").get("/customers").text
    columns = "客户名称 客户编号 所属行业 客户状态 联系方式 首次接触时间 客户来源 关键联系人 跟进阶段"
    columns += " 最后跟进时间 负责人 备注"
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)', page) == columns.split()
    for word in (
        "I65 软件和信息技术服务业",
        "潜在客户",
        "13800008000",
        "展会推广",
        "张三丰",
        "初次接触",
        "陈静",
    ):
        assert word in page


def test_readers_without_the_right_see_masks(sign_in, people):
    opened(people["guoyan"], "甲软件有限公司", contact="张三丰")
    opened(people["guoyan"], "孙小美", kind="individual")
    page = sign_in("hetao").get("/customers").text
    assert "138****8000" in page
    assert "张*" in page
    assert "孙*" in page
    for hidden in ("13800008000", "张三丰", "孙小美", "新建客户"):
        assert hidden not in page


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("status=potential", ["丙银行", "乙机械有限公司", "甲软件有限公司"]),
        ("status=won", []),
        ("kind=individual", []),
        ("industry=C", ["乙机械有限公司"]),
        ("industry=C34", ["乙机械有限公司"]),
        ("industry=I65&status=potential", ["甲软件有限公司"]),
        ("status=nonsense&created_from=yesterday", ["丙银行", "乙机械有限公司", "甲软件有限公司"]),
    ],
)
def test_filters_narrow_the_list(sign_in, three, query, seen):
    assert names(sign_in("admin").get(f"/customers?{query}").text) == seen


def test_the_filter_knows_owners_and_days(sign_in, people, three):
    admin = sign_in("admin")
    assert names(admin.get(f"/customers?owner={people['wanglei'].id}").text) == ["乙机械有限公司"]
    old = clock.now() - timedelta(days=40)
    Customer.update(created_at=old).where(Customer.id == three[0].id).execute()
    until = clock.today() - timedelta(days=30)
    assert names(admin.get(f"/customers?created_to={until}").text) == ["甲软件有限公司"]
    assert len(names(admin.get(f"/customers?created_from={until}").text)) == 2


def test_an_owner_out_of_reach_is_no_way_round(sign_in, people, three):
    page = sign_in("liqiang").get(f"/customers?owner={people['zhaomin'].id}").text
    assert "丙银行" not in page


def test_htmx_gets_the_list_alone(sign_in, three):
    part = sign_in("admin").get("/customers?industry=C", headers={"HX-Request": "true"}).text
    assert names(part) == ["乙机械有限公司"]
    assert "<html" not in part


def test_an_empty_list_says_what_to_do(sign_in):
    assert "还没有客户" in sign_in("chenjing").get("/customers").text
    assert "没有符合条件的客户" in sign_in("chenjing").get("/customers?status=won").text


def many(owner, count, **more):
    """Customers in one insert: the list needs no history."""
    moment = clock.now()
    rows = [
        {
            "number": f"CUST2026{n:04d}{owner.id}",
            "name": f"第{n}有限公司",
            "industry": "I65",
            "source": "exhibition",
            "owner": owner.id,
            "created_by": owner.id,
            "touched_at": moment - timedelta(minutes=n // 2),  # pairs share a moment
            "created_at": moment,
            "updated_at": moment,
        }
        | more
        for n in range(count)
    ]
    with database.atomic():
        Customer.insert_many(rows).execute()
        mark(
            key
            for (key,) in Customer.select(Customer.id)
            .where(Customer.number.in_([row["number"] for row in rows]))
            .tuples()
        )


@pytest.mark.parametrize("username", ["chenjing", "liqiang", "admin"])
def test_paging_forth_and_back_loses_and_repeats_nothing(sign_in, people, username):
    many(people["chenjing"], 47)
    browser, seen = sign_in(username), []
    page = browser.get("/customers").text
    assert "共 47 家" in page
    assert "上一页" not in page
    while True:
        seen += names(page)
        if "下一页" not in page:
            break
        page = browser.get(followed(page, "next")).text
    assert len(seen) == 47
    assert len(set(seen)) == 47
    page = browser.get(followed(page, "prev")).text
    assert names(page) == seen[20:40]
    page = browser.get(followed(page, "prev")).text
    assert names(page) == seen[:20]
    assert "上一页" not in page


def test_filters_stay_on_the_next_page(sign_in, people):
    many(people["chenjing"], 25, status="won")
    many(people["wanglei"], 25)
    browser = sign_in("liqiang")
    page = browser.get("/customers?status=won").text
    assert "共 25 家" in page
    assert len(names(browser.get(followed(page, "next")).text)) == 5


def test_a_place_that_makes_no_sense_is_the_beginning(sign_in, three):
    for place in ("after=x", "after=-5-", "before=9999999999999999999-1", "after=1-x"):
        assert sign_in("admin").get(f"/customers?{place}").status_code == 200


@pytest.mark.parametrize("folded", [False, True])
def test_the_count_is_exact(sign_in, people, folded):
    many(people["chenjing"], 1002)
    if folded:
        fold()
    for username in ("chenjing", "liqiang", "admin"):
        assert "共 1,002 家" in sign_in(username).get("/customers").text


def test_own_shared_and_cared_for_customers_are_one_list(sign_in, people):
    many(people["zhaomin"], 12, success_manager=people["huangli"].id)
    many(people["chenjing"], 12)
    for customer in Customer.select().where(Customer.owner == people["chenjing"].id):
        Collaboration.create(
            customer=customer, person=people["huangli"], created_by=1, created_at=clock.now()
        )
    page = sign_in("huangli").get("/customers").text
    assert "共 24 家" in page
    assert len(names(page)) == 20


@pytest.fixture
def queries(monkeypatch):
    """Counts what the database is asked."""
    asked = []
    real = type(database.obj).execute_sql

    def counting(self, sql, *args, **more):
        asked.append(sql)
        return real(self, sql, *args, **more)

    monkeypatch.setattr(type(database.obj), "execute_sql", counting)
    return asked


@pytest.mark.parametrize("username", ["chenjing", "liqiang", "hetao", "admin"])
def test_twenty_rows_cost_what_ten_do(sign_in, people, queries, username):
    owner = people["guoyan" if username == "hetao" else "chenjing"]
    browser = sign_in(username)
    browser.get("/customers")  # what a process asks for once
    costs = []
    for more in (10, 10):
        for n in range(more):
            opened(owner, f"客户{len(costs)}{n}有限公司", contact="张三")
        queries.clear()
        assert len(names(browser.get("/customers").text)) == 10 * (len(costs) + 1)
        costs.append(len([sql for sql in queries if sql.startswith("SELECT")]))
    assert costs[0] == costs[1] <= 16
