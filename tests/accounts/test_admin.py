"""People and departments, as the administrator."""

import re

from intranet_crm.accounts.models import Department, Person
from tests.cast import PASSWORD


def form(people, **changes):
    facts = {
        "name": "钱多多",
        "username": "QianDD",
        "department": people["chenjing"].department_id,
        "roles": ["销售"],
        "email": "",
    }
    return facts | changes


def test_a_new_person_signs_in_with_the_issued_password_and_must_change_it(sign_in, client, people):
    page = sign_in("admin").post("/admin/people/new", data=form(people)).text
    issued = re.search(r"临时口令</dt><dd>(\S+)</dd>", page)[1]
    client.post("/login", data={"username": "qiandd", "password": issued})
    assert client.get("/").location == "/account"


def test_the_same_account_twice_is_refused_beside_the_field(sign_in, people):
    answer = sign_in("admin").post("/admin/people/new", data=form(people, username="chenjing"))
    assert answer.status_code == 422
    assert "账号 chenjing 已被使用" in answer.text
    assert "钱多多" in answer.text


def test_one_hand_never_administers_and_audits(sign_in, people):
    answer = sign_in("admin").post("/admin/people/new", data=form(people, roles=["管理员", "审计员"]))
    assert "不能由同一个账号兼任" in answer.text


def test_a_reset_ends_the_sessions_and_the_old_password(sign_in, client, people):
    open_page = sign_in("chenjing")
    sign_in("admin").post(f"/admin/people/{people['chenjing'].id}/password")
    assert open_page.get("/").status_code == 302
    assert "不正确" in client.post("/login", data={"username": "chenjing", "password": PASSWORD}).text


def test_disabling_oneself_is_refused(sign_in, people):
    answer = sign_in("admin").post(f"/admin/people/{people['admin'].id}/suspension")
    assert "不能停用自己的账号" in answer.text
    assert Person.get_by_id(people["admin"].id).is_active


def test_dropping_the_own_administrator_role_is_refused(sign_in, people):
    me = people["admin"]
    facts = form(people, name=me.name, roles=["销售"], version=me.version)
    answer = sign_in("admin").post(f"/admin/people/{me.id}", data=facts)
    assert "不能取消自己的管理员角色" in answer.text
    assert [role.value for role in Person.get_by_id(me.id).roles] == ["管理员"]


def test_disable_and_enable(sign_in, people):
    admin, key = sign_in("admin"), people["wanglei"].id
    admin.post(f"/admin/people/{key}/suspension")
    assert not Person.get_by_id(key).is_active
    admin.post(f"/admin/people/{key}/reinstatement")
    assert Person.get_by_id(key).is_active


def test_of_two_administrators_the_later_is_told(sign_in, people):
    admin, someone = sign_in("admin"), people["wanglei"]
    url = f"/admin/people/{someone.id}"
    facts = form(people, name="王小磊", version=someone.version)
    assert admin.post(url, data=facts).status_code == 303
    answer = admin.post(url, data=form(people, name="王大磊", version=someone.version))
    assert answer.status_code == 422
    assert "刚被修改过" in answer.text
    assert "王大磊" in answer.text
    assert Person.get_by_id(someone.id).name == "王小磊"


def test_a_moved_department_takes_all_below_it_along(sign_in, people):
    east, south = Department.get(name="华东销售部"), Department.get(name="华南销售部")
    data = {"name": "华东销售部", "parent": south.id, "version": east.version}
    sign_in("admin").post(f"/admin/departments/{east.id}", data=data)
    below = Department.get(name="华东销售一组")
    assert below.path.startswith(south.path)


def test_a_department_cannot_stand_below_itself(sign_in, people):
    east, group = Department.get(name="华东销售部"), Department.get(name="华东销售一组")
    data = {"name": "华东销售部", "parent": group.id, "version": east.version}
    assert sign_in("admin").post(f"/admin/departments/{east.id}", data=data).status_code == 422


def test_the_list_filters_and_tells_roles(sign_in, people):
    page = sign_in("admin").get("/admin?role=部门负责人").text
    assert "周芳" in page
    assert "陈静" not in page


def test_only_the_administrator_enters(sign_in, people):
    for username in ("chenjing", "linhai", "auditor", "xujing"):
        assert sign_in(username).get("/admin").status_code == 403
        assert sign_in(username).post(f"/admin/people/{people['wanglei'].id}/suspension").status_code == 403


def test_an_odd_choice_is_refused_in_chinese(sign_in, people):
    answer = sign_in("admin").post("/admin/people/new", data=form(people, department="999999"))
    assert answer.status_code == 422
    assert "Not a valid choice" not in answer.text
    assert "不是有效的选择" in answer.text or "选择" in answer.text
