"""Whoever leaves can sign no more."""

from intranet_crm.background import each_minute
from intranet_crm.signatures.models import revoke_of_leavers


@each_minute
def revoke() -> None:
    revoke_of_leavers()
