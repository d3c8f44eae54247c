"""The workbench page (F1)."""

from flask import Blueprint, render_template

from intranet_crm import clock
from intranet_crm.accounts.access import me, signed_in
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.home import queries
from intranet_crm.notices.queries import latest_unread
from intranet_crm.tasks import team
from intranet_crm.tasks.queries import open_counts

bp = Blueprint("home", __name__)
blueprints = [bp]


@bp.get("/")
@signed_in
def workbench():
    person, today = me(), clock.today()
    whose = queries.whose_customers(person)
    sees_team = team.sees_team(person)
    return render_template(
        "home/workbench.html",
        today=today,
        counts=open_counts(person, today),
        spans=queries.near_tasks(person, today),
        most=queries.SHOWN,
        notices=latest_unread(person, most=4),
        whose=whose,
        activity=queries.recent_activity(person) if whose else [],
        sees_team=sees_team,
        team=team.waiting_people(person, today, most=queries.TEAM) if sees_team else [],
        team_most=queries.TEAM,
        may_edit=person.may(P.EDIT_CUSTOMERS),
        may_collect=person.may(P.COLLECT),
    )
