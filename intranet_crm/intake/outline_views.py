"""沟通提纲 (O10): beside the form, on paper, and on the administrator's page."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from wtforms import Form, IntegerField

from intranet_crm import htmx
from intranet_crm.accounts.access import me, not_activity, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.errors import StaleVersion
from intranet_crm.intake.outlines import FIRST_WORDS, MOST_WORDS, Outline
from intranet_crm.reference.form_fields import ProseField, Required

bp = Blueprint("outlines", __name__)


class OutlineForm(Form):
    version = IntegerField("版本", default=0)
    purpose = ProseField("目的说明", Required("请写明怎样向客户说明目的。"), longest=500)
    questions = ProseField("提问", Required("请至少写一个问题。"), longest=MOST_WORDS, render_kw={"rows": 14})


@bp.get("/intake/outlines")
@requires(P.COLLECT)
@not_activity
def panel():
    """The outline of ``situation`` for the column beside the form, which asks again for another one."""
    chosen = request.args.get("situation", "")
    if chosen not in FIRST_WORDS:
        chosen = "new_customer"
    if not htmx.is_request():
        return redirect(f"/intake/outlines/{chosen}")
    outlines = {each.situation: each for each in Outline.all()}
    outline = outlines.pop(chosen)
    return render_template("intake/outlines/_panel.html", outline=outline, others=outlines.values())


@bp.get("/intake/outlines/<situation>")
@requires(P.COLLECT)
def show(situation: str):
    return render_template("intake/outlines/show.html", outline=_found(situation))


@bp.get("/admin/outlines")
@requires(P.CONFIGURE)
def index():
    return render_template("intake/outlines/index.html", outlines=Outline.all())


@bp.route("/admin/outlines/<situation>", methods=["GET", "POST"])
@requires(P.CONFIGURE)
def edit(situation: str):
    outline, current = _found(situation), []
    form = OutlineForm(request.form if request.method == "POST" else None, obj=outline)
    if request.method == "POST" and form.validate():
        words = {"purpose": form.purpose.data, "questions": form.questions.data}
        try:
            Outline.write(situation, **words, seen=form.version.data or 0, by=me())
        except StaleVersion as stale:
            outline = _found(situation)
            form.version.data, form.questions.errors = outline.version, [str(stale)]
            current = [
                (form.purpose.label.text, outline.purpose),
                (form.questions.label.text, outline.questions),
            ]
        else:
            flash(f"「{outline.label}」的沟通提纲已保存。", "success")
            return redirect("/admin/outlines", 303)
    page = render_template("intake/outlines/edit.html", form=form, outline=outline, current=current)
    return page, 422 if form.errors else 200


def _found(situation: str) -> Outline:
    return Outline.of(situation) if situation in FIRST_WORDS else abort(404)
