"""A head who does not act: urged by the collector, replaced by a named person, never by time (O4, O5)."""

from datetime import date, datetime

import pytest

from intranet_crm import clock
from intranet_crm.accounts.deputies import Deputy
from intranet_crm.audit_log import AuditEntry
from intranet_crm.errors import IllegalMove, NotAllowed
from intranet_crm.intake.escalation import escalate, escalate_all, take_over, urge
from intranet_crm.intake.models import IntakeEvent, IntakeForm
from intranet_crm.intake.reviews import FullJudgements, approve
from intranet_crm.intake.submissions import withdraw
from intranet_crm.notices.models import Notice
from intranet_crm.tasks.models import Task
from tests.intake.in_review import read, submitted

GIVEN = FullJudgements("phone", date(2026, 11, 5), is_sensitive=False, fits=True, fit_grade="promising")


def on(day, hour=10):
    return clock.as_of(clock.stored(datetime(2026, 11, day, hour)))


@pytest.fixture
def form(people):
    """Submitted on Friday 20 November 2026; the review is due on Monday 23."""
    with on(20):
        return submitted(people["chenjing"])


def asked(person):
    return Task.select().where((Task.person == person) & (Task.kind == "escalation") & Task.done_at.is_null())


def test_the_collector_urges_an_overdue_review_once_a_working_day(form, people):
    with on(23), pytest.raises(IllegalMove, match="还没有逾期"):
        urge(form.id, by=people["chenjing"])
    with on(24):
        with pytest.raises(NotAllowed):
            urge(form.id, by=people["wanglei"])
        urge(form.id, by=people["chenjing"])
        with pytest.raises(IllegalMove, match="每个工作日催一次"):
            urge(form.id, by=people["chenjing"])
    with on(25):
        urge(form.id, by=people["chenjing"])
    told = Notice.select().where((Notice.person == people["zhoufang"]) & Notice.title.startswith("陈静催办"))
    assert told.count() == 2
    assert AuditEntry.select().where(AuditEntry.action == "催办复核").count() == 2
    assert IntakeEvent.select().where(IntakeEvent.move == "urge").count() == 2


def test_a_deputy_is_urged_as_well(form, people):
    with on(24):
        head, deputy = people["zhoufang"], people["sunhao"]
        Deputy.appoint(head, deputy, date(2026, 11, 24), date(2026, 11, 25), by=head)
        urge(form.id, by=people["chenjing"])
    assert Notice.select().where((Notice.person == deputy) & Notice.title.contains("催办")).count() == 1


def test_two_working_days_after_the_due_day_the_next_head_is_asked_once(form, people):
    with on(25, 18):
        assert escalate_all() == 0
    with on(26):
        assert escalate_all() == 1
        assert escalate_all() == 0
    task = asked(people["linhai"]).get()
    assert "周芳" in task.reason
    assert IntakeForm.get_by_id(form.id).state == "in_review"  # nothing is decided by time
    assert IntakeForm.get_by_id(form.id).reviewer == people["zhoufang"]


def test_who_was_asked_takes_over_by_one_press(form, people, sign_in):
    with on(26):
        escalate(form.id)
        page = sign_in("linhai").get(f"/reviews/{form.id}").text
        assert "接手复核" in page
        assert sign_in("linhai").post(f"/reviews/{form.id}/takeover").status_code == 303
        assert 'value="approve"' in sign_in("linhai").get(f"/reviews/{form.id}").text
        assert "接手复核" in sign_in("chenjing").get(f"/intake/{form.id}").text
        with pytest.raises(NotAllowed, match="由 林海 复核"):
            approve(form.id, GIVEN, opinion="同意", seen=read(form), by=people["zhoufang"])
        approve(form.id, GIVEN, opinion="同意", seen=read(form), by=people["linhai"])
    assert not Task.select().where(Task.kind.in_(["review", "escalation"]) & Task.done_at.is_null()).exists()
    assert AuditEntry.select().where(AuditEntry.action == "接手复核").count() == 1


def test_taking_over_twice_is_taking_over_once(form, people, sign_in):
    with on(26):
        escalate(form.id)
        answers = [sign_in("linhai").post(f"/reviews/{form.id}/takeover").status_code for _ in range(2)]
    assert answers == [303, 303]
    assert AuditEntry.select().where(AuditEntry.action == "接手复核").count() == 1


def test_nobody_else_takes_over_and_nobody_after_a_withdrawal(form, people, sign_in):
    with on(24), pytest.raises(NotAllowed):
        take_over(form.id, by=people["linhai"])
    with on(26):
        escalate(form.id)
        with pytest.raises(NotAllowed):
            take_over(form.id, by=people["guoyan"])
        withdraw(form.id, by=people["chenjing"])
        assert not asked(people["linhai"]).exists()
        with pytest.raises(NotAllowed):
            take_over(form.id, by=people["linhai"])


def test_at_the_top_nobody_is_asked(people):
    with on(20):
        form = submitted(people["zhoufang"])
    assert form.reviewer == people["linhai"]
    with on(27):
        assert not escalate(form.id)


def test_the_button_shows_once_it_is_overdue(form, sign_in):
    address = f'action="/intake/{form.id}/urge"'
    with on(23):
        assert address not in sign_in("chenjing").get(f"/intake/{form.id}").text
    with on(24):
        browser = sign_in("chenjing")
        assert address in browser.get(f"/intake/{form.id}").text
        assert browser.post(f"/intake/{form.id}/urge").status_code == 303
        page = browser.get(f"/intake/{form.id}").text
        assert address not in page
        assert "陈静已在 11-24 10:00 催办过这一项" in page
        again = browser.post(f"/intake/{form.id}/urge", follow_redirects=True)  # from a page that was open
        assert again.status_code == 200
        assert "每个工作日催一次" in again.text
