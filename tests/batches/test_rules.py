"""The pace and the words of batches."""

import pytest

from intranet_crm.batches import rules


@pytest.mark.parametrize(
    ("rows", "seconds", "next_rows"),
    [
        (400, rules.HELD_ALL, 400),  # just right
        (400, rules.HELD_ALL / 2, 800),
        (400, 0.001, 800),  # at most twice as many
        (1600, rules.HELD_ALL * 4, 400),
        (400, 9.000, rules.SMALLEST_CHUNK),
        (2000, 0.001, rules.LARGEST_CHUNK),
        (400, 0.0, 800),
    ],
)
def test_a_chunk_is_as_large_as_fits_into_a_short_transaction(rows, seconds, next_rows):
    assert rules.next_chunk(rows, seconds, rules.HELD_ALL) == next_rows


@pytest.mark.parametrize(
    ("seconds", "done", "total", "words"),
    [
        (1, 50, 100, ""),
        (10, 0, 100, ""),
        (10, 50, 100, "约 10 秒"),
        (10, 100, 100, "约 1 秒"),
        (60, 10, 100, "约 9 分钟"),
    ],
)
def test_how_long_the_rest_will_take(seconds, done, total, words):
    assert rules.left_words(seconds, done, total) == words


@pytest.mark.parametrize(
    ("total", "done", "stopped", "words"),
    [
        (10, 10, False, ""),
        (10, 12, False, ""),  # some came into the filter meanwhile
        (10, 8, False, "另有 2 家开始后不再符合条件，没有更改。"),
        (10, 8, True, "还有 2 家没有处理。"),
    ],
)
def test_what_was_left_over_is_said(total, done, stopped, words):
    assert rules.rest_words(total, done, stopped) == words
