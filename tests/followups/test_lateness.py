"""Late records (E3): counted as they happen, reported by person and period, each number with its records."""

import re
from datetime import date, timedelta

import pytest

from intranet_crm import clock
from intranet_crm.customers.deletions import Deletion
from intranet_crm.customers.models import Collaboration
from intranet_crm.followups import lateness
from intranet_crm.followups.lateness import DayTally, LateRecord
from intranet_crm.followups.models import FollowUp
from intranet_crm.followups.rules import periods
from tests.followups.made import a_customer, a_followup
from tests.followups.test_views import queries_of

NOW = clock.at(date(2026, 5, 20), 15)
MAY = "?since=2026-05-01&until=2026-05-31"


@pytest.fixture(autouse=True)
def _in_may(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def customer(people):
    return a_customer(people["chenjing"])


def ago(**span):
    return NOW - timedelta(**span)


def counted(person) -> tuple[int, int, int]:
    """(recorded, late, worst) of all days, which must be what the rows themselves say."""
    kept = sorted(DayTally.select(DayTally.day, DayTally.recorded, DayTally.late, DayTally.worst).where(
        (DayTally.person == person) & (DayTally.recorded > 0)
    ).tuples())  # fmt: skip
    late = sorted(LateRecord.select(LateRecord.followup, LateRecord.minutes).tuples())
    lateness.rebuild()
    again = DayTally.select(DayTally.day, DayTally.recorded, DayTally.late, DayTally.worst)
    assert sorted(again.where(DayTally.person == person).tuples()) == kept
    assert sorted(LateRecord.select(LateRecord.followup, LateRecord.minutes).tuples()) == late
    return sum(row[1] for row in kept), sum(row[2] for row in kept), max((row[3] for row in kept), default=0)


def test_recording_counts_and_late_ones_are_remembered(people, customer):
    chenjing = people["chenjing"]
    a_followup(customer, chenjing, happened_at=ago(hours=2))
    a_followup(customer, chenjing, happened_at=ago(hours=24))
    a_followup(customer, chenjing, happened_at=ago(hours=25))
    a_followup(customer, chenjing, happened_at=ago(days=3, hours=4))
    assert counted(chenjing) == (4, 2, 76 * 60)


def test_a_correction_moves_the_count_along(people, customer):
    chenjing, wanglei = people["chenjing"], people["wanglei"]
    saved = a_followup(customer, chenjing, happened_at=ago(days=5))
    a_followup(customer, chenjing, happened_at=ago(days=2))
    facts = {"method": "phone", "content": "改过"}
    saved.revise(seen=1, by=chenjing, happened_at=ago(hours=3), **facts)
    assert counted(chenjing) == (2, 1, 48 * 60)
    FollowUp.get_by_id(saved.id).revise(
        seen=2, by=chenjing, happened_at=ago(days=4), person=wanglei.id, **facts
    )
    assert counted(chenjing) == (1, 1, 48 * 60)
    assert counted(wanglei) == (1, 1, 96 * 60)


def test_a_correction_of_the_words_counts_nothing(people, customer):
    chenjing = people["chenjing"]
    saved = a_followup(customer, chenjing, happened_at=ago(days=5))
    saved.revise(seen=1, by=chenjing, happened_at=saved.happened_at, method="visit", content="改过")
    assert counted(chenjing) == (1, 1, 5 * 24 * 60)


def test_a_day_is_one_of_shanghai(people, customer):
    late_evening = clock.at(date(2026, 5, 18), 23, 30)
    a_followup(customer, people["chenjing"], happened_at=late_evening)
    assert DayTally.get().day == date(2026, 5, 18)
    lateness.rebuild()
    assert DayTally.get().day == date(2026, 5, 18)


def test_the_report_reads_by_person_and_every_number_leads_to_its_records(sign_in, people, customer):
    for days in (3, 5, 9):
        a_followup(customer, people["chenjing"], subject=f"晚{days}天", happened_at=ago(days=days))
    a_followup(customer, people["chenjing"])
    a_followup(customer, people["chenjing"], subject="上月的", happened_at=ago(days=40))
    a_followup(customer, people["chenjing"], person=people["wanglei"], happened_at=ago(days=2))
    browser = sign_in("liqiang")
    page = browser.get(f"/followups/late{MAY}").text
    rows = re.findall(r'<th scope="row"[^>]*>(\S+?)</th>.*?data-label="占比"[^>]*>([^<]+)<', page, re.S)
    assert rows == [("陈静", "75%"), ("王磊", "100%")]
    assert "9 天" in page
    link = re.search(r'href="(/followups/late/records\?person=[^"]+)"', page)[1].replace("&amp;", "&")
    records = browser.get(link).text
    assert re.findall("晚[359]天", records) == ["晚3天", "晚5天", "晚9天"]
    assert "上月的" not in records
    assert "王磊" not in records.partition("<tbody")[2]
    everybody = browser.get(f"/followups/late/records{MAY}").text
    assert everybody.count('<th scope="row"') == 4


@pytest.mark.parametrize(
    ("username", "names"),
    [
        ("chenjing", {"陈静"}),
        ("wanglei", set()),
        ("liqiang", {"陈静"}),
        ("zhoufang", {"陈静"}),
        ("sunhao", {"赵敏"}),
        ("linhai", {"陈静", "赵敏"}),
        ("admin", {"陈静", "赵敏"}),
        ("hetao", set()),
    ],
)
def test_each_sees_whom_they_lead(sign_in, people, customer, username, names):
    a_followup(customer, people["chenjing"], happened_at=ago(days=2))
    a_followup(a_customer(people["zhaomin"], "南方科技"), people["zhaomin"], happened_at=ago(days=2))
    browser = sign_in(username)
    shown = browser.get(f"/followups/late{MAY}").text.partition("<tbody")[2]
    assert {name for name in ("陈静", "赵敏") if name in shown} == names
    records = browser.get(f"/followups/late/records{MAY}").text.partition("<tbody")[2]
    assert {name for name in ("陈静", "赵敏") if name in records} == names
    foreign = people["zhaomin" if username != "sunhao" else "chenjing"]
    if foreign.name not in names:
        asked = browser.get(f"/followups/late/records{MAY}&person={foreign.id}").text
        assert "没有补录的跟进" in asked


def test_a_record_about_a_customer_out_of_sight_is_counted_and_tells_nothing(sign_in, people, customer):
    southern = a_customer(people["zhaomin"], "南方机密有限公司")
    Collaboration.share(southern, people["chenjing"], may_write=True, until=None, by=people["zhaomin"])
    a_followup(southern, people["chenjing"], subject="秘密", content="秘密内容", happened_at=ago(days=2))
    a_followup(customer, people["chenjing"], content="云帆的事", happened_at=ago(days=3))
    gone = a_customer(people["chenjing"], "已删有限公司")
    a_followup(gone, people["chenjing"], content="秘密内容", happened_at=ago(days=4))
    Deletion.put_away(gone, reason="重复", by=people["admin"])
    page = sign_in("liqiang").get(f"/followups/late/records{MAY}").text
    assert page.count('<th scope="row"') == 3
    assert page.count("不在你的数据范围内或已删除") == 2
    assert "云帆的事" in page
    assert "秘密" not in page
    assert "已删有限公司" not in page
    assert ">3<span" in sign_in("liqiang").get(f"/followups/late{MAY}").text


def test_paging_shows_every_record_once(sign_in, people, customer):
    for number in range(45):
        a_followup(customer, people["chenjing"], subject=f"第{number:02d}次", happened_at=ago(days=2))
    seen, address, browser = [], f"/followups/late/records{MAY}", sign_in("liqiang")
    while address:
        page = browser.get(address).text
        seen += re.findall(r"第(\d\d)次", page)
        address = page.rpartition('rel="next" href="')[2].partition('"')[0] if 'rel="next"' in page else ""
        address = address.replace("&amp;", "&")
    assert sorted(map(int, seen)) == list(range(45))


def test_odd_periods_are_read_kindly(sign_in, people, customer):
    a_followup(customer, people["chenjing"], happened_at=ago(days=2))
    browser = sign_in("liqiang")
    assert "陈静" in browser.get("/followups/late").text, "this month"
    assert "陈静" in browser.get("/followups/late?since=x&until=&after=y").text
    wrong = browser.get("/followups/late?since=2026-05-20&until=2026-05-01").text
    assert "结束日期早于开始日期" in wrong
    assert browser.get("/followups/late/records?person=99999999999&after=-").status_code == 200


def test_the_report_costs_the_same_after_many_records(sign_in, people, customer):
    browser = sign_in("liqiang")
    for address in (f"/followups/late{MAY}", f"/followups/late/records{MAY}"):
        a_followup(customer, people["chenjing"], happened_at=ago(days=2))
        browser.get(address)
        few = queries_of(lambda at=address: browser.get(at), pytest.MonkeyPatch())
        for number in range(12):
            other = a_customer(people["wanglei"], f"客户{number}有限公司")
            a_followup(other, people["wanglei"], happened_at=ago(days=3))
        assert queries_of(lambda at=address: browser.get(at), pytest.MonkeyPatch()) == few <= 9


def test_the_spans_offered():
    words = {word: (since, until) for word, since, until in periods(date(2026, 1, 15))}
    assert words == {
        "本月": (date(2026, 1, 1), date(2026, 1, 15)),
        "上月": (date(2025, 12, 1), date(2025, 12, 31)),
        "本季度": (date(2026, 1, 1), date(2026, 1, 15)),
        "上季度": (date(2025, 10, 1), date(2025, 12, 31)),
    }
