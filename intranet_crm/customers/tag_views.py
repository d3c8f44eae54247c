"""A customer's tags, in the dossier and in the list, and the administrator's list of all tags (G4)."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.customers import tags
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import find_customer, may_tag
from intranet_crm.customers.tag_forms import PutOnForm, TagForm
from intranet_crm.customers.tags import Tag
from intranet_crm.errors import DomainError, NotAllowed, StaleVersion

bp = Blueprint("tags", __name__)


def _taggable(key: int) -> Customer:
    customer = find_customer(me(), key) or abort(404)
    if not may_tag(me(), customer):
        raise NotAllowed("你可以查看这位客户，但不能改它的标签，请联系客户的负责人。")
    return customer


def _tag(key: int) -> Tag:
    return Tag.get_or_none(Tag.id == key) or abort(404)


@bp.get("/customers/<int:key>/tags")
@requires(P.TAG_IN_BULK)
def of_customer(key: int):
    return _shown(_taggable(key), PutOnForm())


@bp.post("/customers/<int:key>/tags")
@requires(P.TAG_IN_BULK)
def put_on(key: int):
    customer, form = _taggable(key), PutOnForm()
    if form.validate_on_submit():
        try:
            tag = Tag.coin(form.name.data, by=me())
        except DomainError as error:
            form.name.errors = [str(error)]
        else:
            tag.put_on(customer, by=me())
            return _changed(customer)
    return _shown(customer, form), 422


@bp.post("/customers/<int:key>/tags/<int:tag_key>/removal")
@requires(P.TAG_IN_BULK)
def take_off(key: int, tag_key: int):
    customer = _taggable(key)
    _tag(tag_key).take_off(customer, by=me())
    return _changed(customer)


def _changed(customer: Customer):
    if htmx.is_request():
        return _shown(customer, PutOnForm(formdata=None))
    return redirect(url_for("customers.show", key=customer.id), 303)


def _shown(customer: Customer, form: PutOnForm):
    """The tags with their form: in place, or as a page of its own."""
    return render_template(
        "customers/tags/_edit.html" if htmx.is_request() else "customers/tags/page.html",
        customer=customer,
        tags=tags.tags_of([customer.id]).get(customer.id, []),
        usable=tags.usable_tags(),
        form=form,
    )


@bp.route("/admin/tags", methods=["GET", "POST"])
@requires(P.CONFIGURE)
def index():
    form = TagForm()
    if form.validate_on_submit():
        try:
            tag = Tag.coin(form.name.data, by=me(), preset=True)
        except DomainError as error:
            form.name.errors = [str(error)]
        else:
            if not tag.is_preset:
                tag.revise(name=tag.name, preset=True, seen=tag.version, by=me())
            flash(f"预设标签「{tag.name}」已在列表里。", "success")
            return redirect(url_for(".index"), 303)
    return render_template(
        "admin/tags.html", tags=tags.tags_with_counts(), form=form
    ), 422 if form.errors else 200


@bp.route("/admin/tags/<int:key>", methods=["GET", "POST"])
@requires(P.CONFIGURE)
def edit(key: int):
    tag = _tag(key)
    form = TagForm(tag)
    if form.validate_on_submit():
        try:
            tag.revise(name=form.name.data, preset=form.is_preset.data, seen=form.version.data, by=me())
        except StaleVersion as error:
            form.version.data = _tag(key).version
            form.name.errors = [f"{error} 再次保存将以你填写的为准。"]
        except DomainError as error:
            form.name.errors = [str(error)]
        else:
            flash(f"标签「{tag.name}」已保存。", "success")
            return redirect(url_for(".index"), 303)
    others = [other for other in tags.usable_tags() if other.id != tag.id]
    return render_template("admin/tag.html", tag=tag, form=form, others=others), 422 if form.errors else 200


@bp.post("/admin/tags/<int:key>/retirement")
@requires(P.CONFIGURE)
def retire(key: int):
    tag = _tag(key)
    tag.retire(by=me())
    flash(f"标签「{tag.name}」已停用，已有它的客户保持不变。", "success")
    return redirect(url_for(".index"), 303)


@bp.post("/admin/tags/<int:key>/reinstatement")
@requires(P.CONFIGURE)
def reinstate(key: int):
    tag = _tag(key)
    tag.reinstate(by=me())
    flash(f"标签「{tag.name}」已恢复。", "success")
    return redirect(url_for(".index"), 303)


@bp.post("/admin/tags/<int:key>/merger")
@requires(P.CONFIGURE)
def merge(key: int):
    tag, other = _tag(key), _tag(request.form.get("into", 0, whole_number))
    had = tag.merge_into(other, by=me())
    flash(f"「{tag.name}」已并入「{other.usable().name}」，涉及 {had} 家客户。", "success")
    return redirect(url_for(".index"), 303)
