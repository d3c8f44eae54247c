"""The administrator's list of need tags: presets, names, merging and retiring (D1)."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.conflicts import was_saved
from intranet_crm.customers.tag_forms import TagForm
from intranet_crm.needs import tags
from intranet_crm.needs.tags import NeedTag

bp = Blueprint("admin_need_tags", __name__, url_prefix="/admin/need-tags")


def _tag(key: int) -> NeedTag:
    return NeedTag.get_or_none(NeedTag.id == key) or abort(404)


@bp.route("", methods=["GET", "POST"])
@requires(P.CONFIGURE)
def index():
    form = TagForm()
    if was_saved(form, lambda: NeedTag.preset(form.name.data, by=me())):
        flash(f"预设需求标签「{form.name.data}」已在列表里。", "success")
        return redirect(url_for(".index"), 303)
    found = tags.all_tags(NeedTag.get_or_none(NeedTag.id == request.args.get("after", 0, whole_number)))
    page = found[: tags.PAGE]
    more = url_for(".index", after=page[-1].id) if len(found) > tags.PAGE else None
    numbers = NeedTag.counts(page)
    return render_template(
        "admin/need_tags.html", tags=page, numbers=numbers, next_url=more, form=form
    ), 422 if form.errors else 200


@bp.route("/<int:key>", methods=["GET", "POST"])
@requires(P.CONFIGURE)
def edit(key: int):
    tag = _tag(key)
    form = TagForm(tag)

    def save() -> None:
        tag.revise(name=form.name.data, preset=form.is_preset.data, seen=form.version.data, by=me())

    if was_saved(form, save, lambda: _tag(key).version):
        flash(f"需求标签「{tag.name}」已保存。", "success")
        return redirect(url_for(".index"), 303)
    others = [other for other in NeedTag.offered() if other.id != tag.id]
    number = NeedTag.counts([tag])[tag.id]
    return render_template(
        "admin/need_tag.html", tag=tag, form=form, others=others, number=number
    ), 422 if form.errors else 200


@bp.post("/<int:key>/retirement")
@requires(P.CONFIGURE)
def retire(key: int):
    tag = _tag(key)
    tag.retire(by=me())
    flash(f"需求标签「{tag.name}」已停用，已有它的需求保持不变。", "success")
    return redirect(url_for(".edit", key=key), 303)


@bp.post("/<int:key>/reinstatement")
@requires(P.CONFIGURE)
def reinstate(key: int):
    tag = _tag(key)
    tag.reinstate(by=me())
    flash(f"需求标签「{tag.name}」已恢复。", "success")
    return redirect(url_for(".edit", key=key), 303)


@bp.post("/<int:key>/merger")
@requires(P.CONFIGURE)
def merge(key: int):
    tag, other = _tag(key), _tag(request.form.get("into", 0, whole_number))
    had = tag.merge_into(other, by=me())
    flash(f"「{tag.name}」已并入「{other.usable().name}」，涉及 {had} 项需求。", "success")
    return redirect(url_for(".index"), 303)
