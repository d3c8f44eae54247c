"""What stands in an invented intake form: the values of T1 for a new customer and for a known one."""

from datetime import date
from random import Random
from typing import Any

from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer
from intranet_crm.demo.customers import FEN_PER_WAN, Invented, Trade
from intranet_crm.demo.needs import need_words
from intranet_crm.intake import prefill
from intranet_crm.reference import regions

COMPETITORS = (
    "客户看过一家外地软件商的演示，认为功能全但实施周期长，报价高出两成",
    "现用系统为2017年采购，供应商已停止升级，客户评价响应慢",
    "同期接触两家供应商，客户更看重本地服务人员数量",
)
CYCLES = (
    "每年10月编制、次年1月批准",
    "每季度首月调整、超过20万元由总经理办公会批准",
    "集团每年11月统一编制",
)
HISTORY = (
    "合作满2年，一期项目按期验收，年度维护费按时支付",
    "合作满3年，共签订两份合同，累计派驻实施人员4人次，无逾期回款",
    "合作满1年，试点部门使用稳定，其余部门尚未开通",
)
BOTTLENECKS = (
    "客户信息部只有1人，接口联调排期长",
    "一线班组对扫码操作不熟练，需要增加现场带教",
    "历史数据口径不统一，报表核对占用较多时间",
)
STATUS = ("一期已验收，正在质保期内", "二期需求评审中，尚未签订补充协议", "维护期内，运行平稳")
NOTICE = "客户信息采集告知书 2026年版"


def of_newcomer(invented: Invented, person: Person, chance: Random, today: date) -> dict[str, Any]:
    """A whole form about a customer that has no file yet."""
    columns, contact = invented.columns, invented.contacts[0]
    province, city, district = regions.path(columns["registered_region"])
    street = columns["registered_street"]
    known = {
        "customer_kind": columns["kind"],
        "name": columns["name"],
        "industry": columns["industry"],
        "founded": columns.get("founded", ""),
        "address": {"province": province, "city": city, "district": district, "street": street},
        "contact_name": contact["name"],
        "phone": contact["mobile"],
        "form_of_address": contact["form_of_address"],
        "post": contact["post"],
        "decision_role": contact["decision_role"],
        "preferred_channel": contact["preferred_channel"],
        "source": columns["source"],
    }
    for key in ("credit_code", "employee_band", "citizen_id", "occupation"):
        if columns.get(key):
            known[key] = columns[key]
    chain = [{"name": each["name"], "role": each["decision_role"]} for each in invented.contacts]
    method = chance.choice(("face_to_face", "face_to_face", "video_meeting", "phone"))
    collected = {"method": method, "info_sources": ["customer"], "decision_chain": chain}
    return prefill.values_of_nobody(person, today) | known | collected | _need(invented.trade, chance, today)


def of_known(customer: Customer, trade: Trade, person: Person, chance: Random, today: date) -> dict[str, Any]:
    """A whole form about a change that a customer of ours wants."""
    values = prefill.values_of(customer, person, today) | _need(trade, chance, today)
    return values | {
        "situation": chance.choice(("return_visit", "return_visit", "upgrade_survey", "high_value")),
        "method": chance.choice(("face_to_face", "video_meeting", "phone")),
        "info_sources": ["customer", "past_contracts"],
        "change_kind": chance.choice(("added", "adjusted")),
        "project_status": chance.choice(STATUS),
        "satisfaction": chance.choice(("3", "4", "4", "5")),
        "renewal_intention": chance.choice(("willing", "willing", "undecided")),
        "cooperation_history": chance.choice(HISTORY),
        "bottlenecks": chance.choice(BOTTLENECKS),
        "decision_chain": [{"name": values.get("contact_name") or customer.name, "role": "decision_maker"}],
    }


def _need(trade: Trade, chance: Random, today: date) -> dict[str, Any]:
    words = need_words(trade, chance, today)
    low, high = chance.choice(((12, 15), (20, 30), (30, 36), (50, 80), (80, 100), (120, 150)))
    settled = chance.random() < 0.85
    budget = {"low": low * FEN_PER_WAN, "high": high * FEN_PER_WAN} if settled else {"pending": True}
    return {
        "need_type": words["type"],
        "background": words["background"],
        "detail": words["detail"],
        "priority": chance.choice(("high", "medium", "medium", "low")),
        "budget": budget,
        "expected_finish": words["finish"],
        "pain_points": words["pain"],
        "acceptance": words["acceptance"],
        "complexity": "high" if low >= 80 else chance.choice(("low", "medium")),
        "competitors": chance.choice(COMPETITORS),
        "intention": chance.choice(("considering", "definite_plan", "definite_plan", "internal_approval")),
        "budget_cycle": chance.choice(CYCLES),
        "notice_version": NOTICE,
        "consent": "agreed",
    }


def in_haste(values: dict[str, Any]) -> dict[str, Any]:
    """The form as typed right after a call: vague and colloquial, half of it blank."""
    kept = ("competitors", "acceptance", "decision_chain", "budget_cycle", "complexity")
    hasty = {
        "background": "客户说近期想买个系统，原来的不太好用",
        "detail": "功能差不多就行，可能要支持报表，尽快上线，预算20左右",
        "expected_finish": "Q2",
    }
    return {key: value for key, value in values.items() if key not in kept} | hasty
