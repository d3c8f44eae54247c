"""The fixed value lists of the templates: a stable key for the database, the Chinese word for people."""


class Choices(tuple[tuple[str, str], ...]):
    """Ordered pairs of (key, word), usable as they are as the choices of a select field.

    By number it is the tuple, by key the word, so that `dict(choices)` works too.
    """

    __slots__ = ()

    def __getitem__(self, index):
        if not isinstance(index, str):
            return super().__getitem__(index)
        for key, label in self:
            if key == index:
                return label
        raise KeyError(index)

    def keys(self) -> tuple[str, ...]:
        return tuple(key for key, _ in self)

    def labels(self) -> tuple[str, ...]:
        return tuple(label for _, label in self)

    def label(self, key: str | None) -> str:
        """Give the Chinese word of a key; a key that is not in the list comes back as it is, None as ''."""
        return next((label for known, label in self if known == key), key or "")

    def key(self, label: str | None) -> str | None:
        """Give the key of a Chinese word (or of a key itself); None when the list does not have it."""
        text = (label or "").strip()
        return next((key for key, word in self if text in (key, word)), None)


# B2, B7, B8, B9 客户
CUSTOMER_KINDS = Choices((("enterprise", "企业客户"), ("individual", "个人客户")))
CUSTOMER_STATUSES = Choices(
    (
        ("potential", "潜在客户"),
        ("intending", "意向客户"),
        ("won", "成交客户"),
        ("paused", "暂停合作"),
        ("lost", "流失客户"),
    )
)
FOLLOWUP_STAGES = Choices(
    (
        ("first_contact", "初次接触"),
        ("needs_confirmed", "需求确认"),
        ("proposal", "方案报价"),
        ("negotiation", "商务谈判"),
        ("signing", "签约"),
    )
)
CUSTOMER_GRADES = Choices((("vip", "VIP客户"), ("regular", "普通客户"), ("promising", "潜力客户")))
SOURCE_CHANNELS = Choices(
    (
        ("first_visit", "初次拜访"),
        ("exhibition", "展会推广"),
        ("channel_referral", "渠道推荐"),
        ("partner_referral", "合作伙伴推荐"),
        ("customer_referral", "客户转介绍"),
        ("online_platform", "线上平台"),
        ("website_form", "官网表单"),
    )
)
EMPLOYEE_BANDS = Choices(
    (
        ("under_50", "50人以下"),
        ("50_to_200", "50-200人"),
        ("200_to_500", "200-500人"),
        ("from_500", "500人以上"),
    )
)
OCCUPATIONS = Choices((("business_owner", "企业主"), ("employee", "从业者"), ("other", "其他")))
CONFIDENTIALITY_LEVELS = Choices((("internal", "内部"), ("secret", "秘密"), ("confidential", "机密")))
# What allows us to keep personal information (个人信息保护法 第十三条), as far as it fits a customer file
PROCESSING_BASES = Choices(
    (
        ("consent", "取得个人同意"),
        ("contract", "订立、履行合同所必需"),
        ("duty", "履行法定职责或法定义务所必需"),
        ("disclosed", "已依法公开的个人信息"),
        ("other", "法律、行政法规规定的其他情形"),
    )
)

# C1, C2 联系人
DECISION_ROLES = Choices(
    (
        ("decision_maker", "决策者"),
        ("influencer", "影响者"),
        ("executor", "执行者"),
        ("purchaser", "采购者"),
        ("user", "使用者"),
    )
)
PREFERRED_CHANNELS = Choices(
    (
        ("phone", "电话"),
        ("email", "邮件"),
        ("wechat", "微信"),
        ("visit", "拜访"),
        ("sms", "短信"),
    )
)
FORMS_OF_ADDRESS = Choices((("mr", "先生"), ("ms", "女士")))
# T1 (四), T3 ‹告知/同意›: what the person was told about our keeping the data (PIPL)
CONSENTS = Choices(
    (("agreed", "已告知并同意"), ("informed", "已告知，尚未同意"), ("not_informed", "尚未告知"))
)
NOTICE_WAYS = Choices(
    (
        ("in_person", "当面"),
        ("phone", "电话"),
        ("email", "邮件"),
        ("message", "短信或微信"),
        ("written", "书面"),
        ("form", "采集表"),
    )
)

# D1, D2, D5, D6 需求
NEED_TYPES = Choices(
    (
        ("product_purchase", "产品采购"),
        ("custom_service", "服务定制"),
        ("joint_development", "合作开发"),
        ("other", "其他"),
    )
)
NEED_NATURES = Choices((("explicit", "显性需求"), ("implied", "隐性需求")))
PRIORITIES = Choices((("high", "高"), ("medium", "中"), ("low", "低")))
COMPLEXITIES = Choices((("low", "低"), ("medium", "中"), ("high", "高")))
INTENTIONS = Choices(
    (
        ("considering", "考虑中"),
        ("definite_plan", "有明确计划"),
        ("internal_approval", "需内部审批"),
    )
)
CHANGE_KINDS = Choices((("added", "新增"), ("adjusted", "调整")))
CHANGE_REASONS = Choices(
    (
        ("business", "业务调整"),
        ("strategy", "战略升级"),
        ("budget", "预算调整"),
        ("decision_maker", "决策人更换"),
        ("other", "其他"),
    )
)
RESPONSES = Choices(
    (
        ("waiting", "待响应"),
        ("handling", "处理中"),
        ("answered", "已答复"),
        ("closed", "已关闭"),
    )
)
SATISFACTION_SCORES = Choices(tuple((str(score), str(score)) for score in range(1, 6)))
RENEWAL_INTENTIONS = Choices((("willing", "愿意续约"), ("undecided", "观望"), ("unwilling", "不续约")))

# E1 跟进
FOLLOWUP_PURPOSES = Choices(
    (
        ("visit", "拜访"),
        ("return_visit", "回访"),
        ("promotion", "推介"),
        ("care", "关怀"),
        ("signing_talks", "签约洽谈"),
        ("after_sales", "售后"),
    )
)
FOLLOWUP_METHODS = Choices(
    (
        ("phone", "电话"),
        ("email", "邮件"),
        ("visit", "拜访"),
        ("wechat", "微信"),
        ("offline_meeting", "线下会议"),
        ("video_meeting", "视频会议"),
    )
)
FEEDBACKS = Choices(
    (
        ("interested", "有意向"),
        ("further_evaluation", "需进一步评估"),
        ("no_need", "暂无需求"),
    )
)

# D7 服务问题
ISSUE_KINDS = Choices(
    (
        ("inquiry", "咨询"),
        ("complaint", "投诉"),
        ("suggestion", "建议"),
        ("fault", "故障"),
    )
)
ISSUE_STATES = Choices((("open", "待响应"), ("replied", "处理中"), ("solved", "已解决")))

# T1 (四), (五) 采集与审核
INTAKE_SITUATIONS = Choices(
    (
        ("new_customer", "新客户开发"),
        ("return_visit", "老客户回访"),
        ("upgrade_survey", "产品或服务升级摸底"),
        ("cross_department", "跨部门同步"),
        ("high_value", "高价值客户深度挖掘"),
    )
)
COLLECTION_METHODS = Choices(
    (
        ("phone", "电话"),
        ("face_to_face", "面谈"),
        ("video_meeting", "视频会议"),
        ("questionnaire", "电子问卷"),
        ("indirect", "间接补充"),
    )
)
INFORMATION_SOURCES = Choices(
    (
        ("customer", "客户本人"),
        ("past_contracts", "历史合同"),
        ("service_tickets", "服务工单"),
        ("website", "官网"),
        ("annual_report", "年报"),
        ("industry_report", "行业报告"),
        ("referrer", "推荐人"),
    )
)
TRUTH_CONFIRMATIONS = Choices(
    (
        ("phone", "电话回访"),
        ("email", "邮件确认"),
        ("visit", "当面拜访"),
        ("video_meeting", "视频会议"),
        ("written", "客户书面确认"),
    )
)
