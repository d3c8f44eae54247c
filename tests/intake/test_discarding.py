"""「删除草稿」: what was never submitted may go, what was stays."""

from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage

from intranet_crm.audit_log import AuditEntry, AuditValues
from intranet_crm.errors import IllegalMove
from intranet_crm.files.attachments import attach
from intranet_crm.files.models import Attachment
from intranet_crm.intake import drafts
from intranet_crm.intake.discarding import discard
from intranet_crm.intake.editions import obstacle_to
from intranet_crm.intake.models import IntakeEvent, IntakeForm
from tests.archive.approved import approved
from tests.files.samples import PDF
from tests.intake.amended import begun
from tests.intake.in_review import COMPANY, submitted
from tests.intake.typing import new_key


@pytest.fixture
def draft(people):
    by = people["chenjing"]
    made = drafts.open_draft(new_key(), dict(COMPANY), department=by.department, by=by)
    attach("intake_form", made.id, [FileStorage(BytesIO(PDF), "纪要.pdf")], by)
    return made


def test_the_collector_deletes_a_draft_with_its_files(draft, sign_in):
    browser = sign_in("chenjing")
    assert f'action="/intake/{draft.id}/discard"' in browser.get(f"/intake/{draft.id}").text
    answer = browser.post(f"/intake/{draft.id}/discard")
    assert (answer.status_code, answer.location) == (303, "/intake")
    assert f"草稿 {draft.number} 已删除" in browser.get("/intake").text
    assert browser.get(f"/intake/{draft.id}").status_code == 404
    assert Attachment.select().count() == IntakeForm.select().count() == 0
    entry = AuditEntry.get(AuditEntry.action == "删除采集表草稿")
    kept = AuditValues.get(AuditValues.entry == entry.id).old
    assert COMPANY["detail"] in kept
    assert COMPANY["phone"] not in kept
    assert "纪要.pdf" in kept


def test_nobody_else_deletes_it(draft, sign_in):
    for who in ("wanglei", "liqiang", "zhoufang"):
        assert sign_in(who).post(f"/intake/{draft.id}/discard").status_code in (403, 404)
    assert IntakeForm.select().count() == 1


def test_what_was_submitted_stays(people, sign_in):
    form = submitted(people["chenjing"])
    with pytest.raises(IllegalMove, match="要留作记录"):
        discard(form.id, by=people["chenjing"])
    browser = sign_in("chenjing")
    browser.post(f"/intake/{form.id}/withdrawal")
    assert "删除草稿" not in browser.get(f"/intake/{form.id}").text
    assert browser.post(f"/intake/{form.id}/discard").status_code == 409
    assert IntakeForm.get().state == "withdrawn"


def test_a_version_given_up_makes_way_for_another(people, sign_in):
    first = approved(people["chenjing"], people["zhoufang"])
    second = begun(first)
    assert "正在办理" in obstacle_to(first).sentence
    answer = sign_in("chenjing").post(f"/intake/{second.id}/discard")
    assert answer.location == f"/intake/{first.id}"
    assert obstacle_to(IntakeForm.get_by_id(first.id)) is None
    assert IntakeEvent.select().where(IntakeEvent.move == "discard").get().note == f"第2版 {second.number}"
    assert begun(first).number == second.number
