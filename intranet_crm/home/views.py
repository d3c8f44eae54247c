"""The workbench page."""

from flask import Blueprint, render_template

from intranet_crm.accounts.access import signed_in

bp = Blueprint("home", __name__)
blueprints = [bp]


@bp.get("/")
@signed_in
def workbench():
    return render_template("home/workbench.html")
