"""Forms as they lie before the head, made by the collector's own verbs: review and entry begin here."""

import itertools

from intranet_crm.files import store
from intranet_crm.intake import attached
from intranet_crm.intake.drafts import check, open_draft, save
from intranet_crm.intake.models import IntakeForm, Submission
from intranet_crm.intake.submissions import submit

COMPANY = {
    "customer_kind": "enterprise",
    "name": "海澜信息技术(深圳)有限公司",
    "credit_code": "91440305763170665M",
    "industry": "I65",
    "employee_band": "from_500",
    "address": {"province": "440000", "city": "440300", "district": "440305", "street": "创新路739号"},
    "founded": "2005-10-04",
    "contact_name": "罗欣怡",
    "form_of_address": "ms",
    "post": "总经理",
    "phone": "13800806360",
    "decision_role": "purchaser",
    "preferred_channel": "wechat",
    "source": "exhibition",
    "need_type": "joint_development",
    "background": "计划在2027年第二季度推出面向门店的会员小程序，内部缺少后端开发人员",
    "detail": "联合开发会员积分与储值模块，交付源代码与接口文档，验收标准为1000并发下单成功率99.9%",
    "budget": {"low": 120_000_000, "high": 150_000_000},
    "priority": "high",
    "complexity": "high",
    "intention": "definite_plan",
    "expected_finish": "2027年Q3",
    "decision_chain": [{"name": "王总", "role": "decision_maker"}, {"name": "李工", "role": "user"}],
    "situation": "new_customer",
    "method": "video_meeting",
    "department": "华东销售一组",
    "collector": "陈静",
    "collected_on": "2026-11-02",
}
PERSON = {
    "customer_kind": "individual",
    "name": "赵欣怡",
    "citizen_id": "440305198510102522",
    "industry": "C14",
    "occupation": "business_owner",
    "address": {"province": "330000", "city": "330100", "district": "330106", "street": "创新路188号"},
    "founded": "2015-04-10",
    "phone": "15851417195",
    "form_of_address": "ms",
    "post": "技术总监",
    "decision_role": "decision_maker",
    "source": "customer_referral",
    "need_type": "joint_development",
    "background": "计划在2027年第二季度推出面向门店的会员小程序，内部缺少后端开发人员",
    "detail": "联合开发会员积分与储值模块，交付源代码与接口文档，验收标准为1000并发下单成功率99.9%",
    "budget": {"low": 120_000_000, "high": 150_000_000},
    "priority": "high",
    "complexity": "high",
    "intention": "definite_plan",
    "situation": "new_customer",
    "method": "face_to_face",
    "department": "华东销售一组",
    "collector": "陈静",
    "collected_on": "2026-11-11",
}
_numbers = itertools.count(1)


def submitted(collector, values=COMPANY, *, customer=None, document=True, files=(), **changes):
    """A form of ``collector`` before the head, its PDF there or not, with uploads as its files."""
    given = values | changes
    form = open_draft(
        f"test-{next(_numbers)}", given, department=collector.department, by=collector, customer=customer
    )
    attached.add(form, files, by=collector)
    return resubmitted(form, document=document)


def resubmitted(form, *, document=True, answers=None, **changes):
    """The next round of the form: changed, every warning explained, before the head."""
    by = form.collector
    save(form.id, changes, by=by, seen=None, answers=answers)
    result, found = check(form.id, by=by)
    if not result.passed:
        reasons = {finding.id: "客户原话，已核对" for finding in found if finding.level == "warning"}
        save(form.id, {"reasons": reasons}, by=by, seen=None)
        result, found = check(form.id, by=by)
        assert result.passed, [finding.message for finding in found]
    submission = submit(form.id, by=by)
    if document:
        render(submission)
    return IntakeForm.get_by_id(form.id)


def render(submission):
    """What the worker does, without the time it takes."""
    content = b"%PDF-1.7 " + submission.snapshot.encode()
    kept = store.keep(content, "application/pdf")
    Submission.update(document=kept).where(Submission.id == submission.id).execute()


def read(form):
    """The digest of what lies before the head."""
    return Submission.get((Submission.form == form.id) & (Submission.round == form.round)).digest
