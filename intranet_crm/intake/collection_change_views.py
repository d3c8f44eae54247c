"""Changing a 采集任务: another person, another day, or no longer at all (O9)."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from wtforms import Form

from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.errors import DomainError
from intranet_crm.intake import collection_changes as changes
from intranet_crm.intake.collection_tasks import CollectionTask, askable_people, visible_tasks
from intranet_crm.reference.form_fields import DayField, SentenceField, options, select

bp = Blueprint("collection_changes", __name__)
WHY = "请写明原因，相关的同事会看到。"


class ChangeForm(Form):
    person = select("采集人", (), required=True)
    due_on = DayField("完成日期", required=True)
    reason = SentenceField("原因", required=True, longest=300)

    def __init__(self, by: Person, task: CollectionTask, posted: Any = None, **given: Any):
        super().__init__(posted, **given)
        people = {each.id: each.name for each in askable_people(by)} | {task.person_id: task.person.name}
        self.person.choices = options((str(key), name) for key, name in people.items())


class CancelForm(Form):
    reason = SentenceField("取消原因", required=True, longest=300)


@bp.route("/collections/<int:key>/change", methods=["GET", "POST"])
@requires(P.COLLECT, P.CONFIGURE)
def change(key: int):
    task = _changeable(key)
    if request.method == "GET":
        return _page(
            task, ChangeForm(me(), task, data={"person": str(task.person_id), "due_on": task.due_on})
        )
    form = ChangeForm(me(), task, request.form)
    if not form.validate():
        return _page(task, form), 422
    person = Person.get_by_id(int(form.person.data))
    try:
        changes.change(key, person, form.due_on.data, reason=form.reason.data, by=me())
    except DomainError as refusal:
        form.person.errors = [str(refusal)]
        return _page(task, form), 422
    flash("已改，相关的同事已收到消息。", "success")
    return redirect(f"/collections/{key}", 303)


@bp.route("/collections/<int:key>/cancellation", methods=["GET", "POST"])
@requires(P.COLLECT, P.CONFIGURE)
def cancel(key: int):
    task = _changeable(key)
    form = CancelForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        changes.cancel(key, reason=form.reason.data, by=me())
        flash(
            f"已取消「{task.customer_name}」的采集任务，{task.person.name} 的待办里不再有这一项。", "success"
        )
        return redirect(f"/collections/{key}", 303)
    page = render_template("intake/collections/cancel.html", form=form, asked=task)
    return page, 422 if form.errors else 200


def _changeable(key: int) -> CollectionTask:
    """The task, when the person sees it and may change it; one that is over sends back to its page."""
    task = visible_tasks(me()).where(CollectionTask.id == key).first() or abort(404)
    if not changes.may_change(task, me()):
        abort(403 if task.is_changeable else redirect(f"/collections/{key}", 303))
    return task


def _page(task: CollectionTask, form: ChangeForm) -> str:
    return render_template("intake/collections/change.html", form=form, asked=task)
