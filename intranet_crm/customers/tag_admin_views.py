"""The administrator's list of all tags: preset ones, names, merging and retiring (G4)."""

import secrets
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.conflicts import was_saved
from intranet_crm.customers import tag_batches, tags
from intranet_crm.customers.tag_forms import MergerForm, TagFilterForm, TagForm
from intranet_crm.customers.tags import Tag

bp = Blueprint("tags", __name__, url_prefix="/admin/tags")


def _tag(key: int) -> Tag:
    return Tag.get_or_none(Tag.id == key) or abort(404)


@bp.route("", methods=["GET", "POST"])
@requires(P.CONFIGURE)
def index():
    form = TagForm()
    if was_saved(form, lambda: Tag.preset(form.name.data, by=me())):
        flash(f"预设标签「{form.name.data}」已在列表里。", "success")
        return redirect(url_for(".index"), 303)
    asked = TagFilterForm(request.args)
    asked.validate()
    after = Tag.get_or_none(Tag.id == request.args.get("after", 0, whole_number))
    found = tags.tags_page(asked.text.data, asked.state.data, after)
    page = found[: tags.PAGE]
    more = request.args.to_dict() | {"after": page[-1].id} if len(found) > tags.PAGE else None
    return render_template(
        "admin/tags.html",
        tags=page,
        numbers=tags.holders_of_each(page),
        next_url=more and url_for(".index", **more),
        form=form,
        asked=asked,
    ), 422 if form.errors else 200


@bp.route("/<int:key>", methods=["GET", "POST"])
@requires(P.CONFIGURE)
def edit(key: int):
    tag = _tag(key)
    form = TagForm(tag)

    def save() -> None:
        tag.revise(name=form.name.data, preset=form.is_preset.data, seen=form.version.data, by=me())

    if was_saved(form, save, lambda: _tag(key).version):
        flash(f"标签「{tag.name}」已保存。", "success")
        return redirect(url_for(".index"), 303)
    others = [other.name for other in tags.usable_tags() if other.id != tag.id]
    return render_template(
        "admin/tag.html", tag=tag, form=form, others=others, merger=MergerForm(tag), number=tags.holders(tag)
    ), 422 if form.errors else 200


@bp.post("/<int:key>/retirement")
@requires(P.CONFIGURE)
def retire(key: int):
    tag = _tag(key)
    tag.retire(by=me())
    flash(f"标签「{tag.name}」已停用，已有它的客户保持不变。", "success")
    return redirect(url_for(".edit", key=key), 303)


@bp.post("/<int:key>/reinstatement")
@requires(P.CONFIGURE)
def reinstate(key: int):
    tag = _tag(key)
    tag.reinstate(by=me())
    flash(f"标签「{tag.name}」已恢复。", "success")
    return redirect(url_for(".edit", key=key), 303)


@bp.get("/<int:key>/merger")
@requires(P.CONFIGURE)
def preview_merger(key: int):
    return _merger(_tag(key), request.args)


@bp.post("/<int:key>/merger")
@requires(P.CONFIGURE)
def merge(key: int):
    tag = _tag(key)
    form = MergerForm(tag, request.form)
    if not form.validate():
        return _merger(tag, request.form), 422
    batch = tag_batches.merge(tag, form.other, key=_key(form.key.data), by=me())
    return redirect(url_for("batches.show", key=batch.id), 303)


def _merger(tag: Tag, typed: Any) -> str:
    """What merging would do, or what is wrong with the tag that was named."""
    form = MergerForm(tag, typed)
    counts = None
    if form.validate():
        counts = {"all": tags.holders(tag), "both": tags.holders(tag, form.other)}
    form.key.data = secrets.token_hex(16)
    others = [other.name for other in tags.usable_tags() if other.id != tag.id]
    return render_template("admin/tag_merger.html", tag=tag, merger=form, counts=counts, others=others)


@bp.post("/<int:key>/clearance")
@requires(P.CONFIGURE)
def clear(key: int):
    """Retire the tag and take it off everybody."""
    batch = tag_batches.drop(_tag(key), key=_key(request.form.get("key")), by=me())
    return redirect(url_for("batches.show", key=batch.id), 303)


def _key(sent: str | None) -> str:
    return (sent or secrets.token_hex(16))[:64]
