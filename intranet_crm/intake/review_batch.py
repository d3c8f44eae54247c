"""Batch approval (O8): only forms without any warning, each judged by itself and approved by itself."""

import json
from dataclasses import dataclass, field

from intranet_crm.accounts.models import Department, Person
from intranet_crm.customers.models import Customer
from intranet_crm.errors import DomainError
from intranet_crm.intake import reviews
from intranet_crm.intake.grade_hint import GradeHint, grade_hints
from intranet_crm.intake.models import IntakeForm, Review
from intranet_crm.intake.review_queries import waiting_for
from intranet_crm.intake.reviews import FullJudgements
from intranet_crm.signatures.models import signs_electronically

KEY_FACTS = ("situation", "need_type", "budget", "priority", "method", "collected_on")


@dataclass(frozen=True)
class Candidate:
    """A waiting form with what a head must know of it, and why it cannot be approved in a batch."""

    form: IntakeForm
    digest: str
    facts: list[tuple[str, str]]
    detail: str
    hint: GradeHint
    hindrances: list[str] = field(default_factory=list)


def candidates(person: Person, after: str = "") -> tuple[list[Candidate], list[Candidate], str]:
    """A page of the person's queue: what may be approved in a batch, what may not, the next page's key."""
    page = waiting_for(person, after)
    leading = Department.select().where(Department.id.in_({row.form.department_id for row in page.rows}))
    signing = {department.id: signs_electronically(department) for department in leading}
    about = {row.form.customer_id for row in page.rows}
    known = {each.id: each for each in Customer.select().where(Customer.id.in_(about - {None}))}
    forms = [(row.form.submission.values, known.get(row.form.customer_id)) for row in page.rows]
    found = [
        _candidate(row.form, signing, hint) for row, hint in zip(page.rows, grade_hints(forms), strict=True)
    ]
    fit = [each for each in found if not each.hindrances]
    return fit, [each for each in found if each.hindrances], page.next_key


def _candidate(form: IntakeForm, signing: dict[int, bool], hint: GradeHint) -> Candidate:
    submission = form.submission
    frozen = json.loads(submission.snapshot)
    words = {
        each["key"]: (each["label"], each["words"])
        for section in frozen["sections"]
        for each in section["fields"]
    }
    findings = len(frozen["self_check"]["findings"])
    hindrances = (
        f"自查有 {findings} 处提示，请逐处看过" if findings else "",
        f"第 {form.round} 次提交，请看过改动和答复" if form.round > 1 else "",
        f"{form.edition_words}，请看过与上一版的差异" if form.edition > 1 else "",
        "牵头部门电子签署，每份都要用签署口令签" if signing[form.department_id] else "",
        "" if submission.document_id else "送审文件还在生成",
    )
    facts = [words[key] for key in KEY_FACTS if key in words and words[key][1]]
    detail = words.get("detail", ("", ""))[1]
    return Candidate(form, submission.digest, facts, detail, hint, list(filter(None, hindrances)))


def approve_one(
    candidate: Candidate, given: FullJudgements, *, opinion: str, seen: str, by: Person
) -> Review:
    """One form of the batch, in a transaction of its own, as on the desk; raises what ``approve`` raises."""
    if candidate.hindrances:
        raise DomainError("；".join(candidate.hindrances) + "。请打开这份采集表单独复核。")
    return reviews.approve(candidate.form.id, given, opinion=opinion, seen=seen, by=by)
