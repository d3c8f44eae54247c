"""The team's overdue tasks, by colleague and one by one, and urging (F5)."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intranet_crm import clock, htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.reference.workdays import working_day_of
from intranet_crm.tasks import team
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.queries import MOST_COUNTED, after, overdue
from intranet_crm.tasks.rules import Span
from intranet_crm.tasks.team import PAGE, Place
from intranet_crm.tasks.urges import Urge, with_urges

bp = Blueprint("team", __name__, url_prefix="/tasks")


def _member(key: int) -> Person:
    return team.find_member(me(), key) or abort(404)


@bp.get("/team")
@requires(P.URGE)
def index():
    found = team.waiting_people(me(), clock.today(), Place.parsed(request.args.get("after")))
    page = found[:PAGE]
    next_url = url_for(".index", after=str(page[-1].place)) if len(found) > PAGE else None
    return render_template(
        "tasks/team/index.html", page=page, next_url=next_url, most=MOST_COUNTED, today=clock.today()
    )


@bp.get("/team/<int:key>")
@requires(P.URGE)
def member(key: int):
    person, today = _member(key), clock.today()
    late = overdue(today).where(Task.person == person.id).order_by(Task.due_on, Task.id)
    last = Task.get_or_none(
        (Task.id == request.args.get("after", 0, whole_number)) & (Task.person == person.id)
    )
    found = list(after(late, Span.OVERDUE, last).limit(PAGE + 1))
    return render_template(
        "tasks/team/member.html",
        person=person,
        tasks=with_urges(found[:PAGE]),
        next_url=url_for(".member", key=key, after=found[PAGE - 1].id) if len(found) > PAGE else None,
        today=today,
        working_day=working_day_of(today),
        may_urge_all=person.is_active and team.has_fresh(person, today),
    )


@bp.post("/team/<int:key>/urges")
@requires(P.URGE)
def urge_all(key: int):
    person = _member(key)
    number = Urge.all_of(person, by=me())
    return _answer(f"已催办{person.name}的 {number} 项逾期待办，汇总成一条消息", person.id)


@bp.post("/<int:key>/urges")
@requires(P.URGE)
def urge(key: int):
    task = team.find_task(me(), key) or abort(404)
    made = Urge.one(task, by=me())
    return _answer(f"已催办{made.person.name}", made.person_id)


def _answer(sentence: str, person_id: int):
    """A word in the button's place, or the colleague's page with it."""
    if htmx.is_request():
        return render_template("tasks/team/_urged.html", sentence=sentence)
    flash(f"{sentence}。", "success")
    return redirect(url_for(".member", key=person_id), 303)
