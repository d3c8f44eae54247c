"""The codes that tell customers apart: 统一社会信用代码 and 身份证号 (B3)."""

from typing import Any

from cryptography.fernet import InvalidToken

from intranet_crm import audit_log, secrecy
from intranet_crm.customers.rules import shown_name
from intranet_crm.errors import DomainError
from intranet_crm.reference.identifiers import mask_citizen_id


class Taken(DomainError):
    """The code or ID number belongs to another customer; says whom to ask and nothing more."""

    def __init__(self, field: str, owner: str):
        self.field = field
        label = {"credit_code": "统一社会信用代码", "citizen_id": "身份证号"}[field]
        super().__init__(f"该{label}已登记在另一位客户名下，请联系其负责人{owner}核对，不要重复建档。")


def sealed(number: str | None, known_mask: str = "", known_hash: str | None = None) -> dict[str, Any]:
    """The columns that keep an ID number: mask, keyed hash and cipher; nothing when it is the known one.

    A number given with asterisks is kept as 「脱敏」, without hash and cipher; the mask of the known number
    that came back changes nothing.
    """
    masked = mask_citizen_id(number)
    if not number or "*" in number:
        return {} if masked == known_mask else _columns(masked, None, "")
    hashed = secrecy.keyed_hash(number)
    return {} if hashed == known_hash else _columns(masked, hashed, secrecy.encrypted(number))


def _columns(masked: str, hashed: str | None, cipher: str) -> dict[str, Any]:
    return {"citizen_id_masked": masked, "citizen_id_hash": hashed, "citizen_id_cipher": cipher}


def revealed(customer: Any, *, by: audit_log.Actor) -> str:
    """The ID number in full; the look is in the log before it is answered.

    Raises DomainError when none is kept in full, or the key of this installation did not make it.
    """
    if not customer.citizen_id_cipher:
        raise DomainError("这位客户没有登记完整的证件号码。")
    title = f"{customer.number} {shown_name(customer.kind, customer.name, full=False)}"
    audit_log.record("查看证件号码", by=by, kind="customer", subject_id=customer.id, title=title)
    try:
        return secrecy.decrypted(customer.citizen_id_cipher)
    except InvalidToken as error:
        raise DomainError("证件号码无法解密：数据文件夹中的密钥与登记时不同，请联系管理员。") from error
