"""Views of the list that people keep: their names, their order (G3)."""

from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField

from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.conflicts import VersionField, was_saved
from intranet_crm.customers import filter_words, saved_lists
from intranet_crm.customers.list_forms import FilterForm
from intranet_crm.customers.saved_lists import SavedList
from intranet_crm.errors import DomainError
from intranet_crm.reference.form_fields import LineField

bp = Blueprint("saved_lists", __name__, url_prefix="/customers/views")

MOST_WORDS = 1000


class SavedListForm(FlaskForm):
    version = VersionField()
    query = HiddenField()
    name = LineField("视图名称", required=True, longest=30)
    pinned = BooleanField("固定在列表上方", default=True)
    shared = BooleanField("共享给本部门及下级")

    def __init__(self, saved: SavedList | None = None, **data):
        super().__init__(obj=saved, data=data)
        if saved:
            del self.pinned
            if not self.is_submitted():
                self.shared.data = saved.department_id is not None
        if not saved_lists.may_share(me()):
            del self.shared

    @property
    def is_shared(self) -> bool:
        return bool(self.shared and self.shared.data)


def _found(key: int) -> SavedList:
    return saved_lists.find_saved_list(me(), key) or abort(404)


def _words(query: str) -> str:
    parts = filter_words.parts(FilterForm(MultiDict(parse_qsl(query)), me()).filters())
    return "、".join(part.words for part in parts) or "全部客户"


@bp.get("")
@requires(P.SEE_CUSTOMERS)
def index():
    """The tabs in their order, then all others by name."""
    pinned = saved_lists.pinned_lists(me())
    others = saved_lists.saved_lists_for(me()).where(SavedList.id.not_in([saved.id for saved in pinned]))
    found = [*pinned, *others.order_by(SavedList.name, SavedList.id)]
    return render_template(
        "customers/lists/saved.html",
        found=found,
        pinned={saved.id for saved in pinned},
        faults=saved_lists.faults(found),
        words={saved.id: _words(saved.query) for saved in found},
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(P.SEE_CUSTOMERS)
def new():
    form = SavedListForm(query=urlencode(list(request.args.items(multi=True))))
    query = form.query.data or ""
    if len(query) > MOST_WORDS:
        raise DomainError("条件太多，存不成一个视图。请减少条件，例如不要逐个勾选客户。")

    def save() -> None:
        SavedList.keep(form.name.data, query, by=me(), shared=form.is_shared, pinned=form.pinned.data)

    if was_saved(form, save):
        flash(f"视图「{form.name.data}」已保存。", "success")
        return redirect(f"{url_for('customers.index')}?{query}", 303)
    return _asked(form, query)


@bp.route("/<int:key>", methods=["GET", "POST"])
@requires(P.SEE_CUSTOMERS)
def edit(key: int):
    saved = _found(key)
    form = SavedListForm(saved)

    def save() -> None:
        saved.revise(form.name.data, shared=form.is_shared, seen=form.version.data, by=me())

    if was_saved(form, save, lambda: _found(key).version):
        flash(f"视图「{saved.name}」已保存。", "success")
        return redirect(url_for(".index"), 303)
    return _asked(form, saved.query, saved)


def _asked(form: SavedListForm, query: str, saved: SavedList | None = None):
    return render_template(
        "customers/lists/saved_form.html",
        form=form,
        words=_words(query),
        saved=saved,
        faults=saved_lists.faults([saved]).get(saved.id, ()) if saved else (),
    ), 422 if form.errors else 200


@bp.post("/<int:key>/removal")
@requires(P.SEE_CUSTOMERS)
def forget(key: int):
    saved = _found(key)
    saved.forget(by=me())
    flash(f"视图「{saved.name}」已删除。", "success")
    return redirect(url_for(".index"), 303)


@bp.post("/<int:key>/pin")
@requires(P.SEE_CUSTOMERS)
def pin(key: int):
    _found(key).pin(me())
    return redirect(url_for(".index"), 303)


@bp.post("/<int:key>/unpin")
@requires(P.SEE_CUSTOMERS)
def unpin(key: int):
    _found(key).unpin(me())
    return redirect(url_for(".index"), 303)


@bp.post("/<int:key>/place")
@requires(P.SEE_CUSTOMERS)
def move(key: int):
    """One place up or down among the tabs."""
    _found(key).move(me(), -1 if "up" in request.form else 1)
    return redirect(url_for(".index"), 303)
