"""常用意见: one's own and shared ones, added and removed on the review desk (O8)."""

import pytest

from intranet_crm.errors import DomainError, NotAllowed
from intranet_crm.intake import phrases
from intranet_crm.intake.phrases import Phrase, phrases_for
from tests.intake.in_review import submitted


def texts(person):
    return [each.text for each in phrases_for(person)]


def test_own_ones_come_first_and_others_see_only_what_is_shared(people):
    Phrase.add("请补充预算依据", is_shared=True, by=people["sunhao"])
    Phrase.add("同意，按计划推进", is_shared=False, by=people["zhoufang"])
    assert texts(people["zhoufang"]) == ["同意，按计划推进", "请补充预算依据"]
    assert texts(people["sunhao"]) == ["请补充预算依据"]


def test_only_a_reviewer_adds_and_only_the_author_removes(people):
    with pytest.raises(NotAllowed):
        Phrase.add("同意", is_shared=False, by=people["chenjing"])
    shared = Phrase.add("请补充预算依据", is_shared=True, by=people["sunhao"])
    with pytest.raises(NotAllowed, match="只能由本人删除"):
        shared.remove(by=people["zhoufang"])
    shared.remove(by=people["sunhao"])
    assert texts(people["zhoufang"]) == []


def test_empty_twice_and_too_many_are_refused(people, monkeypatch):
    head = people["zhoufang"]
    Phrase.add("同意", is_shared=False, by=head)
    for text in ("  ", "同意", "长" * 201):
        with pytest.raises(DomainError):
            Phrase.add(text, is_shared=False, by=head)
    monkeypatch.setattr(phrases, "MOST_OWN", 1)
    with pytest.raises(DomainError, match="最多保存 1 条"):
        Phrase.add("请补充", is_shared=False, by=head)


def test_in_place_on_the_desk_and_by_a_plain_form(people, sign_in):
    browser, form = sign_in("zhoufang"), submitted(people["chenjing"])
    part = browser.post("/reviews/phrases", data={"phrase": "请核对<预算>"}, headers={"HX-Request": "true"})
    assert 'data-phrase="请核对&lt;预算&gt;"' in part.text
    assert "<html" not in part.text
    assert browser.post("/reviews/phrases", data={"phrase": "同意", "shared": "yes"}).status_code == 303
    page = browser.get(f"/reviews/{form.id}").text
    assert 'data-phrase="同意"' in page
    refused = browser.post("/reviews/phrases", data={"phrase": "同意"})
    assert refused.status_code == 422
    assert "你已经有这条常用意见了" in refused.text
    own = Phrase.get(Phrase.text == "请核对<预算>")
    assert sign_in("sunhao").post(f"/reviews/phrases/{own.id}/removal").status_code == 404
    assert browser.post(f"/reviews/phrases/{own.id}/removal").status_code == 303
    assert texts(people["zhoufang"]) == ["同意"]


def test_the_punctuation_stays_as_it_was_typed(people, sign_in):
    words = "请与客户核实（电话即可），写明日期；可以吗？"
    sign_in("zhoufang").post("/reviews/phrases", data={"phrase": words})
    assert texts(people["zhoufang"]) == [words]
