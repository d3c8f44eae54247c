"""The blank form for paper."""

from io import BytesIO

from flask import Blueprint, send_file

from intranet_crm.accounts.access import requires
from intranet_crm.accounts.rules import Permission
from intranet_crm.intake.sheet import blank_pdf
from intranet_crm.intake.snapshot import TITLE

bp = Blueprint("sheets", __name__)


@bp.get("/intake/blank.pdf")
@requires(Permission.COLLECT)
def blank():
    return send_file(BytesIO(blank_pdf()), "application/pdf", download_name=f"{TITLE}（空白）.pdf")
