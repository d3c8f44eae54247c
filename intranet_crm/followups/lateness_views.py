"""The report on late records (E3): by person and period, and exactly the records behind each number."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from wtforms import Form, ValidationError

from intranet_crm import clock, htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.customers.list_forms import place_of, place_text
from intranet_crm.followups import lateness_queries as queries
from intranet_crm.followups.fields import PersonField
from intranet_crm.followups.rules import periods
from intranet_crm.reference.form_fields import DayField

bp = Blueprint("late_followups", __name__, url_prefix="/followups/late")


class PeriodForm(Form):
    since = DayField("从")
    until = DayField("到")

    def __init__(self, typed: MultiDict):
        """This month as long as nothing else is asked for; half a period is filled up."""
        super().__init__(typed)
        self.since.validate(self)
        self.until.validate(self, [PeriodForm.validate_until])
        _, since, until = periods(clock.today())[0]
        self.until.data = self.until.data or max(self.since.data or until, until)
        self.since.data = self.since.data or min(since, self.until.data)

    def validate_until(self, field: DayField) -> None:
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError("结束日期早于开始日期，请核对。")

    @property
    def span(self) -> dict[str, Any]:
        return {"since": self.since.data, "until": self.until.data}


class RecordsForm(PeriodForm):
    person = PersonField("跟进人")


def _presets(form: PeriodForm, endpoint: str, **kept: Any) -> list[tuple[str, str, bool]]:
    return [
        (
            word,
            url_for(endpoint, since=since, until=until, **kept),
            (since, until) == tuple(form.span.values()),
        )
        for word, since, until in periods(clock.today())
    ]


@bp.get("")
@requires(P.SEE_CUSTOMERS)
def index():
    form = PeriodForm(request.args)
    rows = queries.tallies(me(), **form.span)
    page, last = queries.people_page(rows, request.args.get("after", 0, whole_number))
    return render_template(
        f"followups/late/{'_people' if htmx.is_request() else 'index'}.html",
        form=form,
        presets=_presets(form, ".index"),
        page=page,
        total=queries.total(rows),
        next_url=url_for(".index", after=last, **form.span) if last else None,
    )


@bp.get("/records")
@requires(P.SEE_CUSTOMERS)
def records():
    form = RecordsForm(request.args)
    person = request.args.get("person", None, whole_number)
    form.person.offer(queries.choosable(me(), person), empty="全部")
    after = place_of(request.args.get("after"))
    found = queries.late_records(me(), **form.span, person=person, after=after)
    page, next_url = found[: queries.PAGE], None
    if len(found) > queries.PAGE:
        place = place_text((page[-1].happened_at, page[-1].id))
        next_url = url_for(".records", person=person, after=place, **form.span)
    return render_template(
        f"followups/late/{'_records' if htmx.is_request() else 'records'}.html",
        form=form,
        presets=_presets(form, ".records", person=person),
        page=page,
        next_url=next_url,
        back=url_for(".index", **form.span),
    )
