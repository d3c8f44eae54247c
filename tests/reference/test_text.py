"""Text is cleaned once and for all: what was kept and comes back is the same."""

import pytest

from intranet_crm.reference.form_text import line, prose, sentence
from intranet_crm.reference.text import compact


@pytest.mark.parametrize("clean", [line, prose, sentence, compact])
@pytest.mark.parametrize("typed", ["A´", "e\x00\u0301", "Ａ　Ｂ", "a\r\nb\r", " 张 三 ", "ﬁ´ﬁ"])
def test_cleaning_twice_changes_nothing(clean, typed):
    assert clean(clean(typed)) == clean(typed)


def test_a_sentence_keeps_its_chinese_punctuation():
    assert sentence(" 调往华南，\n客户转由王磊跟进（本周） ") == "调往华南， 客户转由王磊跟进（本周）"
