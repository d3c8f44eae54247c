"""The inbox: what asks for something, what is for information, opening one, marking all as read."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, signed_in
from intranet_crm.addresses import whole_number
from intranet_crm.notices import channel_views, mail_views, queries
from intranet_crm.notices.models import Notice
from intranet_crm.notices.queries import Place

bp = Blueprint("notices", __name__)
blueprints = [bp, mail_views.bp, channel_views.bp]

KINDS = {"action": "待处理", "info": "通知"}


@bp.get("/notices")
@signed_in
def index():
    kind = request.args.get("kind", "action")
    if kind not in KINDS:
        abort(404)
    found = queries.inbox_page(me(), kind, Place.parsed(request.args.get("after")))
    page, next_url = found[: queries.PAGE], None
    if len(found) > queries.PAGE:
        place = Place(int(page[-1].read_at is not None), page[-1].id)
        next_url = url_for(".index", kind=kind, after=str(place))
    counts = {name: queries.unread_count(me(), name) for name in KINDS}
    newest = max((notice.id for notice in page), default=0)
    return render_template(
        "notices/index.html",
        page=page,
        kind=kind,
        kinds=KINDS,
        counts=counts,
        next_url=next_url,
        newest=newest,
    )


@bp.post("/notices/<int:key>/reading")
@signed_in
def read(key: int):
    notice = queries.own_notice(me(), key) or abort(404)
    notice.read()
    return htmx.go_to(notice.address or url_for(".index", kind=notice.kind))


@bp.post("/notices/readings")
@signed_in
def read_all():
    number = Notice.read_all(me(), request.form.get("up_to", 0, whole_number))
    flash(f"{number} 条消息已标为已读。" if number else "没有未读消息。", "success")
    return redirect(url_for(".index", kind=request.form.get("kind", "action")), 303)
