"""A person's own certificate, the administrator's view of all, and what others need to check us (P4)."""

from io import BytesIO

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_file, url_for

from intranet_crm.accounts.access import me, requires, signed_in
from intranet_crm.accounts.models import Department
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.signatures import authority, queries
from intranet_crm.signatures.forms import MODES, CertificateForm, ModeForm
from intranet_crm.signatures.models import Certificate, SigningRule, current_certificate, revoked
from intranet_crm.signatures.rules import REVOKED_FOR

bp = Blueprint("signatures", __name__)
blueprints = [bp]


@bp.route("/account/signature", methods=["GET", "POST"])
@signed_in
def own():
    form = CertificateForm(me())
    if form.validate_on_submit():
        Certificate.issue(me(), form.password.data)
        flash("签署证书已生成。签署口令只有你自己知道，系统不能找回。", "success")
        return redirect(url_for(".own"), 303)
    return render_template(
        "signatures/own.html",
        form=form,
        current=current_certificate(me()),
        earlier=queries.certificates_of(me()),
        reasons=REVOKED_FOR,
    ), 422 if form.errors else 200


@bp.post("/account/signature/revocation")
@signed_in
def revoke_own():
    certificate = current_certificate(me()) or abort(404)
    certificate.revoke("leaked", by=me())
    flash("证书已吊销，以前的签署仍然有效；要再签署请重新设置签署口令。", "success")
    return redirect(url_for(".own"), 303)


@bp.get("/admin/signatures")
@requires(P.CONFIGURE)
def index():
    found = queries.certificates(request.args.get("before", type=whole_number))
    page = found[: queries.PAGE]
    return render_template(
        "signatures/index.html",
        page=page,
        next_url=url_for(".index", before=page[-1].id) if len(found) > queries.PAGE else None,
        modes=queries.modes(),
        words=dict(MODES),
        reasons=REVOKED_FOR,
    )


@bp.post("/admin/signatures/<int:key>/revocation")
@requires(P.CONFIGURE)
def revoke(key: int):
    certificate = Certificate.get_or_none(Certificate.id == key) or abort(404)
    certificate.revoke("forgotten", by=me())
    flash(f"{certificate.person.name} 的签署证书已吊销。", "success")
    return redirect(url_for(".index"), 303)


@bp.post("/admin/signatures/departments/<int:key>")
@requires(P.CONFIGURE)
def settle(key: int):
    department = Department.get_or_none(Department.id == key) or abort(404)
    form = ModeForm()
    if not form.validate():
        abort(400)
    SigningRule.settle(department, form.mode.data == "electronic", by=me())
    flash(f"「{department.name}」及没有另行设置的下级部门改为{dict(MODES)[form.mode.data]}。", "success")
    return redirect(url_for(".index"), 303)


@bp.get("/signatures/ca.pem")
@signed_in
def ca():
    """The CA's certificate, for a checker of one's own."""
    return _pem(authority.certificate_pem(), "签署CA.pem")


@bp.get("/signatures/revoked.crl")
@signed_in
def crl():
    return _pem(authority.revocation_list(revoked()), "吊销列表.crl")


def _pem(content: bytes, name: str) -> Response:
    return send_file(BytesIO(content), "application/x-pem-file", as_attachment=True, download_name=name)
