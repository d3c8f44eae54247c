"""What an invented customer wants, in words, and how that changes afterwards (D1 to D6)."""

from calendar import monthrange
from datetime import date, timedelta
from random import Random
from typing import Any

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Contact
from intranet_crm.demo.customers import Trade
from intranet_crm.demo.play import Play, moment_of
from intranet_crm.needs.models import Need, NeedChange
from intranet_crm.needs.rules import Cause
from intranet_crm.reference.workdays import add_working_days

PRESETS = ("高性价比", "技术支持", "定制化", "降本", "效率提升", "数据安全")
FREE = ("国产化", "移动端", "接口对接", "等保合规", "分期实施", "驻场服务")
NOW = (
    "目前用表格登记，{users}人各自维护，月底合并对账要{count}天",
    "现有系统用了8年，只有{count}个部门能登录，查一次历史单据约20分钟",
    "{site}靠纸单流转，每天约{users}0张，第二天才录入",
)
WISHED = (
    "对账缩短到半天，差错控制在千分之一以内",
    "{site}当天的数据当天看到，减少{count}名录入人员",
    "降低30%运维成本，报表由系统自动生成",
)
SERVICE = ("驻场培训两次，提供操作手册", "7×24小时电话支持，故障4小时到场", "首年免费维保，每季度巡检一次")
# (reason, note, what changes)
CHANGES: tuple[tuple[str, str, str], ...] = (
    ("budget", "总部统一调整预算，上限提高", "budget"),
    ("business", "新增一个厂区，范围扩大", "detail"),
    ("strategy", "列入集团数字化重点项目", "priority"),
    ("business", "与年终盘点冲突，往后推一个季度", "finish"),
    ("decision_maker", "原负责人调走，由新负责人拍板", "chain"),
)
ANSWERS = ("已发更新后的方案和报价", "电话确认，按新要求调整计划", "已安排售前重新评估工作量")
IMPLIED = (
    ("沟通中提到现有流程效率低，多个环节靠人催", "可能需要自动化的流程提醒和审批", "效率提升"),
    ("客户反复问数据放在哪里、谁能看到", "可能需要权限分级和操作日志", "数据安全"),
    ("财务提到今年要压缩外包费用", "可能需要用系统替代部分人工", "降本"),
    ("一线抱怨报表每个部门格式不同", "可能需要统一的报表模板", "定制化"),
)


def need_words(trade: Trade, chance: Random, today: date) -> dict[str, str]:
    """One of the trade's needs with its blanks filled: type, background, detail, acceptance, pain, finish."""
    end = today + timedelta(days=chance.randrange(90, 270))
    last = f"{end.year}年{end.month}月{monthrange(end.year, end.month)[1]}日"
    blanks = _blanks(trade, chance) | {"finish": last}
    words = {key: text.format_map(blanks) for key, text in chance.choice(trade.needs).items()}
    return words | {
        "type": _type(words["detail"]),
        "finish": chance.choice((last, _quarter(end), f"{end.year}年{end.month}月")),
    }


def more_words(trade: Trade, chance: Random, today: date) -> dict[str, str]:
    """What else is known of some needs: the 3W, the product, the service, the beginning."""
    if chance.random() < 0.3:
        return {}
    blanks = _blanks(trade, chance)
    words = {
        "current_state": chance.choice(NOW).format_map(blanks),
        "wished_state": chance.choice(WISHED).format_map(blanks),
        "product_type": chance.choice(trade.products),
        "service_requirements": chance.choice(SERVICE),
    }
    if chance.random() < 0.5:
        words["planned_start"] = _quarter(today + timedelta(days=chance.randrange(20, 80)))
    return words


def tag_words(chance: Random) -> list[str]:
    """One to three preset tags, and now and then a free one."""
    found = chance.sample(PRESETS, chance.choice((1, 1, 2, 2, 3)))
    return [*found, chance.choice(FREE)] if chance.random() < 0.25 else found


def goes_on(need: Need, by: Person, play: Play, chance: Random, today: date) -> None:
    """Needs are answered soon; half of them are changed weeks later, some of these but yesterday."""
    first = need.changes.get()
    _answer_soon(first, by, play, chance)
    if chance.random() < 0.5:
        day = add_working_days(clock.today(), chance.randrange(8, 45)).day
        if chance.random() < 0.15:
            day = max(day, today - timedelta(days=chance.randrange(1, 5)))
        play.at(moment_of(day, chance, 9, 18), lambda: _change(need.id, by, play, chance))


def _change(key: int, by: Person, play: Play, chance: Random) -> None:
    need = Need.get_by_id(key)
    reason, note, what = chance.choice(CHANGES)
    facts = _changed(need, what, by, chance)
    asked_by = chance.choice(need.decision_chain)["name"] if need.decision_chain else ""
    need.revise(need.version, by, Cause(reason, note, asked_by, "waiting"), **facts)
    change = need.changes.where(NeedChange.need_version == need.version).get()
    _answer_soon(change, by, play, chance)


def _changed(need: Need, what: str, by: Person, chance: Random) -> dict[str, Any]:
    if what == "budget" and need.budget_high:
        return {"budget_high": need.budget_high + need.budget_high // 5}
    if what == "chain" and len(need.decision_chain) > 1:
        return {"decision_chain": _new_decider(need, by)}
    if what == "finish" and need.expected_to:
        return {"expected_finish": _quarter(need.expected_to + timedelta(days=90))}
    if what == "priority" and need.priority != "high":
        return {"priority": "high", "intention": "definite_plan"}
    return {"detail": f"{need.detail}；范围增加新厂区，另加{chance.randrange(8, 40)}个账号"}


def _new_decider(need: Need, by: Person) -> list[dict[str, str]]:
    """The last of the chain decides from now on, as a contact too."""
    *others, new = need.decision_chain
    found = Contact.select().where((Contact.customer == need.customer) & (Contact.name == new["name"]))
    for contact in found:
        contact.revise(contact.version, by, decision_role="decision_maker")
    before = [row | {"role": "influencer"} if row["role"] == "decision_maker" else row for row in others]
    return [{"name": new["name"], "role": "decision_maker"}, *before]


def _answer_soon(change: NeedChange, by: Person, play: Play, chance: Random) -> None:
    """Within two working days or a little later; half of the answers are closed in time."""
    answered = moment_of(add_working_days(clock.today(), chance.choice((1, 1, 2, 2, 4))).day, chance, 9, 18)
    said = chance.choice(ANSWERS)

    def respond(progress: str) -> None:
        found = NeedChange.get_by_id(change.id)
        found.respond(progress, response=said, seen=found.version, by=by)

    play.at(answered, lambda: respond("answered"))
    if chance.random() < 0.5:
        play.at(answered + timedelta(days=chance.randrange(5, 20)), lambda: respond("closed"))


def _blanks(trade: Trade, chance: Random) -> dict[str, Any]:
    return {
        "users": chance.choice((12, 18, 24, 30, 45, 60, 80)),
        "count": chance.randrange(3, 9),
        "site": chance.choice(trade.sites),
        "product": chance.choice(trade.products),
    }


def _quarter(day: date) -> str:
    return f"{day.year}年Q{(day.month + 2) // 3}"


def _type(detail: str) -> str:
    if "联合开发" in detail:
        return "joint_development"
    return "product_purchase" if detail.startswith("采购") else "custom_service"
