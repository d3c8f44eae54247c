"""A person's tasks: the list, and completing, postponing and handing over one of them."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from intranet_crm import clock, htmx
from intranet_crm.accounts.access import me, signed_in
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.tasks import queries, team_views
from intranet_crm.tasks.forms import HandoverForm, PostponementForm, TaskForm
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import Span
from intranet_crm.tasks.team import sees_team
from intranet_crm.tasks.urges import with_urges

bp = Blueprint("tasks", __name__)
blueprints = [bp, team_views.bp]

PAGE = 20


@bp.get("/tasks")
@signed_in
def index():
    today, text = clock.today(), request.args.get("span", "")
    span = Span(text) if text in list(Span) else Span.TODAY
    last = queries.own_task(me(), request.args.get("after", 0, whole_number))
    found = list(queries.after(queries.tasks_in(me(), span, today), span, last).limit(PAGE + 1))
    next_url = url_for(".index", span=span.value, after=found[PAGE - 1].id) if len(found) > PAGE else None
    return render_template(
        "tasks/index.html",
        tasks=with_urges(found[:PAGE]),
        span=span,
        spans=list(Span),
        next_url=next_url,
        today=today,
        sees_team=sees_team(me()),
        may_edit=me().may(P.EDIT_CUSTOMERS),
    )


def _own(key: int) -> Task:
    return queries.own_task(me(), key) or abort(404)


def _row(task: Task, sentence: str = "") -> str:
    with_urges([task])
    return render_template(
        "tasks/_row.html",
        task=task,
        today=clock.today(),
        sentence=sentence,
        swapped=True,
        may_edit=me().may(P.EDIT_CUSTOMERS),
    )


def _answer(task: Task, sentence: str):
    """The row as it now is, or the workbench with a word."""
    if htmx.is_request():
        return _row(task, sentence)
    flash(sentence, "success")
    return redirect(url_for("home.workbench"), 303)


def _ask(task: Task, form: FlaskForm, noun: str):
    """The form in the task's row, or on a page of its own."""
    template = "tasks/_ask.html" if htmx.is_request() else "tasks/ask.html"
    status = 422 if form.errors else 200
    return render_template(template, task=task, form=form, noun=noun, today=clock.today()), status


@bp.get("/tasks/<int:key>")
@signed_in
def row(key: int):
    """The row again, when the person thinks better of it; a task has no page beside its list."""
    task = _own(key)
    return _row(task) if htmx.is_request() else redirect(task.address)


@bp.get("/tasks/<int:key>/followup")
@signed_in
def write_followup(key: int):
    """The customer's form for the follow-up that the task asks for, in the dialog or on its own page."""
    task = _own(key)
    if task.kind != "next_followup":
        abort(404)
    if htmx.is_request():
        return render_template("tasks/_followup.html", task=task)
    return redirect(f"{task.address}/followups")


@bp.post("/tasks/<int:key>/completion")
@signed_in
def complete(key: int):
    task = _own(key)
    task.complete(seen=TaskForm(task).version.data, by=me())
    return _answer(task, "已完成")


@bp.route("/tasks/<int:key>/postponement", methods=["GET", "POST"])
@signed_in
def postpone(key: int):
    task = _own(key)
    form = PostponementForm(task)
    if not form.validate_on_submit():
        return _ask(task, form, "postponement")
    task.postpone(form.due_on.data, reason=form.reason.data, seen=form.version.data, by=me())
    return _answer(task, f"已延期到 {task.due_on:%Y-%m-%d}")


@bp.route("/tasks/<int:key>/handover", methods=["GET", "POST"])
@signed_in
def hand_over(key: int):
    task = _own(key)
    form = HandoverForm(task, queries.colleagues(me()))
    if not form.validate_on_submit():
        return _ask(task, form, "handover")
    to = form.people[int(form.to.data)]
    task.hand_over(to, reason=form.reason.data, seen=form.version.data, by=me())
    return _answer(task, f"已转交给{to.name}")
