"""The certificate of a destruction is made by the worker."""

from intranet_crm.background import job
from intranet_crm.keeping.disposals import make_certificate
from intranet_crm.keeping.models import Disposal


@job("keeping.certificate")
def certificate(disposal_id: int) -> None:
    disposal = Disposal.get_or_none(Disposal.id == disposal_id)
    if disposal:
        make_certificate(disposal)
