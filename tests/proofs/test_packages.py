"""A package opens and verifies without the system, and says so when a byte was changed."""

import subprocess
import sys
import zipfile

import pytest

from intranet_crm import clock
from intranet_crm.archive.rules import file_system_name
from intranet_crm.audit_log import AuditEntry
from intranet_crm.errors import DomainError, NotAllowed
from intranet_crm.files import store
from intranet_crm.proofs import packages
from intranet_crm.proofs.models import Package
from tests.files.samples import DOCX, upload


@pytest.fixture
def unpacked(sealed, people, work, tmp_path):
    asked = packages.ask(by=people["xujing"], purpose="移交", month=clock.today().replace(day=1))
    work()
    made = Package.get_by_id(asked.id)
    assert store.sha256_of(packages.shelf.path_of(made).read_bytes()) == made.sha256
    folder = tmp_path / "包"
    with zipfile.ZipFile(packages.shelf.path_of(made)) as archive:
        archive.extractall(folder)
    return folder


def verified(folder):
    run = subprocess.run([sys.executable, "-I", "verify.py"], cwd=folder, capture_output=True, text=True)
    return run.returncode, run.stdout


def test_package_verifies_by_itself_and_by_sha256sum(unpacked, sealed):
    assert verified(unpacked)[0] == 0
    run = subprocess.run(["sha256sum", "-c", "manifest-sha256.txt"], cwd=unpacked, capture_output=True)
    assert run.returncode == 0
    index = (unpacked / "index.html").read_text()
    assert sealed.number in index
    assert next(unpacked.glob("档案/*/归档表.pdf")).read_bytes().startswith(b"%PDF-")
    assert next(unpacked.glob("档案/*/数据.json")).read_text() == sealed.snapshot


@pytest.mark.parametrize("name", ["归档表.pdf", "数据.json", "送审稿第1次.pdf"])
def test_changed_missing_and_added_files_are_named(unpacked, name):
    path = next(unpacked.glob(f"档案/*/{name}"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    code, said = verified(unpacked)
    assert (code, "被改动" in said, name in said) == (1, True, True)
    path.unlink()
    assert "缺少" in verified(unpacked)[1]
    (unpacked / "多.txt").write_text("x")
    assert "多出 多.txt" in verified(unpacked)[1]


def test_attachments_go_along_under_their_names(make_record, people, work, tmp_path):
    record = make_record(files=[upload("需求说明书.docx", DOCX), upload("需求说明书.docx", DOCX)])
    asked = packages.ask(by=people["xujing"], purpose="移交", records=[record])
    work()
    with zipfile.ZipFile(packages.shelf.path_of(asked)) as archive:
        archive.extractall(tmp_path / "包")
    assert verified(tmp_path / "包")[0] == 0
    for number in (1, 2):
        assert next((tmp_path / "包").glob(f"档案/*/附件{number} 需求说明书.docx")).read_bytes() == DOCX


@pytest.mark.parametrize(
    ("name", "said"), [("records.json", "被改动 records.json"), ("manifest-sha256.txt", "不能核对")]
)
@pytest.mark.parametrize("harm", [b"\xff", None], ids=["changed", "missing"])
def test_lists_that_are_damaged_themselves_are_told_in_a_sentence(unpacked, name, said, harm):
    path = unpacked / name
    if harm:
        path.write_bytes(harm + path.read_bytes()[1:])
    else:
        path.unlink()
        said = said.replace("被改动", "缺少")
    code, words = verified(unpacked)
    assert (code, said in words) == (1, True)


@pytest.mark.parametrize("ending", ["", ".docx"])
def test_a_long_name_fits_every_file_system(ending):
    name = file_system_name("DA-2026-0001 " + "杭" * 118 + ". -2026-11-22", ending)
    assert len(name.encode()) <= 255
    assert name.startswith("DA-2026-0001 杭杭")
    assert name.endswith(ending)
    assert (
        file_system_name("DA-2026-0001 甲公司-2026-11-22", ending)
        == f"DA-2026-0001 甲公司-2026-11-22{ending}"
    )


def test_purpose_that_is_too_long_stays_in_its_field(sealed, sign_in):
    answer = sign_in("xujing").post(f"/archive/{sealed.id}/package", data={"purpose": "移" * 201})
    assert (answer.status_code, "多出1字" in answer.text, "移" * 201 in answer.text) == (422, True, True)


def test_only_the_archivist_takes_packages_out(sealed, people, sign_in, work):
    with pytest.raises(NotAllowed):
        packages.ask(by=people["chenjing"], purpose="我要", records=[sealed])
    with pytest.raises(DomainError, match="没有可以导出"):
        packages.ask(by=people["xujing"], purpose="空", month=clock.today().replace(year=2020, day=1))
    browser = sign_in("xujing")
    answer = browser.post(f"/archive/{sealed.id}/package", data={"purpose": "客户查阅"})
    work()
    with browser.get(f"{answer.location}.zip") as file:
        assert file.data.startswith(b"PK")
    assert AuditEntry.get(AuditEntry.action == "下载档案数据包").actor_id == people["xujing"].id
    assert "客户查阅" in browser.get("/archive/packages").text
    for name in ("chenjing", "zhoufang"):
        assert sign_in(name).get(answer.location).status_code == 404
    wrong = browser.post("/archive/packages", data={"month": "2026-13", "purpose": "x"})
    assert (wrong.status_code, "2026-11" in wrong.text) == (422, True)
