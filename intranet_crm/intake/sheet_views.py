"""The blank forms for paper."""

from flask import Blueprint, abort

from intranet_crm.accounts.access import requires
from intranet_crm.accounts.rules import Permission
from intranet_crm.files.answers import pdf_made
from intranet_crm.intake.blanks import PAPERS, paper

bp = Blueprint("sheets", __name__)


@bp.get("/intake/blank.pdf")
@bp.get("/intake/blanks/<name>.pdf")
@requires(Permission.COLLECT)
def blank(name: str = "intake"):
    if name not in PAPERS:
        abort(404)
    return pdf_made(paper(name), f"{PAPERS[name]}（空白）.pdf")
