"""How soon follow-ups are recorded (E3): the late ones, and each person's counted by day.

The report adds up days, so that it costs the same after millions of follow-ups.
"""

from datetime import date, datetime, timedelta

from peewee import DateField, DateTimeField, DeferredForeignKey, ForeignKeyField, IntegerField, fn

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.database import BaseModel, add_up, database, is_sqlite
from intranet_crm.followups import rules


class LateRecord(BaseModel):
    """A follow-up that was recorded after the 24 hours."""

    followup = DeferredForeignKey("FollowUp", unique=True, backref="late_record", on_delete="CASCADE")
    person = ForeignKeyField(Person, backref="late_records", on_delete="CASCADE", index=False)
    happened_at = DateTimeField()
    minutes = IntegerField()  # from the contact to the record

    class Meta:
        indexes = ((("person", "happened_at", "followup"), False), (("happened_at", "followup"), False))


class DayTally(BaseModel):
    """A person's follow-ups of one day in Shanghai, by the day of the contact."""

    person = ForeignKeyField(Person, backref="followup_days", on_delete="CASCADE", index=False)
    day = DateField()
    recorded = IntegerField(default=0)
    late = IntegerField(default=0)
    worst = IntegerField(default=0)  # minutes

    class Meta:
        # The second holds all that the report adds up.
        indexes = ((("person", "day"), True), (("day", "person", "recorded", "late", "worst"), False))


def count_in(followup_id: int, person_id: int, happened_at: datetime, recorded_at: datetime) -> None:
    """A follow-up is there, or has moved to this person and moment."""
    gap = rules.late_by(happened_at, recorded_at)
    if gap:
        minutes = int(gap.total_seconds() // 60)
        LateRecord.create(followup=followup_id, person=person_id, happened_at=happened_at, minutes=minutes)
    _add(person_id, happened_at, 1, int(gap is not None))


def count_out(followup_id: int, person_id: int, happened_at: datetime) -> None:
    """It is no longer this person's, or of this moment."""
    was_late = LateRecord.delete().where(LateRecord.followup == followup_id).execute()
    _add(person_id, happened_at, -1, -was_late)


def _add(person_id: int, happened_at: datetime, recorded: int, late: int) -> None:
    day = clock.local(happened_at).date()
    add_up(DayTally, {"person": person_id, "day": day}, {"recorded": recorded, "late": late})
    if late:
        worst = LateRecord.select(fn.MAX(LateRecord.minutes)).where(_of(person_id, day)).scalar() or 0
        its_row = (DayTally.person == person_id) & (DayTally.day == day)
        DayTally.update(worst=worst).where(its_row).execute()


def _of(person_id: int, day: date):
    begin, end = clock.start_of(day), clock.start_of(day + timedelta(days=1))
    moment = LateRecord.happened_at
    return (LateRecord.person == person_id) & (moment >= begin) & (moment < end)


def rebuild() -> None:
    """Count everything again from the follow-ups, for rows written past the verbs."""
    day = "date(happened_at, '+8 hours')"
    late = "strftime('%s', created_at) - strftime('%s', happened_at) > 86400"
    gap = "(strftime('%s', created_at) - strftime('%s', happened_at)) / 60"
    if not is_sqlite():
        day = "DATE(happened_at + INTERVAL 8 HOUR)"
        late = "created_at > happened_at + INTERVAL 24 HOUR"
        gap = "TIMESTAMPDIFF(MINUTE, happened_at, created_at)"
    late_ones = f"SELECT id, person_id, happened_at, {gap} FROM follow_up WHERE {late}"  # noqa: S608 - ours
    sums = f"COUNT(*), SUM({late}), MAX(CASE WHEN {late} THEN {gap} ELSE 0 END)"
    days = f"SELECT person_id, {day}, {sums} FROM follow_up GROUP BY person_id, {day}"  # noqa: S608 - ours
    with database.atomic():
        for model, columns, found in (
            (LateRecord, "followup_id, person_id, happened_at, minutes", late_ones),
            (DayTally, "person_id, day, recorded, late, worst", days),
        ):
            model.delete().execute()
            database.execute_sql(f"INSERT INTO {model._meta.table_name} ({columns}) {found}")
