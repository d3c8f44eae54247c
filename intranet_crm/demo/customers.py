"""Invented customers: their facts by the column names that Customer.open and Contact.add take."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from intranet_crm.demo import names
from intranet_crm.demo.places import Place
from intranet_crm.reference.choices import EMPLOYEE_BANDS, PREFERRED_CHANNELS, SOURCE_CHANNELS
from intranet_crm.reference.pinyin import name_initials, sort_key
from intranet_crm.reference.size import employee_band

FEN_PER_WAN = 1_000_000
INDIVIDUAL_SHARE = 0.08

# (department, post, what people call them) by decision role
POSTS = {
    "decision_maker": (
        ("总经理办公室", "总经理", "总"),
        ("总经理办公室", "副总经理", "总"),
        ("运营中心", "运营总监", "总监"),
    ),
    "influencer": (
        ("信息部", "信息部经理", "经理"),
        ("财务部", "财务经理", "经理"),
        ("信息部", "信息部主任", "主任"),
    ),
    "executor": (
        ("运营部", "项目经理", "经理"),
        ("综合管理部", "综合主管", "主管"),
        ("行政部", "行政主任", "主任"),
    ),
    "purchaser": (("采购部", "采购经理", "经理"), ("采购部", "采购主管", "主管")),
    "user": (("客服部", "客服主管", "主管"), ("运营部", "运营专员", ""), ("信息部", "系统管理员", "工")),
}
AREAS = {
    "decision_maker": "公司经营与重大采购审批",
    "influencer": "技术选型与预算评估",
    "executor": "项目推进与现场协调",
    "purchaser": "供应商准入、比价与合同",
    "user": "日常使用与问题反馈",
}
FIRST_ROLES = ("influencer", "executor", "purchaser", "decision_maker", "user")
GOOD_TIMES = ("仅工作日", "工作日 9:00–11:30", "工作日下午", "每周二、周四下午", "月底盘点时勿扰", "")
_SHOP_NEEDS = [
    {
        "background": "现在用纸本记账，月底对账要两天，熟客赊账容易记错",
        "detail": "采购{product}一套，含安装和一次上门培训，{finish}前启用，手机上能看当天的收支",
        "acceptance": "开机十分钟内会用，当天收支与现金一致",
        "pain": "家人轮流看店，价格记不住",
    }
]
SHOPS = (
    ("F52", "社区便利店", "收银终端"),
    ("F52", "五金门市部", "库存小程序"),
    ("H62", "快餐店", "会员储值小程序"),
    ("H62", "烘焙坊", "会员储值小程序"),
    ("P83", "美术培训班", "排课系统"),
    ("Q84", "口腔诊所", "预约挂号小程序"),
)


@dataclass(frozen=True)
class Trade:
    """A division of GB/T 4754 as trades.toml describes it: what such companies do and want of us."""

    industry: str
    products: list[str]
    sites: list[str]
    lines: dict[str, str]  # 主营业务 by the word in the company's name
    needs: list[dict[str, str]]
    weight: int = 1


TRADES = [
    Trade(**each) for each in tomllib.loads((Path(__file__).parent / "trades.toml").read_text())["trade"]
]


@dataclass
class Invented:
    """A customer that does not exist, with its contacts; the first of them is the primary one."""

    trade: Trade
    place: Place
    columns: dict[str, Any]
    contacts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.columns["name"]

    @property
    def kind(self) -> str:
        return self.columns["kind"]


def invent(chance: Random, places: tuple[Place, ...], today: date, trade: Trade | None = None) -> Invented:
    """A company, or now and then a person with a shop of the own, in one of the places."""
    place = chance.choices(places, [each.weight for each in places])[0]
    if trade is None and chance.random() < INDIVIDUAL_SHARE:
        return _individual(chance, place, today)
    trade = trade or chance.choices(TRADES, [each.weight for each in TRADES])[0]
    mark, word = names.brand(chance), chance.choice(list(trade.lines))
    district, founded = chance.choice(place.districts), _founded(chance, today)
    employees = min(4000, max(8, round(chance.lognormvariate(4.6, 1.0))))
    columns = {
        "kind": "enterprise",
        "name": names.legal_name(mark, word, place, chance),
        "short_name": mark + word[:2],
        "credit_code": names.credit_code(district, int(founded[:4]), chance),
        "industry": trade.industry,
        "employees": employees if chance.random() < 0.55 else None,
        "employee_band": EMPLOYEE_BANDS.key(employee_band(employees)),
        "revenue": employees * chance.randrange(38, 130) * FEN_PER_WAN if chance.random() < 0.6 else None,
        "main_business": trade.lines[word],
        "founded": founded,
        **_whereabouts(place, district, chance),
        **_reachable(place, chance, 0.75),
    }
    return Invented(trade, place, columns, _contacts(chance, place, mark))


def _individual(chance: Random, place: Place, today: date) -> Invented:
    person, (industry, shop, product) = names.someone(chance), chance.choice(SHOPS)
    district, phone = chance.choice(place.districts), names.mobile(chance)
    columns = {
        "kind": "individual",
        "name": person.name,
        "citizen_id": names.citizen_id(
            district, person.form_of_address, names.birth_date(chance, today), chance
        ),
        "industry": industry,
        "occupation": "business_owner",
        "main_business": f"个人经营的{shop}",
        "phone": phone,
        **_whereabouts(place, district, chance),
        "source": chance.choice(SOURCE_CHANNELS.keys()),
    }
    contact = {
        "name": person.name,
        "form_of_address": person.form_of_address,
        "post": "经营者",
        "mobile": phone,
        "decision_role": "decision_maker",
        "preferred_channel": chance.choice(("phone", "wechat")),
    }
    trade = Trade(industry, [product], ["店里"], {}, _SHOP_NEEDS)
    return Invented(trade, place, columns, [contact])


def _founded(chance: Random, today: date) -> str:
    day = today - timedelta(days=chance.randrange(500, 9000))
    return day.isoformat() if chance.random() < 0.6 else f"{day:%Y-%m}"


def _whereabouts(place: Place, district: str, chance: Random) -> dict[str, str]:
    registered, works = names.street(chance), names.street(chance)
    same = chance.random() < 0.6
    return {
        "registered_region": district,
        "registered_street": registered,
        "region": district if same else chance.choice(place.districts),
        "address": registered if same else works,
    }


def _reachable(place: Place, chance: Random, share: float) -> dict[str, str]:
    return {
        "landline": names.landline(place, chance) if chance.random() < share else "",
        "phone": names.mobile(chance),
        "source": chance.choices(SOURCE_CHANNELS.keys(), (5, 6, 4, 3, 4, 3, 4))[0],
    }


def _contacts(chance: Random, place: Place, mark: str) -> list[dict[str, Any]]:
    """One to three people of different roles; most companies have a known decision maker."""
    roles = list(FIRST_ROLES[: chance.choices((1, 2, 3), (3, 4, 3))[0]])
    chance.shuffle(roles)
    if "decision_maker" not in roles and chance.random() < 0.7:
        roles[-1] = "decision_maker"
    domain = (
        f"{_letters(mark)}.com.cn"
        if chance.random() < 0.4
        else f"{_letters(mark)}-{_letters(place.short)}.cn"
    )
    return [_contact(chance, role, place, domain) for role in roles]


def _letters(text: str) -> str:
    return "".join(sort_key(text).split("  ")[0].split())


def _contact(chance: Random, role: str, place: Place, domain: str) -> dict[str, Any]:
    person, (department, post, _) = names.someone(chance), chance.choice(POSTS[role])
    mailbox = f"{name_initials(person.name)}{chance.randrange(1, 99)}@{domain}"
    return {
        "name": person.name,
        "form_of_address": person.form_of_address,
        "department": department,
        "post": post,
        "mobile": names.mobile(chance),
        "landline": names.landline(place, chance) if chance.random() < 0.3 else "",
        "email": mailbox if chance.random() < 0.55 else "",
        "decision_role": role,
        "area": AREAS[role],
        "preferred_channel": chance.choices(PREFERRED_CHANNELS.keys(), (4, 2, 4, 1, 0))[0],
        "good_times": chance.choice(GOOD_TIMES),
        "birthday": _birthday(chance),
    }


def _birthday(chance: Random) -> str:
    """The month and the day, of those who have told."""
    told = chance.random() < 0.35
    return f"{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}" if told else ""


def called(contact: dict[str, Any]) -> str:
    """How colleagues write of a contact: 张总, 李经理, 王工."""
    titles = {post: title for posts in POSTS.values() for _, post, title in posts}
    title = titles.get(contact["post"], "")
    if not title:
        title = {"mr": "先生", "ms": "女士"}[contact["form_of_address"]]
    return contact["name"][0] + title
