"""Suggestions and linked selects for the forms of all features."""

from flask import Blueprint, render_template, request
from wtforms.form import BaseForm

from intranet_crm.accounts.access import signed_in
from intranet_crm.reference import calendar_views
from intranet_crm.reference.industries import search_industries
from intranet_crm.reference.region_field import RegionField

bp = Blueprint("reference", __name__, url_prefix="/reference")
blueprints = [bp, calendar_views.bp]


@bp.get("/industries")
@signed_in
def industries():
    """Options for what is typed so far, whatever the asking field is called."""
    typed = next(iter(request.args.values()), "")
    return render_template("reference/_industries.html", found=search_industries(typed, limit=8))


@bp.get("/regions")
@signed_in
def regions():
    """The linked selects again, after a choice in one of them."""
    name = next((key.rpartition("-")[0] for key in request.args if key.endswith("-province")), "region")
    form = BaseForm({name: RegionField("地址")})
    form.process(request.args)
    return render_template("reference/_regions.html", field=form[name])
