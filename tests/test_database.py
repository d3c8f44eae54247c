"""The few differences between SQLite and MariaDB/MySQL, and queries that are written once."""

from intranet_crm.accounts.models import Department, Person
from intranet_crm.database import Kept


def test_a_kept_query_is_written_once_and_asked_with_other_values(people, sent):
    written = []

    @Kept
    def in_department(department, begins):
        written.append(department)
        found = Person.select(Person, Department).join(Department).where(Person.department == department)
        return found.where(Person.name.startswith("陈") | (Person.username > begins)).order_by(
            Person.username
        )

    team = people["chenjing"].department_id
    for begins, found in (("a", ["chenjing", "liqiang", "wanglei"]), ("m", ["chenjing", "wanglei"])):
        sent.clear()
        assert [person.username for person in in_department(team, begins)] == found
    assert in_department(team, "m")[0].department.name == "华东销售一组"
    assert in_department(people["zhaomin"].department_id, "zz") == []
    assert len(written) == 1
    assert len(sent) == 3  # the department came with the person
