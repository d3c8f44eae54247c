"""A deputy approves with the own certificate: both signatures hold, and the stamp says for whom (O4, P4)."""

import shutil
import subprocess
from io import BytesIO

import pypdfium2
import pytest
from pypdfium2 import raw

from intranet_crm import clock
from intranet_crm.accounts.deputies import Deputy
from intranet_crm.files import store
from intranet_crm.intake.jobs import make_document
from intranet_crm.intake.models import Review, Submission
from intranet_crm.signatures import pades
from intranet_crm.signatures.models import Certificate, Signature, SigningRule
from tests.intake.in_review import read, submitted

SECRET = "qianshu-2026"
SAID = "孙浩（代周芳）"


@pytest.fixture
def signed(people, sign_in):
    """Signed by 陈静, approved in 周芳's place by 孙浩, each by the page and with the own certificate."""
    head, deputy, today = people["zhoufang"], people["sunhao"], clock.today()
    SigningRule.settle(head.department, True, by=people["admin"])
    for name in ("chenjing", "sunhao"):
        Certificate.issue(people[name], SECRET)
    Deputy.appoint(head, deputy, today, today, by=head)
    form = submitted(people["chenjing"], document=False, collected_on=str(today))
    make_document(Submission.get().id)
    assert (
        sign_in("chenjing").post(f"/intake/{form.id}/signature", data={"password": SECRET}).status_code == 303
    )
    judged = {
        "decision": "approve",
        "seen": read(form),
        "truth_method": "phone",
        "truth_on": str(today),
        "is_sensitive": "no",
        "fits": "yes",
        "opinion": "同意",
        "signing_password": SECRET,
    }
    assert sign_in("sunhao").post(f"/reviews/{form.id}", data=judged).status_code == 303
    return store.read(Submission.get().paper)


def printed(content):
    """The words of the last page as a viewer shows them, the stamps among them."""
    document = pypdfium2.PdfDocument(BytesIO(content))
    document.init_forms()
    page = document[len(document) - 1]
    assert raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS
    page = document[len(document) - 1]
    return page.get_textpage().get_text_bounded()


def test_both_signatures_hold_and_each_is_of_who_signed(signed, people):
    assert [(seal.role, seal.name, seal.holds) for seal in pades.checked(signed)] == [
        ("collector", "陈静", True),
        ("reviewer", "孙浩", True),
    ]
    assert [each.by for each in Signature.select().order_by(Signature.id)] == [
        people["chenjing"],
        people["sunhao"],
    ]
    assert Review.get().by_words == SAID


def test_the_stamp_says_for_whom(signed):
    words = printed(signed).replace("\n", "").replace("\r", "").replace(" ", "")
    assert SAID in words
    assert words.count("电子签署") == 2  # the time and the certificate beside each name
    serials = [each.certificate.serial[-12:].upper() for each in Signature.select()]
    assert all(f"证书{serial}" in words for serial in serials)


def test_an_independent_reader_confirms_both(signed, tmp_path):
    if not shutil.which("pdfsig"):
        pytest.skip("poppler-utils is not installed here")
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    said = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid") == 2
    assert "Signer Certificate Common Name: 孙浩" in said
