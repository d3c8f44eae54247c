"""The demo as the people of the invented company find it on their first morning."""

from datetime import timedelta

import pytest
from peewee import fn

from intranet_crm import clock, demo
from intranet_crm.accounts.models import Person
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.customers.deletions import Deletion
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.owners import OwnerChange
from intranet_crm.customers.queries import visible_customers
from intranet_crm.database import database
from intranet_crm.demo import people
from intranet_crm.followups.lateness import LateRecord
from intranet_crm.followups.models import FollowUp
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.rules import STATES
from intranet_crm.needs.models import Need, NeedChange
from intranet_crm.needs.tags import NeedTagging
from intranet_crm.reference.choices import CUSTOMER_STATUSES
from intranet_crm.reference.identifiers import check_credit_code
from intranet_crm.reference.phones import check_mobile
from intranet_crm.service_issues.models import ServiceIssue
from intranet_crm.tasks.models import Task
from tests.cast import DEPARTMENTS, PEOPLE


def person(username: str) -> Person:
    return Person.get(Person.username == username)


def test_the_people_are_those_of_the_contract():
    assert people.PEOPLE == PEOPLE
    assert people.DEPARTMENTS == DEPARTMENTS


def test_everybody_signs_in_with_the_printed_password_and_need_not_change_it(company):
    known = {"username": "chenjing", "password": "Shili-2026-ok"}
    page = company.app.test_client().post("/login", data=known, follow_redirects=True)
    assert "工作台" in page.text
    assert "陈静" in page.text


def test_it_has_the_customers_and_followups_that_were_asked_for(company):
    assert Customer.select().where(Customer.deleted_at.is_null()).count() == 60
    assert FollowUp.select().count() == 240
    sections = Customer.select(Customer.industry_section).distinct().count()
    assert sections == 9
    assert {each.status for each in Customer.select(Customer.status)} == set(CUSTOMER_STATUSES.keys())


def test_every_code_and_phone_is_right(company):
    companies = Customer.select().where((Customer.kind == "enterprise") & Customer.deleted_at.is_null())
    verdicts = [check_credit_code(each.credit_code) for each in companies]
    assert not [verdict for verdict in verdicts if verdict.error or verdict.warning]
    mobiles = [check_mobile(each.mobile) for each in Contact.select()]
    assert not [verdict for verdict in mobiles if verdict.error or verdict.warning]


def test_each_customer_has_one_to_three_contacts_and_one_primary(company):
    counts = Contact.select(fn.COUNT(Contact.id), fn.SUM(Contact.is_primary)).group_by(Contact.customer)
    assert all(1 <= count <= 4 and primary == 1 for count, primary in counts.tuples())


def test_forms_stand_in_every_state_and_their_sheets_are_there(company):
    states = {each.state for each in IntakeForm.select(IntakeForm.state)}
    assert states == set(STATES.keys())
    assert IntakeForm.select().where(IntakeForm.round == 2).exists()
    assert ArchiveRecord.select().count() > 5
    assert not ArchiveRecord.select().where(ArchiveRecord.sheet.is_null()).exists()


def test_one_entry_is_overdue(company):
    late = (IntakeForm.state == "approved") & (IntakeForm.entry_due_on < clock.today())
    assert IntakeForm.select().where(late).count() == 1


def test_chenjing_and_zhaomin_share_no_customer(company):
    theirs = [{each.id for each in visible_customers(person(name))} for name in ("chenjing", "zhaomin")]
    assert all(theirs)
    assert not theirs[0] & theirs[1]


def test_a_customer_made_twice_lies_in_the_bin_and_one_has_had_two_owners(company):
    (deletion,) = Deletion.select()
    assert deletion.customer.deleted_at
    assert "重复建档" in company.sign_in("admin").get("/customers/deleted").text
    change = OwnerChange.select().first()
    panel = company.sign_in("liqiang").get(f"/customers/{change.customer_id}/ownership").text
    assert f"{change.old.name} → {change.new.name}" in panel


def test_some_follow_ups_were_recorded_late(company):
    report = company.sign_in("linhai").get("/followups/late?since=2020-01-01").text
    assert "陈静" in report
    assert LateRecord.select().count() > 3


def test_the_workbench_has_something_overdue_something_today_and_something_coming(company):
    due = [each.due_on for each in Task.select().where(Task.done_at.is_null())]
    today = clock.today()
    assert min(due) < today
    assert today in due
    assert max(due) > today


def test_two_salespeople_are_late_and_one_of_them_has_been_urged(company):
    page = company.sign_in("liqiang").get("/tasks/team").text
    assert "陈静" in page
    assert "王磊" in page
    told = company.sign_in("chenjing").get("/").text
    assert "李强催办：你有" in told
    assert "李强 今天" in told
    assert "催办：" not in company.sign_in("wanglei").get("/notices").text


def test_nothing_happens_after_now_and_the_history_is_a_year_long(company):
    first, last, recorded = FollowUp.select(
        fn.MIN(FollowUp.happened_at), fn.MAX(FollowUp.happened_at), fn.MAX(FollowUp.created_at)
    ).scalar(as_tuple=True)
    assert timedelta(days=250) < last - first < timedelta(days=366)
    assert recorded < clock.now()


@pytest.mark.parametrize("name", ["chenjing", "zhoufang", "xujing", "huangli", "linhai", "admin", "auditor"])
def test_everybody_finds_a_workbench(company, name):
    assert company.sign_in(name).get("/").status_code == 200


def test_a_second_start_changes_nothing_but_prints_the_people(company, capsys):
    before = Customer.select(fn.MAX(Customer.id)).scalar(), FollowUp.select().count()
    database.close()
    assert demo.prepare(company.settings)
    database.connect()
    assert (Customer.select(fn.MAX(Customer.id)).scalar(), FollowUp.select().count()) == before
    printed = capsys.readouterr().out
    assert "chenjing" in printed
    assert "Shili-2026-ok" in printed


def test_a_killed_preparation_leaves_nothing_behind_and_the_next_start_makes_it_whole(company):
    assert company.left_by_a_killed_attempt == 0
    assert Person.select().count() == 14


def test_needs_have_tags_changes_with_answers_and_some_are_implied(company):
    needs, changes = Need.select().count(), NeedChange.select().where(NeedChange.reason != "").count()
    assert needs > 20
    assert changes > 5
    assert NeedTagging.select(NeedTagging.need).distinct().count() > needs / 2
    implied = list(Need.select().where(Need.nature == "implied"))
    assert implied
    assert all(FollowUp.get_by_id(need.followup_id).customer_id == need.customer_id for need in implied)
    assert {need.progress for need in Need.select(Need.progress)} >= {"waiting", "answered", "closed"}


def test_service_issues_are_answered_solved_and_some_are_open(company):
    states = {issue.state for issue in ServiceIssue.select(ServiceIssue.state)}
    assert "solved" in states
    assert states & {"open", "replied"}
    open_ones = ServiceIssue.select().where(ServiceIssue.state != "solved").count()
    asked = Task.select().where((Task.kind == "service_issue") & Task.done_at.is_null()).count()
    assert open_ones == asked
    assert ServiceIssue.select().where(ServiceIssue.person == person("hetao")).exists()
