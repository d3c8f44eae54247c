"""Electronic signatures under a submission (P4): the collector's once frozen, the head's at approval."""

from dataclasses import dataclass

from intranet_crm import clock, pages
from intranet_crm.accounts.models import Person
from intranet_crm.database import database
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed, StaleVersion
from intranet_crm.files import store
from intranet_crm.files.models import StoredFile
from intranet_crm.intake.drafts import record
from intranet_crm.intake.models import IntakeForm, Submission
from intranet_crm.signatures import pades
from intranet_crm.signatures.models import (
    Certificate,
    Signature,
    SigningKey,
    current_certificate,
    signatures_of,
    signs_electronically,
)
from intranet_crm.signatures.rules import BOX_LABELS, ROLES

KIND = "submission"
PDF = "application/pdf"
NO_CERTIFICATE = "你还没有签署证书，请先在「我的账号 → 电子签署」里设置签署口令。"


@dataclass(frozen=True)
class Sealed:
    """A submission's document with one more signature, not yet kept."""

    under: StoredFile  # what was signed
    content: bytes
    certificate: Certificate


def wants_signatures(form: IntakeForm) -> bool:
    """Whether the form's department signs electronically; otherwise the pen does it on paper."""
    return signs_electronically(form.department)


def signed_roles(submission: Submission) -> set[str]:
    return {signature.role for signature in signatures_of(KIND, submission.id)}


def open_key(person: Person, password: str, address: str) -> SigningKey:
    """The person's key for one signature; raises DomainError without a certificate, WrongPassword."""
    certificate = current_certificate(person)
    if certificate is None:
        raise DomainError(NO_CERTIFICATE)
    return certificate.opened(password, address)


def seal(submission: Submission, role: str, key: SigningKey, name: str = "") -> Sealed:
    """Sign what the submission stands on now, outside any transaction; raises DomainError."""
    paper = submission.paper
    if paper is None:
        raise IllegalMove("送审文件还在生成，请稍候几秒再签署。")
    places = pages.spots(store.path_of(paper.sha256), BOX_LABELS[role])
    if not places:
        raise DomainError("这份文件上没有签字的位置，不能电子签署。")
    content = pades.signed(store.read(paper), key, role=role, place=places[-1], name=name)
    return Sealed(paper, content, key.certificate)


def keep(submission: Submission, role: str, sealed: Sealed, *, by: Person) -> Signature:
    """Keep the signed document, in the caller's transaction; raises StaleVersion when another was kept."""
    file = store.keep(sealed.content, PDF)
    unchanged = (Submission.id == submission.id) & (
        (Submission.signed == sealed.under.id)
        | (Submission.signed.is_null() & (Submission.document == sealed.under.id))
    )
    if not Submission.update(signed=file).where(unchanged).execute():
        raise StaleVersion("这份文件刚被签署过，请刷新后再签。")
    submission.signed = file
    signature = Signature.create(
        subject_kind=KIND,
        subject_id=submission.id,
        role=role,
        by=by,
        certificate=sealed.certificate,
        at=clock.now(),
        file=file,
    )
    facts = {"round": submission.round, "serial": sealed.certificate.serial, "sha256": file.sha256}
    record(f"{ROLES.label(role)}电子签署", submission.form, by, new=facts)
    return signature


def sign_as_collector(form_id: int, *, password: str, address: str, by: Person) -> Signature:
    """The collector signs what was just submitted. Raises NotAllowed, IllegalMove, WrongPassword."""
    form = IntakeForm.get_by_id(form_id)
    submission = _waiting(form, by)
    sealed = seal(submission, "collector", open_key(by, password, address))
    with database.atomic():
        form = IntakeForm.locked_by_id(form_id)
        return keep(_waiting(form, by), "collector", sealed, by=by)


def _waiting(form: IntakeForm, by: Person) -> Submission:
    if form.collector_id != by.id:
        raise NotAllowed("采集人签字只能由采集人本人签署。")
    if form.state != "in_review":
        raise IllegalMove("这份采集表不在待复核状态，不能签署。")
    submission = Submission.get((Submission.form == form.id) & (Submission.round == form.round))
    if "collector" in signed_roles(submission):
        raise IllegalMove("这份采集表已经签署过了。")
    return submission


@dataclass(frozen=True)
class Standing:
    """How far a form's signatures are, for the person who looks."""

    signatures: list[Signature]
    may_sign: bool
    is_ready: bool  # the document is there
    has_certificate: bool


def standing(form: IntakeForm, person: Person) -> Standing | None:
    """None where the pen signs, and before the first submission."""
    if not form.round or not wants_signatures(form):
        return None
    submission = Submission.get((Submission.form == form.id) & (Submission.round == form.round))
    found = signatures_of(KIND, submission.id)
    signed = "collector" in {each.role for each in found}
    may_sign = form.state == "in_review" and form.collector_id == person.id and not signed
    return Standing(
        found,
        may_sign,
        submission.document_id is not None,
        may_sign and current_certificate(person) is not None,
    )
