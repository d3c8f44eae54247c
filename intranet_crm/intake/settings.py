"""The rules of the self-check as data, so that an administrator can edit them (O3)."""

from dataclasses import dataclass
from typing import Literal

from intranet_crm.reference.choices import Choices

FEN_PER_WAN = 1_000_000

# What a vague word leaves open, and what to write instead
ASKS = Choices(
    (
        ("time", "写明日期或时段，如「2027年3月31日前」"),
        ("quantity", "写明数量、单位或上下限，如「30–36 万元」「120台」"),
        ("certainty", "写明已经确认的内容；没有确认的向客户问清，或标为「待确认」"),
    )
)


@dataclass(frozen=True)
class VagueWord:
    """A word that leaves something open, except inside the words of `unless` (`#` there is any number)."""

    word: str
    asks: Literal["time", "quantity", "certainty"]
    unless: tuple[str, ...] = ()


VAGUE_WORDS = (
    VagueWord("近期", "time", ("临近期", "最近期")),
    VagueWord("最近", "time", ("最近#", "最近一次", "最近期", "距离最近", "最近的网点", "最近的仓库")),
    VagueWord("尽快", "time"),
    VagueWord("尽早", "time"),
    VagueWord("早日", "time"),
    VagueWord("过段时间", "time"),
    VagueWord("过一阵", "time"),
    VagueWord("到时候", "time"),
    VagueWord("左右", "quantity", ("左右两", "左右侧", "左右手", "左右滑", "左右键", "左右结构", "左右对称")),
    VagueWord("差不多", "quantity"),
    VagueWord("大约", "quantity"),
    VagueWord("若干", "quantity"),
    VagueWord("一些", "quantity", ("统一些", "一些列")),
    VagueWord("好几", "quantity"),
    VagueWord("几十", "quantity"),
    VagueWord("大概", "certainty", ("大概念", "最大概率")),
    VagueWord("大致", "certainty", ("大致力",)),
    VagueWord("可能", "certainty", ("可能性", "不可能", "尽可能", "认可能", "许可能")),
    VagueWord("尽可能", "certainty"),
    VagueWord("也许", "certainty", ("也许可",)),
    VagueWord("或许", "certainty", ("或许可",)),
    VagueWord("应该", "certainty", ("对应该", "相应该", "响应该", "反应该", "适应该", "供应该")),
    VagueWord("估计", "certainty", ("估计值", "估计量", "估计误差", "估计模型", "估计算法", "成本估计")),
    VagueWord("好像", "certainty", ("美好像", "良好像")),
    VagueWord("基本上", "certainty"),
    VagueWord("说不定", "certainty"),
)

# S4 二(三) 术语统一: what people say → the standard term
COLLOQUIAL = {
    "买个系统": "采购信息系统",
    "买套系统": "采购信息系统",
    "买一套系统": "采购信息系统",
    "买个软件": "采购软件产品",
    "买套软件": "采购软件产品",
    "买点设备": "采购设备（写明型号和数量）",
    "做个小工具": "定制开发业务工具",
    "做个工具": "定制开发业务工具",
    "做个系统": "定制开发信息系统",
    "做套系统": "定制开发信息系统",
    "做个小程序": "定制开发小程序",
    "做个网站": "定制开发网站",
    "做个软件": "定制开发软件",
    "做个APP": "定制开发移动应用",
    "做个app": "定制开发移动应用",
    "搞个系统": "定制开发信息系统",
    "搞个软件": "定制开发软件",
    "搞个小程序": "定制开发小程序",
    "弄个系统": "定制开发信息系统",
    "弄个软件": "定制开发软件",
    "弄个小程序": "定制开发小程序",
    "越快越好": "要求的完成日期",
    "越便宜越好": "预算上限",
    "便宜点": "预算上限",
    "好用就行": "可检验的易用性要求",
    "能用就行": "可检验的功能要求",
    "看着办": "客户确认的具体要求",
}

# B2: how the full legal name of an organisation ends
LEGAL_ENDINGS = (
    "公司", "集团", "厂", "店", "行", "社", "院", "校", "所", "馆", "站", "局", "会", "部", "处", "中心",
    "大学", "政府", "银行", "工作室", "(有限合伙)", "(普通合伙)", "(特殊普通合伙)",
)  # fmt: skip


@dataclass(frozen=True)
class CheckSettings:
    """Word lists and limits of the self-check; `high_complexity_from` is in fen."""

    vague_words: tuple[VagueWord, ...] = VAGUE_WORDS
    colloquial: tuple[tuple[str, str], ...] = tuple(COLLOQUIAL.items())
    legal_endings: tuple[str, ...] = LEGAL_ENDINGS
    high_complexity_from: int = 10 * FEN_PER_WAN
