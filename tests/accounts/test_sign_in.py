"""Signing in and out, as a person at the browser."""

from datetime import timedelta

import pytest
from wtforms import PasswordField
from wtforms.form import BaseForm

from intranet_crm import clock
from intranet_crm.accounts.models import Person, Session
from intranet_crm.audit_log import AuditEntry
from tests.cast import PASSWORD


def enter(client, username="chenjing", password=PASSWORD, **more):
    return client.post("/login", data={"username": username, "password": password} | more)


def test_the_right_password_leads_to_the_workbench(client, people):
    answer = enter(client)
    assert answer.status_code == 303
    page = client.get("/").text
    assert "工作台" in page
    assert "陈静" in page


@pytest.mark.parametrize(("username", "password"), [("chenjing", "Falsch-77"), ("nobody", PASSWORD)])
def test_a_wrong_name_or_password_gets_the_same_sentence(client, people, username, password):
    answer = enter(client, username, password)
    assert answer.status_code == 422
    assert "账号或口令不正确。" in answer.text
    assert password not in answer.text


def test_five_failures_lock_even_for_the_right_password_and_open_again_after_a_while(
    client, people, monkeypatch
):
    for _ in range(5):
        enter(client, password="wrong")
    assert "登录失败次数过多" in enter(client).text
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert enter(client).status_code == 303


def test_an_account_is_the_same_in_any_width_and_case(client, people):
    assert enter(client, "ＣhenJing ").status_code == 303


def test_a_disabled_person_cannot_sign_in_and_is_out_at_once(sign_in, client, people):
    browser = sign_in("chenjing")
    people["chenjing"].disable(by=people["admin"])
    assert browser.get("/").status_code == 302
    assert "账号已停用" in enter(client).text


def test_idle_time_ends_the_session(sign_in, monkeypatch):
    browser = sign_in("chenjing")
    later = clock.now() + timedelta(minutes=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    answer = browser.get("/account?x=1")
    assert answer.status_code == 302
    assert answer.location == "/login?next=/account?x%3D1"


def test_a_changed_password_ends_the_other_sessions(sign_in):
    here, elsewhere = sign_in("chenjing"), sign_in("chenjing")
    data = {"current": PASSWORD, "new": "Neu-2026-gut", "again": "Neu-2026-gut"}
    assert here.post("/account", data=data).status_code == 303
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302


def test_an_open_screen_is_no_place_to_try_passwords_out(sign_in):
    browser = sign_in("chenjing")
    data = {"current": "geraten", "new": "Neu-2026-gut", "again": "Neu-2026-gut"}
    for _ in range(5):
        assert "当前口令不正确" in browser.post("/account", data=data).text
    answer = browser.post("/account", data=data | {"current": PASSWORD})
    assert (answer.status_code, "请 15 分钟后再试" in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("new", "sentence"),
    [("Kurz-1", "至少 8 个字符"), ("alllowercase", "至少三种"), ("Chenjing-2026", "不能包含账号名")],
)
def test_a_weak_new_password_is_refused_beside_the_field(sign_in, new, sentence):
    answer = sign_in("chenjing").post("/account", data={"current": PASSWORD, "new": new, "again": new})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_an_issued_password_must_be_changed_first(sign_in, people):
    people["chenjing"].set_password("Issued-2026", issued=True, by=people["admin"])
    browser = sign_in("chenjing")
    assert browser.get("/").location == "/account"
    assert browser.get("/account").status_code == 200


def test_after_sign_out_the_old_cookie_is_worth_nothing(app, sign_in):
    browser = sign_in("chenjing")
    cookie = browser.get_cookie("crm").value
    browser.post("/logout")
    thief = app.test_client()
    thief.set_cookie("crm", cookie)
    assert thief.get("/").status_code == 302


@pytest.mark.parametrize("address", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_sign_in_never_leads_to_another_site(client, people, address):
    answer = client.post(f"/login?next={address}", data={"username": "chenjing", "password": PASSWORD})
    assert answer.location == "/"


@pytest.mark.parametrize("address", ["/account/signature", "/intake/1/signature", "/reviews/1"])
def test_no_password_is_carried_through_the_sign_in_page(client, address):
    """Wherever one is typed: what the page carries stands in its source, for whoever sits down next."""
    secret = "GEHEIM-2026"
    names = {
        name
        for kind in _all_forms(BaseForm)
        for name, field in vars(kind).items()
        if getattr(field, "field_class", None) is PasswordField
    }
    assert {"password", "current", "signing_password"} <= names
    answer = client.post(address, data=dict.fromkeys(names, secret) | {"opinion": "同意"})
    assert answer.status_code == 401
    assert secret not in answer.text
    assert "opinion" in answer.text  # all else goes on after sign-in


def _all_forms(kind):
    return {below for each in kind.__subclasses__() for below in {each} | _all_forms(each)}


def test_a_post_after_the_session_ended_goes_on_after_sign_in(app, client, people):
    asked = client.post("/customers/new", data={"name": "保留的内容"})
    assert asked.status_code == 401
    assert "登录已过期" in asked.text
    resume = '{"path": "/customers/new", "fields": [["name", "保留的内容"]]}'
    page = enter(client, resume=resume).text
    assert "继续提交" in page
    assert "保留的内容" in page
    assert 'action="/customers/new"' in page


def test_passwords_are_never_carried_through_the_sign_in_page(client, people):
    answer = client.post("/account", data={"current": "Geheim-2026-x"})
    assert answer.location == "/login?next=/account"
    assert "Geheim-2026-x" not in answer.text


def test_sign_ins_and_failures_are_in_the_audit_log(client, people):
    enter(client, password="wrong")
    enter(client)
    actions = [entry.action for entry in AuditEntry.select().order_by(AuditEntry.id.desc()).limit(2)]
    assert actions == ["登录", "登录失败"]


def test_every_post_needs_its_csrf_token(app, sign_in):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert sign_in("chenjing").post("/logout").status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert Session.select().where(Session.ended_at.is_null()).exists()


def test_the_pages_forbid_inline_script_and_are_not_kept(client, people):
    headers = client.get("/login").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_passwords_are_hashed_by_argon2id(people):
    assert Person.get_by_id(people["chenjing"].id).password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1")
