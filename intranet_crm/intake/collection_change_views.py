"""Changing a 采集任务: another person, another day, or no longer at all (O9)."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from wtforms import Form, HiddenField, ValidationError

from intranet_crm import clock
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.errors import DomainError, StaleVersion
from intranet_crm.intake import collection_changes as changes
from intranet_crm.intake.collection_tasks import PAST, CollectionTask, askable_people, visible_tasks
from intranet_crm.reference.form_fields import DayField, SentenceField, options, select

bp = Blueprint("collection_changes", __name__)


class _SeenForm(Form):
    """``seen``: the latest event when the page was opened, so that two windows do not undo each other."""

    seen = HiddenField()

    def look_anew(self, task: CollectionTask) -> None:
        latest = changes.latest_event(task)
        self.seen.data = str(latest.id if latest else 0)


class ChangeForm(_SeenForm):
    person = select("采集人", (), required=True)
    due_on = DayField("完成日期", required=True)
    reason = SentenceField("原因", required=True, longest=300)

    def __init__(self, by: Person, task: CollectionTask, posted: Any = None, **given: Any):
        super().__init__(posted, **given)
        people = {each.id: each.name for each in askable_people(by)} | {task.person_id: task.person.name}
        self.person.choices = options((str(key), name) for key, name in people.items())
        self.task = task

    def validate_due_on(self, field: DayField) -> None:
        if field.data and field.data != self.task.due_on and field.data < clock.today():
            raise ValidationError(PAST)


class CancelForm(_SeenForm):
    reason = SentenceField("取消原因", required=True, longest=300)


@bp.route("/collections/<int:key>/change", methods=["GET", "POST"])
@requires(P.COLLECT, P.CONFIGURE)
def change(key: int):
    task = _changeable(key)
    if request.method == "GET":
        form = ChangeForm(me(), task, data={"person": str(task.person_id), "due_on": task.due_on})
        form.look_anew(task)
        return _page("change", task, form)
    form = ChangeForm(me(), task, request.form)
    if not form.validate():
        return _page("change", task, form), 422
    person, told = Person.get_by_id(int(form.person.data)), {"reason": form.reason.data, "by": me()}
    try:
        changes.change(key, person, form.due_on.data, seen=_seen(), **told)
    except StaleVersion as stale:
        return _again("change", form, stale)
    except DomainError as refusal:
        form.person.errors = [str(refusal)]
        return _page("change", task, form), 422
    flash("已改，相关的同事已收到消息。", "success")
    return redirect(f"/collections/{key}", 303)


@bp.route("/collections/<int:key>/cancellation", methods=["GET", "POST"])
@requires(P.COLLECT, P.CONFIGURE)
def cancel(key: int):
    task = _changeable(key)
    if request.method == "GET":
        form = CancelForm()
        form.look_anew(task)
        return _page("cancel", task, form)
    form = CancelForm(request.form)
    if not form.validate():
        return _page("cancel", task, form), 422
    try:
        changes.cancel(key, reason=form.reason.data, by=me(), seen=_seen())
    except StaleVersion as stale:
        return _again("cancel", form, stale)
    told = f"已取消「{task.customer_name}」的采集任务，{task.person.name} 的待办里不再有这一项。"
    flash(told, "success")
    return redirect(f"/collections/{key}", 303)


def _seen() -> int | None:
    return request.form.get("seen", None, whole_number)


def _again(page: str, form: ChangeForm | CancelForm, stale: StaleVersion) -> tuple[str, int]:
    """The page with what was typed, over the task as it is now."""
    task = _changeable(request.view_args["key"])
    form.look_anew(task)
    form.form_errors.append(str(stale))
    return _page(page, task, form), 409


def _changeable(key: int) -> CollectionTask:
    """The task, when the person sees it and may change it; one that is over sends back to its page."""
    task = visible_tasks(me()).where(CollectionTask.id == key).first() or abort(404)
    if not changes.may_change(task, me()):
        if task.is_changeable:
            abort(403)
        flash(changes.over_words(task), "warning")
        abort(redirect(f"/collections/{key}", 303))
    return task


def _page(page: str, task: CollectionTask, form: ChangeForm | CancelForm) -> str:
    return render_template(f"intake/collections/{page}.html", form=form, asked=task)
