"""The names of archive records."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet_crm.archive.rules import nth_title, record_title

DAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("海澜信息技术(深圳)有限公司", "海澜信息技术(深圳)有限公司-2026-11-02"),
        ("A/B:C*D?公司", "A_B_C_D_公司-2026-11-02"),
        (" .甲. ", "甲-2026-11-02"),
        ("...", "_-2026-11-02"),
    ],
)
def test_title_is_name_and_day(name, title):
    assert record_title(name, DAY) == title


@given(st.text(max_size=120))
def test_title_is_a_file_name(name):
    title = record_title(name, DAY)
    assert not set('\\/:*?"<>|\n\r\t\0') & set(title)
    assert title.endswith("-2026-11-02")
    assert len(title) <= 131


def test_second_of_the_day_gets_a_two():
    assert [nth_title("甲-2026-11-02", place) for place in (1, 2, 3)] == [
        "甲-2026-11-02",
        "甲-2026-11-02-2",
        "甲-2026-11-02-3",
    ]
