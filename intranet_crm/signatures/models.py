"""Certificates of persons, what they signed, and where signing by hand is the rule."""

from datetime import datetime
from typing import NamedTuple, Self

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Department, Person, SignInFailure
from intranet_crm.database import BaseModel, database
from intranet_crm.errors import DomainError
from intranet_crm.files.models import StoredFile
from intranet_crm.signatures import authority
from intranet_crm.signatures.rules import REVOKED_FOR, VALID_FOR

LOCKED = "签署口令多次不对，暂时不能签署，请 15 分钟后再试。"


class WrongPassword(DomainError):
    """The signing password does not open the key."""


class SigningKey(NamedTuple):
    """A person's key, opened for one signature, with its certificate's row."""

    key: ec.EllipticCurvePrivateKey
    certificate: "Certificate"


class Certificate(BaseModel):
    """A person's certificate and key; the key opens with the person's own signing password only."""

    person = ForeignKeyField(Person, backref="certificates", on_delete="RESTRICT")
    serial = CharField(40, unique=True)  # hex
    pem = TextField()
    sealed_key = TextField()  # PKCS#8, encrypted with the signing password
    issued_at = DateTimeField()
    expires_at = DateTimeField()
    revoked_at = DateTimeField(null=True)
    revoked_for = CharField(12, default="")
    revoked_by_id = IntegerField(null=True)  # nobody: the system, when a person leaves

    @classmethod
    def issue(cls, person: Person, password: str) -> Self:
        """A new certificate for the person, in place of the one before."""
        key = ec.generate_private_key(ec.SECP256R1())
        moment = clock.now()
        until = moment + VALID_FOR
        made = authority.issued(
            key.public_key(),
            name=person.name,
            unit=person.department.name,
            account=person.username,
            until=until,
        )
        sealed = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password.encode()),
        )
        with database.atomic():
            Person.locked_by_id(person.id)
            if earlier := current_certificate(person):
                earlier.revoke("replaced", by=person)
            certificate = cls.create(
                person=person,
                serial=f"{made.serial_number:x}",
                pem=made.public_bytes(serialization.Encoding.PEM).decode(),
                sealed_key=sealed.decode(),
                issued_at=moment,
                expires_at=until,
            )
            certificate._log("申请签署证书", person)
        return certificate

    def revoke(self, reason: str, *, by: Person | None) -> None:
        """Call the certificate back: what was signed before stays signed, nothing more can be."""
        with database.atomic():
            changes = {"revoked_at": clock.now(), "revoked_for": reason, "revoked_by_id": by and by.id}
            valid = (Certificate.id == self.id) & Certificate.revoked_at.is_null()
            if Certificate.update(**changes).where(valid).execute():
                self._log("吊销签署证书", by, reason=REVOKED_FOR.label(reason))

    def opened(self, password: str, address: str) -> SigningKey:
        """The key, once; raises WrongPassword, and after five wrong ones for fifteen minutes."""
        account = f"sign:{self.person_id}"
        if SignInFailure.locked_until(account, address):
            raise WrongPassword(LOCKED)
        try:
            key = serialization.load_pem_private_key(self.sealed_key.encode(), password.encode() or b" ")
        except ValueError:
            SignInFailure.note(account, address)
            raise WrongPassword("签署口令不对，没有签署。忘记时请在「我的账号」里换发证书。") from None
        return SigningKey(key, self)

    @property
    def x509(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.pem.encode())

    def _log(self, action: str, by: Person | None, **new: object) -> None:
        facts = {"serial": self.serial} | new
        audit_log.record(
            action, by=by, kind="certificate", subject_id=self.id, title=self.person.name, new=facts
        )


def current_certificate(person: Person) -> Certificate | None:
    """The one certificate that the person can sign with now, or None."""
    valid = Certificate.revoked_at.is_null() & (Certificate.expires_at > clock.now())
    return Certificate.get_or_none((Certificate.person == person.id) & valid)


class Signature(BaseModel):
    """Who signed which document in which role; the document with the signature in it is ``file``."""

    subject_kind = CharField(32)
    subject_id = IntegerField()
    role = CharField(12)
    by = ForeignKeyField(Person, on_delete="RESTRICT")
    certificate = ForeignKeyField(Certificate, on_delete="RESTRICT")
    at = DateTimeField()
    file = ForeignKeyField(StoredFile, on_delete="RESTRICT")

    class Meta:
        indexes = ((("subject_kind", "subject_id", "role"), True),)


def signatures_of(kind: str, key: int) -> list[Signature]:
    """The signatures under a document, in order, with person, certificate and file."""
    found = Signature.select(Signature, Person, Certificate, StoredFile).join(Person)
    found = found.join_from(Signature, Certificate).join_from(Signature, StoredFile)
    return list(
        found.where((Signature.subject_kind == kind) & (Signature.subject_id == key)).order_by(Signature.id)
    )


class SigningRule(BaseModel):
    """A department, and all below it without a rule of their own, sign electronically or by hand."""

    department = ForeignKeyField(Department, unique=True, on_delete="CASCADE")
    electronic = IntegerField()
    by = ForeignKeyField(Person, on_delete="RESTRICT")
    at = DateTimeField()

    @classmethod
    def settle(cls, department: Department, electronic: bool, *, by: Person) -> None:
        """How the department signs from now on."""
        with database.atomic():
            cls.delete().where(cls.department == department.id).execute()
            cls.create(department=department, electronic=int(electronic), by=by, at=clock.now())
            word = "电子签署" if electronic else "手写签字"
            audit_log.record(
                "设置签署方式", by=by, kind="department", subject_id=department.id, title=department.name,
                new={"mode": word},
            )  # fmt: skip


def signs_electronically(department: Department) -> bool:
    """By the department's own rule, or that of the nearest one above it; by hand where nobody has decided."""
    upward = department.upward_ids()
    rules = dict(
        SigningRule.select(SigningRule.department, SigningRule.electronic)
        .where(SigningRule.department.in_(upward))
        .tuples()
    )
    return bool(next((rules[key] for key in upward if key in rules), 0))


def revoke_of_leavers() -> int:
    """Call back the certificates of people who cannot sign in any more; returns how many."""
    gone = Person.select(Person.id).where(Person.disabled_at.is_null(False))
    valid = Certificate.select(Certificate, Person).join(Person)
    found = list(valid.where(Certificate.revoked_at.is_null() & Certificate.person.in_(gone)).limit(100))
    for certificate in found:
        certificate.revoke("left", by=None)
    return len(found)


def revoked() -> list[tuple[int, datetime]]:
    """Serial number and moment of every certificate that was called back."""
    found = Certificate.select(Certificate.serial, Certificate.revoked_at)
    return [
        (int(serial, 16), at) for serial, at in found.where(Certificate.revoked_at.is_null(False)).tuples()
    ]
