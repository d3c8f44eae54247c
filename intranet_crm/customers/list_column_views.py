"""Which columns a person's list shows, and in which order (G3)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for

from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.list_columns import ALWAYS, BY_KEY
from intranet_crm.customers.rules import moved
from intranet_crm.customers.saved_lists import ListColumns, columns_for

bp = Blueprint("list_columns", __name__, url_prefix="/customers/views/columns")


@bp.get("")
@requires(P.SEE_CUSTOMERS)
def index():
    chosen = [column.key for column in columns_for(me())]
    return _shown(chosen, chosen)


@bp.post("")
@requires(P.SEE_CUSTOMERS)
def change():
    """Move one in the form, which keeps nothing yet; or keep what the form says; or the default again."""
    chosen, order = request.form.getlist("column"), request.form.getlist("order")
    for direction, step in (("up", -1), ("down", 1)):
        if direction in request.form:
            return _shown(moved(order, request.form[direction], step), chosen)
    if "reset" in request.form:
        ListColumns.choose(me(), [])
        flash("列表的列已恢复为默认。", "success")
    else:
        ListColumns.choose(me(), chosen)
        flash("列表的列已保存。", "success")
    return redirect(url_for("customers.index"), 303)


def _shown(order: list[str], chosen: list[str]) -> str:
    """The form with the columns in this order, and after them those that it does not name."""
    keys = [key for key in dict.fromkeys([*order, *BY_KEY]) if key in BY_KEY and key != ALWAYS]
    return render_template(
        "customers/lists/columns.html",
        columns=[BY_KEY[key] for key in keys],
        chosen=chosen,
        always=BY_KEY[ALWAYS],
    )
