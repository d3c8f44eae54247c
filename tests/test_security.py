"""Every answer carries the policy, every POST its token; the session's cookie is no use to others."""

import json
import re
from html import unescape
from io import BytesIO
from uuid import uuid4

import pytest

from intranet_crm.accounts.models import Person
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.files.store import keep
from intranet_crm.intake.models import IntakeForm, Submission
from tests.archive.approved import approved
from tests.cast import PASSWORD
from tests.test_access import routes


@pytest.fixture
def guarded(app):
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def test_every_post_without_its_token_is_refused(guarded, sign_in, client, people):
    before = list(Person.select().tuples())
    for browser in (sign_in("chenjing"), sign_in("admin"), sign_in("zhoufang"), client):
        for row, rule in routes(guarded).items():
            if "POST" in rule.methods:
                address = re.sub(r"<[\w:]+>", "1", rule.rule)
                for headers in ({}, {"HX-Request": "true"}):
                    answer = browser.post(address, data={"version": "1"}, headers=headers)
                    assert answer.status_code in (400, 422), row
                    assert "页面已失效" in answer.text or "登录已更新" in answer.text, row
    assert list(Person.select().tuples()) == before


def test_a_token_of_another_session_is_refused(guarded, sign_in):
    page = sign_in("wanglei").get("/account").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    assert sign_in("chenjing").post("/logout", data={"csrf_token": token}).status_code == 400


def policy_of(answer) -> str:
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    return answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("username", ["chenjing", "zhoufang", "admin", "xujing", "auditor", None])
def test_every_answer_carries_the_policy(app, sign_in, client, people, username):
    browser = sign_in(username) if username else client
    for row, rule in routes(app).items():
        for method in [*row.split(" ")[0].split(","), "DELETE"]:
            if rule.rule in ("/logout", "/login") or "password" in rule.rule:
                continue
            answer = browser.open(re.sub(r"<[\w:]+>", "1", rule.rule), method=method)
            policy = policy_of(answer)
            assert "default-src 'none'" in policy, row
            assert "unsafe" not in policy or answer.mimetype == "application/pdf", row
    assert "default-src 'none'" in policy_of(browser.get("/nowhere"))


def test_a_pdf_carries_a_policy_and_no_script_may_run_in_it(sign_in, people, work):
    form = approved(people["chenjing"], people["zhoufang"])
    work()
    paper = keep(b"%PDF-1.7 paper", "application/pdf")
    Submission.update(document=paper).where(Submission.document.is_null()).execute()
    browser, record = sign_in("zhoufang"), ArchiveRecord.get().id
    for address in (
        f"/intake/{form.id}/submissions/1/document.pdf",
        f"/reviews/{form.id}/rounds/1.pdf",
        f"/archive/{record}/sheet.pdf",
        f"/archive/{record}/submissions/1.pdf",
        f"/archive/{record}/data.json",
    ):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        policy = policy_of(answer)
        assert "default-src 'none'" in policy
        assert "script-src 'unsafe" not in policy


def test_signing_in_gives_a_new_cookie_that_scripts_cannot_read(client, people):
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["planted"] = "known-to-the-thief", "x"
    answer = client.post("/login", data={"username": "chenjing", "password": PASSWORD})
    flags = next(value for name, value in answer.headers if name == "Set-Cookie")
    assert "HttpOnly" in flags
    assert "SameSite=Lax" in flags
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != "known-to-the-thief"
        assert "planted" not in cookie


def test_a_person_disabled_at_work_is_out_with_the_next_click(sign_in, people):
    browser = sign_in("chenjing")
    assert browser.get("/customers").status_code == 200
    people["chenjing"].disable(by=people["admin"])
    assert browser.get("/customers").status_code == 302
    assert browser.post("/customers/new", data={"name": "x"}).status_code == 401


def test_what_was_typed_in_an_ended_session_comes_back_whole(client, people):
    typed = {"note": "第一行\n第二行 <b>\"'", "pending": ["a", "b"], "空": ""}
    page = client.post("/intake?x=1", data=typed)
    assert page.status_code == 401
    carried = re.search(r'name="resume" value="([^"]*)"', page.text)[1]
    answer = client.post(
        "/login", data={"username": "chenjing", "password": PASSWORD, "resume": unescape(carried)}
    )
    again = [
        (unescape(name), unescape(value))
        for name, value in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', answer.text)
        if name != "csrf_token"
    ]
    assert 'action="/intake?x=1"' in answer.text
    assert again == [("note", typed["note"]), ("pending", "a"), ("pending", "b"), ("空", "")]


def test_files_chosen_in_an_ended_session_are_asked_for_again(client, people):
    files = {"files": (BytesIO(b"%PDF-1.7 minutes"), "纪要.pdf")}
    page = client.post("/customers/1/attachments", data=files).text
    carried = unescape(re.search(r'name="resume" value="([^"]*)"', page)[1])
    again = client.post("/login", data={"username": "chenjing", "password": PASSWORD, "resume": carried}).text
    assert "纪要.pdf" in again
    assert "请重新上传" in again


OURS = {"Origin": "http://localhost"}


def carried_by(page) -> str:
    return unescape(re.search(r'name="resume" value="([^"]*)"', page.text)[1])


def token_of(page) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]


def test_what_was_typed_comes_back_after_signing_out_in_another_window(guarded, client, people):
    page = client.post("/intake", data={"detail": "写了很久"}, headers=OURS)  # no cookie, no token
    assert page.status_code == 401
    data = {"username": "chenjing", "password": PASSWORD, "resume": carried_by(page)}
    answer = client.post("/login", data=data | {"csrf_token": token_of(page)})
    assert "继续提交" in answer.text
    assert 'value="写了很久"' in answer.text
    fresh = {"detail": "写了很久", "key": str(uuid4()), "csrf_token": token_of(answer)}
    assert client.post("/intake", data=fresh).status_code == 303  # the token is the new session's
    assert IntakeForm.get().values["detail"] == "写了很久"


def test_what_was_typed_goes_on_after_signing_in_again_in_another_window(guarded, sign_in):
    answer = sign_in("chenjing").post(
        "/intake", data={"detail": "写了很久", "csrf_token": "old"}, headers=OURS
    )
    assert answer.status_code == 400
    assert "另一个窗口重新登录过" in answer.text
    assert 'value="写了很久"' in answer.text
    assert 'value="old"' not in answer.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
def test_what_another_site_sends_is_not_carried(guarded, sign_in, client, people, origin):
    for browser in (sign_in("chenjing"), client):
        answer = browser.post("/intake", data={"detail": "planted"}, headers={"Origin": origin})
        assert answer.status_code == 400
        assert "planted" not in answer.text


def test_a_part_saved_without_a_session_says_to_sign_in(guarded, client, people):
    answer = client.post("/intake/draft", data={"detail": "x"}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Retarget"] == "#messages"
    assert "登录已过期" in answer.text
    assert 'href="/login"' in answer.text
    assert "刷新" not in answer.text  # which would throw away what was typed


def test_a_signing_password_is_never_carried(client, people):
    page = client.post("/reviews/1", data={"opinion": "同意", "signing_password": "Geheim-2026-x"})
    assert ["opinion", "同意"] in json.loads(carried_by(page))["fields"]
    assert "Geheim-2026-x" not in page.text


def test_a_sign_in_page_that_lay_open_asks_again(guarded, client, people):
    resume = '{"path": "/intake", "fields": [["detail", "写了很久"]]}'
    data = {"username": "chenjing", "password": PASSWORD, "resume": resume, "csrf_token": "old"}
    page = client.post("/login", data=data, headers=OURS)
    assert "请再登录一次" in page.text
    assert json.loads(carried_by(page))["fields"] == [["detail", "写了很久"]]
    odd = client.post("/login", data={"resume": "[", "csrf_token": "old"}, headers=OURS)
    assert odd.status_code == 400
