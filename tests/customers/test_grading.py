"""Grades: suggested with their facts, decided by a person, remembered; the rules of the administrator."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intranet_crm import clock
from intranet_crm.audit_log import AuditEntry
from intranet_crm.customers.grade_facts import NEEDS, judgements
from intranet_crm.customers.grades import GradeDecision, GradeScheme, GradeStrategy, strategies
from intranet_crm.customers.grading import ReasonWanted, set_grade
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.database import database
from intranet_crm.errors import StaleVersion
from intranet_crm.needs.models import Need
from tests.customers.making import opened
from tests.followups.made import a_followup

WAN = 1_000_000
LARGE = {"employees": 800, "revenue": 20000 * WAN, "budget_high": 150 * WAN}


@pytest.fixture
def chenjing(people):
    return people["chenjing"]


@pytest.fixture
def large(chenjing):
    """A prospect that speaks for 潜力客户."""
    return opened(chenjing, **LARGE)


def test_the_table_of_needs_is_the_model_s():
    assert NEEDS.__name__ == Need._meta.table_name
    assert set(NEEDS._columns) <= set(Need._meta.columns)


def test_needs_and_follow_ups_are_facts_too(chenjing):
    customer = opened(chenjing)
    need = {"type": "other", "background": "背景", "detail": "详情", "priority": "high"}
    Need.record(customer, by=chenjing, budget_low=60 * WAN, budget_high=80 * WAN, **need)
    Need.record(customer, by=chenjing, budget_high=900 * WAN, budget_pending=1, **need)
    a_followup(customer, chenjing)
    a_followup(customer, chenjing, happened_at=clock.now() - timedelta(days=400))
    (found,) = judgements([customer], GradeScheme.latest().scheme).values()
    words = {line.label: line.words for line in found.lines}
    assert words["贡献度：预算"] == "80 万元（需求）"
    assert words["合作深度：近12个月跟进"] == "1 次"


def test_taking_the_suggestion_needs_no_reason_and_keeps_the_facts(large, chenjing):
    assert set_grade(large, "promising", seen="", by=chenjing)
    decision = GradeDecision.get()
    assert (decision.old, decision.new, decision.by, decision.edition) == ("", "promising", chenjing, 1)
    assert decision.reason.startswith("采用建议：潜力分 100")
    assert ["客户规模：员工人数", "800 人", 15, 15] in decision.judgement["lines"]
    entry = TimelineEntry.get(TimelineEntry.title == "客户分级：未分级 → 潜力客户")
    assert entry.summary == decision.reason
    assert AuditEntry.select().where(AuditEntry.action == "更改客户分级").count() == 1


def test_another_grade_needs_a_reason(large, chenjing):
    with pytest.raises(ReasonWanted, match="与建议的潜力客户不同，请写明原因"):
        set_grade(large, "vip", seen="", by=chenjing)
    assert set_grade(large, "vip", seen="", reason="集团总部指定", by=chenjing)
    assert GradeDecision.get().reason == "集团总部指定"
    assert not set_grade(large, "vip", seen="vip", by=chenjing)
    with pytest.raises(StaleVersion):
        set_grade(large, "regular", seen="", reason="降级", by=chenjing)


def panel(browser, customer, **more) -> str:
    return browser.get(f"/customers/{customer.id}/grade", **more).text


def test_the_panel_shows_facts_points_and_what_is_missing(sign_in, chenjing):
    customer = opened(chenjing, employees=800, budget_high=150 * WAN)
    page = panel(sign_in("chenjing"), customer)
    assert "未分级" in page
    assert "建议：<strong>潜力客户" in page
    assert "800 人" in page
    assert "未知、未计入：年营收" in page
    assert "签约后 30 天内首次拜访，之后每季度拜访" in page


def test_the_suggestion_is_taken_in_place_and_without_script(sign_in, large):
    browser, address = sign_in("chenjing"), f"/customers/{large.id}/grade"
    answer = browser.post(address, data={"grade": "promising", "seen": ""}, headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<section class="panel" id="grade"')
    assert "客户分级已改为潜力客户" in answer.text
    assert "采用建议" not in answer.text
    another = {"grade": "vip", "seen": "promising", "reason": "集团总部指定"}
    assert browser.post(address, data=another).status_code == 303
    page = panel(browser, large)
    assert "潜力客户 → VIP客户" in page
    assert "当时的建议：潜力客户" in page
    assert "每月拜访" in page


def test_without_a_reason_nothing_typed_is_lost(sign_in, large):
    answer = sign_in("chenjing").post(f"/customers/{large.id}/grade", data={"grade": "vip", "seen": ""})
    assert answer.status_code == 422
    assert "与建议的潜力客户不同" in answer.text
    assert (
        'value="vip" checked'
        in answer.text.replace("checked id", "checked").replace('" name="grade" type="radio"', "")
        or "checked" in answer.text
    )
    assert Customer.get_by_id(large.id).grade == ""


@pytest.mark.parametrize("username", ["liqiang", "zhoufang"])
def test_whoever_may_not_edit_sees_it_without_buttons(sign_in, large, username):
    browser = sign_in(username)
    page = panel(browser, large)
    assert "建议：" in page
    assert "采用建议" not in page
    answer = browser.post(f"/customers/{large.id}/grade", data={"grade": "promising", "seen": ""})
    assert answer.status_code == 403


def test_others_do_not_find_it(sign_in, large):
    assert sign_in("zhaomin").get(f"/customers/{large.id}/grade").status_code == 404


def rules(**changes) -> dict:
    """The form of the rules as a browser would post it."""
    kept = GradeScheme.latest()
    scheme = kept.rules
    data = {"seen": kept.number, "industries": scheme["industries"]}
    data |= {f"depth-{status}": points for status, points in scheme["depth"].items()}
    for key, bands in scheme["bands"].items():
        for place, (start, points) in enumerate(bands):
            data |= {f"{key}-{place}-start": start, f"{key}-{place}-points": points}
    same = ("industry_points", "other_points", "vip_from", "promising_from", "known_from")
    return data | {name: scheme[name] for name in same} | changes


def test_a_new_edition_of_the_rules_changes_the_suggestion_and_no_grade(sign_in, large):
    admin = sign_in("admin")
    assert "暂不建议" not in panel(sign_in("chenjing"), large)
    data = rules(vip_from=50, note="年度会议降低门槛", intent="save")
    assert admin.post("/admin/grades", data=data).status_code == 303
    assert "建议：<strong>VIP客户" in panel(sign_in("chenjing"), large)
    assert Customer.get_by_id(large.id).grade == ""
    page = admin.get("/admin/grades").text
    assert "第 2 版" in page
    assert "年度会议降低门槛" in page
    assert "70 分" in page
    assert AuditEntry.select().where(AuditEntry.action == "修改分级规则").count() == 1
    assert 'value="70"' in admin.get("/admin/grades?from=1").text


def test_the_preview_names_customers_whose_suggestion_changes_and_saves_nothing(sign_in, large, chenjing):
    opened(chenjing, "平常有限公司", employees=9)
    answer = sign_in("admin").post("/admin/grades", data=rules(vip_from=50, intent="preview"))
    assert answer.status_code == 200
    assert "2 位客户，1 位的建议会变" in answer.text
    assert large.name in answer.text
    assert GradeScheme.select().count() == 1


def test_a_preview_costs_the_same_however_many_customers_there_are(sign_in, chenjing, monkeypatch):
    admin, asked, real = sign_in("admin"), [], database.obj.execute_sql
    data, costs = rules(vip_from=50, intent="preview"), []
    monkeypatch.setattr(database.obj, "execute_sql", lambda *a, **k: asked.append(a[0]) or real(*a, **k))
    for more in (4, 12):
        for number in range(more):
            opened(chenjing, f"客户{more}之{number}有限公司", **LARGE)
        asked.clear()
        assert admin.post("/admin/grades", data=data).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"note": ""}, "请写明为什么修改"),
        ({"employees-0-start": ""}, "起点和分数要一起填写"),
        ({"employees-1-start": "500"}, "同一个起点写了两次"),
        ({"employees-0-points": "1"}, "数值越高分数应越高"),
        ({"vip_from": "0"}, "请填写 1 到 100 的整数"),
        ({"vip_from": "七十"}, "整数"),
        ({"history-0-points": "999"}, "0 到 100"),
        ({"industries": ["X"]}, "没有这个行业门类"),
        ({"seen": "7"}, "刚被别人改过"),
        ({"vip_from": "70"}, "规则没有变化"),
    ],
)
def test_rules_that_make_no_sense_are_not_saved(sign_in, changes, sentence):
    data = rules(vip_from=60, note="试一试", intent="save") | changes
    answer = sign_in("admin").post("/admin/grades", data=data)
    assert answer.status_code in (409, 422)
    assert sentence in answer.text
    assert GradeScheme.select().count() == 1


def test_two_administrators_at_once_do_not_overwrite_each_other(people):
    latest = GradeScheme.latest()
    first, second = (replace(latest.scheme, vip_from=line) for line in (60, 65))
    GradeScheme.publish(first, note="先到", seen=1, by=people["admin"])
    with pytest.raises(StaleVersion):
        GradeScheme.publish(second, note="后到", seen=1, by=people["admin"])


def test_a_strategy_is_edited_shown_and_logged(sign_in, large):
    admin = sign_in("admin")
    data = {"version": 1, "first_visit_days": 15, "visit_months": 2, "care_days": "", "resources": "专人服务"}
    assert admin.post("/admin/grades/strategies/regular", data=data).status_code == 303
    found = GradeStrategy.get(GradeStrategy.grade == "regular")
    assert (found.first_visit_days, found.visit_months, found.care_days) == (15, 2, None)
    assert strategies()[""] == found
    page = panel(sign_in("chenjing"), large)
    assert "签约后 15 天内首次拜访，之后每 2 个月拜访" in page
    assert "专人服务" in page
    assert AuditEntry.select().where(AuditEntry.action == "修改维护策略").count() == 1
    stale = admin.post("/admin/grades/strategies/regular", data=data | {"visit_months": 6})
    assert stale.status_code == 409
    assert "刚被别人修改过" in stale.text
    assert admin.post("/admin/grades/strategies/regular", data=data | {"visit_months": 99}).status_code == 422
    assert admin.get("/admin/grades/strategies/gold").status_code == 404
