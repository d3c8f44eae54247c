"""PAdES signatures in PDFs (P4): the only importer of pyHanko.

Each signature is an incremental update, so what was signed before stays as it was. The stamp is drawn by
WeasyPrint and laid into the box that the sheet keeps free: PDF/A stays valid.
"""

import html
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from tempfile import NamedTemporaryFile
from typing import Any

from intranet_crm import clock, pages, pdf
from intranet_crm.errors import DomainError
from intranet_crm.formatting import moment
from intranet_crm.signatures import authority
from intranet_crm.signatures.models import SigningKey
from intranet_crm.signatures.rules import BOX_LABELS

MILLIMETRE = 72 / 25.4
WIDTH, HEIGHT = 56 * MILLIMETRE, 11.5 * MILLIMETRE  # of a stamp
LABEL = 30 * MILLIMETRE  # the sheet's column of labels: `.label` in sheet.css
LEFT = 16 * MILLIMETRE  # its margin
RESERVED = 8192  # hex digits for a signature, three times what ours take; unsaid, each is made twice

STAMP_CSS = """@page { size: 56mm 11.5mm; margin: 0 }
html { font-size: 5.8pt; color: #0e4355 } body { margin: 0 1.5mm }
b, span { display: block; white-space: nowrap }
b { font-size: 11.5pt; letter-spacing: 0.08em; line-height: 7mm } span { line-height: 3mm } """


@dataclass(frozen=True)
class Seal:
    """What a check says of one signature; ``whole``: the bytes it covers are as they were signed."""

    role: str
    name: str
    serial: str
    at: datetime | None
    whole: bool
    trusted: bool

    @property
    def holds(self) -> bool:
        return self.whole and self.trusted


def signed(content: bytes, signer: SigningKey, *, role: str, place: pages.Spot, name: str = "") -> bytes:
    """The PDF with one more signature, visible in the box beside its label at ``place``.

    ``name`` stands in the box instead of the certificate's: a deputy's says for whom.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
    from pyhanko.stamp import StaticStampStyle

    at, person = clock.now(), signer.certificate.person
    box = _box(place)
    writer = IncrementalPdfFileWriter(BytesIO(content))
    append_signature_field(writer, SigFieldSpec(role, on_page=place.page, box=box))
    metadata = signers.PdfSignatureMetadata(
        field_name=role,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=person.name,
        reason=BOX_LABELS[role],
    )
    with NamedTemporaryFile(suffix=".pdf") as drawn:  # pyHanko takes it by name
        drawn.write(_stamp(name or person.name, at, signer.certificate.serial))
        drawn.flush()
        layout = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MID, Margins(0, 0, 0, 0))
        stamp = StaticStampStyle.from_pdf_file(
            drawn.name, border_width=0, background_opacity=1.0, background_layout=layout
        )
        out = BytesIO()
        maker = signers.PdfSigner(metadata, _simple_signer(signer), stamp_style=stamp)
        maker.sign_pdf(writer, output=out, bytes_reserved=RESERVED)
    return out.getvalue()


def checked(content: bytes) -> list[Seal]:
    """Each signature in the PDF, in order, judged against the company's own CA; raises DomainError."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(BytesIO(content))
        return [_seal(each) for each in reader.embedded_signatures]
    except (PdfError, ValueError) as error:
        raise DomainError("文件已损坏，签名不能核对。") from error


def _seal(embedded: Any) -> Seal:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    at = embedded.self_reported_timestamp
    context = ValidationContext(
        trust_roots=[_asn1(authority.certificate())],
        allow_fetching=False,
        moment=at,  # a certificate lasts three years, what was signed with it stays signed
    )
    status = validate_pdf_signature(embedded, context)
    subject = embedded.signer_cert.subject.native
    return Seal(
        role=embedded.field_name,
        name=str(subject.get("common_name", "")),
        serial=f"{embedded.signer_cert.serial_number:x}",
        at=at.astimezone(UTC).replace(tzinfo=None) if at else None,
        whole=bool(status.intact and status.valid and _only_signed_since(status)),
        trusted=bool(status.trusted),
    )


def _only_signed_since(status: Any) -> bool:
    """Whether nothing but further signatures was added to the file."""
    from pyhanko.sign.diff_analysis import ModificationLevel

    return status.modification_level in (
        ModificationLevel.NONE,
        ModificationLevel.LTA_UPDATES,
        ModificationLevel.FORM_FILLING,
    )


def _simple_signer(signer: SigningKey) -> Any:
    from asn1crypto import keys
    from cryptography.hazmat.primitives import serialization
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    plain = signer.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain = SimpleCertificateStore()
    chain.register(_asn1(authority.certificate()))
    return SimpleSigner(
        signing_cert=_asn1(signer.certificate.x509),
        signing_key=keys.PrivateKeyInfo.load(plain),
        cert_registry=chain,
    )


def _asn1(certificate: Any) -> Any:
    from asn1crypto import x509
    from cryptography.hazmat.primitives import serialization

    return x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _box(place: pages.Spot) -> tuple[int, int, int, int]:
    """The free upper part of the cell to the right of the label; the line for a date by hand stays below."""
    cell = LEFT if place.left < 250 else LEFT + (210 - 32) / 2 * MILLIMETRE
    left = cell + LABEL + 1 * MILLIMETRE
    middle = (place.bottom + place.top) / 2
    bottom = middle - 3 * MILLIMETRE
    return tuple(round(value) for value in (left, bottom, left + WIDTH, bottom + HEIGHT))


def _stamp(name: str, at: datetime, serial: str) -> bytes:
    text = f"<span>电子签署 {moment(at)}　证书 {serial[-12:].upper()}</span>"
    body = f'<html lang="zh-CN"><body><b>{html.escape(name)}</b>{text}</body></html>'
    return pdf.render_in_child(body, STAMP_CSS, title="签署")
