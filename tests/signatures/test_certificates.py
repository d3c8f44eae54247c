"""A person's certificate: made with both passwords, opened by one, called back when the person leaves."""

import pytest

from intranet_crm.accounts.models import Person
from intranet_crm.audit_log import AuditEntry
from intranet_crm.background import tick
from intranet_crm.signatures.models import (
    Certificate,
    SigningRule,
    WrongPassword,
    current_certificate,
    signs_electronically,
)
from intranet_crm.signatures.rules import password_fault
from tests.cast import PASSWORD

SECRET = "qianshu-2026"
FILLED = {"current": PASSWORD, "password": SECRET, "again": SECRET}


@pytest.mark.parametrize(
    ("password", "said"),
    [("abc1", "至少 8 个"), ("12345678", "字母和数字"), ("abcdefgh", "字母和数字"), ("chenjing9", "账号名")],
)
def test_weak_signing_password_is_told_why(password, said):
    assert said in password_fault(password, "chenjing")


def test_person_makes_a_certificate_that_only_the_signing_password_opens(people, sign_in):
    browser = sign_in("chenjing")
    assert browser.post("/account/signature", data=FILLED).status_code == 303
    certificate = current_certificate(people["chenjing"])

    assert SECRET not in certificate.sealed_key
    assert certificate.opened(SECRET, "10.0.0.1").key
    with pytest.raises(WrongPassword, match="不对"):
        certificate.opened(PASSWORD, "10.0.0.1")
    assert certificate.serial[-12:].upper() in browser.get("/account/signature").text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"current": "wrong"}, "登录口令不正确"),
        ({"again": "other-2026"}, "不一样"),
        ({"password": PASSWORD, "again": PASSWORD}, "不能和登录口令相同"),
        ({"password": "short1", "again": "short1"}, "至少 8 个"),
        ({"again": ""}, "请再输一次签署口令"),
    ],
)
def test_wrong_entry_makes_none(people, sign_in, change, said):
    answer = sign_in("chenjing").post("/account/signature", data=FILLED | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert current_certificate(people["chenjing"]) is None


def test_login_password_cannot_be_tried_out_on_an_open_screen(people, sign_in):
    browser = sign_in("chenjing")
    for _ in range(5):
        browser.post("/account/signature", data=FILLED | {"current": "wrong"})
    answer = browser.post("/account/signature", data=FILLED)
    assert answer.status_code == 422
    assert "请 15 分钟后再试" in answer.text
    assert current_certificate(people["chenjing"]) is None


@pytest.mark.parametrize("address", ["/signatures/ca.pem", "/signatures/revoked.crl"])
def test_what_a_checker_needs_can_be_fetched(sign_in, address):
    """The web server sends no header beyond ASCII: a Chinese name must be encoded."""
    answer = sign_in("chenjing").get(address)
    assert answer.text.startswith("-----BEGIN")
    assert answer.headers["Content-Disposition"].isascii()
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]


def test_five_wrong_passwords_lock_signing(people):
    certificate = Certificate.issue(people["chenjing"], SECRET)
    for _ in range(5):
        with pytest.raises(WrongPassword):
            certificate.opened("wrong-2026", "10.0.0.1")
    with pytest.raises(WrongPassword, match="15 分钟"):
        certificate.opened(SECRET, "10.0.0.1")


def test_new_certificate_replaces_the_one_before(people):
    first = Certificate.issue(people["chenjing"], SECRET)
    second = Certificate.issue(people["chenjing"], "neu-2026-ok")

    assert current_certificate(people["chenjing"]) == second
    assert Certificate.get_by_id(first.id).revoked_for == "replaced"


def test_who_leaves_can_sign_no_more(people, sign_in):
    certificate = Certificate.issue(people["chenjing"], SECRET)
    Person.get_by_id(people["chenjing"].id).disable(by=people["admin"])
    tick()

    assert current_certificate(people["chenjing"]) is None
    assert Certificate.get_by_id(certificate.id).revoked_for == "left"
    assert AuditEntry.select().where(AuditEntry.action == "吊销签署证书").exists()
    listed = sign_in("admin").get("/signatures/revoked.crl").text
    assert "BEGIN X509 CRL" in listed


def test_department_follows_the_nearest_rule_above(people, sign_in):
    group = people["chenjing"].department
    assert not signs_electronically(group)
    SigningRule.settle(people["zhoufang"].department, True, by=people["admin"])
    assert signs_electronically(group)
    sign_in("admin").post(f"/admin/signatures/departments/{group.id}", data={"mode": "pen"})
    assert not signs_electronically(group)
    assert "随上级" in sign_in("admin").get("/admin/signatures").text


def test_administrator_calls_a_certificate_back(people, sign_in):
    certificate = Certificate.issue(people["chenjing"], SECRET)
    sign_in("admin").post(f"/admin/signatures/{certificate.id}/revocation")
    assert current_certificate(people["chenjing"]) is None
