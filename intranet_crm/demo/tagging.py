"""Which tags people put on the invented customers: a few that many have, many that few have (G4)."""

from collections.abc import Iterable
from itertools import product
from random import Random
from typing import Any

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.tags import Tag
from intranet_crm.demo.places import EAST, SOUTH

REGIONS = {
    "华东区域": {place.code[:2] for place in EAST},
    "华南区域": {place.code[:2] for place in SOUTH},
}
IN_REGION = 60  # percent of a region's customers that somebody has given its tag
COMMON = {
    "高潜力客户": 12,
    "重点跟进": 8,
    "老客户介绍": 6,
    "展会结识": 5,
    "年度框架": 3,
    "等待预算": 3,
}  # percent
SOME = (
    "竞品用户", "集团客户", "样机试用", "需要驻场", "夜间可联系", "纸质发票", "分期付款", "政府项目",
    "上市公司", "外资企业", "扩建厂房", "搬迁中", "换了系统", "二次开发", "多语言", "数据上云", "本地部署",
    "只用模块一", "续约意向", "已推荐同行", "案例可公开", "参观过总部", "校企合作", "技术型老板", "财务主导",
    "专精特新", "决策周期长", "价格敏感", "重视售后", "节后再联系",
)  # fmt: skip
WITH_SOME = 15  # percent that have one of these
SHOWS = ("装备展", "工业软件展", "招商会", "用户大会")
WITH_RARE = 3  # percent that somebody met at one certain event


def rare_words() -> list[str]:
    """The events of the last three years, as people write them: 「2025苏州装备展」."""
    year = clock.today().year
    cities = [place.short for place in (*EAST, *SOUTH)]
    return [f"{when}{city}{show}" for when, city, show in product(range(year - 2, year + 1), cities, SHOWS)]


def words_for(customer: str, region: str, rare: list[str]) -> list[str]:
    """The tags of the customer of that name; the same ones whenever it is asked."""
    chance = Random(customer)  # noqa: S311 - nothing secret
    found = [
        word for word, codes in REGIONS.items() if region[:2] in codes and chance.randrange(100) < IN_REGION
    ]
    found += [word for word, share in COMMON.items() if chance.randrange(100) < share]
    for words, share in ((SOME, WITH_SOME), (rare, WITH_RARE)):
        if chance.randrange(100) < share:
            found.append(chance.choice(words))
    return found


class Tagging:
    """The tags of the seeded customers by word, made when they are not there yet."""

    def __init__(self, by: Person) -> None:
        self.rare = rare_words()
        for word in (*REGIONS, *COMMON, *SOME, *self.rare):
            Tag.coin(word, by=by)
        self.ids = dict(Tag.select(Tag.name, Tag.id).tuples())

    def rows(self, customers: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Rows of CustomerTag for these rows of Customer."""
        return [
            {"customer": row["id"], "tag": self.ids[word], "by_id": row["owner"], "at": row["created_at"]}
            for row in customers
            for word in words_for(row["name"], row.get("region", ""), self.rare)
        ]
