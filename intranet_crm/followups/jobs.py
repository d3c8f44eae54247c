"""What the worker does for follow-ups: the to-dos of visits, each day (F3)."""

from datetime import date

from intranet_crm import clock
from intranet_crm.background import each_day, in_turns
from intranet_crm.followups.visit_runs import VisitRun

VISITS = "followups.visits"


@each_day(VISITS)
def plan_visits(day: int) -> None:
    if date.fromordinal(day) == clock.today():  # one of a day that is over is done by today's
        in_turns(VISITS, day, VisitRun.of(date.fromordinal(day)).work())
