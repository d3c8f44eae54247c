"""The chain is sealed each minute."""

from intranet_crm import background
from intranet_crm.audit import chain


@background.each_minute
def seal() -> None:
    chain.seal()
