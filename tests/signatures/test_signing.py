"""Collector and head sign the frozen document; an independent reader confirms both."""

import random
import re
import shutil
import subprocess
from datetime import datetime, timedelta

import page as pdf_rules
import pytest

from intranet_crm.archive import jobs as archive_jobs
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed
from intranet_crm.files import store
from intranet_crm.intake import reviews, signing
from intranet_crm.intake.jobs import make_document
from intranet_crm.intake.models import IntakeForm, Submission
from intranet_crm.signatures import authority, pades
from intranet_crm.signatures.models import Certificate, SigningRule, WrongPassword
from tests.archive.approved import JUDGED
from tests.intake.in_review import read, submitted

SECRET = "qianshu-2026"
# Every signature but the last covers its own revision only; the checker wants the whole file (facts: 2).
EARLIER_REVISION = "PDFA3A-SIGNATURE-BYTERANGE"


@pytest.fixture
def form(people):
    """Before the head, in a department that signs electronically, its real document made."""
    SigningRule.settle(people["zhoufang"].department, True, by=people["admin"])
    for name in ("chenjing", "zhoufang"):
        Certificate.issue(people[name], SECRET)
    made = submitted(people["chenjing"], document=False)
    make_document(Submission.get().id)
    return made


def sign(form, person, password=SECRET):
    return signing.sign_as_collector(form.id, password=password, address="10.0.0.1", by=person)


def approve(form, person):
    submission = Submission.get()
    sealed = signing.seal(submission, "reviewer", signing.open_key(person, SECRET, "10.0.0.1"))
    return reviews.approve(form.id, JUDGED, opinion="同意", seen=read(form), by=person, sealed=sealed)


def paper():
    return store.read(Submission.get().paper)


def test_both_sign_and_both_are_confirmed(form, people, tmp_path):
    sign(form, people["chenjing"])
    approve(form, people["zhoufang"])

    content = paper()
    seals = pades.checked(content)
    assert [(seal.role, seal.name, seal.holds) for seal in seals] == [
        ("collector", "陈静", True),
        ("reviewer", "周芳", True),
    ]
    faults = re.findall(r"\[(PDFA3A-[A-Z-]+)", str(pdf_rules.validate_pdf_bytes(content, profile="3a")))
    assert {fault.rstrip("-") for fault in faults} <= {EARLIER_REVISION}
    path = tmp_path / "signed.pdf"
    path.write_bytes(content)
    if shutil.which("pdfsig"):
        said = subprocess.run(["pdfsig", path], capture_output=True, text=True).stdout
        assert said.count("Signature is Valid") == 2


def test_stamps_stand_in_the_boxes_of_the_sheet(form, people):
    import pypdfium2

    sign(form, people["chenjing"])
    approve(form, people["zhoufang"])
    document = pypdfium2.PdfDocument(paper())
    document.init_forms()
    last = document[len(document) - 1]
    drawn = last.render(scale=2).to_pil().convert("L")
    blank = pypdfium2.PdfDocument(store.read(Submission.get().document))[len(document) - 1]
    changed = drawn.point(lambda value: value)
    from PIL import ImageChops

    box = ImageChops.difference(changed, blank.render(scale=2).to_pil().convert("L")).getbbox()
    assert box is not None
    assert box[3] - box[1] < 40 * 2  # points: both lie in the one row of the signatures


def test_any_changed_byte_is_found(form, people):
    sign(form, people["chenjing"])
    content, chance = paper(), random.Random(3)
    for _ in range(5):
        broken = bytearray(content)
        broken[chance.randrange(len(broken) // 2)] ^= 1 << chance.randrange(8)
        assert not _all_hold(bytes(broken))


def _all_hold(content):
    try:
        return all(seal.holds for seal in pades.checked(content))
    except DomainError:
        return False


def test_stranger_ca_is_not_trusted(form, people, tmp_path, settings):
    sign(form, people["chenjing"])
    authority.keep_in(tmp_path)
    try:
        seal = pades.checked(paper())[0]
    finally:
        authority.keep_in(settings.keys)
    assert seal.whole
    assert not seal.trusted


def test_approval_waits_for_both_signatures(form, people):
    given = {"opinion": "同意", "seen": read(form), "by": people["zhoufang"]}
    with pytest.raises(reviews.Unfinished, match="还没有电子签署"):
        reviews.approve(form.id, JUDGED, **given)
    sign(form, people["chenjing"])
    with pytest.raises(reviews.Unfinished, match="请输入签署口令"):
        reviews.approve(form.id, JUDGED, **given)


def test_nobody_signs_for_the_collector_or_twice(form, people):
    with pytest.raises(NotAllowed):
        sign(form, people["zhoufang"])
    with pytest.raises(WrongPassword):
        sign(form, people["chenjing"], "falsch-2026")
    sign(form, people["chenjing"])
    with pytest.raises(IllegalMove, match="已经签署"):
        sign(form, people["chenjing"])


def test_collector_and_head_do_it_on_their_pages(form, people, sign_in):
    collector, head = sign_in("chenjing"), sign_in("zhoufang")
    assert "用你的证书签署" in collector.get(f"/intake/{form.id}").text
    wrong = collector.post(f"/intake/{form.id}/signature", data={"password": "falsch-2026"})
    assert wrong.status_code == 422
    assert "签署口令不对" in wrong.text
    assert collector.post(f"/intake/{form.id}/signature", data={"password": SECRET}).status_code == 303

    posted = {
        "seen": read(form), "truth_method": "phone", "truth_on": "2026-11-12", "is_sensitive": "no",
        "fits": "yes", "fit_grade": "vip", "opinion": "同意", "decision": "approve",
    }  # fmt: skip
    refused = head.post(f"/reviews/{form.id}", data=posted | {"signing_password": "falsch-2026"})
    assert refused.status_code == 422
    assert "签署口令不对" in refused.text
    assert "falsch" not in refused.text
    assert head.post(f"/reviews/{form.id}", data=posted | {"signing_password": SECRET}).status_code == 303
    assert IntakeForm.get_by_id(form.id).state == "approved"
    assert len(pades.checked(paper())) == 2


def test_archive_sheet_names_the_signatures(form, people, sign_in):
    sign(form, people["chenjing"])
    approve(form, people["zhoufang"])
    archive_jobs.make_record(form.id)

    record = ArchiveRecord.get()
    assert '"signatures":{"collector":{"at"' in record.snapshot.replace(" ", "")
    page = sign_in("xujing").get(f"/archive/{record.id}/signatures").text
    assert page.count("有效") >= 2
    assert "周芳" in page


def test_page_of_a_changed_file_says_so(form, people, sign_in):
    sign(form, people["chenjing"])
    approve(form, people["zhoufang"])
    archive_jobs.make_record(form.id)
    path = store.path_of(Submission.get().signed.sha256)
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)

    answer = sign_in("xujing").get(f"/archive/{ArchiveRecord.get().id}/signatures")
    assert answer.status_code == 200
    assert "文件被改动" in answer.text
    assert "与登记的摘要不符" in answer.text


def test_certificate_revoked_later_leaves_the_signature_valid(form, people):
    sign(form, people["chenjing"])
    Certificate.get(Certificate.person == people["chenjing"].id).revoke("left", by=None)
    assert pades.checked(paper())[0].holds


def test_signature_outlives_its_certificate(form, people, monkeypatch):
    sign(form, people["chenjing"])
    monkeypatch.setattr("pyhanko_certvalidator.context.datetime", FiveYearsLater)
    assert pades.checked(paper())[0].holds


class FiveYearsLater(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(days=5 * 365)


def test_pen_stays_possible(people):
    made = submitted(people["chenjing"])
    reviews.approve(made.id, JUDGED, opinion="同意", seen=read(made), by=people["zhoufang"])
    assert IntakeForm.get_by_id(made.id).state == "approved"
