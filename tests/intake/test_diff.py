"""What changed between two versions, in words."""

from intranet_crm.intake.diff import Change, changes

OLD = {
    "customer_kind": "enterprise",
    "name": "海澜物流(武汉)有限公司",
    "situation": "return_visit",
    "renewal_intention": "undecided",
    "budget": {"low": 50_000_000, "high": 80_000_000},
}


def test_same_values_change_nothing():
    assert changes(OLD, dict(OLD)) == []
    assert changes(OLD, OLD | {"detail": " ", "collected_by": 7}) == []


def test_changes_read_as_words_in_the_order_of_the_sheet():
    new = OLD | {"budget": {"pending": True}, "name": "海澜物流有限公司", "detail": "货架200组"}
    assert changes(OLD, new) == [
        Change("name", "客户名称", "海澜物流(武汉)有限公司", "海澜物流有限公司"),
        Change("detail", "具体需求描述", "", "货架200组"),
        Change("budget", "预算范围", "50–80 万元", "待确认"),
    ]


def test_a_field_no_longer_asked_for_is_emptied():
    new = OLD | {"situation": "new_customer"}
    assert Change("renewal_intention", "续约意向", "观望", "") in changes(OLD, new)


def test_a_changed_citizen_number_shows_without_being_shown():
    before = {"customer_kind": "individual", "citizen_id": "440305198510102522"}
    (change,) = changes(before, before | {"citizen_id": "440305198611102522"})
    assert change.new_words == "440***********2522（隐去的数字有改动）"
