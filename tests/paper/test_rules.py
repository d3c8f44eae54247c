"""Where an unreadable page most likely belongs."""

from datetime import datetime

from intranet_crm.paper.rules import Place, copy_mark, suggested, waiting_days


def test_page_after_the_one_before_it():
    assert suggested(Place(7, 1), None, {7: [2, 3]}) == Place(7, 2)


def test_page_before_the_one_after_it():
    assert suggested(None, Place(7, 3), {7: [2]}) == Place(7, 2)


def test_only_missing_page_of_a_neighbour_put_in_backwards():
    assert suggested(Place(7, 3), Place(8, 1), {7: [1], 8: []}) == Place(7, 1)


def test_nothing_without_a_gap():
    assert suggested(Place(7, 3), Place(8, 1), {7: [], 8: []}) is None
    assert suggested(None, None, {}) is None


def test_days_out_are_whole_days():
    assert waiting_days(datetime(2026, 11, 1, 9), datetime(2026, 11, 8, 8, 59)) == 6


def test_mark_names_copy_purpose_and_person():
    assert copy_mark(2, "sign", "李四", "2026-11-22 10:05") == "第2份 · 签字归档 · 李四 2026-11-22 10:05 打印"
