"""What no page of ours sends: impossible ids, odd places in lists, far dates. A crash is no refusal."""

import base64
import re

import pytest
from peewee import DataError, IntegrityError

from intranet_crm.accounts.resuming import own_address
from intranet_crm.addresses import whole_number
from intranet_crm.error_pages import _misfit
from tests.customers.making import opened, posted
from tests.test_access import ONE_OF_EACH, routes

HUGE = "99999999999999999999999"
ODD_PLACES = ["", "-1", "0", HUGE, "²", "x", f"1-{HUGE}", f"{HUGE}-1", "²-²", "1-2-3", "\0", "%ff"]
ODD_MOMENTS = ["0001-01-01T00:00:00_1", f"9999-12-31T23:59:59_{HUGE}", "2026-01-01T00:00:00+08:00_5", "_"]
ODD_MARKS = [
    base64.urlsafe_b64encode(text.encode()).decode()
    for text in (
        '["0001-01-01",5]',
        f'["2026-01-01",{HUGE}]',
        "[1,2]",
        '["2026-01-01",null]',
        "[[],{}]",
        "7",
        "[",
    )
]
FAR = ["0001-01-01", "1000-01-01", "9999-12-31", "2026-02-30", "2026-13-01", "x", "²"]
LISTS = (
    "/customers",
    "/followups",
    "/tasks",
    "/notices",
    "/intake",
    "/reviews",
    "/archive",
    "/audit",
    "/admin",
)
PARAMETERS = {
    **dict.fromkeys(("after", "before"), ODD_PLACES + ODD_MOMENTS + ODD_MARKS),
    **dict.fromkeys(("since", "until", "created_from", "created_to"), FAR),
    **dict.fromkeys(("owner", "collector", "person", "department"), ODD_PLACES),
}


def reader_of(address: str) -> str:
    return {"/reviews": "zhoufang", "/archive": "xujing", "/audit": "auditor", "/admin": "admin"}.get(
        address, "liqiang"
    )


@pytest.mark.parametrize("address", LISTS)
def test_an_odd_address_shows_a_list_or_a_refusal(sign_in, address):
    browser = sign_in(reader_of(address))
    for name, values in PARAMETERS.items():
        for value in values:
            status = browser.get(address, query_string={name: value}).status_code
            assert status in (200, 400, 404), (name, value)


@pytest.mark.parametrize("key", ["2147483648", "9223372036854775808", HUGE])
def test_an_impossible_id_is_not_found(app, sign_in, key):
    browser = sign_in("chenjing")
    for row, rule in routes(app).items():
        if "<int:" in row:
            address = re.sub(r"<int:\w+>", key, rule.rule)
            status = browser.open(address, method=row.split(" ")[0].split(",")[-1]).status_code
            assert status in (400, 404), row


@pytest.mark.parametrize("username", sorted(ONE_OF_EACH.values()))
def test_the_roles_survive_odd_bodies(app, sign_in, username):
    browser = sign_in(username)
    for row, rule in routes(app).items():
        if "POST" not in row or rule.rule == "/logout" or "password" in row:
            continue
        address = re.sub(r"<[\w:]+>", "1", rule.rule)
        for body, media_type in (
            (
                b"\xff\xfe=%ff&a[]=1&version=%C2%B2&customer_id=" + HUGE.encode(),
                "application/x-www-form-urlencoded",
            ),
            (b"{", "application/json"),
            (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
            (b"", "multipart/form-data"),
        ):
            answer = browser.post(address, data=body, content_type=media_type)
            assert answer.status_code < 500, (row, media_type)


@pytest.mark.parametrize(("length", "status"), [(1_000_000, 422), (3_000_000, 413)])
def test_a_huge_text_is_refused_in_a_sentence(sign_in, length, status):
    answer = sign_in("chenjing").post("/customers/new", data={"notes": "x" * length})
    assert answer.status_code == status
    assert ("最多" if status == 422 else "太大") in answer.text


@pytest.mark.parametrize("text", ["", "-1", "²", "１", " 1", "1.0", "2147483648", HUGE])
def test_a_whole_number_is_what_a_column_holds(text):
    with pytest.raises(ValueError, match="no number of ours"):
        whole_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "//evil.com", "/\\evil.com", "\\\\evil.com", "/\t/evil.com", "/\n/evil.com", "https://evil.com",
        "http://[", "//[", "/a\nSet-Cookie: x", "javascript:alert(1)", "/\ud800", "/a\0", "", None,
    ],
)  # fmt: skip
def test_after_sign_in_nobody_is_sent_elsewhere(app, text):
    with app.test_request_context():
        assert own_address(text) == "/"


def test_an_own_address_is_kept(app):
    with app.test_request_context():
        assert own_address("/customers?status=intent&q=%E5%BC%A0") == "/customers?status=intent&q=%E5%BC%A0"


@pytest.mark.parametrize("resume", ["[", "7", '"x"', "[[", '{"fields": [["a"]]}', '{"path": 5, "fields": 1}',
                                    '{"path": "/", "fields": [["a", "\\ud800"]]}', "[" * 5000])  # fmt: skip
def test_an_odd_continuation_is_refused(client, people, resume):
    answer = client.post("/login", data={"username": "chenjing", "password": "x", "resume": resume})
    assert answer.status_code == 400


@pytest.mark.parametrize(("error", "status"), [(IntegrityError(), 409), (DataError(), 422)])
def test_what_only_the_database_refuses_gets_a_sentence(client, people, error, status):
    with client.application.test_request_context():
        page, answered = _misfit(error)
    assert answered == status
    assert "没有保存" in page


def test_a_table_of_thousand_people_is_not_drawn(sign_in):
    page = sign_in("chenjing").get("/intake/new?rows=1000000000").text
    assert page.count('name="decision_chain-') < 200


@pytest.mark.parametrize(
    "original",
    ["[", "null", "[]", '{"budget_low": "²"}', '{"name": "\\ud800"}', '{"revenue": "%s"}' % ("9" * 5000),
     '{"notes": {"a": 1}, "version": 3}', "[" * 5000, ""],
)  # fmt: skip
def test_an_odd_original_of_a_conflict_is_passed_over(sign_in, people, original):
    customer = opened(people["chenjing"], budget_low=5_000_000)
    data = posted(version="²", original=original, name="别的名字有限公司", budget_low="7", revenue="8")
    answer = sign_in("chenjing").post(f"/customers/{customer.id}/edit", data=data)
    assert answer.status_code == 409
    assert "别的名字有限公司" in answer.text
