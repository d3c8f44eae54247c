"""Views of the list that people keep, and the columns they see (G3)."""

from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField

from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.conflicts import VersionField
from intranet_crm.customers import filter_words, saved_lists
from intranet_crm.customers.list_columns import ALWAYS, COLUMNS, DEFAULT
from intranet_crm.customers.list_forms import FilterForm
from intranet_crm.customers.saved_lists import ListColumns, SavedList
from intranet_crm.errors import DomainError, StaleVersion
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
    found = list(saved_lists.saved_lists_for(me()).order_by(SavedList.name, SavedList.id))
    pinned = {saved.id for saved in saved_lists.pinned_lists(me())}
    return render_template("customers/lists/saved.html", found=found, pinned=pinned)


@bp.route("/new", methods=["GET", "POST"])
@requires(P.SEE_CUSTOMERS)
def new():
    form = SavedListForm(query=urlencode(list(request.args.items(multi=True))))
    query = form.query.data or ""
    if len(query) > MOST_WORDS:
        raise DomainError("条件太多，存不成一个视图。请减少条件，例如不要逐个勾选客户。")
    if form.validate_on_submit():
        try:
            SavedList.keep(form.name.data, query, by=me(), shared=form.is_shared, pinned=form.pinned.data)
        except DomainError as error:
            form.name.errors = [str(error)]
        else:
            flash(f"视图「{form.name.data}」已保存。", "success")
            return redirect(f"{url_for('customers.index')}?{query}", 303)
    return render_template(
        "customers/lists/saved_form.html", form=form, words=_words(query), saved=None
    ), 422 if form.errors else 200


@bp.route("/<int:key>", methods=["GET", "POST"])
@requires(P.SEE_CUSTOMERS)
def edit(key: int):
    saved = _found(key)
    form = SavedListForm(saved)
    if form.validate_on_submit():
        try:
            saved.revise(form.name.data, shared=form.is_shared, seen=form.version.data, by=me())
        except StaleVersion as error:
            form.version.data = _found(key).version
            form.name.errors = [f"{error} 再次保存将以你填写的为准。"]
        except DomainError as error:
            form.name.errors = [str(error)]
        else:
            flash(f"视图「{saved.name}」已保存。", "success")
            return redirect(url_for(".index"), 303)
    return render_template(
        "customers/lists/saved_form.html", form=form, words=_words(saved.query), saved=saved
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


@bp.route("/columns", methods=["GET", "POST"])
@requires(P.SEE_CUSTOMERS)
def columns():
    if request.method == "POST":
        reset = request.form.get("reset")
        ListColumns.choose(me(), [] if reset else request.form.getlist("column"))
        flash("列表的列已恢复为默认。" if reset else "列表的列已保存。", "success")
        return redirect(url_for("customers.index"), 303)
    chosen = {column.key for column in saved_lists.columns_for(me())}
    return render_template(
        "customers/lists/columns.html", columns=COLUMNS, chosen=chosen, always=ALWAYS, default=DEFAULT
    )
