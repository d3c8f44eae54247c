"""What an archive sheet says: the approved submission, the review, and what is known of entry and filing."""

import json

from intranet_crm.accounts.queries import people_with_role
from intranet_crm.accounts.rules import Role
from intranet_crm.formatting import moment
from intranet_crm.intake.models import IntakeForm, Review, Submission
from intranet_crm.intake.sheet import filing_part, review_part
from intranet_crm.intake.signing import KIND
from intranet_crm.intake.snapshot import canonical_json
from intranet_crm.reference.choices import CUSTOMER_GRADES
from intranet_crm.signatures.models import signatures_of


def contents_of(submission: Submission, review: Review, number: str) -> str:
    """The canonical JSON of the archive record: what was approved, unchanged, and its approval (O6)."""
    snapshot = json.loads(submission.snapshot)
    snapshot["review"] = {"fields": _review(review), "submission_digest": submission.digest}
    if signed := signatures_of(KIND, submission.id):
        snapshot["signatures"] = {
            each.role: {
                "by": review.by_words if each.role == "reviewer" else each.by.name,
                "at": moment(each.at),
                "serial": each.certificate.serial,
            }
            for each in signed
        }
    snapshot["archive"] = {"number": number, "fields": _filing(submission.form, number)}
    return canonical_json(snapshot)


def _review(review: Review) -> list[dict]:
    truth = (f"二次确认日期 {review.truth_on}" if review.truth_on else "", review.truth_note)
    grade = CUSTOMER_GRADES.label(review.fit_grade)
    fit = (f"客户分级 {grade}" if grade else "", review.fit_note)
    return review_part(
        decision=review.decision,
        opinion=review.opinion,
        truth_method=review.truth_method,
        truth_words="；".join(filter(None, truth)),
        is_sensitive=review.is_sensitive,
        sensitive_note=review.sensitive_note,
        fits=review.fits,
        fit_words="；".join(filter(None, fit)),
        by=review.by_words,
        at=moment(review.at),
    )


def _filing(form: IntakeForm, number: str) -> list[dict]:
    due = form.entry_due_on
    words = f"{due} 前（通过后 2 个工作日{'，预计' if form.entry_due_is_expected else ''}）" if due else ""
    archivist = people_with_role(Role.ARCHIVIST).first()
    custodian = archivist.department.name if archivist else ""
    return filing_part(number=number, due=words, version="reviewed", custodian=custodian)
