"""A form's files are judged with it, frozen with it, and begin its next version (T1 具体需求描述, O6)."""

import json

import pytest

from intranet_crm.errors import IllegalMove
from intranet_crm.intake import attached
from intranet_crm.intake.models import Submission
from intranet_crm.intake.reviews import return_
from intranet_crm.intake.sheet import sheet_html
from intranet_crm.intake.verdicts import ReturnedField
from tests.files.samples import DOCX, PDF, TEXT, upload
from tests.intake.amended import BUDGET, amended, begun, passed
from tests.intake.in_review import read, resubmitted, submitted


def frozen(form):
    return json.loads(
        Submission.get((Submission.form == form.id) & (Submission.round == form.round)).snapshot
    )


@pytest.fixture
def form(people):
    return submitted(people["chenjing"], files=[upload("需求说明书.docx", DOCX), upload("报价.pdf", PDF)])


def test_names_sizes_and_digests_are_frozen_and_printed(form):
    listed = frozen(form)["attachments"]
    assert [(each["name"], each["size"]) for each in listed] == [
        ("需求说明书.docx", len(DOCX)),
        ("报价.pdf", len(PDF)),
    ]
    page = sheet_html(frozen(form), kind="submission")
    assert "附件清单" in page
    assert listed[0]["sha256"][:32] in page


def test_a_form_without_files_says_nothing_of_them(people):
    alone = submitted(people["chenjing"])
    assert "attachments" not in frozen(alone)
    assert "附件清单" not in sheet_html(frozen(alone), kind="submission")


def test_the_head_sees_them_on_the_desk_and_opens_them(form, sign_in):
    head = sign_in("zhoufang")
    desk = head.get(f"/reviews/{form.id}").text
    assert "附件（2）" in desk
    file = attached.attached_to(form)[1]
    assert f'href="/intake/{form.id}/attachments/{file.id}"' in desk
    assert head.get(f"/intake/{form.id}/attachments/{file.id}").data == PDF


def test_nothing_joins_or_leaves_what_is_submitted(form, people):
    with pytest.raises(IllegalMove):
        attached.add(form, [upload("迟到.txt", TEXT)], by=people["chenjing"])
    with pytest.raises(IllegalMove):
        attached.take_off(form, attached.attached_to(form)[0], by=people["chenjing"])
    assert len(attached.attached_to(form)) == 2


def test_the_head_is_shown_which_files_changed_between_two_rounds(form, people, sign_in):
    items = [ReturnedField("detail", "请附上最新的说明书")]
    return_(form.id, items, opinion="请补充", seen=read(form), by=people["zhoufang"])
    attached.take_off(form, attached.attached_to(form)[0], by=people["chenjing"])
    attached.add(form, [upload("需求说明书.docx", TEXT[:0] + DOCX + b"\0")], by=people["chenjing"])
    again = resubmitted(form, answers={"detail": "已换成最新的说明书"})
    desk = sign_in("zhoufang").get(f"/reviews/{again.id}").text
    assert "需求说明书.docx（内容有改动）" in desk


def test_the_next_version_begins_with_them_and_says_what_became_of_them(form, people):
    draft = begun(passed(form))
    assert [each.name for each in attached.attached_to(draft)] == ["需求说明书.docx", "报价.pdf"]
    attached.take_off(draft, attached.attached_to(draft)[1], by=people["chenjing"])
    attached.add(draft, [upload("会议纪要.txt", TEXT)], by=people["chenjing"])
    second = resubmitted(draft)  # nothing else was changed: new files are reason enough
    (change,) = (each for each in frozen(second)["edition"]["changes"] if each["field"] == "attachments")
    assert (change["old"], change["new"]) == ("需求说明书.docx\n报价.pdf", "需求说明书.docx\n会议纪要.txt")
    assert len(attached.attached_to(form)) == 2


def test_the_same_files_are_no_difference(form):
    second = amended(passed(form), **BUDGET)
    assert "attachments" not in {each["field"] for each in frozen(second)["edition"]["changes"]}
