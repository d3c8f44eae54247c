"""What the worker does for dossiers: the PDFs of hand-over booklets."""

from intranet_crm.background import each_minute, job
from intranet_crm.dossier import booklets
from intranet_crm.dossier.models import Booklet


@job("dossier.booklet")
def make_booklet(booklet_id: int) -> None:
    booklet = Booklet.get_or_none(Booklet.id == booklet_id)
    if booklet and booklet.made_at is None and not booklet.error:
        booklets.make(booklet)


@each_minute
def remove_old_booklets() -> None:
    booklets.shelf.tidy()
