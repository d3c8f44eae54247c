"""The worker makes the PDF of a submission once, whatever happens to it in the middle."""

import pytest

from intranet_crm.files import store
from intranet_crm.files.models import StoredFile
from intranet_crm.intake import jobs
from intranet_crm.intake.models import Submission
from tests.intake.in_review import submitted


@pytest.fixture
def submission(people):
    form = submitted(people["chenjing"], document=False)
    return Submission.get(Submission.form == form.id)


def test_document_is_made_and_kept(submission):
    jobs.make_document(submission.id)

    kept = Submission.get_by_id(submission.id).document
    assert store.read(kept).startswith(b"%PDF-")
    assert kept.media_type == "application/pdf"


def test_second_run_changes_nothing(submission, monkeypatch):
    jobs.make_document(submission.id)
    first = Submission.get_by_id(submission.id).document_id
    monkeypatch.setattr(jobs, "sheet_pdf", lambda *_, **__: b"%PDF-other")

    jobs.make_document(submission.id)

    assert Submission.get_by_id(submission.id).document_id == first
    assert StoredFile.select().count() == 1


def test_slower_of_two_workers_does_not_replace_the_document(submission, monkeypatch):
    def overtaken(*_, **__):
        monkeypatch.setattr(jobs, "sheet_pdf", lambda *_, **__: b"%PDF-first")
        jobs.make_document(submission.id)
        return b"%PDF-second"

    monkeypatch.setattr(jobs, "sheet_pdf", overtaken)
    jobs.make_document(submission.id)

    assert store.read(Submission.get_by_id(submission.id).document) == b"%PDF-first"


def test_worker_that_dies_in_the_middle_leaves_the_next_one_to_do_it(submission, monkeypatch):
    def killed(*_, **__):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "sheet_pdf", killed)
        with pytest.raises(SystemExit):
            jobs.make_document(submission.id)
    assert Submission.get_by_id(submission.id).document_id is None

    jobs.make_document(submission.id)

    assert Submission.get_by_id(submission.id).document_id is not None


def test_submission_that_is_gone_is_passed_over(db):
    jobs.make_document(4711)


def test_blank_form_is_for_those_who_collect(sign_in):
    answer = sign_in("chenjing").get("/intake/blank.pdf")
    assert answer.data.startswith(b"%PDF-")
    assert sign_in("auditor").get("/intake/blank.pdf").status_code == 403
