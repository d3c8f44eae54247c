"""Forms and records by number, customer's name and scanned page, within reach."""

import pytest

from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.intake.models import IntakeForm, Submission
from intranet_crm.intake.snapshot import qr_payload
from tests.archive.approved import approved
from tests.intake.in_review import COMPANY, submitted
from tests.search.test_search import hits, marks


@pytest.fixture
def form(people):
    return submitted(people["chenjing"], values=dict(COMPANY, name="星辰软件(深圳)有限公司"))


@pytest.fixture
def record(people, work):
    form = approved(people["chenjing"], people["zhoufang"])
    ArchiveRecord.establish(form.id)
    return ArchiveRecord.get()


def searched(browser, typed, kind=""):
    return browser.get("/search", query_string={"q": typed, "kind": kind})


@pytest.mark.parametrize(
    ("username", "may"),
    [(name, True) for name in ("chenjing", "zhoufang", "liqiang", "admin")]
    + [(name, False) for name in ("wanglei", "zhaomin", "sunhao", "hetao")],
)
def test_a_form_is_found_by_who_may_read_it(sign_in, form, username, may):
    browser = sign_in(username)
    for typed in ("星辰软件", "星", form.number[:-1], form.number[2:-1], "软件(深圳)"):
        assert hits(searched(browser, typed, "intake").text) == ([form.customer_name] if may else []), typed
    answer = searched(browser, form.number.lower())
    assert (answer.status_code == 303 and answer.location == f"/intake/{form.id}") is may


@pytest.mark.parametrize(
    ("username", "may"), [("chenjing", True), ("xujing", True), ("zhoufang", True), ("zhaomin", False)]
)
def test_a_record_is_found_by_who_may_open_it(sign_in, record, username, may):
    browser = sign_in(username)
    for typed in ("海澜", "信息技术", record.number[:-1], record.number[3:]):
        page = searched(browser, typed, "archive").text
        assert hits(page) == ([record.title] if may else []), typed
        assert bool(marks(page)) is may
    answer = searched(browser, record.number)
    assert (answer.status_code == 303 and answer.location == f"/archive/{record.id}") is may


def test_a_scanned_page_opens_what_it_belongs_to(sign_in, record):
    sheet = qr_payload(record.form_id, 1, 2, record.digest)
    submission = qr_payload(record.form_id, 1, 1, Submission.get().digest)
    foreign = qr_payload(record.form_id, 1, 1, "0123456789abcdef")
    for payload in (sheet, submission):
        assert searched(sign_in("xujing"), payload).location == f"/archive/{record.id}"
        assert searched(sign_in("zhaomin"), payload).status_code == 200
    assert searched(sign_in("xujing"), foreign).status_code == 200


def test_a_scanned_submission_opens_its_form_before_the_approval(sign_in, form):
    payload = qr_payload(form.id, 1, 1, Submission.get().digest)
    assert searched(sign_in("zhoufang"), payload).location == f"/intake/{form.id}"
    assert searched(sign_in("sunhao"), payload).status_code == 200


def test_signs_mean_nothing_in_names_either(sign_in, form):
    for typed in ("%", "星%软", "_", "星_软件"):
        assert hits(searched(sign_in("chenjing"), typed, "intake").text) == []
    assert IntakeForm.select().count() == 1
