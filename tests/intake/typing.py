"""What a collector types: forms of the kind that came with the order, as they are posted."""

from uuid import uuid4

GOOD = {
    "situation": "new_customer",
    "customer_kind": "enterprise",
    "method": "phone",
    "name": "海澜信息技术(深圳)有限公司",
    "credit_code": "91440305763170665M",
    "industry": "I65 软件和信息技术服务业",
    "employee_band": "from_500",
    "address-province": "440000",
    "address-city": "440300",
    "address-district": "440305",
    "address_street": "创新路739号",
    "founded": "2005-10-04",
    "contact_name": "罗欣怡",
    "phone": "13800806360",
    "form_of_address": "mr",
    "post": "总经理",
    "decision_role": "purchaser",
    "source": "exhibition",
    "need_type": "joint_development",
    "background": "计划在2027年第二季度推出面向门店的会员小程序,内部缺少后端开发人员",
    "detail": "联合开发会员积分与储值模块,交付源代码与接口文档,验收标准为1000并发下单成功率99.9%",
    "budget-low": "120",
    "budget-high": "150",
    "priority": "high",
    "complexity": "high",
    "intention": "definite_plan",
    "collected_on": "2026-11-02",
    "info_sources": "",
    "pending": "",
}
VAGUE = GOOD | {
    "name": "青禾物流(重庆)有限公司",
    "credit_code": "915001125088995713",
    "industry": "G59 装卸搬运和仓储业",
    "address-province": "500000",
    "address-city": "",
    "address-district": "500112",
    "need_type": "custom_service",
    "background": "客户说近期想买个系统,大概明年用",
    "detail": "功能差不多就行,可能要支持报表,尽快上线",
    "budget-low": "5",
    "budget-high": "8",
}
PERSON = GOOD | {
    "customer_kind": "individual",
    "name": "赵欣怡",
    "citizen_id": "440305198510102522",
    "occupation": "business_owner",
    "contact_name": "赵欣怡",
    "phone": "15851417195",
}


def new_key() -> str:
    return str(uuid4())


def press(browser, button, typed=GOOD, *, form=None, key="", **more):
    """Post the page with one of its buttons; a first post makes the form."""
    address = f"/intake/{form.id}" if form else "/intake"
    data = typed | {"intent": button, "key": key or new_key(), "version": form.version if form else 0} | more
    return browser.post(address, data=data)


def autosave(browser, typed, *, form=None, key="", version=0):
    address = f"/intake/{form.id}/draft" if form else "/intake/draft"
    data = typed | {"key": key or new_key(), "version": version}
    return browser.post(address, data=data, headers={"HX-Request": "true"})
