"""The blank forms for paper: T1 as the sheet itself, T2–T4 in the same dress (O2)."""

from functools import cache
from typing import Any

from intranet_crm import documents, pdf
from intranet_crm.intake.sheet import STYLE, Fact, blank_pdf, sheet_html
from intranet_crm.intake.snapshot import TITLE
from intranet_crm.reference import choices as words
from intranet_crm.reference.choices import Choices

EDITION = "2026.1"


def _line(
    label: str, options: Choices | None = None, *, must: bool = False, kind: str = "text", hint: str = ""
) -> Fact:
    """One cell to be filled by hand; ``must`` is the star."""
    offered = [{"word": word, "chosen": False} for _, word in options] if options else []
    return {
        "key": "",
        "label": label,
        "kind": kind,
        "required": must,
        "words": "",
        "hint": hint,
        "options": offered,
    }


def _wide(label: str, **more: Any) -> Fact:
    return _line(label, **more) | {"wide": True}


def _prose(label: str, **more: Any) -> Fact:
    return _line(label, kind="long_text", **more)


def _day(label: str, **more: Any) -> Fact:
    return _line(label, kind="date", **more)


CUSTOMER = (  # T2, S0–S3
    (
        "客户主体信息",
        (
            _line("客户名称", must=True, hint="与营业执照一致，个人填实名"),
            _line("简称"),
            _line("客户类型", words.CUSTOMER_KINDS, must=True),
            _line("客户编号", hint="系统自动给出"),
            _line("统一社会信用代码", hint="18位"),
            _day("成立时间"),
            _line("所属行业", must=True, hint="按国家标准行业分类"),
            _line("客户规模", words.EMPLOYEE_BANDS),
            _line("年营收", hint="万元"),
            _wide("主营业务"),
            _line("地址", kind="region"),
        ),
    ),
    (
        "来源与归属",
        (
            _line("客户来源", words.SOURCE_CHANNELS, must=True),
            _line("客户状态", words.CUSTOMER_STATUSES),
            _line("跟进阶段", words.FOLLOWUP_STAGES),
            _line("客户分级", words.CUSTOMER_GRADES),
            _day("首次接触时间"),
            _line("负责人"),
            _line("跟进人"),
            _line("客户成功经理"),
            _line("联系方式", must=True, hint="电话、固定电话、邮箱至少一项"),
            _line("关键联系人"),
        ),
    ),
    (
        "需求与合作",
        (
            _prose("核心需求"),
            _line("预算范围", kind="money_range"),
            _line("时间节点", hint="如 2027年Q3"),
            _line("标签"),
            _line("需求标签"),
            _day("合作开始日"),
            _day("合作终止日"),
            _wide("备注"),
        ),
    ),
)
CONTACT_FIELDS = (  # T3, S0, S3
    _line("姓名", must=True),
    _line("称谓", words.FORMS_OF_ADDRESS),
    _line("职位", must=True, hint="部门及职务"),
    _line("手机号", hint="11位，三种联系方式至少一项"),
    _line("固定电话"),
    _line("邮箱"),
    _line("决策角色", words.DECISION_ROLES),
    _line("偏好沟通方式", words.PREFERRED_CHANNELS),
    _line("负责领域"),
    _line("方便联系时间"),
    _line("主联系人", Choices((("yes", "是"), ("no", "否")))),
    _line("在职状态", Choices((("here", "在职"), ("left", "已离职")))),
    _line("告知/同意", words.CONSENTS),
    _line("告知方式与日期"),
    _wide("备注"),
)
CONTACTS = tuple((f"联系人{number}", CONTACT_FIELDS) for number in "一二")
FOLLOWUP = (  # T4, S0–S3
    (
        "跟进记录",
        (
            _line("客户名称", must=True),
            _day("跟进日期", must=True),
            _line("主题"),
            _line("业务/非业务", Choices((("yes", "业务"), ("no", "非业务")))),
            _line("跟进目的", words.FOLLOWUP_PURPOSES),
            _line("跟进方式", words.FOLLOWUP_METHODS, must=True),
            _line("对接人"),
            _line("参与人员"),
            _line("跟进人", must=True),
            _line("负责人"),
            _prose("跟进内容", must=True, hint="客户的需求、关注点和约定"),
            _line("客户反馈", words.FEEDBACKS),
            _prose("反馈说明"),
            _prose("异议处理"),
            _prose("业务变化", hint="回访时必填"),
        ),
    ),
    (
        "下一步计划",
        (
            *(
                field
                for number in "一二三"
                for field in (_line(f"事项{number}"), _day(f"完成日期与负责人{number}"))
            ),
            _day("下次跟进时间"),
        ),
    ),
)
PAPERS = {
    "intake": TITLE,
    "customer": "客户基本信息表",
    "contacts": "联系人登记表",
    "followup": "客户跟进记录表",
}
_PARTS = {"customer": CUSTOMER, "contacts": CONTACTS, "followup": FOLLOWUP}


@cache
def paper(name: str) -> bytes:
    """The blank form ``name`` of PAPERS as PDF."""
    if name == "intake":
        return blank_pdf()
    snapshot = {
        "title": PAPERS[name],
        "template": EDITION,
        "form": {},
        "sections": [
            {"key": f"part{place}", "number": "", "title": title, "fields": list(fields)}
            for place, (title, fields) in enumerate(_PARTS[name])
        ],
        "self_check": {},
        "review": None,
        "archive": None,
    }
    html = sheet_html(snapshot, kind="blank", parts_only=True)
    return pdf.render_in_child(html, documents.style(STYLE), title=PAPERS[name])
