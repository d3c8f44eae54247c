"""The records of a form's versions: each its own sheet that says what it changes; the chain between them."""

import json

import pytest

from intranet_crm import verification
from intranet_crm.archive.editions import chain_fault
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.seals import reseal
from intranet_crm.database import database
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.sheet import sheet_html
from intranet_crm.intake.snapshot import digest
from intranet_crm.keeping.models import Hold
from intranet_crm.keeping.terms import kept
from tests.archive.approved import approved
from tests.intake.amended import REASON, amended, passed
from tests.intake.in_review import PERSON


@pytest.fixture
def pair(people):
    """The records of two versions of one form."""
    first = approved(people["chenjing"], people["zhoufang"])
    older = ArchiveRecord.establish(first.id)
    return older, ArchiveRecord.establish(passed(amended(first)).id)


def said():
    return list(verification.differences())


def rewritten(newer, **changes):
    data = json.loads(newer.snapshot)
    data["edition"]["earlier"] |= changes
    text = json.dumps(data, ensure_ascii=False)
    ArchiveRecord.update(snapshot=text, digest=digest(text)).where(ArchiveRecord.id == newer.id).execute()
    reseal(newer)
    return ArchiveRecord.get_by_id(newer.id)


def test_the_sheet_prints_what_it_changes(pair):
    older = pair[0]
    pages = [
        sheet_html(json.loads(record.snapshot), kind="archive", record=record.form_id, version=1)
        for record in pair
    ]
    words = ("第2版</span>", "与第1版的差异", REASON, "120–150 万元", "80–100 万元", older.number)
    assert [word in pages[1] for word in words] == [True] * len(words)
    assert "与第1版的差异" not in pages[0]
    assert "第1版" not in pages[0]
    assert "edition" not in json.loads(older.snapshot)


def test_an_id_number_is_masked_in_the_differences(people):
    first = approved(people["chenjing"], people["zhoufang"], values=PERSON)
    ArchiveRecord.establish(first.id)
    second = passed(amended(first, citizen_id="440305196910102522"))
    newer = ArchiveRecord.establish(second.id)
    html = sheet_html(json.loads(newer.snapshot), kind="archive")
    assert "440***********2522（隐去的数字有改动）" in html
    assert "440305" not in html


def test_the_chain_is_whole_until_somebody_touches_it(pair):
    newer = pair[1]
    assert [chain_fault(record) for record in pair] == ["", ""]
    assert "摘要不符" in chain_fault(rewritten(newer, digest="0" * 64))
    assert "不存在" in chain_fault(rewritten(newer, record="DA-2026-9999"))


def test_verify_names_a_broken_chain(pair):
    older, newer = pair
    assert not [sentence for sentence in said() if newer.number in sentence and "第1版" in sentence]
    text = older.snapshot.replace("罗欣怡", "罗欣欣")  # with a digest and a seal of its own
    ArchiveRecord.update(snapshot=text, digest=digest(text)).where(ArchiveRecord.id == older.id).execute()
    reseal(older)
    assert f"档案 {newer.number}：第1版的档案 {older.number} 与本版写明的摘要不符" in said()


def test_a_destroyed_first_version_leaves_the_chain_whole(pair):
    older, newer = pair
    ArchiveRecord.update(snapshot="").where(ArchiveRecord.id == older.id).execute()
    assert chain_fault(ArchiveRecord.get_by_id(newer.id)) == ""


def test_a_hold_binds_one_version_alone(pair, people):
    older, newer = pair
    Hold.place(newer, reason="审计", by=people["xujing"])
    found = kept([older.id, newer.id])
    assert [any("冻结" in sentence for sentence in found[key.id].obstacles) for key in pair] == [False, True]


def test_lists_ask_no_more_for_versions(pair, people, sign_in, sent):
    browser = sign_in("xujing")
    costs = []
    for number in range(2):
        browser.get("/archive")
        sent.clear()
        assert browser.get("/archive").text.count("已有第2版") == number + 1
        costs.append(len(sent))
        with database.connection_context():
            first = approved(people["chenjing"], people["zhoufang"], name=f"另一家{number}有限公司")
            ArchiveRecord.establish(first.id)
            ArchiveRecord.establish(passed(amended(first)).id)
    assert costs[0] == costs[1]
    assert IntakeForm.select().where(IntakeForm.edition == 2).count() == 3
